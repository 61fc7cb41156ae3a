"""Dispositions on record: who recorded each, when, and whether it holds still."""

from collections.abc import Collection, Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from services.analysis.model.disposition import Disposition, LateCorrection, Rules, TargetKey
from services.shared.texts import Words


class Correcting(BaseModel):
    """What a disposition has that corrects what was announced (see `LateCorrection`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    explanation: Words
    changed: int


class Ruling(BaseModel):
    """A disposition on record; ``version`` is the row's when it was written, ``at`` RFC 3339."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    at: str
    role: str
    actor_id: str
    rule: Disposition
    correcting: Correcting | None = None


def rules_of(rulings: Sequence[Ruling]) -> Rules:
    """The rules that hold, by target: of rulings from the oldest on, the newest of each."""
    rules: dict[TargetKey, Disposition] = {}
    anew: set[TargetKey] = set()
    for ruling in reversed(rulings):
        key = ruling.rule.target.key
        if ruling.correcting is None:
            anew.add(key)
        if key not in rules:
            rules[key] = _rule(ruling, anew)
    return rules


def _rule(ruling: Ruling, anew: Collection[TargetKey]) -> Disposition:
    if ruling.correcting is None:
        return ruling.rule
    return LateCorrection(
        **dict(ruling.rule),
        version=ruling.version,
        at=ruling.at,
        explanation=ruling.correcting.explanation,
        anew=frozenset(anew),
    )


def holding(rulings: Iterable[Ruling]) -> frozenset[int]:
    """Versions of the rulings that hold: the newest of each target."""
    newest = {ruling.rule.target.key: ruling.version for ruling in rulings}
    return frozenset(newest.values())
