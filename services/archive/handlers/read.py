"""Everybody reads sealed records, the catalogue of them, and the heads of trees."""

from typing import Any

from services.archive.handlers import cursor_key, shelves, store, tree_store
from services.archive.model.catalogue import catalogue
from services.archive.model.record import TREE_HEAD
from services.archive.model.sealing import SealedRecord
from services.archive.settings import settings
from services.archive.use_cases import heads, read
from services.shared import cursors
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response

PAGE_SIZE = 100
_SCOPE = "catalogue"
_FRESHNESS = {"Cache-Control": "public, max-age=300"}
api = Api("archive", settings)


@api.route("GET /v1/topics/{topic}/record")
def read_record(request: Request) -> Response:
    """What the record consists of; with ``?path=`` one of its files."""
    record = read.sealed(request.path["topic"], request.round, store=store())
    path = request.query.get("path")
    if path not in (None, TREE_HEAD):
        return _file(record, path)
    # The row has it in one transaction with the edition; the file comes after.
    tree = tree_store().sealed(record.topic_id, record.round, edition=record.edition)
    if path is not None:
        return Response(body=tree.body.decode(), media_type="application/json", headers=_FRESHNESS)
    where = shelves(record.topic_id, record.round)
    body = read.description(record, tree, base_url=settings().public_base_url, shelves=where)
    return Response(body=body, headers=_FRESHNESS)


def _file(record: SealedRecord, path: str) -> Response:
    text, media_type = read.content(path, shelves=shelves(record.topic_id, record.round))
    # Nobody keeps what may be taken out of the record; nor a page, as none of ours.
    brief = media_type == "text/html" or read.is_text(path)
    return Response(body=text, media_type=media_type, headers={} if brief else _FRESHNESS)


@api.route("GET /v1/catalog.jsonld")
def read_catalogue(request: Request) -> Response:
    """The newest records, a hundred a page, in DCAT."""
    cursor = request.query.get("cursor")
    after = cursors.decode(cursor, key=cursor_key(), scope=_SCOPE) if cursor else None
    records, last = store().catalogue(after=after, limit=PAGE_SIZE)
    body = catalogue(
        records,
        base_url=settings().public_base_url,
        licence_url=settings().archive_licence_url,
        next_cursor=cursors.encode(last, key=cursor_key(), scope=_SCOPE) if last else None,
    )
    return Response(body=body, media_type="application/ld+json", headers=_FRESHNESS)


@api.route("GET /v1/topics/{topic}/heads")
def read_heads(request: Request) -> Response:
    """Signed heads of a round's tree, the newest first; with ``?tree_size=`` those of one size."""
    topic_id, tree_size = request.path["topic"], request.size("tree_size")
    round_ = heads.round_with_tree(topic_id, request.round, trees=tree_store())
    scope, cursor = f"heads {topic_id} {round_} {tree_size}", request.query.get("cursor")
    after = cursors.decode(cursor, key=cursor_key(), scope=scope) if cursor else None
    page = heads.list_heads(topic_id, round_, tree_size=tree_size, after=after, trees=tree_store())
    following = cursors.encode(page.last, key=cursor_key(), scope=scope) if page.last else None
    return Response(body={"items": page.items, "next_cursor": following}, headers=_FRESHNESS)


@api.route("GET /v1/topics/{topic}/heads/consistency")
def read_growth(request: Request) -> Response:
    """The proof that a round's tree grew from one head to another."""
    topic_id = request.path["topic"]
    round_ = heads.round_with_tree(topic_id, request.round, trees=tree_store())
    first, second = _sizes(request)
    body = heads.growth(topic_id, round_, first=first, second=second, trees=tree_store())
    return Response(body=body, headers=_FRESHNESS)


@api.route("GET /v1/log/head")
def read_log_head(request: Request) -> Response:
    """The newest head of the log."""
    return Response(body=heads.log_head(trees=tree_store()), headers=_FRESHNESS)


@api.route("GET /v1/log/entries")
def read_log_entries(request: Request) -> Response:
    """Heads of all rounds in the order of signing, a hundred a page."""
    first = request.size("first") or 0
    return Response(body=heads.log_entries(first, trees=tree_store()), headers=_FRESHNESS)


@api.route("GET /v1/log/consistency")
def read_log_growth(request: Request) -> Response:
    """The proof that the log grew from one of its heads to another."""
    first, second = _sizes(request)
    body = heads.log_growth(first=first, second=second, trees=tree_store())
    return Response(body=body, headers=_FRESHNESS)


def _sizes(request: Request) -> tuple[int, int]:
    """Sizes between which growth is to be proved; the second is not the smaller one."""
    first, second = request.size("first"), request.size("second")
    if first is None:
        raise Malformed("bad_query", name="first")
    if second is None or second < first:
        raise Malformed("bad_query", name="second")
    return first, second


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``archive-read``."""
    return api.handle(event, context)
