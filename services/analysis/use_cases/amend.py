"""Correct what was announced, in public: the announced answer stays beside the corrected."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.model.disposition import Disposition, TargetKey, faults_of
from services.analysis.model.late import LateCorrections, Standing
from services.analysis.model.ruling import Correcting, Ruling
from services.analysis.model.run import Run
from services.analysis.model.tally import differing
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.answered import to_keep
from services.analysis.use_cases.clauses import AskTopics, Decision
from services.analysis.use_cases.dispose import faults_in_clauses, own_run
from services.shared import clock
from services.shared.errors import Conflict, Fault, Invalid
from services.shared.events import Actor
from services.shared.identity import Caller
from services.shared.parsing import pointer
from services.shared.texts import Words


@dataclass(frozen=True, kw_only=True)
class Amended:
    """Corrections that stand now, and how many comments they changed when they were recorded."""

    applied: int
    changed: int


def amend(
    topic_id: str,
    round_: int | None,
    request: LateCorrections,
    *,
    caller: Caller,
    at: datetime,
    store: AnalysisStore,
    announced: AnnouncedStore,
    answers: AnswersStore,
    ask_topics: AskTopics,
) -> Amended:
    """Record corrections, all or none; one that stands already is not recorded again.

    Raises
    ------
    Conflict
        Before the announcement, once the record is gathered, or if somebody else recorded some at
        the same time.
    NotFound
        If the topic is unknown, not public or another agency's.
    Invalid
        If a target is unknown, needs no answer, is named twice, answered so already or wide and
        not announced, or the decision has no such clause; every such fault.
    TransientError
        If the topics service could not answer.
    """
    run = own_run(topic_id, round_, caller=caller, store=store, ask_topics=ask_topics)
    _refuse_unless_announced(run)
    stands = announced.standing(run)
    assignments = store.assignments(run, version=run.announced_version)
    asked = request.items
    known = _on_record(asked, request.explanation, stands)
    new = [rule for rule in asked if rule.target.key not in known]
    by = _By(actor=caller.acting_as("officer"), at=at, explanation=request.explanation)
    drafts = by.rulings(new, Counter(), after=run)
    changed = differing(assignments, stands.rules, stands.and_(drafts).rules)
    faults = [
        *faults_of(asked, assignments),
        *faults_in_clauses(asked, Decision(run, ask_topics)),
    ]
    faults += _unfit(asked, faults, stands, idle=_idle(new, changed))
    if faults:
        raise Invalid(faults=faults)
    if new:
        rulings = by.rulings(new, changed, after=run)
        themes = store.overlaid(run, version=run.announced_version).themes
        told = to_keep(themes, assignments, stands.and_(rulings), answers.exception(run))
        announced.correct(run, rulings, answers=answers.keep(run, told, at=at))
    return Amended(applied=len(asked), changed=known.total() + changed.total())


def _refuse_unless_announced(run: Run) -> None:
    if run.gathered_at is not None:
        raise Conflict("gathered")
    if not run.is_announced:
        raise Conflict("not_announced")


def _on_record(
    asked: Iterable[Disposition], explanation: Words, stands: Standing
) -> Counter[TargetKey]:
    """Targets that are corrected so already, and how many comments that changed."""
    newest = {each.rule.target.key: each for each in stands.corrections}
    pairs = ((rule, newest.get(rule.target.key)) for rule in asked)
    return Counter(
        {
            rule.target.key: former.correcting.changed
            for rule, former in pairs
            if former
            and former.rule == rule
            and former.correcting
            and former.correcting.explanation == explanation
        }
    )


def _idle(new: Iterable[Disposition], changed: Counter[TargetKey]) -> frozenset[TargetKey]:
    """Targets of which every comment is answered so already, or by what is nearer to it."""
    return frozenset(rule.target.key for rule in new) - changed.keys()


def _unfit(
    asked: Iterable[Disposition],
    faults: Collection[Fault],
    stands: Standing,
    *,
    idle: Collection[TargetKey],
) -> Iterator[Fault]:
    """Of what has no other fault, that it was not announced so, or changes nothing."""
    for position, rule in enumerate(asked):
        place = pointer("items", position)
        if any(each.field.startswith(f"{place}/") for each in faults):
            continue
        if not stands.can_correct(rule.target.key):
            yield Fault(field=f"{place}/target", code="unannounced_target")
        elif rule.target.key in idle:
            yield Fault(field=place, code="corrects_nothing")


@dataclass(frozen=True, kw_only=True)
class _By:
    """Who corrects, when and why."""

    actor: Actor
    at: datetime
    explanation: Words

    def rulings(
        self, rules: Iterable[Disposition], changed: Counter[TargetKey], *, after: Run
    ) -> list[Ruling]:
        """The corrections as they are recorded, the first of the version after the run's."""
        return [
            Ruling(
                version=version,
                at=clock.to_text(self.at),
                role=self.actor.role,
                actor_id=self.actor.id,
                rule=rule,
                correcting=Correcting(
                    explanation=self.explanation, changed=changed[rule.target.key]
                ),
            )
            for version, rule in enumerate(rules, start=after.version + 1)
        ]
