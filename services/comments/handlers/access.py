"""comments-access: all that is held about comments, for whoever shows their receipts' secrets."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.comments.access_store import AccessStore
from services.comments.handlers import data_keys, keyring, store, windows
from services.comments.model.shown import ShownReceipt
from services.comments.settings import settings
from services.comments.use_cases.access import MOST_AT_ONCE, AccessDesk, give_access
from services.shared import clock, ids
from services.shared.http import Api, Request, Response
from services.shared.ids import ID_PATTERN
from services.shared.table import Table

api = Api("comments", settings)


class AccessBody(BaseModel):
    """Body of a request of access."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: Annotated[str, Field(pattern=ID_PATTERN)]
    comments: Annotated[tuple[ShownReceipt, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


@api.route("POST /v1/access-requests")
def post_access_request(request: Request) -> Response:
    """Give what is held about comments to their author."""
    body = request.parse(AccessBody)
    answer = give_access(
        _desk(), body.topic_id, body.comments, access_id=ids.random_id(), at=clock.now()
    )
    return Response(body=answer, headers={"Cache-Control": "no-store"})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


@cache
def _desk() -> AccessDesk:
    return AccessDesk(
        store=store(),
        windows=windows(),
        keyring=keyring(),
        data_keys=data_keys(),
        records=AccessStore(Table(settings().comments_table_name)),
    )
