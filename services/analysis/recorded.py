"""What officers recorded of a round, one audit item each: dispositions and corrections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.analysis.events import DispositionCorrected, DispositionRecorded, ThemesCorrected
from services.analysis.model.correction import Correction, Recorded, comments_of, themes_of
from services.analysis.model.disposition import Disposition, Rules
from services.analysis.model.ruling import Correcting, Ruling, rules_of
from services.analysis.model.run import Run
from services.shared import clock
from services.shared.events import Actor, EventData, audit
from services.shared.table import Item, Put, Table

CHANGES = "S#"
"""Begins the sort keys of what became of a round's comments."""
RESULTS = "results.json"


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """Dispositions, all and by target the newest, and all corrections; the oldest first."""

    rulings: tuple[Ruling, ...]
    rules: Rules
    corrections: tuple[Recorded, ...]


# What a container has read stays true of a version of the row.
@lru_cache(maxsize=8)
def on_record(table: str, topic_id: str, *, round_: int, version: int) -> OnRecord:
    """What was recorded of a round up to a version of its run's row."""
    items = [
        item
        for item in Table(table).items(pk(topic_id), prefix=f"A#{round_:03d}#")
        if item["version"] <= version
    ]
    rulings = tuple(_ruling(item) for item in items if "rule" in item)
    return OnRecord(
        rulings=rulings,
        rules=rules_of(rulings),
        corrections=tuple(_recorded(item) for item in items if "correction" in item),
    )


def rule_entries(
    run: Run, items: Iterable[Disposition], *, actor: Actor, at: datetime
) -> list[Put]:
    """Audit items of dispositions, the first of the version after the run's."""
    return [
        _entry(run, _disposed(item), version=version, actor=actor, at=at, rule=item.shown())
        for version, item in enumerate(items, start=run.version + 1)
    ]


def late_entries(run: Run, rulings: Iterable[Ruling]) -> list[Put]:
    """Audit items of corrections of what was announced."""
    return [
        _entry(
            run,
            _late(ruling, ruling.correcting),
            version=ruling.version,
            actor=Actor(role=ruling.role, id=ruling.actor_id),
            at=clock.from_text(ruling.at),
            rule=ruling.rule.shown(),
            correcting=ruling.correcting.model_dump(),
        )
        for ruling in rulings
        if ruling.correcting
    ]


def correction_entries(
    run: Run, items: Iterable[Correction], *, actor: Actor, at: datetime
) -> list[Put]:
    """Audit items of corrections, the first of the version after the run's."""
    return [
        _entry(
            run,
            ThemesCorrected(
                op=item.op,
                theme_ids=tuple(sorted(themes_of(item))),
                comments=len(comments_of(item)),
            ),
            version=version,
            actor=actor,
            at=at,
            correction=item.model_dump(mode="json"),
        )
        for version, item in enumerate(items, start=run.version + 1)
    ]


def run_key(round_: int) -> str:
    """Sort key of a round's run."""
    return f"RUN#{round_:03d}"


def file_key(run: Run, name: str) -> str:
    """Key of a file of a run in the exports bucket."""
    return f"analysis/{run.topic_id}/{run.round}/{run.run_id}/{run.analysed_version}/{name}"


def pk(topic_id: str) -> str:
    """Partition key of a topic's runs and audit items."""
    return f"T#{topic_id}"


def round_pk(topic_id: str, round_: int) -> str:
    """Partition key of what became of a round's comments."""
    return f"{pk(topic_id)}#{round_:03d}"


def _entry(
    run: Run, event: EventData, *, version: int, actor: Actor, at: datetime, **whole: object
) -> Put:
    entry = audit(
        event,
        pk=pk(run.topic_id),
        version=version,
        topic_id=run.topic_id,
        round_=run.round,
        actor=actor,
        at=at,
    )
    return Put(item={**entry.item, **whole})


def _disposed(item: Disposition) -> DispositionRecorded:
    kind, target_id = item.target.key
    return DispositionRecorded(
        target_kind=kind,
        target_id=target_id,
        outcome=item.outcome,
        clause_ids=tuple(item.clause_ids),
    )


def _late(ruling: Ruling, correcting: Correcting) -> DispositionCorrected:
    told = _disposed(ruling.rule).model_dump()
    return DispositionCorrected(
        **told, correction_version=ruling.version, changed=correcting.changed
    )


def _ruling(item: Item) -> Ruling:
    return Ruling(**_by(item), rule=item["rule"], correcting=item.get("correcting"))


def _recorded(item: Item) -> Recorded:
    return Recorded(**_by(item), correction=item["correction"])


def _by(item: Item) -> Item:
    """When something was recorded, and by whom."""
    event = item["event"]
    return {
        "version": item["version"],
        "at": event["occurred_at"],
        "role": event["actor"]["role"],
        "actor_id": event["actor"]["id"],
    }
