"""comments-read: what is public."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, get_args

from pydantic_core import to_json

from services.comments.handlers import keyring, lists, looks, signer, store, windows
from services.comments.head_keys import head_keys
from services.comments.list_store import Part, Wanted
from services.comments.model.receipts import Receipt
from services.comments.model.submission import Kind
from services.comments.model.window import Window
from services.comments.settings import settings
from services.comments.use_cases.check_receipt import check_receipt
from services.comments.use_cases.inquiries import list_inquiries
from services.comments.use_cases.read import (
    PAGE,
    Reading,
    list_published,
    one_published,
)
from services.comments.use_cases.see_inclusion import seen
from services.shared import clock, cursors
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.ids import ID_PATTERN
from services.shared.invoke import ask_for_all, invoke
from services.shared.language import LANGUAGES
from services.shared.observability import logger

api = Api("comments", settings)
_CACHED = "public, max-age=30"
_UNSETTLED = timedelta(seconds=10)
"""How long after its instant of publication a comment may get into the list."""
_KEYS_CACHED = "public, max-age=3600"
"""A new key is listed for half a day at least before it signs anything."""
_KINDS: tuple[Kind, ...] = get_args(Kind)
_ID = re.compile(ID_PATTERN)


@api.route("GET /v1/topics/{topic}/comments")
def get_comments(request: Request) -> Response:
    """Give a page of a round's published comments and the round's counts."""
    window = _window(request)
    wanted = Wanted(
        kind=request.one_of("kind", _KINDS),
        parent_id=_parent(request),
        language=request.one_of("language", LANGUAGES),
    )
    order = request.one_of("order", ("oldest", "newest")) or "oldest"
    scope = _scope("comments", window, order, *vars(wanted).values())
    part = Part(
        after=_after(request, scope),
        size=PAGE,
        newest_first=order == "newest",
        settled=clock.to_text(clock.now() - _UNSETTLED),
    )
    listed = list_published(_reading(), window, wanted, part)
    body = {
        "items": listed.items,
        "next_cursor": _cursor(listed.last, scope),
        "counts": listed.counts,
    }
    return _cacheable(request, body)


@api.route("GET /v1/topics/{topic}/inquiries")
def get_inquiries(request: Request) -> Response:
    """Give a page of a round's inquiries, and how many of them wait for an answer."""
    window, answered = _window(request), request.one_of("answered", ("true", "false"))
    scope = _scope("inquiries", window, answered)
    listed = list_inquiries(
        _reading(),
        window,
        Part(after=_after(request, scope), size=PAGE),
        answered=None if answered is None else answered == "true",
        caller=request.caller,
        at=clock.now(),
    )
    return Response(
        body={
            "items": listed.items,
            "next_cursor": _cursor(listed.last, scope),
            "unanswered": listed.unanswered,
            "not_shown": listed.not_shown,
            "due_at": clock.to_text(window.closes_at),
        }
    )


@api.route("GET /v1/topics/{topic}/participation")
def get_participation(request: Request) -> Response:
    """Give who takes part so far, against the target groups."""
    return Response(body=seen(_window(request), looks=looks(), caller=request.caller))


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
    """Give the public keys by which receipts and heads are verified, each with its time."""
    of_heads = head_keys(settings().head_key_arn, settings().head_keys)
    keys = [*signer().schedule().published(), *of_heads]
    return _cacheable(request, {"keys": keys}, freshness=_KEYS_CACHED)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


@cache
def _reading() -> Reading:
    return Reading(
        store=store(),
        lists=lists(),
        windows=windows(),
        signer=signer(),
        ask_dispositions=_ask_dispositions,
        ask_proof=_ask_proof,
    )


def _ask_dispositions(topic_id: str, round_: int, comment_ids: Sequence[str]) -> Mapping[str, Any]:
    def ask(some: Sequence[str]) -> dict[str, Any]:
        payload = {"topic_id": topic_id, "round": round_, "comment_ids": [*some]}
        return dict(invoke(settings().analysis_serve_function_name, payload)["dispositions"])

    return ask_for_all(comment_ids, ask)


def _ask_proof(receipt: Receipt) -> Any:
    payload = receipt.model_dump(include={"topic_id", "round", "comment_id", "received_at"})
    return invoke(settings().archive_prove_function_name, payload)["inclusion"]


def _window(request: Request) -> Window:
    topic_id, round_ = request.path["topic"], request.round
    if round_ is None:
        return windows().current(topic_id, at=clock.now())
    return windows().of_round(topic_id, round_, at=clock.now())


def _parent(request: Request) -> str | None:
    parent_id = request.query.get("parent")
    if parent_id is not None and not _ID.fullmatch(parent_id):
        raise Malformed("bad_query", name="parent")
    return parent_id


def _scope(name: str, window: Window, *narrowing: str | None) -> str:
    """What a cursor is good for: one list of one round, in one order, by the same filters."""
    return json.dumps([name, window.topic_id, window.round, *narrowing])


def _after(request: Request, scope: str) -> str | None:
    cursor = request.query.get("cursor")
    if cursor is None:
        return None
    return str(cursors.decode(cursor, key=keyring().cursor, scope=scope))


def _cursor(last: str | None, scope: str) -> str | None:
    return None if last is None else cursors.encode(last, key=keyring().cursor, scope=scope)


def _cacheable(request: Request, body: dict[str, Any], *, freshness: str = _CACHED) -> Response:
    """Answer that caches may keep for a while, or ``304`` if the caller has it already.

    The tag is that of the text, whose members always come in one order: equal content, equal tag.
    """
    text = to_json(body)
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": freshness}
    if request.knows(tag):
        return Response(status=304, headers=headers)
    return Response(body=text.decode(), headers=headers)
