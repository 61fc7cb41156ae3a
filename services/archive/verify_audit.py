"""Verify an audit trail that auditors downloaded, without trusting whoever handed it over.

    python -m services.archive.verify_audit TRAIL... [--head HEAD]... [--record RECORD]...

TRAIL: the trail of one topic from its first entry on, as pages of ``GET /v1/audit?topic=`` or as
JSON Lines, in order. HEAD: what a page of the API said under ``head`` at some time, or the whole
page, or a record's ``archive/audit-head.json``. RECORD: a sealed record, a folder or a zip file; it
is verified too. That a trail was cut short shows only against a head or a record.

Needs the standard library only. Exit status 0: sound; 1: broken, and the first entry that is wrong
is named; 2: cannot be read.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from services.archive.model.audit import BrokenTrail, Head, Row, head_of, verify
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken, Unusable, parsed
from services.archive.model.soundness import verify as verify_record
from services.archive.sources import source_at
from services.archive.verify import BROKEN, SOUND, UNUSABLE, say

_SEALED = "RecordSealed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the trail that the command line names, say how it is, and give the exit status."""
    options = _parser().parse_args(arguments)
    try:
        rows = [row for place in options.trail for row in _rows(place)]
        records = [_record(place) for place in options.record]
        noted = [_head(place) for place in options.head]
        heads = [head_of(document) for document in noted]
        heads += [record.trail for record in records if record.trail]
        topics = {document["topic_id"] for document in noted}
        topics |= {record.manifest["topic_id"] for record in records}
        found = verify(rows, anchors=heads, topic_id=_only(topics))
        _seals_agree(rows, records)
    except (Broken, BrokenTrail) as broken:
        return say(BROKEN, f"broken: {broken}")
    except (Unusable, ValueError) as unusable:
        return say(UNUSABLE, f"unusable: {unusable}")
    return say(SOUND, f"sound: {_described(rows, found, heads)}")


def _only(topics: set[str]) -> str:
    if len(topics) > 1:
        raise Unusable(f"heads and records of several topics: {', '.join(sorted(topics))}")
    return next(iter(topics), "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.archive.verify_audit",
        description="Check that an audit trail is whole, in order and unchanged.",
        epilog="Exit status: 0 sound, 1 broken, 2 unusable.",
    )
    add = parser.add_argument
    add("trail", type=Path, nargs="+", metavar="TRAIL", help="pages of the API, or JSON Lines")
    add("--head", type=Path, action="append", default=[], help="a head noted earlier")
    add("--record", type=Path, action="append", default=[], help="a sealed record of the topic")
    return parser


def _described(rows: Sequence[Row], end: Head, heads: Sequence[Head]) -> str:
    topic = f"topic {rows[0]['topic_id']}: " if rows else ""
    anchored = max((head.count for head in heads), default=0)
    elsewhere = f"{anchored} of them anchored" if heads else "no head to tell whether it was cut"
    return f"{topic}{end.count} entries, {elsewhere}, last hash {end.hash}"


def _rows(place: Path) -> Iterator[Any]:
    """Entries in a file: of one document, or of one a line; a page holds several."""
    body = _body(place)
    try:
        documents = [parsed(body, str(place), "not JSON")]
    except Broken:
        lines = body.splitlines()
        documents = [parsed(line, f"{place}, line {n}", "not JSON") for n, line in _count(lines)]
    for document in documents:
        page = document.get("items") if isinstance(document, dict) else None
        yield from page if isinstance(page, list) else [document]


def _count(lines: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line)


def _record(place: Path) -> Opened:
    record = Opened(source=source_at(place))
    for _passed in verify_record(record):
        pass
    return record


def _head(place: Path) -> Any:
    document = parsed(_body(place), str(place), "not JSON")
    return document.get("head", document) if isinstance(document, dict) else document


def _body(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise Unusable(f"{place}: cannot be read") from error


def _seals_agree(rows: Sequence[Row], records: Sequence[Opened]) -> None:
    """Hold each record against what the trail says of its sealing."""
    for row in rows:
        if row["type"] != _SEALED or "data" not in row:
            continue
        for record in records:
            sealed = record.manifest
            named = (sealed["round"], sealed["edition"]) == (
                row["round"],
                row["data"].get("edition"),
            )
            if named and row["data"].get("root") != sealed["root"]:
                why = f"says that the record has the root {row['data'].get('root')}"
                raise BrokenTrail(row["sequence"], why)


if __name__ == "__main__":
    sys.exit(main())
