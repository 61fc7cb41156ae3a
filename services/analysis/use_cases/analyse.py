"""Analyse a round: read the export of its comments, count, group, and keep what came out."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache, partial

from services.analysis.engine import pipeline
from services.analysis.engine.plan import Plan, slices_of
from services.analysis.model.comment import ExportedComment, Manifest, Shard
from services.analysis.model.run import Run, run_id_of
from services.analysis.model.stances import with_tables
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
    plan = _plan(body, of=(topic_id, round_), key=manifest_key)
    # A file's slices follow each other: it is fetched once for all of them.
    lines = lru_cache(maxsize=1)(partial(_lines, store=store))
    found = pipeline.run(plan, lambda part: map(_comment, part.of(lines(part.file))))
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
        results["stances"] = with_tables(results["stances"], results["questions"])
    store.write_files(run, results=results, assignments=found.assignments)
    return _kept(run, at=at, store=store)


def _plan(body: bytes, *, of: tuple[str, int], key: str) -> Plan:
    manifest = Manifest.model_validate_json(body)
    if (manifest.topic_id, manifest.round) != of:
        raise Conflict("export_mismatch", key=key)
    return Plan(
        topic_id=manifest.topic_id,
        round=manifest.round,
        slices=slices_of(manifest.shards),
        questions=manifest.questions,
        participation=manifest.participation,
    )


def _lines(file: Shard, *, store: AnalysisStore) -> list[bytes]:
    body = store.read_file(file.key)
    lines = [line for line in body.split(b"\n") if line]
    if hashlib.sha256(body).hexdigest() != file.sha256 or len(lines) != file.items:
        raise Conflict("export_mismatch", key=file.key)
    return lines


def _comment(line: bytes) -> ExportedComment:
    return ExportedComment.model_validate(json.loads(line))


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
