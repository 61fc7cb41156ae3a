"""Begin a run: what is to be analysed, by what officers ask for."""

import json
from datetime import datetime
from typing import Any

from services.analysis.engine.brief import Brief
from services.analysis.engine.plan import Plan, Seed, slices_of
from services.analysis.model.comment import Manifest
from services.analysis.model.corrected import Overlaid
from services.analysis.model.run import run_id_of
from services.analysis.model.seeds import placed_of, seeds_of
from services.analysis.model.work import Work
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import AskTopics
from services.analysis.use_cases.steps import ITEMS, PLAN
from services.analysis.work_store import WorkStore
from services.shared import clock
from services.shared.errors import Conflict
from services.shared.exports import canonical


def begin(
    topic_id: str,
    round_: int,
    *,
    manifest_key: str,
    agency: str,
    at: datetime,
    store: AnalysisStore,
    works: WorkStore,
    ask_topics: AskTopics,
) -> dict[str, Any]:
    """Plan the run over an export; the same plan again is the run that there is.

    Parameters
    ----------
    manifest_key : str
        Key of the export's manifest in the exports bucket.
    agency : str
        Whose topic it is.

    Returns
    -------
    dict
        ``run_id``; ``is_new``, whether there is anything to do; ``bucket`` and ``items_key`` of the
        list of shards, as Step Functions reads it.

    Raises
    ------
    Conflict
        If the manifest is of another round.
    """
    place = (topic_id, round_)
    manifest = _manifest(manifest_key, of=place, store=store)
    present = store.run(*place)
    corrected = store.overlaid(present) if present else Overlaid(themes=[])
    topic = ask_topics(*place, ("topic",))["topic"]
    plan = _plan(manifest, brief=works.asked(*place).brief, corrected=corrected, topic=topic)
    written = canonical(plan.model_dump(mode="json"))
    run_id = run_id_of(topic_id, round_, plan=written)
    is_new = present is None or present.run_id != run_id
    begun = Work(
        topic_id=topic_id,
        round=round_,
        run_id=run_id,
        agency=agency,
        begun_at=clock.to_text(at),
        shards=len(plan.slices),
    )
    work = works.files(topic_id, round_, run_id=run_id)
    if is_new:
        work.put(PLAN, written)
        work.put(ITEMS, json.dumps([{"index": each.index} for each in plan.slices]).encode())
    works.begin(begun)
    return {
        "run_id": run_id,
        "is_new": is_new,
        "bucket": work.bucket,
        "items_key": work.key(ITEMS),
    }


def _manifest(key: str, *, of: tuple[str, int], store: AnalysisStore) -> Manifest:
    manifest = Manifest.model_validate_json(store.read_file(key))
    if (manifest.topic_id, manifest.round) != of:
        raise Conflict("export_mismatch", key=key)
    return manifest


def _plan(manifest: Manifest, *, brief: Brief, corrected: Overlaid, topic: dict[str, Any]) -> Plan:
    return Plan(
        topic_id=manifest.topic_id,
        round=manifest.round,
        slices=slices_of(manifest.shards),
        questions=manifest.questions,
        participation=manifest.participation,
        brief=brief,
        seeds=(*(Seed(**each) for each in topic["seed_terms"]), *seeds_of(corrected.themes)),
        placed=tuple(placed_of(corrected)),
        time_zone=topic["time_zone"],
    )
