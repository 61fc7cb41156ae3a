"""comments-leaves: which rounds' trees grow, and the leaves that came to one."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.comments.handlers import leaf_store, store
from services.comments.model.window import Round
from services.comments.settings import settings
from services.comments.use_cases.leaves import collecting, of_round, write_leaves
from services.shared.transient import transient_errors

_Instant = Annotated[str, Field(pattern=r"^[0-9T:.-]{23}Z$")]


class RoundRequest(BaseModel):
    """Payload: a round, which may have ended long ago."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: Round


class LeavesRequest(RoundRequest):
    """Payload: the leaves of one shard of a round, received in a span.

    Attributes
    ----------
    after, before : str
        The span, RFC 3339 in UTC with milliseconds; the first instant is in it.
    """

    shard: Annotated[int, Field(ge=0)]
    after: _Instant
    before: _Instant


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with all rounds or the one that is named, or write leaves of one of its shards."""
    if not event:
        return collecting(leaf_store())
    if "shard" not in event:
        asked = RoundRequest.model_validate(event)
        return of_round(store().window(asked.topic_id, asked.round))
    request = LeavesRequest.model_validate(event)
    window = store().window(request.topic_id, request.round)
    if window is None:
        raise LookupError(f"no window of round {request.round} of {request.topic_id}")
    return write_leaves(
        window,
        request.shard,
        after=request.after,
        before=request.before,
        store=leaf_store(),
        bucket=settings().exports_bucket_name,
    )
