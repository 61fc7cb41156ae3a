"""Officers correct themes and ask for more; staff see what was corrected, by whom and why."""

from dataclasses import asdict
from typing import Any

from services.analysis.engine.brief import Brief
from services.analysis.handlers import ask_topics, cursor_key, store, works
from services.analysis.model.asked import Asked
from services.analysis.model.correction import Corrections, Recorded, comments_of
from services.analysis.settings import settings
from services.analysis.use_cases import read
from services.analysis.use_cases.brief import ask, asked
from services.analysis.use_cases.correct import correct_themes
from services.analysis.use_cases.dispose import own_run
from services.shared import clock, cursors
from services.shared.http import Api, Request, Response
from services.shared.pages import fitting

PAGE_SIZE = 100
_MOST_COMMENTS = 50_000
"""Comments that the corrections of a page name: what Lambda answers has 6 MB at most."""
api = Api("analysis", settings)


@api.route("PATCH /v1/topics/{topic}/analysis/themes")
def patch_themes(request: Request) -> Response:
    """Record up to 50 corrections, all or none."""
    place = (request.path["topic"], request.round)
    theirs: dict[str, Any] = {"caller": request.caller, "store": store(), "ask_topics": ask_topics}
    seen = request.if_match
    items = request.parse(Corrections, permit=lambda: own_run(*place, **theirs))
    done = correct_themes(*place, items, seen=seen, at=clock.now(), **theirs)
    return Response(body=asdict(done))


@api.route("GET /v1/topics/{topic}/analysis/corrections")
def list_corrections(request: Request) -> Response:
    """Corrections, the newest first, a hundred a page; fewer where they name many comments."""
    run = read.staff_run(request.path["topic"], request.round, caller=request.caller, store=store())
    scope = f"corrections/{run.topic_id}/{run.round}"
    key = cursor_key()
    cursor = request.query.get("cursor")
    before = cursors.decode(cursor, key=key, scope=scope) if cursor is not None else None
    found = [c for c in store().corrections(run)[::-1] if before is None or c.version < before]
    page = fitting(
        found, most=PAGE_SIZE, room=_MOST_COMMENTS, size_of=lambda c: len(comments_of(c.correction))
    )
    why = store().overlaid(run).not_applied
    return Response(
        body={
            "topic_id": run.topic_id,
            "round": run.round,
            "version": run.version,
            "items": [_shown(each, why.get(each.version)) for each in page],
            "next_cursor": cursors.encode(page[-1].version, key=key, scope=scope)
            if len(page) < len(found)
            else None,
        }
    )


@api.route("GET /v1/topics/{topic}/analysis/brief")
def read_brief(request: Request) -> Response:
    """What is asked of the next analysis."""
    return _told(_asked(request))


@api.route("PUT /v1/topics/{topic}/analysis/brief")
def put_brief(request: Request) -> Response:
    """Ask something of the next analysis."""
    brief = request.parse(Brief, permit=lambda: _asked(request))
    new = ask(
        _asked(request),
        brief,
        seen=request.if_match,
        caller=request.caller,
        at=clock.now(),
        works=works(),
    )
    return _told(new)


def _asked(request: Request) -> Asked:
    return asked(
        request.path["topic"],
        request.round,
        caller=request.caller,
        works=works(),
        ask_topics=ask_topics,
    )


def _told(found: Asked) -> Response:
    body = found.model_dump(mode="json")
    return Response(body=body, headers={"ETag": f'"{found.version}"'})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``analysis-themes``."""
    return api.handle(event, context)


def _shown(recorded: Recorded, not_applied: str | None) -> dict[str, Any]:
    return {
        "version": recorded.version,
        "at": recorded.at,
        "actor": {"role": recorded.role, "id": recorded.actor_id},
        "correction": recorded.correction.model_dump(mode="json"),
        "not_applied": not_applied,
    }
