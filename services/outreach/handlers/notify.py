"""Notices that are due go over their channels, one message of the queue for each."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from services.outreach.events import NoticeDue
from services.outreach.handlers import has_time, means, plan_store
from services.outreach.model.asker import Asker
from services.outreach.model.delivery import Delivery
from services.outreach.model.parts import MOST_PARTS, number_of
from services.outreach.sources import authors, contacts_of, corrected_authors
from services.outreach.use_cases.askers import OF_ONE, tell_asker
from services.outreach.use_cases.authors import tell_authors
from services.outreach.use_cases.deliver import deliver, record_failure, settle
from services.outreach.use_cases.means import Inquiries, Means
from services.outreach.use_cases.night import left_for_day
from services.outreach.use_cases.parts import InParts, deliver_part
from services.outreach.use_cases.send import OutOfTime
from services.shared import clock
from services.shared.consumer import consume
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.transient import transient_errors


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-notify``."""

    def handle(_kind: str, envelope: Envelope) -> None:
        _notify(envelope, context)

    return consume(event, context, handle=handle)


def _notify(envelope: Envelope, context: Any) -> None:
    due = NoticeDue.model_validate(envelope.data)
    delivery = Delivery(
        topic_id=envelope.topic_id,
        round=envelope.round,
        notice=due.notice,
        channel=due.channel,
        occasion=due.occasion,
    )
    moderated = due.notice == "moderated"
    inquiries = Inquiries(
        asker=partial(_asker, moderated=moderated),
        waiting=_waiting,
        answered=authors,
        corrected=corrected_authors,
    )
    with_ = means(has_time=lambda: has_time(context), inquiries=inquiries)
    if due.notice in OF_ONE:
        with transient_errors():
            tell_asker(delivery, at=clock.now(), means=with_, inquiries=inquiries)
        return
    if due.notice in ("outcome", "corrected"):
        _tell_authors(delivery, due, with_, inquiries)
        return
    with transient_errors():
        if left_for_day(delivery, at=clock.now(), means=with_, plans=plan_store()):
            return
    if due.place:
        _deliver_part(delivery, due, with_)
    else:
        _deliver(delivery, part=due.part, with_=with_)


def _tell_authors(delivery: Delivery, due: NoticeDue, with_: Means, inquiries: Inquiries) -> None:
    with transient_errors():
        tell_authors(
            delivery,
            part=due.part,
            place=due.place,
            at=clock.now(),
            means=with_,
            inquiries=inquiries,
            plans=plan_store(),
        )


def _deliver(delivery: Delivery, *, part: int, with_: Means) -> None:
    at = clock.now()
    try:
        with transient_errors():
            deliver(delivery, at=at, means=with_, whole=False)
    except InParts as found:
        for each in found.left:
            number = part + 1 + number_of(each)
            plan_store().go_on(delivery, part=number, at=at, place=each)
    except OutOfTime:
        plan_store().go_on(delivery, part=part + 1, at=at)
    except TransientError as error:
        # The queue brings it again, but not for ever: what is known by now is on record.
        record_failure(delivery, error=type(error).__name__, at=at, means=with_)
        raise


def _deliver_part(delivery: Delivery, due: NoticeDue, with_: Means) -> None:
    at = clock.now()
    try:
        with transient_errors():
            deliver_part(delivery, due.place, at=at, means=with_)
    except OutOfTime:
        # Numbers of parts side by side do not meet, however often each is gone on with.
        plan_store().go_on(delivery, part=due.part + MOST_PARTS, at=at, place=due.place)
    finally:
        settle(delivery, at=at, means=with_)


def _asker(topic_id: str, round_: int, comment_id: str, *, moderated: bool) -> Asker | None:
    answer = contacts_of(topic_id, round_, comment_ids=[comment_id], moderated=moderated)
    found = answer["contacts"][comment_id]
    return Asker.model_validate(found) if found else None


def _waiting(topic_id: str, round_: int) -> Iterator[tuple[str, Asker]]:
    following: dict[str, Any] | None = {}
    while following is not None:
        answer = contacts_of(topic_id, round_, unanswered_from=following)
        for comment_id, found in answer["contacts"].items():
            if found:
                yield comment_id, Asker.model_validate(found)
        following = answer["next"]
