"""What people say against moderation: the author of a comment appeals, a reader flags it.

Who may do so is known here, cases are moderation's: it is asked, with the words that it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.comments.model import names
from services.comments.model.moderation import (
    for_moderation,
    is_decided_against,
    round_for_moderation,
)
from services.comments.model.senders import network
from services.comments.use_cases.find import Found, find
from services.comments.use_cases.manage import Claim, Desk, own
from services.shared.errors import Conflict, NotFound, SignInRequired

Tell = Callable[[dict[str, Any]], dict[str, Any]]
"""moderation-contest: payload to answer."""


class Taken(BaseModel):
    """What moderation says to an appeal: when it was lodged, or why it is not taken."""

    model_config = ConfigDict(frozen=True)

    refused: (
        Literal[
            "nothing_to_appeal",
            "under_review",
            "already_appealed",
            "appeal_period_over",
            "case_withdrawn",
            "case_changed",
        ]
        | None
    )
    lodged_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who flags a comment: the account, or the network address of whoever is not signed in.

    Of an IPv6 address counts what a provider gives to one subscriber.
    """

    subject: str | None
    address: str


def appeal(
    desk: Desk,
    claim: Claim,
    statement: str,
    *,
    topic_id: str,
    comment_id: str,
    at: datetime,
    tell: Tell,
) -> dict[str, Any]:
    """Contest the decision on one's own comment; the same statement again changes nothing.

    Raises
    ------
    NotFound
        If there is no such comment, or it is not the claimant's.
    Conflict
        If no moderator refused or masked anything of it, the time is over, or it was contested.
    """
    found = own(desk, claim, topic_id=topic_id, comment_id=comment_id, at=at)
    if not is_decided_against(found.comment):
        raise Conflict("nothing_to_appeal")
    payload = {
        **round_for_moderation(found.window),
        "comment_id": comment_id,
        "statement": statement,
    }
    taken = Taken.model_validate(tell(payload))
    if taken.refused:
        raise Conflict(taken.refused)
    return {"comment_id": comment_id, "status": "appealed", "lodged_at": taken.lodged_at}


def flag(
    desk: Desk,
    reader: Reader,
    code: str,
    *,
    topic_id: str,
    comment_id: str,
    at: datetime,
    tell: Tell,
) -> dict[str, Any]:
    """Doubt a published comment, each reader once; how many do so is told to nobody.

    Raises
    ------
    NotFound
        If there is no such public comment.
    SignInRequired
        If the consultation is for registered participants, and the reader is not signed in.
    """
    found = find(topic_id, comment_id, store=desk.store, windows=desk.windows, at=at)
    if found.comment.status != "published":
        raise NotFound
    if found.window.participation == "registered" and reader.subject is None:
        raise SignInRequired("registered_only")
    tell(_flag(desk, found, reader, code))
    return {"comment_id": comment_id, "status": "flagged"}


def _flag(desk: Desk, found: Found, reader: Reader, code: str) -> dict[str, Any]:
    who = reader.subject or network(reader.address)
    flagger = names.flagger(desk.keyring, comment_id=found.comment.comment_id, who=who)
    return {
        **round_for_moderation(found.window),
        "comment": for_moderation(found.comment),
        "flag": {"code": code, "flagger": flagger},
    }
