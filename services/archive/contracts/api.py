"""The routes of the archive service."""

from services.archive.contracts.answers import Catalogue, Record, StoredFile
from services.shared.contracts.operation import CURSOR, JSON, ROUND, Answer, Operation, Query

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
                media_types=(JSON, "application/jsonl", "text/plain"),
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
)
