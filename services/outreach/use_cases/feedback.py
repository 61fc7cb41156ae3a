"""Take note of what SES tells of a mail afterwards: it bounced, or was called spam."""

from dataclasses import dataclass
from datetime import datetime

from services.outreach.model.feedback import Feedback, Sent
from services.outreach.store import ChangedMeanwhile, DeliveryStore
from services.outreach.subscription_store import SubscriptionStore
from services.outreach.suppression_store import SuppressionStore
from services.outreach.use_cases.subscribe import end_subscription
from services.shared.errors import TransientError


@dataclass(frozen=True, kw_only=True)
class Books:
    """Where it is noted."""

    deliveries: DeliveryStore
    subscriptions: SubscriptionStore
    suppressions: SuppressionStore


def note_feedback(feedback: Feedback, *, at: datetime, books: Books) -> None:
    """Note what came of a mail; the same again has no further effect.

    A mailbox that does not exist, and one whose owner complained, gets nothing more; a complaint
    also ends the subscription that the mail was sent by. A mailbox that is full, or a server that
    is away, is counted only.

    Raises
    ------
    TransientError
        If it should be tried again.
    """
    sent = Sent.of(feedback.tags)
    if sent is None:
        return
    if feedback.suppresses:
        books.suppressions.suppress(sent.address, reason=feedback.reason, at=at)
    if feedback.kind == "complaint" and sent.subscription_key:
        try:
            end_subscription(sent.subscription_key, at=at, store=books.subscriptions)
        except ChangedMeanwhile as error:
            raise TransientError("the subscription is being changed") from error
    if sent.ledger_entry:
        books.deliveries.note_feedback(
            sent.ledger_entry, state=feedback.state, reason=feedback.reason, at=at
        )
