"""Corrections of what was announced: what officers send, and what everybody is told of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.disposition import (
    Disposition,
    LateCorrection,
    Rules,
    TargetKey,
    rule_for,
)
from services.analysis.model.ruling import Ruling, rules_of
from services.analysis.model.summary import summary
from services.analysis.model.tally import counted, shares
from services.analysis.model.templates import MOST_ITEMS
from services.shared.texts import Words

LISTED = 100
"""Corrections that the results tell of, the newest; the record has all."""


class LateCorrections(BaseModel):
    """Body of ``POST …/dispositions/corrections``.

    Attributes
    ----------
    items : list of Disposition
        Those that take the place of announced ones. A filter, or all that remain, must have been
        announced as such: what such a disposition answered is corrected, and nothing else.
    explanation : Words
        Why, as everybody reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: Annotated[list[Disposition], Field(min_length=1, max_length=MOST_ITEMS)]
    explanation: Words


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What everybody is told of a round.

    Attributes
    ----------
    version : int
        Version of the run's row that was announced.
    announced, rules : Rules
        What was announced, and what holds by now.
    rulings : tuple of Ruling
        On record and public, the oldest first.
    """

    version: int
    announced: Rules
    rules: Rules
    rulings: tuple[Ruling, ...]

    @property
    def corrections(self) -> tuple[Ruling, ...]:
        """Those since the announcement, the oldest first."""
        return tuple(each for each in self.rulings if each.version > self.version)

    def can_correct(self, target: TargetKey) -> bool:
        """Whether a target can be corrected: one that names something, or was announced as such."""
        kind, _ = target
        return kind not in ("filter", "all_remaining") or target in self.announced

    def and_(self, corrections: Iterable[Ruling]) -> "Standing":
        """The same with further corrections."""
        return standing([*self.rulings, *corrections], version=self.version)

    def before(self, correction: int) -> "Standing":
        """The same until the request that a correction came with.

        What one request corrects is recorded at one instant: nobody was told half of it.
        """
        at = {each.at for each in self.corrections if each.version == correction}
        held = [each for each in self.rulings if each.version < correction and each.at not in at]
        return standing(held, version=self.version)


def standing(rulings: Iterable[Ruling], *, version: int) -> Standing:
    """What everybody is told, of the rulings of a round from the oldest on.

    Parameters
    ----------
    version : int
        Which was announced; what was recorded later, and is no correction, is not public.
    """
    public = tuple(each for each in rulings if each.version <= version or each.correcting)
    announced = [each for each in public if each.version <= version]
    return Standing(
        version=version,
        announced=rules_of(announced),
        rules=rules_of(public),
        rulings=public,
    )


def answer_to(assignment: Assignment, stands: Standing) -> dict[str, Any] | None:
    """A comment's disposition, and what it ``corrected``; ``None`` if no rule answers it."""
    rule = rule_for(assignment, stands.rules)
    return {**rule.shown(), "corrected": _corrected(assignment, rule, stands)} if rule else None


def answer_changed(
    assignment: Assignment, *, correction: int, stands: Standing, former: Standing
) -> dict[str, Any] | None:
    """A comment's disposition with the ``former`` one, if a correction is what changed it last.

    Parameters
    ----------
    correction : int
        Version of the run's row with it.
    former : Standing
        What everybody was told before it.

    Returns
    -------
    dict or None
        ``None`` if something else answers the comment, or it was answered the same before.
    """
    rule = rule_for(assignment, stands.rules)
    if not isinstance(rule, LateCorrection) or rule.version != correction:
        return None
    before = rule_for(assignment, former.rules)
    words = before.words if before else None
    if words == rule.words:
        return None
    return {**rule.shown(), "corrected": _corrected(assignment, rule, stands), "former": words}


def _corrected(
    assignment: Assignment, rule: Disposition, stands: Standing
) -> dict[str, Any] | None:
    if not isinstance(rule, LateCorrection) or rule.version <= stands.version:
        return None
    before = rule_for(assignment, stands.announced)
    return {
        "version": rule.version,
        "at": rule.at,
        "explanation": rule.explanation.model_dump(),
        "before": before.words if before else None,
    }


def told(corrections: Iterable[Ruling]) -> list[dict[str, Any]]:
    """Corrections as everybody sees them: when, what, why, and how many comments each changed."""
    return [
        {
            "version": each.version,
            "at": each.at,
            **each.rule.shown(),
            **each.correcting.model_dump(),
        }
        for each in corrections
        if each.correcting
    ]


def summed_up(
    themes: Iterable[Mapping[str, Any]], assignments: Assignments, stands: Standing
) -> dict[str, Any]:
    """What is answered to everybody (see `summary`), and what was corrected.

    ``announced`` counts the same comments as they were announced, so that the difference is what
    corrections changed; ``None`` where there are none.
    """
    newest = told(reversed(stands.corrections))[:LISTED]
    before = counted(shares(assignments, stands.announced)) if newest else None
    answers = summary(themes, assignments, stands.rules)
    return {**answers, "announced": before, "corrections": newest}
