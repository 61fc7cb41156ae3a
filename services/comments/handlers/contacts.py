"""comments-contacts: addresses that people left, for the one service that tells them.

What it answers is personal: it is never logged, and whoever asks keeps it no longer than it takes
to send a message.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.comments.handlers import data_keys, store
from services.comments.inquiry_store import MOST_AT_ONCE, InquiryStore, Place
from services.comments.model.window import Round
from services.comments.settings import settings
from services.comments.use_cases.contacts import ContactDesk, contacts, contacts_of_part
from services.shared.ids import ID_PATTERN
from services.shared.table import Table
from services.shared.transient import transient_errors

_Id = Annotated[str, Field(pattern=ID_PATTERN)]


class From(BaseModel):
    """Where to go on, as the answer before said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shard_number: int = Field(default=0, ge=0)
    after: Annotated[str, Field(max_length=100)] = ""


class ContactsRequest(BaseModel):
    """Payload: of which comments of a round, of its open inquiries, or of all with an address.

    Attributes
    ----------
    unanswered_from, left_from : From or None
        Where to go on among the open inquiries, or among all comments of the round.
    step : int
        With `left_from`, every how many shards are gone through.
    moderated : bool
        Whether their authors are to hear what moderators decided, which who was refused does, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: Round
    comment_ids: Annotated[tuple[_Id, ...], Field(max_length=MOST_AT_ONCE)] = ()
    unanswered_from: From | None = None
    left_from: From | None = None
    step: Annotated[int, Field(ge=1)] = 1
    moderated: bool = False


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the contacts; of a round's at most a hundred, and where the next begin."""
    request = ContactsRequest.model_validate(event)
    window = store().window(request.topic_id, request.round)
    comment_ids, following = list(request.comment_ids), None
    if request.unanswered_from and window:
        place = Place(**request.unanswered_from.model_dump())
        inquiries = InquiryStore(Table(settings().comments_table_name))
        listed = inquiries.unanswered(window, after=place)
        comment_ids, following = listed.comment_ids, listed.next
    desk = ContactDesk(store=store(), data_keys=data_keys(), moderated=request.moderated)
    if request.left_from and window:
        place = Place(**request.left_from.model_dump())
        left, following = contacts_of_part(window, after=place, step=request.step, desk=desk)
        return _answer(left, following)
    found = contacts(comment_ids, window=window, desk=desk)
    return _answer(found, following)


def _answer(contacts: dict[str, Any], following: Place | None) -> dict[str, Any]:
    return {"contacts": contacts, "next": vars(following) if following else None}
