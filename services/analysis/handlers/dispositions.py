"""Officers record dispositions and see what is still open."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from services.analysis.handlers import announced, answers, ask_topics, cursor_key, store
from services.analysis.model.assignment import Assignment, after
from services.analysis.model.late import LateCorrections
from services.analysis.model.templates import Dispositions
from services.analysis.settings import settings
from services.analysis.use_cases import amend, dispose, read, upload
from services.analysis.use_cases.backlog import backlog
from services.analysis.use_cases.clauses import Decision
from services.analysis.use_cases.ruled import ruled
from services.shared import clock, cursors
from services.shared.errors import Fault
from services.shared.http import Api, Request, Response
from services.shared.language import Language, message

PAGE_SIZE = 100
_FLAGS = ("true", "false")
api = Api("analysis", settings)


@api.route("PUT /v1/topics/{topic}/dispositions")
def put_dispositions(request: Request) -> Response:
    """Record up to 99 dispositions, all or none."""
    place, theirs = _round(request)
    items = request.parse(Dispositions, permit=lambda: dispose.own_run(*place, **theirs))
    applied = dispose.dispose(*place, items, at=clock.now(), **theirs)
    return Response(body=asdict(applied))


@api.route("POST /v1/topics/{topic}/dispositions/import")
def import_dispositions(request: Request) -> Response:
    """Record the dispositions of a CSV file, or tell what is wrong with it."""
    place, theirs = _round(request)
    dry_run, skip_bad = (request.one_of(each, _FLAGS) == "true" for each in ("dry_run", "skip_bad"))
    text = request.file("text/csv", permit=lambda: dispose.own_run(*place, **theirs))
    found = upload.upload(
        *place, text, dry_run=dry_run, skip_bad=skip_bad, at=clock.now(), **theirs
    )
    told = [_told(fault, request.language) for fault in found.faults]
    return Response(body={**asdict(found), "faults": told})


@api.route("POST /v1/topics/{topic}/dispositions/corrections")
def correct_dispositions(request: Request) -> Response:
    """Correct up to 99 dispositions that are announced, all or none."""
    place, theirs = _round(request)
    asked = request.parse(LateCorrections, permit=lambda: dispose.own_run(*place, **theirs))
    amended = amend.amend(
        *place, asked, at=clock.now(), announced=announced(), answers=answers(), **theirs
    )
    return Response(body=asdict(amended))


@api.route("GET /v1/topics/{topic}/dispositions/outstanding")
def list_outstanding(request: Request) -> Response:
    """Comments without an answer: how many, in which groups, and a hundred of them a page."""
    run = read.staff_run(request.path["topic"], request.round, caller=request.caller, store=store())
    wanted = {name: request.query.get(name) for name in ("theme_id", "campaign_id")}
    scope = f"outstanding/{run.topic_id}/{run.round}/{[*wanted.values()]}"
    position = _position(request.query.get("cursor"), scope)
    left = backlog(run, Decision(run, ask_topics), **wanted, store=store())
    rest = after(left.matching, position)
    page = rest[:PAGE_SIZE]
    return Response(
        body={
            "topic_id": run.topic_id,
            "round": run.round,
            "received": run.received,
            "outstanding": len(left.found),
            "matching": len(left.matching),
            "by_campaign": _largest_groups(left.found),
            "by_theme": left.by_theme[:PAGE_SIZE],
            "unthemed": left.unthemed,
            "items": [_shown(each) for each in page],
            "next_cursor": _cursor(page[-1].comment_id, scope) if len(rest) > PAGE_SIZE else None,
        }
    )


@api.route("GET /v1/topics/{topic}/dispositions")
def list_dispositions(request: Request) -> Response:
    """Dispositions that hold, or all with ``history=true``, the newest first; what they answer."""
    run = read.staff_run(request.path["topic"], request.round, caller=request.caller, store=store())
    history = request.one_of("history", _FLAGS) == "true"
    scope, key = f"dispositions/{run.topic_id}/{run.round}/{history}", cursor_key()
    cursor = request.query.get("cursor")
    found = ruled(
        run,
        Decision(run, ask_topics),
        history=history,
        before=cursors.decode(cursor, key=key, scope=scope) if cursor is not None else None,
        size=PAGE_SIZE,
        store=store(),
    )
    last = found.items[-1]["version"] if found.has_more else None
    return Response(
        body={
            "topic_id": run.topic_id,
            "round": run.round,
            "version": run.version,
            "received": run.received,
            **found.counts,
            "unknown_clauses": found.unknown_clauses,
            "items": found.items,
            "next_cursor": last and cursors.encode(last, key=key, scope=scope),
        }
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``analysis-dispositions``."""
    return api.handle(event, context)


def _round(request: Request) -> tuple[tuple[str, int | None], dict[str, Any]]:
    """Which round is asked for, and what its use cases work with."""
    theirs = {"caller": request.caller, "store": store(), "ask_topics": ask_topics}
    return (request.path["topic"], request.round), theirs


def _largest_groups(found: list[Assignment]) -> list[dict[str, Any]]:
    groups = Counter(each.campaign_id for each in found if each.campaign_id)
    ranked = sorted(groups.items(), key=lambda group: (-group[1], group[0]))
    return [{"campaign_id": name, "outstanding": count} for name, count in ranked[:PAGE_SIZE]]


def _told(fault: Fault, language: Language) -> dict[str, Any]:
    """A fault of a row; it has no column where the row as a whole is meant."""
    _, line, *column = fault.field.split("/")
    return {
        "line": int(line),
        "column": column[0] if column else None,
        "code": fault.code,
        "message": message("analysis", fault.code, language=language, values=fault.values),
    }


def _shown(assignment: Assignment) -> dict[str, Any]:
    shown = ("comment_id", "kind", "status", "language", "campaign_id")
    return {name: getattr(assignment, name) for name in shown}


def _cursor(comment_id: str, scope: str) -> str:
    return cursors.encode(comment_id, key=cursor_key(), scope=scope)


def _position(cursor: str | None, scope: str) -> str | None:
    if cursor is None:
        return None
    return str(cursors.decode(cursor, key=cursor_key(), scope=scope))
