"""The routes of the archive service."""

from typing import Annotated

from pydantic import Field

from services.archive.contracts.answers import (
    AuditTrail,
    Catalogue,
    Growth,
    Heads,
    LogEntries,
    Record,
    StoredFile,
)
from services.shared.contracts.heads import LogHead
from services.shared.contracts.operation import CURSOR, JSON, ROUND, Answer, Id, Operation, Query

Size = Annotated[int, Field(ge=0, le=999_999_999_999)]
_BETWEEN = (
    Query(name="first", type=Size, about="Size of the earlier tree.", required=True),
    Query(name="second", type=Size, about="Size of the later tree.", required=True),
)

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
        route="GET /v1/topics/{topic}/heads",
        name="list_heads",
        title={"ar": "رؤوس شجرة الجولة الموقعة", "en": "Signed heads of a round's tree"},
        about="The newest first. Whoever keeps one can hold the programme to it; what they say is "
        "in `docs/record.md`.",
        query=(
            ROUND,
            Query(name="tree_size", type=Size, about="Only those of so many leaves."),
            CURSOR,
        ),
        answers=(Answer(status=200, model=Heads, about="A page."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/heads/consistency",
        name="prove_growth",
        title={"ar": "إثبات نمو شجرة الجولة", "en": "Proof that a round's tree only grew"},
        about="Between sizes that signed heads have; of any other it is not found.",
        query=(ROUND, *_BETWEEN),
        answers=(Answer(status=200, model=Growth, about="The proof."),),
    ),
    Operation(
        route="GET /v1/log/head",
        name="read_log_head",
        title={"ar": "رأس السجل الموقع", "en": "The newest head of the log of all heads"},
        answers=(Answer(status=200, model=LogHead, about="The head."),),
        problems=("not-found",),
    ),
    Operation(
        route="GET /v1/log/entries",
        name="list_log_entries",
        title={"ar": "قيود السجل", "en": "Heads of all rounds, in the order of signing"},
        query=(Query(name="first", type=Size, about="Place to begin at; by default 0."),),
        answers=(Answer(status=200, model=LogEntries, about="A page."),),
    ),
    Operation(
        route="GET /v1/log/consistency",
        name="prove_log_growth",
        title={"ar": "إثبات نمو السجل", "en": "Proof that the log only grew"},
        about="Between sizes that the log's heads had; of any other it is not found.",
        query=_BETWEEN,
        answers=(Answer(status=200, model=Growth, about="The proof."),),
        problems=("not-found",),
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
