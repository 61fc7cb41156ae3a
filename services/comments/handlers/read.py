"""comments-read: what is public."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args

from services.comments.handlers import keyring, signer, store, windows
from services.comments.model.receipts import Receipt
from services.comments.model.submission import Kind
from services.comments.model.window import Window
from services.comments.settings import settings
from services.comments.use_cases.check_receipt import check_receipt
from services.comments.use_cases.read import (
    Reading,
    Wanted,
    list_published,
    one_published,
)
from services.shared import clock, cursors
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.invoke import invoke
from services.shared.language import LANGUAGES
from services.shared.observability import logger

api = Api("comments", settings)
_CACHED = "public, max-age=30"
_KEYS_CACHED = "public, max-age=3600"
"""A new key is listed for half a day at least before it signs anything."""
_FILTERS = {"kind": get_args(Kind), "language": LANGUAGES}


@api.route("GET /v1/topics/{topic}/comments")
def get_comments(request: Request) -> Response:
    """Give a page of a round's published comments and the round's counts."""
    window = _window(request)
    wanted = Wanted(
        kind=_choice(request, "kind"),
        parent_id=request.query.get("parent"),
        language=_choice(request, "language"),
    )
    scope = json.dumps(["comments", window.topic_id, window.round, *vars(wanted).values()])
    key, cursor = keyring().cursor, request.query.get("cursor")
    after = None if cursor is None else cursors.decode(cursor, key=key, scope=scope)
    listed = list_published(_reading(), window, wanted, after=after)
    following = listed.last and cursors.encode(listed.last, key=key, scope=scope)
    body = {"items": listed.items, "next_cursor": following, "counts": listed.counts}
    return _cacheable(request, body)


@api.route("GET /v1/topics/{topic}/comments/{comment}")
def get_comment(request: Request) -> Response:
    """Give one published comment."""
    topic_id, comment_id = request.path["topic"], request.path["comment"]
    view = one_published(_reading(), topic_id, comment_id=comment_id, at=clock.now())
    return _cacheable(request, view)


@api.route("POST /v1/receipts/check")
def post_receipt_check(request: Request) -> Response:
    """Tell what became of a receipt's comment."""
    receipt = request.parse(Receipt)
    answer = check_receipt(_reading(), receipt, at=clock.now())
    if answer["valid"] and answer["status"] is None:
        logger("comments").error(
            "receipt_without_comment", topic_id=receipt.topic_id, comment_id=receipt.comment_id
        )
    return Response(body=answer)


@api.route("GET /.well-known/tashawur-keys.json")
def get_keys(request: Request) -> Response:
    """Give the public keys by which receipts are verified, each with its time."""
    return _cacheable(request, {"keys": signer().schedule().published()}, freshness=_KEYS_CACHED)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


@cache
def _reading() -> Reading:
    return Reading(
        store=store(), windows=windows(), signer=signer(), ask_dispositions=_ask_dispositions
    )


def _ask_dispositions(topic_id: str, round_: int, comment_ids: Sequence[str]) -> Mapping[str, Any]:
    payload = {"topic_id": topic_id, "round": round_, "comment_ids": list(comment_ids)}
    answer = invoke(settings().analysis_serve_function_name, payload)
    dispositions: Mapping[str, Any] = answer["dispositions"]
    return dispositions


def _window(request: Request) -> Window:
    topic_id, round_ = request.path["topic"], request.round
    if round_ is None:
        return windows().current(topic_id, at=clock.now())
    return windows().of_round(topic_id, round_, at=clock.now())


def _choice(request: Request, name: str) -> str | None:
    value = request.query.get(name)
    if value is not None and value not in _FILTERS[name]:
        raise Malformed("bad_query", name=name)
    return value


def _cacheable(request: Request, body: dict[str, Any], *, freshness: str = _CACHED) -> Response:
    """Answer that caches may keep for a while, or ``304`` if the caller has it already."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    tag = f'"{digest[:32]}"'
    headers = {"ETag": tag, "Cache-Control": freshness}
    if request.knows(tag):
        return Response(status=304, headers=headers)
    return Response(body=body, headers=headers)
