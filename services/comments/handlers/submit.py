"""comments-submit: intake."""

import secrets
from functools import cache
from typing import Any

from services.comments.handlers import data_keys, keyring, signer, store, windows
from services.comments.model.names import idempotency_key
from services.comments.model.sealing import NONCE_BYTES
from services.comments.model.submission import BODY_LIMIT_BYTES
from services.comments.settings import settings
from services.comments.use_cases.submit import Arrival, Intake, submit
from services.shared import clock, ids
from services.shared.http import Api, Request, Response

api = Api("comments", settings)


@api.route("POST /v1/topics/{topic}/comments")
def post_comment(request: Request) -> Response:
    """Take a comment, reply or inquiry in."""
    received_at = clock.now()
    arrival = Arrival(
        topic_id=request.path["topic"],
        received_at=received_at,
        subject=request.caller.subject,
        idempotency_key=idempotency_key(request.headers.get("idempotency-key")),
        language=request.language,
        random_id=ids.random_id(),
        nonce=secrets.token_bytes(NONCE_BYTES),
    )
    document = request.document(limit=BODY_LIMIT_BYTES)
    return Response(status=202, body=submit(_intake(), document, arrival))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


@cache
def _intake() -> Intake:
    return Intake(
        store=store(),
        windows=windows(),
        keyring=keyring(),
        signer=signer(),
        data_keys=data_keys(),
        now=clock.now,
    )
