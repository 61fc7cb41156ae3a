"""What is public about a round's moderation: the report, and the log for the record."""

from collections.abc import Mapping
from typing import Any

from services.moderation.model.report import report
from services.moderation.store import CaseStore
from services.shared import exports
from services.shared.errors import NotFound
from services.shared.exports import ExportedFile
from services.shared.language import Language


def public_report(
    topic_id: str, round_: int | None, *, method: Mapping[Language, str], store: CaseStore
) -> dict[str, Any]:
    """Report of a round, the latest if none is named.

    Raises
    ------
    NotFound
        If no comment of the round was ever screened: the topic may not even exist.
    """
    known = store.versions(topic_id, round_)
    if known is None:
        raise NotFound
    found, versions = known
    return report(
        store.counters(topic_id, found),
        topic_id=topic_id,
        round_=found,
        versions=versions,
        method=method,
    )


def export_round(
    topic_id: str, round_: int, *, method: Mapping[Language, str], bucket: str, store: CaseStore
) -> list[ExportedFile]:
    """Write report and log of a round for its record; a round without comments has them too."""
    known = store.versions(topic_id, round_)
    document = report(
        store.counters(topic_id, round_),
        topic_id=topic_id,
        round_=round_,
        versions=known[1] if known else None,
        method=method,
    )
    report_key, log_key = (
        exports.part_key(topic_id, round_, service="moderation", name=name)
        for name in ("report.json", "log.jsonl")
    )
    return [
        exports.write_json(bucket, report_key, document),
        exports.write_lines(bucket, log_key, store.log(topic_id, round_)),
    ]
