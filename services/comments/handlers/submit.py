"""comments-submit: intake."""

import secrets
from functools import cache
from typing import Any

from services.comments.challenges import Challenge, ProofOfWork
from services.comments.handlers import data_keys, keyring, signer, store, windows
from services.comments.model.names import idempotency_key
from services.comments.model.sealing import NONCE_BYTES
from services.comments.sender_store import SenderStore
from services.comments.settings import settings
from services.comments.use_cases.submit import Arrival, Intake, Limits, submit
from services.shared import clock, ids
from services.shared.http import Api, Request, Response
from services.shared.table import Table

api = Api("comments", settings)


@api.route("POST /v1/topics/{topic}/comments")
def post_comment(request: Request) -> Response:
    """Take a comment, reply or inquiry in."""
    received_at = clock.now()
    arrival = Arrival(
        topic_id=request.path["topic"],
        received_at=received_at,
        subject=request.caller.subject,
        address=request.address,
        solution=request.headers.get("challenge-solution"),
        idempotency_key=idempotency_key(request.headers.get("idempotency-key")),
        language=request.language,
        random_id=ids.random_id(),
        nonce=secrets.token_bytes(NONCE_BYTES),
    )
    document = request.document()
    return Response(status=202, body=submit(_intake(), document, arrival))


@api.route("GET /v1/challenge")
def get_challenge(_request: Request) -> Response:
    """Give a challenge for one submission, or nothing where none is asked for."""
    challenge = _challenge()
    if challenge is None:
        return Response(status=204)
    return Response(body=challenge.issue(at=clock.now()))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


@cache
def _intake() -> Intake:
    return Intake(
        store=store(),
        senders=SenderStore(Table(settings().comments_table_name)),
        limits=Limits(
            per_account=settings().submissions_per_account,
            per_address=settings().submissions_per_address,
        ),
        challenge=_challenge(),
        windows=windows(),
        keyring=keyring(),
        signer=signer(),
        data_keys=data_keys(),
        now=clock.now,
    )


@cache
def _challenge() -> Challenge | None:
    return ProofOfWork(keyring().challenge) if settings().challenge == "proof-of-work" else None
