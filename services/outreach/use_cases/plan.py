"""Plan the notices that no step of the workflow asks for: extensions, answers, reminders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.outreach.model.asker import Told
from services.outreach.model.corrections import Concerned
from services.outreach.model.delivery import NoticeKind, channels_for
from services.outreach.model.notice import PublicTopic
from services.outreach.model.reminder import verdict
from services.outreach.model.slices import slices
from services.outreach.plan_store import Planned, PlanStore, Watched
from services.outreach.use_cases.means import Ask
from services.shared import clock
from services.shared.errors import TransientError
from services.shared.events import Envelope

_LONGEST_OCCASION = 64


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What planning works with: the table, and the topics service to ask."""

    store: PlanStore
    ask: Ask


def note_event(kind: str, envelope: Envelope, *, at: datetime, planning: Planning) -> None:
    """Plan what an event is to be told by; the same event again has no effect.

    Raises
    ------
    TransientError
        If the topics service could not answer.
    """
    _ACTS[kind](envelope, at, planning)


def remind(*, at: datetime, has_time: Callable[[], bool], planning: Planning) -> None:
    """Plan the reminders that are due; what there is no time for is left to the next sweep.

    Raises
    ------
    TransientError
        If the topics service could not answer for some rounds; the others were attended to.
    """
    missed = 0
    for watched in list(planning.store.watched()):
        if not has_time():
            return
        if datetime.fromisoformat(watched.look_at) > at:
            continue
        try:
            _look_at(watched, at=at, planning=planning)
        except TransientError:
            missed += 1
    if missed:
        raise TransientError(f"{missed} rounds could not be looked at")


def _look_at(watched: Watched, *, at: datetime, planning: Planning) -> None:
    topic = present_topic(watched.topic_id, watched.round, planning)
    found = verdict(topic, round_=watched.round, at=at)
    if found.due:
        reminder = Planned(
            topic_id=watched.topic_id,
            round=watched.round,
            notice="reminder",
            occasion=clock.length_to_text(found.due),
        )
        _plan(reminder, topic, at=at, planning=planning)
    if found.look_at:
        planning.store.look_again(watched, at=found.look_at)
    else:
        planning.store.unwatch(watched, at=at)


def _opened(envelope: Envelope, at: datetime, planning: Planning) -> None:
    planning.store.watch(envelope.topic_id, envelope.round, at=at)


def _extended(envelope: Envelope, at: datetime, planning: Planning) -> None:
    planning.store.watch(envelope.topic_id, envelope.round, at=at)
    closes_at = str(envelope.data["closes_at"])
    told: dict[NoticeKind, str] = {"extended": closes_at}
    if envelope.data.get("automatic"):
        told["inquiry_open"] = closes_at
    _tell(envelope, told, at=at, planning=planning)


def _answered(envelope: Envelope, at: datetime, planning: Planning) -> None:
    # Who corrects an answer tells nobody twice but the one who asked: the occasion is the inquiry.
    inquiry = str(envelope.data["comment_id"])
    answer = Told(comment_id=inquiry, edition=int(envelope.data.get("edition", 1)))
    told: dict[NoticeKind, str] = {"answered": inquiry, "inquiry_answer": answer.occasion}
    _tell(envelope, told, at=at, planning=planning)


def _moderated(envelope: Envelope, at: datetime, planning: Planning) -> None:
    # What is published as it came, its author sees: told is what is refused, and what is final.
    if envelope.data["decision"] == "publish" and not envelope.data["final"]:
        return
    told = Told(comment_id=str(envelope.data["comment_id"]), edition=int(envelope.data["edition"]))
    _tell(envelope, {"moderated": told.occasion}, at=at, planning=planning)


def _gap_found(envelope: Envelope, at: datetime, planning: Planning) -> None:
    _tell(envelope, {"inclusion_gap": envelope.id[:_LONGEST_OCCASION]}, at=at, planning=planning)


def _announced(envelope: Envelope, at: datetime, planning: Planning) -> None:
    for part in slices(envelope.id):
        _tell(envelope, {"outcome": part.occasion}, at=at, planning=planning)


def _corrected(envelope: Envelope, at: datetime, planning: Planning) -> None:
    target, version = envelope.data["target_kind"], int(envelope.data["correction_version"])
    comment_id = str(envelope.data["target_id"]) if target == "comment" else ""
    for occasion in Concerned(version=version, comment_id=comment_id).occasions:
        _tell(envelope, {"corrected": occasion}, at=at, planning=planning)


def _tell(
    envelope: Envelope, told: Mapping[NoticeKind, str], *, at: datetime, planning: Planning
) -> None:
    """Plan notices, each with its occasion."""
    topic = present_topic(envelope.topic_id, envelope.round, planning)
    for notice, occasion in told.items():
        planned = Planned(
            topic_id=envelope.topic_id, round=envelope.round, notice=notice, occasion=occasion
        )
        _plan(planned, topic, at=at, planning=planning)


def _plan(planned: Planned, topic: PublicTopic | None, *, at: datetime, planning: Planning) -> None:
    if topic is not None:
        channels = channels_for(planned.notice, topic.channels)
        planning.store.plan(planned, channels, at=at)


def present_topic(topic_id: str, round_: int, planning: Planning) -> PublicTopic | None:
    """Topic as everybody may read it; ``None`` if nobody may.

    Raises
    ------
    TransientError
        If the topics service could not answer.
    """
    view: dict[str, Any] | None = planning.ask(topic_id, round_, ("topic",)).get("topic")
    return PublicTopic.model_validate(view) if view else None


_ACTS: dict[str, Callable[[Envelope, datetime, Planning], None]] = {
    "CollectionOpened": _opened,
    "CollectionExtended": _extended,
    "InquiryAnswered": _answered,
    "InclusionGapFound": _gap_found,
    "ModerationDecided": _moderated,
    "DecisionAnnounced": _announced,
    "DispositionCorrected": _corrected,
}
