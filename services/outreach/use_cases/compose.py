"""Put a notice together out of what everybody may read of the topic."""

from datetime import datetime
from typing import Any

from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.delivery import Delivery, NoticeKind
from services.outreach.model.notice import (
    Bilingual,
    Notice,
    PublicTopic,
    withdrawal_reason,
)
from services.outreach.use_cases.means import Ask
from services.shared.texts import Text

_PARTS: dict[NoticeKind, tuple[str, ...]] = {
    "published": ("topic",),
    "announced": ("topic", "decision"),
    "withdrawn": ("topic", "timeline"),
}


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
        ``topic_not_public`` or ``no_decision``.
    """
    kind = delivery.notice
    answer = ask(delivery.topic_id, delivery.round, _PARTS[kind])
    if not answer.get("topic"):
        raise NothingToTell("topic_not_public")
    topic = PublicTopic.model_validate(answer["topic"])
    notice = Notice(
        entry_id=links.tag(f"topics/{delivery.topic_id}/r{delivery.round}/{kind}"),
        topic_id=delivery.topic_id,
        round=delivery.round,
        notice=kind,
        agency=topic.agency,
        title=bilingual(f"notice_{kind}", title=topic.title),
        summary=_summary(delivery, topic, answer),
        link=links.topic(delivery.topic_id),
        at=at,
    )
    return notice, topic


def _summary(delivery: Delivery, topic: PublicTopic, answer: dict[str, Any]) -> Bilingual:
    if delivery.notice == "announced":
        if not answer.get("decision"):
            raise NothingToTell("no_decision")
        return Bilingual.shortened(Text.model_validate(answer["decision"]["summary"]))
    if delivery.notice == "withdrawn":
        reason = withdrawal_reason(answer.get("timeline") or [], round_=delivery.round)
        if reason:
            # The officer gives the reason in one language; it is told in both as it stands.
            return bilingual("reason_of_withdrawal", reason=Bilingual(ar=reason, en=reason))
    return Bilingual.shortened(topic.summary)
