"""A table of comments as people have them: CSV in one of the usual encodings, any separator."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from services.analysis.engine.language import guessed
from services.analysis.engine.statements import UNDETERMINED
from services.analysis.model.comment import Answer, ExportedComment

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ARABIC_WINDOWS = "cp1256"
_SEPARATORS = ",;\t"
_LONGEST_FIELD = 10_000_000


class Unreadable(ValueError):
    """The table cannot be used; the text says why, in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Names of the columns; without an id comments are numbered in their order."""

    text: str
    id: str | None = None
    question: str | None = None


def comments(raw: bytes, columns: Columns) -> list[ExportedComment]:
    """Comments of a table, by id, each in a language of its own.

    Raises
    ------
    Unreadable
        If a column is not there, or an id occurs twice.
    """
    text = decoded(raw)
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(_SEPARATORS, key=header.count))
    csv.field_size_limit(_LONGEST_FIELD)
    there = [name or "" for name in rows.fieldnames or ()]
    asked = (columns.text, columns.id, columns.question)
    missing = [name for name in asked if name is not None and name not in there]
    if missing:
        raise Unreadable(f"no column {', '.join(missing)}; there are: {', '.join(there) or 'none'}")
    found = list(_read(rows, columns))
    by_id = {comment.comment_id: comment for comment in found}
    if len(by_id) < len(found):
        raise Unreadable(f"column {columns.id} has the same value in several rows")
    return [by_id[comment_id] for comment_id in sorted(by_id)]


def decoded(raw: bytes) -> str:
    """Text of a file: by its byte order mark, as UTF-8, or else as Windows-1256."""
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_ARABIC_WINDOWS, "replace")


def _read(rows: Iterator[dict[str, str]], columns: Columns) -> Iterator[ExportedComment]:
    for number, row in enumerate(rows, start=1):
        text = (row.get(columns.text) or "").replace("\x00", "")
        comment_id = row[columns.id] if columns.id else f"{number:07d}"
        question = row[columns.question] if columns.question else None
        language = guessed(text)
        yield ExportedComment(
            comment_id=comment_id or f"row {number}",
            kind="comment",
            status="published",
            language=None if language == UNDETERMINED else language,
            text=None if question else text,
            answers=(Answer(question_id=question, text=text),) if question else None,
        )
