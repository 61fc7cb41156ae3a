"""Take somebody for the author of comments by the secrets of their receipts."""

from collections.abc import Sequence
from datetime import datetime

from services.comments.model import names
from services.comments.model.shown import ShownReceipt
from services.comments.model.window import Window
from services.comments.use_cases.find import Found, find
from services.comments.use_cases.manage import Desk
from services.shared.errors import Fault, Invalid, NotFound


def proven(
    desk: Desk, topic_id: str, shown: Sequence[ShownReceipt], *, at: datetime
) -> list[Found]:
    """Comments of a topic whose secrets are right, each once; nothing is read before all are.

    Raises
    ------
    Invalid
        With a fault for each that is not there, or whose secret is another: nobody learns which.
    """
    known_window(desk, topic_id, at=at)
    wrong = [
        number
        for number, each in enumerate(shown)
        if not names.is_receipt_secret(desk.keyring, each.comment_id, each.receipt_secret)
    ]
    _refuse(wrong)
    found: dict[str, Found] = {}
    for number, each in enumerate(shown):
        try:
            one = find(topic_id, each.comment_id, store=desk.store, windows=desk.windows, at=at)
        except NotFound:
            wrong.append(number)
        else:
            found[each.comment_id] = one
    _refuse(wrong)
    return list(found.values())


def known_window(desk: Desk, topic_id: str, *, at: datetime) -> Window:
    """Window of a topic's current round.

    Raises
    ------
    Invalid
        If there is no such topic.
    """
    try:
        return desk.windows.current(topic_id, at=at)
    except NotFound as error:
        raise Invalid(faults=[Fault(field="/topic_id", code="unknown_topic")]) from error


def _refuse(wrong: Sequence[int]) -> None:
    if wrong:
        faults = [Fault(field=f"/comments/{n}", code="not_your_comment") for n in wrong]
        raise Invalid(faults=faults)
