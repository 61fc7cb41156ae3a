"""Tell who asked an inquiry of the answer to it: each answer once, to whatever address they left.

What came of it is in one ledger of the round and channel, under a pseudonym of inquiry and answer,
and is told of as a count: an outcome of its own for each inquiry would show everybody, in the
audit trail, which of the authors can be reached and how.
"""

from datetime import datetime

from services.outreach.mails import bilingual
from services.outreach.model.address import asker_hash
from services.outreach.model.asker import AnswerTold, InquiryAnswer
from services.outreach.model.delivery import Delivery
from services.outreach.model.notice import Notice, PublicTopic
from services.outreach.model.subscription import Way
from services.outreach.use_cases.compose import NothingToTell, compose
from services.outreach.use_cases.means import Inquiries, Means
from services.outreach.use_cases.parcels import to_asker
from services.outreach.use_cases.send import Parcel, Round, send_to_one


def tell_asker(delivery: Delivery, *, at: datetime, means: Means, inquiries: Inquiries) -> None:
    """Tell of an answer over one channel; told already, or no more to be told, has no effect.

    An answer that was replaced meanwhile is told by the event of the one that replaced it.

    Raises
    ------
    TransientError
        If it should be tried again; nobody who was told will be told twice.
    """
    told = AnswerTold.of(delivery.occasion)
    ledger = delivery.model_copy(update={"occasion": ""})
    recipient = asker_hash(delivery.occasion, key=means.keyring.recipient)
    standing = means.deliveries.entry(ledger, recipient)
    if standing and not standing.is_open:
        return
    asker = inquiries.asker(delivery.topic_id, delivery.round, told.comment_id)
    if asker is None or asker.answer is None or asker.answer.edition != told.edition:
        return
    way: Way = "sms" if delivery.channel == "sms" else "email"
    reach = asker.reach(way)
    if reach is None:
        return
    try:
        notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
    except NothingToTell:
        return
    notice = _with_answer(notice, topic, told, answer=asker.answer, means=means)
    send = to_asker(
        reach, way=way, language=asker.language, notice=notice, topic=topic, means=means
    )
    round_ = Round(delivery=ledger, one_provider=True, at=at, means=means)
    send_to_one(Parcel(recipient=recipient, send=send), round_)


def _with_answer(
    notice: Notice, topic: PublicTopic, told: AnswerTold, *, answer: InquiryAnswer, means: Means
) -> Notice:
    changed = told.edition > 1
    title = "notice_inquiry_answer_changed" if changed else "notice_inquiry_answer"
    update = {
        "title": bilingual(title, title=topic.title),
        "summary": answer.text,
        "link": means.links.comment(topic.topic_id, told.comment_id),
    }
    return notice.model_copy(update=update)
