"""Write the deliveries of a round into its record."""

from services.outreach.use_cases.report import Books, told
from services.outreach.use_cases.subjects import subjects
from services.shared import exports
from services.shared.exports import ExportedFile


def export_deliveries(topic_id: str, round_: int, *, bucket: str, books: Books) -> ExportedFile:
    """Write ``deliveries.jsonl``: each outcome of the delivery report, oldest first.

    Of two outcomes of the same notice and channel the later one holds.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="deliveries.jsonl")
    rows = [
        row
        for subject in subjects(topic_id, round_, plans=books.plans)
        for found in told(subject, books=books)
        for row in found.rows()
    ]
    return exports.write_lines(bucket, key, sorted(rows, key=lambda row: str(row["at"])))
