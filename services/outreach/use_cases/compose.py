"""Put a notice together out of what everybody may read of the topic."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.delivery import (
    AFTER_WITHDRAWAL,
    WHILE_COLLECTING,
    Delivery,
    NoticeKind,
)
from services.outreach.model.notice import (
    Bilingual,
    Notice,
    PublicTopic,
    closing_text,
    extension,
    withdrawal_reason,
)
from services.outreach.use_cases.means import Ask, Means
from services.outreach.use_cases.send import Parcel
from services.shared.texts import Text

_PARTS: dict[NoticeKind, tuple[str, ...]] = {
    "published": ("topic",),
    "extended": ("topic", "timeline"),
    "reminder": ("topic",),
    "answered": ("topic",),
    "inquiry_answer": ("topic",),
    "inquiry_open": ("topic",),
    "moderated": ("topic",),
    "inclusion_gap": ("topic",),
    "announced": ("topic", "announcement"),
    "outcome": ("topic", "announcement"),
    "corrected": ("topic", "announcement"),
    "withdrawn": ("topic", "timeline"),
}
ASKED_AGAIN_AFTER = 100
"""Recipients after whom it is asked whether a notice is still to be told: at the share of a
sender, half a minute to some minutes."""


class NothingToTell(Exception):
    """What the notice would tell is not there to be read."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def compose(
    delivery: Delivery, *, ask: Ask, links: Links, at: datetime
) -> tuple[Notice, PublicTopic]:
    """Notice of a delivery and the topic that it is about.

    Raises
    ------
    NothingToTell
        ``topic_not_public``, ``collection_over``, ``topic_withdrawn`` or ``no_decision``.
    """
    kind = delivery.notice
    answer = ask(delivery.topic_id, delivery.round, _PARTS[kind])
    if not answer.get("topic"):
        raise NothingToTell("topic_not_public")
    topic = _public(answer)
    if kind in WHILE_COLLECTING and not topic.is_collecting(at):
        raise NothingToTell("collection_over")
    if topic.stage == "withdrawn" and kind not in AFTER_WITHDRAWAL:
        raise NothingToTell("topic_withdrawn")
    occasion = f"/{delivery.occasion}" if delivery.occasion else ""
    notice = Notice(
        entry_id=links.tag(f"topics/{delivery.topic_id}/r{delivery.round}/{kind}{occasion}"),
        topic_id=delivery.topic_id,
        round=delivery.round,
        notice=kind,
        agency=topic.agency,
        title=bilingual(f"notice_{kind}", title=topic.title),
        summary=_SUMMARIES.get(kind, _topics_own)(delivery, topic, answer),
        link=links.topic(delivery.topic_id),
        at=at,
    )
    return notice, topic


def while_to_be_told(
    parcels: Iterable[Parcel], delivery: Delivery, *, means: Means, at: datetime
) -> Iterator[Parcel]:
    """Give what recipients get, one after the other, for as long as a delivery is to be told.

    Raises
    ------
    NothingToTell
        As `compose` has it, in the midst of them.
    """
    for number, parcel in enumerate(parcels, start=1):
        yield parcel
        if number % ASKED_AGAIN_AFTER == 0:
            compose(delivery, ask=means.ask, links=means.links, at=at)


def closes(topic: PublicTopic) -> Bilingual:
    """When the collection closes, as people say it."""
    return Bilingual(ar=closing_text(topic, "ar"), en=closing_text(topic, "en"))


def _public(answer: dict[str, Any]) -> PublicTopic:
    """The topic, with the clauses of the announced decision where that was asked for."""
    announced = answer.get("announcement") or {}
    clauses = {each["id"]: each["text"] for each in announced.get("clauses", ())}
    return PublicTopic.model_validate({**answer["topic"], "clauses": clauses})


def _topics_own(_delivery: Delivery, topic: PublicTopic, _answer: dict[str, Any]) -> Bilingual:
    return Bilingual.shortened(topic.summary)


def _decision(_delivery: Delivery, _topic: PublicTopic, answer: dict[str, Any]) -> Bilingual:
    if not answer.get("announcement"):
        raise NothingToTell("no_decision")
    return Bilingual.shortened(Text.model_validate(answer["announcement"]["summary"]))


def _announced(delivery: Delivery, topic: PublicTopic, answer: dict[str, Any]) -> Bilingual:
    """The decision, and why comments have no answer, where that was excepted."""
    summary = _decision(delivery, topic, answer)
    exception = answer["announcement"].get("exception")
    if not exception:
        return summary
    reason = Bilingual.shortened(Text.model_validate(exception["reason"]))
    return bilingual("announced_with_exception", summary=summary, reason=reason)


def _withdrawal(delivery: Delivery, topic: PublicTopic, answer: dict[str, Any]) -> Bilingual:
    reason = withdrawal_reason(answer.get("timeline") or [], round_=delivery.round)
    if reason:
        return bilingual("reason_of_withdrawal", reason=Bilingual.both(reason))
    return Bilingual.shortened(topic.summary)


def _extension(delivery: Delivery, topic: PublicTopic, answer: dict[str, Any]) -> Bilingual:
    timeline = answer.get("timeline") or []
    told = extension(timeline, round_=delivery.round, closes_at=delivery.occasion)
    if told.get("automatic"):
        return bilingual("extended_automatically", closes=closes(topic))
    reason = Bilingual.both(str(told["reason"])) if told.get("reason") else None
    if reason:
        return bilingual("extended_because", closes=closes(topic), reason=reason)
    return bilingual("extended_until", closes=closes(topic))


def _reminder(_delivery: Delivery, topic: PublicTopic, _answer: dict[str, Any]) -> Bilingual:
    return bilingual("closing_soon", closes=closes(topic))


def _answered(_delivery: Delivery, topic: PublicTopic, _answer: dict[str, Any]) -> Bilingual:
    return bilingual("inquiry_answered", title=topic.title)


def _open(_delivery: Delivery, topic: PublicTopic, _answer: dict[str, Any]) -> Bilingual:
    return bilingual("inquiry_waits", closes=closes(topic))


def _gap(_delivery: Delivery, topic: PublicTopic, _answer: dict[str, Any]) -> Bilingual:
    return bilingual("groups_stay_away", closes=closes(topic))


_SUMMARIES: dict[NoticeKind, Callable[[Delivery, PublicTopic, dict[str, Any]], Bilingual]] = {
    "extended": _extension,
    "reminder": _reminder,
    "answered": _answered,
    "inquiry_answer": _answered,
    "inquiry_open": _open,
    "inclusion_gap": _gap,
    "announced": _announced,
    "outcome": _decision,
    "corrected": _decision,
    "withdrawn": _withdrawal,
}
