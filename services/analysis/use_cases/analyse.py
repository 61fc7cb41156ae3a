"""Analyse a round: read the export of its comments, count, group, and keep what came out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from services.analysis.model.comment import ExportedComment, Manifest, Shard
from services.analysis.model.results import Reading
from services.analysis.model.run import Run, run_id_of
from services.analysis.store import AnalysisStore
from services.shared import clock
from services.shared.errors import Conflict, TransientError
from services.shared.table import ConditionFailed


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

    Tables of closed questions that were published once are kept: of two that differ by a few
    people the difference would show what suppression hides in each.

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
    reading = _read(body, of=(topic_id, round_), key=manifest_key, store=store)
    run = Run(
        topic_id=topic_id,
        round=round_,
        run_id=run_id,
        version=former.version + 1 if former else 1,
        agency=agency,
        analysed_at=clock.to_text(at),
        first_published_at=_first_published(former),
        **asdict(reading.totals()),
    )
    results = {"run_id": run_id, **reading.results()}
    if former and run.first_published_at:
        results["questions"] = store.results(former)["questions"]
    store.write_files(run, results=results, assignments=reading.assignments())
    return _kept(run, at=at, store=store)


def _read(body: bytes, *, of: tuple[str, int], key: str, store: AnalysisStore) -> Reading:
    manifest = Manifest.model_validate_json(body)
    if (manifest.topic_id, manifest.round) != of:
        raise Conflict("export_mismatch", key=key)
    reading = Reading(*of, questions=manifest.questions)
    for shard in manifest.shards:
        for comment in _comments(shard, store=store):
            reading.add(comment)
    return reading


def _comments(shard: Shard, *, store: AnalysisStore) -> Iterator[ExportedComment]:
    body = store.read_file(shard.key)
    lines = [line for line in body.split(b"\n") if line]
    if hashlib.sha256(body).hexdigest() != shard.sha256 or len(lines) != shard.items:
        raise Conflict("export_mismatch", key=shard.key)
    return (ExportedComment.model_validate(json.loads(line)) for line in lines)


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
