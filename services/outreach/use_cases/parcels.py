"""Who is told over which channel, and what each of them gets."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from services.outreach.mails import notice_mail
from services.outreach.model.address import asker_hash, recipient_hash
from services.outreach.model.asker import Reach
from services.outreach.model.delivery import SUPPRESSED, Channel, NoticeKind
from services.outreach.model.feedback import Entry, Sent
from services.outreach.model.notice import Notice, PublicTopic
from services.outreach.model.parts import EVERYBODY
from services.outreach.model.scope import around
from services.outreach.model.subscription import Subscriber, Way
from services.outreach.model.webhook import Endpoint, message
from services.outreach.texts import notice_text
from services.outreach.transport import Refused
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.send import Parcel, Send
from services.shared.language import Language

_NOT_FOR_THE_CONTACT: set[NoticeKind] = {"reminder", "answered"}
"""What the topic's own office knows best."""
_FOR_ITS_SUBSCRIBERS: set[NoticeKind] = {"answered"}
"""What whoever follows an agency, or everything, did not ask to hear of each topic."""
_NOT_FOR_SUBSCRIBERS: set[NoticeKind] = {"inquiry_open", "inclusion_gap"}
_TO_SUBSCRIBERS: dict[Channel, Way] = {"email": "email", "sms": "sms"}


def parcels(
    channel: Channel,
    notice: Notice,
    topic: PublicTopic,
    means: Means,
    *,
    part: str = EVERYBODY,
) -> Iterator[Parcel]:
    """What everybody gets, or everybody in a part, whom a notice reaches over a channel."""
    if channel == "webhook":
        return _posts(notice, topic, means)
    way: Way = "sms" if channel == "sms" else "email"
    if notice.notice == "inquiry_open":
        return _to_askers(way, notice, topic, means)
    if notice.notice == "inclusion_gap":
        return _parcels(way, notice, topic, to=[_contact(topic)], means=means)
    to = _recipients(way, notice, topic, means, part)
    # The contact is in one part, as everybody is.
    return (each for each in _parcels(way, notice, topic, to=to, means=means) if each.is_in(part))


def how_many(channel: Channel, notice: Notice, topic: PublicTopic, means: Means) -> int:
    """About how many a notice reaches over a channel, if it goes to subscribers; else 0."""
    if channel not in _TO_SUBSCRIBERS or notice.notice in _NOT_FOR_SUBSCRIBERS:
        return 0
    return sum(
        means.subscriptions.how_many(scope, _TO_SUBSCRIBERS[channel])
        for scope in _scopes(notice, topic)
    )


def to_asker(
    reach: Reach,
    *,
    way: Way,
    language: Language,
    notice: Notice,
    topic: PublicTopic,
    means: Means,
) -> Callable[[Entry], Send | None]:
    """How to make a notice for somebody who asked an inquiry.

    What they left that is no address is refused when it is their turn, as a provider would.
    """
    if reach.address is None:
        return lambda _entry: _refusing(reach.refusal)
    to = Subscriber(address=reach.address, language=language)
    return _packing(way, notice, topic, to, means)


def _to_askers(way: Way, notice: Notice, topic: PublicTopic, means: Means) -> Iterator[Parcel]:
    """What those get whose inquiries wait; who asked several is told once."""
    if means.inquiries is None:
        raise LookupError("this function may not know who asked")
    key = means.keyring.recipient
    for comment_id, asker in means.inquiries.waiting(topic.topic_id, topic.round):
        if reach := asker.reach(way):
            one = reach.address
            recipient = recipient_hash(one, key=key) if one else asker_hash(comment_id, key=key)
            pack = to_asker(
                reach, way=way, language=asker.language, notice=notice, topic=topic, means=means
            )
            yield Parcel(recipient=recipient, pack=pack)


def _refusing(reason: str) -> Send:
    def refuse() -> None:
        raise Refused(reason)

    return refuse


def _contact(topic: PublicTopic) -> Subscriber:
    return Subscriber(address=topic.contact.email, language="ar")


def _parcels(
    way: Way, notice: Notice, topic: PublicTopic, *, to: Iterable[Subscriber], means: Means
) -> Iterator[Parcel]:
    for one in to:
        recipient = recipient_hash(one.address, key=means.keyring.recipient)
        yield Parcel(recipient=recipient, pack=_packing(way, notice, topic, one, means))


def _packing(
    way: Way, notice: Notice, topic: PublicTopic, to: Subscriber, means: Means
) -> Callable[[Entry], Send | None]:
    def pack(entry: Entry) -> Send | None:
        # Subscribers are read by the page, long before it is the turn of the last of them.
        if to.key and not means.subscriptions.is_to_be_told(to.key, to.part):
            return None
        if way == "sms":
            text = notice_text(notice, topic, to=to, links=means.links)
            means.texter.wait()
            return partial(means.texter.send, text, has_time=means.has_time)
        address = recipient_hash(to.address, key=means.keyring.recipient)
        if means.suppressions.is_suppressed(address):
            return _refusing(SUPPRESSED)
        tags = Sent(address=address, ledger_entry=entry, subscription_key=to.key).tags()
        mail = replace(notice_mail(notice, topic, to=to, links=means.links), tags=tags)
        means.mailer.wait()
        return partial(means.mailer.send, mail, has_time=means.has_time)

    return pack


def _scopes(notice: Notice, topic: PublicTopic) -> tuple[str, ...]:
    scopes = around(topic.topic_id, topic.agency)
    return scopes[:1] if notice.notice in _FOR_ITS_SUBSCRIBERS else scopes


def _recipients(
    way: Way, notice: Notice, topic: PublicTopic, means: Means, part: str
) -> Iterator[Subscriber]:
    """Everybody to be told; who is there twice is claimed, and therefore told, once."""
    for scope in _scopes(notice, topic):
        for subscriber in means.subscriptions.subscribers(scope, part):
            if subscriber.channel == way:
                yield subscriber
    if way == "email" and notice.notice not in _NOT_FOR_THE_CONTACT:
        yield _contact(topic)


def _posts(notice: Notice, topic: PublicTopic, means: Means) -> Iterator[Parcel]:
    body = message(notice, topic)
    for endpoint in means.webhooks.endpoints():
        if endpoint.wants(topic.agency):
            yield Parcel(recipient=endpoint.webhook_id, pack=_posting(endpoint, body, means))


def _posting(endpoint: Endpoint, body: bytes, means: Means) -> Callable[[Entry], Send]:
    def pack(_entry: Entry) -> Send:
        secret = endpoint.secret(means.keyring.webhook)
        return partial(means.poster.post, endpoint.url, body, secret=secret)

    return pack
