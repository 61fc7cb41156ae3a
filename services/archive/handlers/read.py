"""Everybody reads sealed records and the catalogue of them."""

from typing import Any

from services.archive.handlers import cursor_key, store
from services.archive.model.catalogue import catalogue
from services.archive.settings import settings
from services.archive.use_cases import read
from services.shared import cursors
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
    if path is not None:
        text, media_type = read.content(record, path, store=store())
        # A page is not kept, as none of ours is: what is in it may be taken out of the record.
        kept = {} if media_type == "text/html" else _FRESHNESS
        return Response(body=text, media_type=media_type, headers=kept)
    body = read.description(record, base_url=settings().public_base_url, store=store())
    return Response(body=body, headers=_FRESHNESS)


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


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``archive-read``."""
    return api.handle(event, context)
