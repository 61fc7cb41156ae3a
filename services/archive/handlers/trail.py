"""Auditors read the audit trail."""

import re
from typing import Any

from services.archive.handlers import audit_store, cursor_key
from services.archive.settings import settings
from services.archive.use_cases.audit import trail
from services.shared import cursors
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.ids import ID_PATTERN

PAGE_SIZE = 100
api = Api("archive", settings)


@api.route("GET /v1/audit")
def read_trail(request: Request) -> Response:
    """A topic's trail in the order of its chain; without ``?topic=`` all, the newest first."""
    topic_id = request.query.get("topic")
    if topic_id is not None and not re.fullmatch(ID_PATTERN, topic_id):
        raise Malformed("bad_query", name="topic")
    scope, cursor = f"audit?topic={topic_id or ''}", request.query.get("cursor")
    after = cursors.decode(cursor, key=cursor_key(), scope=scope) if cursor else None
    page = trail(topic_id, caller=request.caller, after=after, limit=PAGE_SIZE, store=audit_store())
    following = cursors.encode(page.last, key=cursor_key(), scope=scope) if page.last else None
    head = {"head": page.head} if page.head else {}
    return Response(body={"items": page.items, "next_cursor": following, **head})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``archive-trail``."""
    return api.handle(event, context)
