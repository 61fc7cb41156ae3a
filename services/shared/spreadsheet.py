"""CSV for people who open it in a spreadsheet (RFC 4180), one row in memory at a time."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff".encode()
"""At the start of a file: without it Excel takes UTF-8 for the local code page, and Arabic words
come out as rubbish. Python reads it as ``utf-8-sig``."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AT_ONCE = 1 << 16
_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """CSV of rows, a header before them; what is not there is empty, what is nested is JSON."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    yield BOM
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
        if written.tell() >= _AT_ONCE:
            yield _taken(written)
    yield _taken(written)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, str) else _encoded(value)


def _taken(written: io.StringIO) -> bytes:
    """What was written so far; the rest is written from the start again."""
    found = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return found
