"""Tell the author of a comment of an answer, or a moderator's decision: each once, where they said.

What came of it is in one ledger of the round, notice and channel, under a pseudonym of comment and
occasion, and is told of as a count: an outcome of its own for each comment would show everybody, in
the audit trail, which of the authors can be reached and how.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.address import asker_hash
from services.outreach.model.asker import Asker, Moderation, Told
from services.outreach.model.delivery import Delivery, NoticeKind
from services.outreach.model.notice import Bilingual, PublicTopic
from services.outreach.model.subscription import Way
from services.outreach.use_cases.compose import NothingToTell, compose
from services.outreach.use_cases.means import Inquiries, Means
from services.outreach.use_cases.parcels import to_asker
from services.outreach.use_cases.send import Parcel, Round, send_to_one
from services.shared.errors import TransientError

OF_ONE: tuple[NoticeKind, ...] = ("inquiry_answer", "moderated")
"""Notices that go to a single author."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What one author is told.

    Attributes
    ----------
    title : str
        Name of the message that is the title.
    """

    title: str
    summary: Bilingual
    link: str


def tell_asker(delivery: Delivery, *, at: datetime, means: Means, inquiries: Inquiries) -> None:
    """Tell an author over one channel; told already, or no more to be told, has no effect.

    An answer that was replaced meanwhile, or a decision after which another came, is told by the
    event of the later one.

    Raises
    ------
    TransientError
        If it should be tried again; nobody who was told will be told twice.
    """
    told = Told.of(delivery.occasion)
    ledger = delivery.model_copy(update={"occasion": ""})
    recipient = asker_hash(delivery.occasion, key=means.keyring.recipient)
    standing = means.deliveries.entry(ledger, recipient)
    if standing and not standing.is_open:
        return
    asker = inquiries.asker(delivery.topic_id, delivery.round, told.comment_id)
    way: Way = "sms" if delivery.channel == "sms" else "email"
    if asker is None or (reach := asker.reach(way)) is None:
        return
    try:
        notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
    except NothingToTell:
        return
    news = _NEWS[delivery.notice](asker, told, topic, means.links)
    if news is None:
        return
    title = bilingual(news.title, title=topic.title)
    notice = notice.model_copy(update={**vars(news), "title": title})
    pack = to_asker(
        reach, way=way, language=asker.language, notice=notice, topic=topic, means=means
    )
    round_ = Round(delivery=ledger, one_provider=True, at=at, means=means)
    send_to_one(Parcel(recipient=recipient, pack=pack), round_)


def _answer(asker: Asker, told: Told, topic: PublicTopic, links: Links) -> News | None:
    if asker.answer is None or asker.answer.edition != told.edition:
        return None
    changed = "_changed" if told.edition > 1 else ""
    return News(
        title=f"notice_inquiry_answer{changed}",
        summary=asker.answer.text,
        link=links.comment(topic.topic_id, told.comment_id),
    )


def _decision(asker: Asker, told: Told, topic: PublicTopic, links: Links) -> News | None:
    decided = asker.moderation
    if decided is None or decided.edition < told.edition:
        raise TransientError("the comment has not followed its moderation yet")
    if decided.edition > told.edition:
        return None
    shown = decided.status == "published"
    link = links.comment(topic.topic_id, told.comment_id) if shown else links.topic(topic.topic_id)
    return News(title="notice_moderated", summary=_outcome(decided), link=link)


def _outcome(decided: Moderation) -> Bilingual:
    """What was decided, by which rule, and what can be done about it."""
    shown = decided.status == "published"
    if shown and not decided.masked:
        return bilingual("moderated_published")
    if decided.reason is None or decided.rule is None:
        return bilingual("moderated_masked_alone")
    what_next = bilingual("moderated_final") if decided.final else decided.how_to_appeal
    why = {"reason": decided.reason, "rule": decided.rule, "next": what_next}
    return bilingual("moderated_masked", **why) if shown else bilingual("moderated_rejected", **why)


_NEWS: dict[NoticeKind, Callable[[Asker, Told, PublicTopic, Links], News | None]] = {
    "inquiry_answer": _answer,
    "moderated": _decision,
}
