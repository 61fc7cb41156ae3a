"""Dispositions on record: who recorded each, when, and whether it holds still."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from services.analysis.model.disposition import Disposition, Rules


class Ruling(BaseModel):
    """A disposition on record; ``version`` is the row's when it was written, ``at`` RFC 3339."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    at: str
    role: str
    actor_id: str
    rule: Disposition


def rules_of(rulings: Iterable[Ruling]) -> Rules:
    """The rules that hold, by target: of rulings from the oldest on, the newest of each."""
    return {ruling.rule.target.key: ruling.rule for ruling in rulings}


def holding(rulings: Iterable[Ruling]) -> frozenset[int]:
    """Versions of the rulings that hold: the newest of each target."""
    newest = {ruling.rule.target.key: ruling.version for ruling in rulings}
    return frozenset(newest.values())
