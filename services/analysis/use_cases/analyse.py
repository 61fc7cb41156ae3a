"""Analyse a round: read the export of its comments, count, group, and keep what came out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from services.analysis.engine import pipeline
from services.analysis.engine.plan import Plan, Slice, slices_of
from services.analysis.model.comment import ExportedComment, Manifest
from services.analysis.model.run import Run, run_id_of
from services.analysis.store import AnalysisStore
from services.shared import clock
from services.shared.errors import Conflict, TransientError
from services.shared.table import ConditionFailed

_STANDING = ("questions", "participation")
"""Parts of the results that stay as they were published first."""


def analyse(
    topic_id: str,
    round_: int,
    *,
    manifest_key: str,
    agency: str,
    at: datetime,
    store: AnalysisStore,
) -> Run:
    """Analyse an export; the same export again gives the run that there is.

    Tables about people that were published once are kept: of two that differ by a few people the
    difference would show what suppression hides in each.

    Parameters
    ----------
    manifest_key : str
        Key of the export's manifest in the exports bucket.
    agency : str
        Whose topic it is.

    Raises
    ------
    Conflict
        If a file is not what the manifest says, or the manifest is of another round.
    TransientError
        If the round changed meanwhile; trying again is safe.
    """
    body = store.read_file(manifest_key)
    run_id = run_id_of(topic_id, round_, manifest_sha256=hashlib.sha256(body).hexdigest())
    former = store.run(topic_id, round_)
    if former and former.run_id == run_id:
        return former
    plan = _plan(body, run_id, of=(topic_id, round_), key=manifest_key)
    found = pipeline.run(plan, lambda part: _comments(part, store=store))
    run = Run(
        topic_id=topic_id,
        round=round_,
        run_id=run_id,
        version=former.version + 1 if former else 1,
        agency=agency,
        analysed_at=clock.to_text(at),
        first_published_at=_first_published(former),
        **asdict(found.totals),
    )
    results = {"run_id": run_id, **found.results}
    if former and run.first_published_at:
        published = store.results(former)
        results |= {name: published.get(name) for name in _STANDING}
    store.write_files(run, results=results, assignments=found.assignments)
    return _kept(run, at=at, store=store)


def _plan(body: bytes, run_id: str, *, of: tuple[str, int], key: str) -> Plan:
    manifest = Manifest.model_validate_json(body)
    if (manifest.topic_id, manifest.round) != of:
        raise Conflict("export_mismatch", key=key)
    return Plan(
        run_id=run_id,
        topic_id=manifest.topic_id,
        round=manifest.round,
        slices=slices_of(manifest),
        questions=manifest.questions,
        participation=manifest.participation,
    )


def _comments(part: Slice, *, store: AnalysisStore) -> Iterator[ExportedComment]:
    body = store.read_file(part.key)
    lines = [line for line in body.split(b"\n") if line]
    rows = lines[part.first : part.first + part.rows]
    if hashlib.sha256(body).hexdigest() != part.sha256 or len(rows) != part.rows:
        raise Conflict("export_mismatch", key=part.key)
    return (ExportedComment.model_validate(json.loads(line)) for line in rows)


def _first_published(former: Run | None) -> str | None:
    return (former.first_published_at or former.published_at) if former else None


def _kept(run: Run, *, at: datetime, store: AnalysisStore) -> Run:
    try:
        store.save_run(run, at=at)
    except ConditionFailed as error:
        present = store.run(run.topic_id, run.round)
        if present and present.run_id == run.run_id:
            return present
        raise TransientError("the round changed while it was analysed") from error
    return run
