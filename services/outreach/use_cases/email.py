"""Send a notice to everybody who is to be told: claim, send, confirm, so that nobody is told twice.

A claim that is never confirmed may or may not have become a mail. It is reported as ``unknown`` and
not sent again: for a public notice, one mail too few is the smaller harm than two to everybody.
"""

from collections.abc import Iterator
from datetime import datetime

from services.outreach.mailer import Mail, MailerDown, MailRefused, MailUncertain
from services.outreach.mails import notice_mail
from services.outreach.model.address import recipient_hash
from services.outreach.model.delivery import Delivery
from services.outreach.model.notice import Notice, PublicTopic
from services.outreach.model.subscription import Subscriber
from services.outreach.store import Claim
from services.outreach.use_cases.means import Means
from services.shared.errors import TransientError


def send_to_all(
    delivery: Delivery, notice: Notice, topic: PublicTopic, *, at: datetime, means: Means
) -> str | None:
    """Send a notice to every subscriber and to the topic's contact.

    Returns
    -------
    str or None
        Code of what keeps the provider from taking any mail; ``None`` if everybody was attended to.

    Raises
    ------
    TransientError
        If the rest should be sent by another attempt.
    """
    ledger = means.deliveries.ledger(delivery)
    for subscriber in _recipients(topic, means):
        recipient = recipient_hash(subscriber.address, key=means.keyring.recipient)
        entry = ledger.get(recipient)
        if entry and not entry.is_open:
            continue
        if not means.has_time():
            raise TransientError("no time for the remaining recipients")
        claim = Claim(recipient=recipient, holder=means.draw_id(), at=at)
        if not means.deliveries.claim(delivery, claim, released=entry is not None):
            continue
        mail = notice_mail(notice, topic, to=subscriber, links=means.links)
        try:
            _send(delivery, claim, mail, means)
        except MailerDown as error:
            return error.reason
    return None


def _recipients(topic: PublicTopic, means: Means) -> Iterator[Subscriber]:
    """Everybody to be told; who is there twice is claimed, and therefore told, once."""
    yield from means.subscriptions.subscribers(topic.topic_id)
    yield Subscriber(address=topic.contact.email, language="ar")


def _send(delivery: Delivery, claim: Claim, mail: Mail, means: Means) -> None:
    try:
        means.mailer.send(mail)
    except MailRefused as error:
        means.deliveries.settle(delivery, claim, state="failed", reason=error.reason)
    except (MailerDown, TransientError):
        means.deliveries.settle(delivery, claim, state="released")
        raise
    except MailUncertain as error:
        # The claim stays as it is. Where one answer was lost others would be: come back later.
        raise TransientError("the mail provider did not answer") from error
    else:
        means.deliveries.settle(delivery, claim, state="sent")
