"""Tell the authors of a round what their comments were answered, a page at a time.

Whom a correction concerns is told likewise; of one comment there is one page, and what came of it
is in one ledger for all such.

No outcome is recorded: of a part with few comments it would show everybody, in the audit trail,
which author left an address. The delivery report has the sum of all parts.
"""

from collections.abc import Iterator
from datetime import datetime

from services.outreach.model.address import asker_hash
from services.outreach.model.asker import Answered
from services.outreach.model.corrections import Concerned, first_place, only_comment
from services.outreach.model.delivery import Delivery
from services.outreach.model.notice import Bilingual, Notice, PublicTopic
from services.outreach.model.reminder import is_daytime
from services.outreach.model.subscription import Way
from services.outreach.plan_store import PlanStore
from services.outreach.use_cases.compose import NothingToTell, compose
from services.outreach.use_cases.means import Inquiries, Means, Page
from services.outreach.use_cases.outcomes import what_became, what_changed
from services.outreach.use_cases.parcels import to_asker
from services.outreach.use_cases.send import Parcel, Round, send_to_one
from services.shared.errors import TransientError


def tell_authors(
    delivery: Delivery,
    *,
    part: int,
    place: str,
    at: datetime,
    means: Means,
    inquiries: Inquiries,
    plans: PlanStore,
) -> None:
    """Tell the authors of one page over one channel, and make the next page due.

    Parameters
    ----------
    part : int
        Number of the page in the order in which they are due.
    place : str
        Where the page begins; empty for the first.

    Raises
    ------
    TransientError
        If the page should be told by another attempt, which the queue brings, and the hourly sweep
        for a day; who was told is not told again.
    """
    try:
        notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
    except NothingToTell:
        return
    if delivery.channel == "sms" and not is_daytime(at, topic.time_zone):
        plans.leave(delivery, place=place, at=at)
        return
    begin = place or first_place(delivery)
    page = _page(delivery, topic, begin, inquiries)
    round_ = Round(delivery=_ledger(delivery), one_provider=True, at=at, means=means)
    try:
        is_whole = _all_told(_parcels(delivery, page, notice, topic, means), round_)
    except TransientError:
        plans.leave(delivery, place=begin, at=at)
        raise
    following = page.next if is_whole else begin
    if following is None:
        plans.finish(delivery, at=at)
    else:
        plans.go_on(delivery, part=part + 1, at=at, place=following)


def _page(delivery: Delivery, topic: PublicTopic, place: str, inquiries: Inquiries) -> Page:
    if delivery.notice == "corrected":
        return inquiries.corrected(topic, place, Concerned.by(delivery.occasion))
    return inquiries.answered(topic, place)


def _ledger(delivery: Delivery) -> Delivery:
    return delivery.model_copy(update={"occasion": ""}) if only_comment(delivery) else delivery


def _all_told(parcels: Iterator[Parcel], round_: Round) -> bool:
    """Send while there is time; tells whether it was enough for everybody."""
    for parcel in parcels:
        if not round_.means.has_time():
            return False
        send_to_one(parcel, round_)
    return True


def _parcels(
    delivery: Delivery, page: Page, notice: Notice, topic: PublicTopic, means: Means
) -> Iterator[Parcel]:
    way: Way = "sms" if delivery.channel == "sms" else "email"
    for comment_id, author in page.authors:
        reach = author.reach(way)
        told = _told(delivery, author.disposition, topic, way)
        if reach and told:
            link = means.links.comment(topic.topic_id, comment_id)
            own = {"summary": told, "link": link}
            pack = to_asker(
                reach,
                way=way,
                language=author.language,
                notice=notice.model_copy(update=own),
                topic=topic,
                means=means,
            )
            once = delivery.occasion if only_comment(delivery) else comment_id
            recipient = asker_hash(once, key=means.keyring.recipient)
            yield Parcel(recipient=recipient, pack=pack)


def _told(
    delivery: Delivery, answered: Answered | None, topic: PublicTopic, way: Way
) -> Bilingual | None:
    if answered is None:
        return None
    if delivery.notice == "corrected":
        return what_changed(answered, topic.clauses, way)
    return what_became(answered, topic.clauses)
