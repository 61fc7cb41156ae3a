"""What is public about a round's moderation: the report, and the log for the record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.moderation.model.report import report
from services.moderation.model.screening import Versions
from services.moderation.store import CaseStore
from services.shared import exports
from services.shared.errors import NotFound
from services.shared.exports import ExportedFile
from services.shared.language import Language


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """What a report is made with.

    Attributes
    ----------
    count_comments : callable
        Comments of a round (topic, round) by status.
    method : mapping
        How moderation works, in both languages.
    """

    store: CaseStore
    count_comments: Callable[[str, int], Mapping[str, int]]
    method: Mapping[Language, str]

    def report_of(self, topic_id: str, round_: int, versions: Versions | None) -> dict[str, Any]:
        """Report of a round that was screened with these rules."""
        return report(
            self.store.counters(topic_id, round_),
            topic_id=topic_id,
            round_=round_,
            comments=self.count_comments(topic_id, round_),
            versions=versions,
            method=self.method,
        )


def public_report(topic_id: str, round_: int | None, *, reporting: Reporting) -> dict[str, Any]:
    """Report of a round, the latest if none is named.

    Raises
    ------
    NotFound
        If no comment of the round was ever screened: the topic may not even exist.
    """
    known = reporting.store.versions(topic_id, round_)
    if known is None:
        raise NotFound
    return reporting.report_of(topic_id, *known)


def export_round(
    topic_id: str, round_: int, *, reporting: Reporting, bucket: str
) -> list[ExportedFile]:
    """Write report and log of a round for its record; a round without comments has them too."""
    known = reporting.store.versions(topic_id, round_)
    document = reporting.report_of(topic_id, round_, known[1] if known else None)
    report_key, log_key = (
        exports.part_key(topic_id, round_, service="moderation", name=name)
        for name in ("report.json", "log.jsonl")
    )
    return [
        exports.write_json(bucket, report_key, document),
        exports.write_lines(bucket, log_key, reporting.store.log(topic_id, round_)),
    ]
