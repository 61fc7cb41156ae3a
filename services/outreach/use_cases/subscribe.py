"""Subscribe (double opt-in), confirm by a link or a code, unsubscribe."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.outreach.links import Links
from services.outreach.mailer import Mailer
from services.outreach.mails import bilingual, confirmation_mail
from services.outreach.model.address import recipient_hash, subscription_id
from services.outreach.model.delivery import SUPPRESSED
from services.outreach.model.feedback import Sent
from services.outreach.model.notice import Bilingual, PublicTopic
from services.outreach.model.parts import part_of
from services.outreach.model.scope import of_agency
from services.outreach.model.subscription import (
    MOST_A_DAY,
    MOST_TRIES,
    Invitation,
    Subscriber,
    Subscription,
    SubscriptionRequest,
    WideRequest,
)
from services.outreach.model.tokens import (
    CONFIRM_WITHIN,
    Keyring,
    SubscriptionKey,
    check_confirmation,
    check_unsubscription,
    confirmation_code,
    confirmation_token,
    is_code,
    stop_code,
)
from services.outreach.store import ChangedMeanwhile
from services.outreach.subscription_store import SubscriptionStore
from services.outreach.suppression_store import SuppressionStore
from services.outreach.texter import Texter
from services.outreach.texts import code_text
from services.outreach.transport import Down, Refused, Uncertain
from services.shared.errors import Conflict, Malformed, NotFound, TransientError


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What subscriptions work with."""

    store: SubscriptionStore
    suppressions: SuppressionStore
    mailer: Mailer
    texter: Texter
    keyring: Keyring
    links: Links


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What somebody wants to be told about.

    Attributes
    ----------
    scope : str
        A topic or a wider scope.
    round : int
        Round of the topic; 0 for a wider scope.
    title : Bilingual
        How the confirmation names it.
    """

    scope: str
    round: int
    title: Bilingual


def wide_subject(request: WideRequest) -> Subject:
    """What a request for an agency's consultations, or for all of them, is about."""
    title = bilingual("subscribe_all")
    if request.agency:
        title = bilingual("subscribe_agency", agency=Bilingual.both(request.agency))
    return Subject(scope=of_agency(request.agency), round=0, title=title)


def open_topic(topic: PublicTopic) -> Subject:
    """Topic that one can subscribe to.

    Raises
    ------
    Conflict
        ``topic_over``.
    """
    if topic.is_over:
        raise Conflict("topic_over")
    title = Bilingual(ar=topic.title.ar, en=topic.title.en)
    return Subject(scope=topic.topic_id, round=topic.round, title=title)


def subscribe(
    request: SubscriptionRequest, subject: Subject, *, claim: str, at: datetime, desk: Desk
) -> str:
    """Ask the address's owner, at most once an hour, and give the subscription's id.

    What is given does not depend on whether the address is subscribed already or takes messages:
    nobody can find out here who wants to be told what.

    Parameters
    ----------
    claim : str
        New identifier of this attempt.

    Raises
    ------
    TransientError
        If the confirmation could not be sent now.
    """
    invitation = Invitation(
        topic_id=subject.scope,
        subscription_id=subscription_id(
            request.address, scope=subject.scope, key=desk.keyring.recipient
        ),
        round=subject.round,
        channel=request.way,
        address=request.address,
        language=request.language,
        mailed_at=at,
        claim=claim,
        expires_at=int((at + CONFIRM_WITHIN).timestamp()),
    )
    before = desk.store.invitation(invitation.key)
    if before is None or before.may_mail_again(at):
        recipient = recipient_hash(request.address, key=desk.keyring.recipient)
        if _may_ask(recipient, request, at=at, desk=desk):
            _invite(invitation, subject, before=before, at=at, desk=desk)
    return invitation.subscription_id


