"""Officers see which inquiries wait for an answer, the oldest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.list_store import Part
from services.comments.model.comment import Comment
from services.comments.model.window import Window
from services.comments.use_cases.read import Reading, page_of
from services.shared import clock
from services.shared.errors import NotFound
from services.shared.identity import Caller


@dataclass(frozen=True, kw_only=True)
class Inquiries:
    """One page of inquiries, and the place after which to go on.

    Attributes
    ----------
    unanswered : int
        How many of the round wait for an answer, whether they are shown or not.
    not_shown : int
        How many of these moderation has not published (yet): what they say may be abuse.
    """

    items: list[dict[str, Any]]
    last: str | None
    unanswered: int
    not_shown: int


def list_inquiries(
    reading: Reading,
    window: Window,
    part: Part,
    *,
    answered: bool | None,
    caller: Caller,
    at: datetime,
) -> Inquiries:
    """Published inquiries of a round by receipt; `answered` ``None`` wants all.

    Raises
    ------
    NotFound
        If the topic is another agency's: it looks as if there were none.
    """
    if not caller.covers(window.agency):
        raise NotFound("unknown_topic")
    found = reading.lists.inquiries(window, part, answered=answered)
    waiting = reading.lists.unanswered(window)
    shown, last = page_of(reading, window, found)
    return Inquiries(
        items=[
            {**view, "received_at": comment.received_at, "age_seconds": _age(comment, at)}
            for view, comment in zip(shown, found.comments, strict=False)
        ],
        last=last,
        unanswered=waiting.all,
        not_shown=waiting.all - waiting.fitting,
    )


def _age(comment: Comment, at: datetime) -> int:
    """Whole seconds from an inquiry's receipt to its first answer, or to the present instant."""
    answered_at = comment.waited_until
    end = at if answered_at is None else clock.from_text(answered_at)
    return int((end - clock.from_text(comment.received_at)).total_seconds())
