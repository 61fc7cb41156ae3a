"""Subscribe to a topic (double opt-in), confirm, unsubscribe."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.outreach.links import Links
from services.outreach.mailer import Mailer, MailerDown, MailRefused, MailUncertain
from services.outreach.mails import confirmation_mail
from services.outreach.model.address import subscription_id
from services.outreach.model.notice import PublicTopic
from services.outreach.model.subscription import (
    Invitation,
    Subscriber,
    Subscription,
    SubscriptionRequest,
)
from services.outreach.model.tokens import (
    CONFIRM_WITHIN,
    Keyring,
    SubscriptionKey,
    check_confirmation,
    check_unsubscription,
    confirmation_token,
)
from services.outreach.store import ChangedMeanwhile
from services.outreach.subscription_store import SubscriptionStore
from services.shared.errors import Conflict, NotFound, TransientError


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What subscriptions work with."""

    store: SubscriptionStore
    mailer: Mailer
    keyring: Keyring
    links: Links


def open_topic(answer: dict[str, Any]) -> PublicTopic:
    """Topic that one can subscribe to, out of what the topics service answered.

    Raises
    ------
    NotFound
        If there is none, or it is not public.
    Conflict
        ``topic_over``.
    """
    if not answer.get("topic"):
        raise NotFound
    topic = PublicTopic.model_validate(answer["topic"])
    if topic.is_over:
        raise Conflict("topic_over")
    return topic


def subscribe(
    request: SubscriptionRequest, topic: PublicTopic, *, claim: str, at: datetime, desk: Desk
) -> str:
    """Ask the mailbox's owner, at most once an hour, and give the subscription's id.

    What is given does not depend on whether the address is subscribed already or takes mail: nobody
    can find out here who wants to be told what.

    Parameters
    ----------
    claim : str
        New identifier of this attempt.

    Raises
    ------
    TransientError
        If the mail could not be sent now.
    """
    invitation = Invitation(
        topic_id=topic.topic_id,
        subscription_id=subscription_id(
            request.email, topic_id=topic.topic_id, key=desk.keyring.recipient
        ),
        round=topic.round,
        address=request.email,
        language=request.language,
        mailed_at=at,
        claim=claim,
        expires_at=int((at + CONFIRM_WITHIN).timestamp()),
    )
    before = desk.store.invitation(invitation.key)
    if before is None or before.may_mail_again(at):
        _invite(invitation, topic, before=before, at=at, desk=desk)
    return invitation.subscription_id


def confirm(key: SubscriptionKey, token: str, *, at: datetime, desk: Desk) -> Subscription:
    """Begin a subscription; confirming again has no effect.

    Raises
    ------
    Malformed
        ``token_altered`` or ``token_expired``.
    NotFound
        If the subscription has ended since.
    Conflict
        If it was changed at the same time.
    """
    check_confirmation(token, key, desk.keyring, at=at)
    before = desk.store.subscription(key)
    if before and before.status == "confirmed":
        return before
    invitation = desk.store.invitation(key)
    if invitation is None or invitation.address is None:
        raise NotFound
    subscription = Subscription.begun(invitation, before=before)
    try:
        desk.store.begin(subscription, address=invitation.address, at=at)
    except ChangedMeanwhile as error:
        # Mail scanners follow links too, at the same time as people do.
        present = desk.store.subscription(key)
        if present != subscription:
            raise Conflict from error
    return subscription


def unsubscribe(key: SubscriptionKey, token: str, *, at: datetime, desk: Desk) -> None:
    """End a subscription and forget the address; ending it again has no effect.

    Raises
    ------
    NotFound
        If the token is not the subscription's.
    Conflict
        If it was changed at the same time.
    """
    check_unsubscription(token, key, desk.keyring)
    subscription = desk.store.subscription(key)
    if subscription is None or subscription.status == "ended":
        return
    try:
        desk.store.end(subscription.ended(), invitation=desk.store.invitation(key), at=at)
    except ChangedMeanwhile as error:
        raise Conflict from error


def _invite(
    invitation: Invitation,
    topic: PublicTopic,
    *,
    before: Invitation | None,
    at: datetime,
    desk: Desk,
) -> None:
    try:
        desk.store.invite(invitation, before=before)
    except ChangedMeanwhile:
        # The same request at the same time was quicker and sends the mail.
        return
    token = confirmation_token(invitation.key, desk.keyring, at=at)
    to = Subscriber(address=str(invitation.address), language=invitation.language)
    link = desk.links.confirm(invitation.key, token)
    try:
        desk.mailer.send(confirmation_mail(topic, to=to, link=link))
    except (MailRefused, MailUncertain):
        # Told apart from success, it would tell which addresses exist.
        return
    except (MailerDown, TransientError) as error:
        _give_back(invitation, desk)
        raise TransientError("the confirmation was not sent") from error


def _give_back(invitation: Invitation, desk: Desk) -> None:
    """Let the next request send the mail without waiting for an hour."""
    try:
        desk.store.not_mailed(invitation)
    except ChangedMeanwhile as error:
        raise TransientError("another confirmation is on its way") from error