def confirm(key: SubscriptionKey, token: str, *, at: datetime, desk: Desk) -> Subscription:
    """Begin a subscription by the link; confirming again has no effect.

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
    if invitation is None:
        raise NotFound
    return _begin(invitation, before=before, at=at, desk=desk)


def confirm_code(key: SubscriptionKey, code: str, *, at: datetime, desk: Desk) -> Subscription:
    """Begin a subscription by the code that its telephone got; confirming again has no effect.

    Raises
    ------
    Malformed
        ``code_wrong``, ``code_spent`` or ``code_expired``.
    Conflict
        If something was changed at the same time.
    """
    invitation = desk.store.invitation(key)
    if invitation is None or invitation.channel != "sms":
        # Whether anybody asked for this subscription is not for others to know.
        raise Malformed("code_wrong")
    if invitation.tries >= MOST_TRIES:
        raise Malformed("code_spent")
    # Counted before it is looked at: of many that are tried at once, one alone is.
    _count_try(invitation, desk)
    expected = confirmation_code(key, desk.keyring, claim=invitation.claim)
    if not is_code(code, expected):
        raise Malformed("code_wrong")
    if at.timestamp() >= invitation.expires_at:
        raise Malformed("code_expired")
    before = desk.store.subscription(key)
    if before and before.status == "confirmed":
        return before
    return _begin(invitation, before=before, at=at, desk=desk)


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
    try:
        end_subscription(key, at=at, store=desk.store)
    except ChangedMeanwhile as error:
        raise Conflict from error


def end_subscription(key: SubscriptionKey, *, at: datetime, store: SubscriptionStore) -> None:
    """End a subscription, whoever may have it ended; one that has ended stays so.

    Raises
    ------
    ChangedMeanwhile
        If it was changed at the same time.
    """
    subscription = store.subscription(key)
    if subscription and subscription.status == "confirmed":
        store.end(subscription.ended(), invitation=store.invitation(key), at=at)


def _may_ask(recipient: str, request: SubscriptionRequest, *, at: datetime, desk: Desk) -> bool:
    try:
        return desk.store.may_ask(recipient, most=MOST_A_DAY[request.way], at=at)
    except ChangedMeanwhile as error:
        raise TransientError("the address is being asked already") from error


def _begin(
    invitation: Invitation, *, before: Subscription | None, at: datetime, desk: Desk
) -> Subscription:
    if invitation.address is None:
        raise NotFound
    part = part_of(recipient_hash(invitation.address, key=desk.keyring.recipient))
    subscription = Subscription.begun(invitation, before=before, part=part)
    try:
        stop = stop_code(invitation.key, desk.keyring)
        desk.store.begin(subscription, address=invitation.address, stop=stop, at=at)
    except ChangedMeanwhile as error:
        # Mail scanners follow links too, at the same time as people do.
        present = desk.store.subscription(invitation.key)
        if present != subscription:
            raise Conflict from error
    return subscription


def _count_try(invitation: Invitation, desk: Desk) -> None:
    try:
        desk.store.count_try(invitation)
    except ChangedMeanwhile as error:
        raise Conflict from error


def _invite(
    invitation: Invitation,
    subject: Subject,
    *,
    before: Invitation | None,
    at: datetime,
    desk: Desk,
) -> None:
    try:
        desk.store.invite(invitation, before=before)
    except ChangedMeanwhile:
        # The same request at the same time was quicker and sends the message.
        return
    try:
        _ask_owner(invitation, subject, at=at, desk=desk)
    except (Refused, Uncertain):
        # Told apart from success, it would tell which addresses exist.
        return
    except (Down, TransientError) as error:
        _give_back(invitation, desk)
        raise TransientError("the confirmation was not sent") from error


def _ask_owner(invitation: Invitation, subject: Subject, *, at: datetime, desk: Desk) -> None:
    address, language = str(invitation.address), invitation.language
    (desk.texter if invitation.channel == "sms" else desk.mailer).wait()
    if invitation.channel == "sms":
        code = confirmation_code(invitation.key, desk.keyring, claim=invitation.claim)
        return desk.texter.send(code_text(code, to=address, language=language))
    recipient = recipient_hash(address, key=desk.keyring.recipient)
    if desk.suppressions.is_suppressed(recipient):
        raise Refused(SUPPRESSED)
    token = confirmation_token(invitation.key, desk.keyring, at=at)
    to = Subscriber(address=address, language=language)
    mail = confirmation_mail(subject.title, to=to, link=desk.links.confirm(invitation.key, token))
    return desk.mailer.send(replace(mail, tags=Sent(address=recipient).tags()))


def _give_back(invitation: Invitation, desk: Desk) -> None:
    """Let the next request send the message without waiting for an hour, or for a day."""
    try:
        desk.store.not_mailed(invitation)
        desk.store.not_asked(recipient_hash(str(invitation.address), key=desk.keyring.recipient))
    except ChangedMeanwhile as error:
        raise TransientError("another confirmation is on its way") from error
