"""The routes of the archive service."""

from services.archive.contracts.answers import AuditTrail, Catalogue, Record, StoredFile
from services.shared.contracts.operation import CURSOR, JSON, ROUND, Answer, Id, Operation, Query

OPERATIONS = (
    Operation(
        route="GET /v1/topics/{topic}/record",
        name="read_record",
        title={"ar": "السجل المختوم", "en": "The sealed record of a round, or a file of it"},
        about="A file over 4 MiB is refused as `too-large` with its place in the open data bucket.",
        query=(
            ROUND,
            Query(name="path", type=str, about="Answer this file of the record, as it is."),
        ),
        answers=(
            Answer(
                status=200,
                model=Record | StoredFile,
                media_types=(
                    JSON,
                    "application/jsonl",
                    "image/svg+xml",
                    "text/csv",
                    "text/html",
                    "text/markdown",
                    "text/plain",
                ),
                about="What the record consists of; with `path` the file.",
            ),
        ),
        problems=("too-large",),
    ),
    Operation(
        route="GET /v1/catalog.jsonld",
        name="read_catalogue",
        title={"ar": "فهرس السجلات", "en": "The catalogue of sealed records in DCAT"},
        query=(CURSOR,),
        answers=(
            Answer(
                status=200,
                model=Catalogue,
                media_types=("application/ld+json",),
                about="A page of the catalogue.",
            ),
        ),
    ),
    Operation(
        route="GET /v1/audit",
        name="read_audit_trail",
        title={"ar": "سجل المراجعة", "en": "The audit trail of a topic, or of all topics"},
        about="Each entry of a topic binds the one before by its hash; the archive's page says how "
        "to verify them. An auditor of one agency must name a topic.",
        query=(Query(name="topic", type=Id, about="Only what happened to this topic."), CURSOR),
        answers=(Answer(status=200, model=AuditTrail, about="A page."),),
        problems=("not-found",),
    ),
)
