"""Reading a table of labelled texts; whatever is wrong with it is told in one sentence."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ABUSIVE = (
    "1", "1.0", "true", "yes", "abuse", "abusive", "offensive", "off", "hate", "hateful", "toxic",
    "insult", "obscene", "profane", "vulgar", "threat", "disrespectful", "reject", "rejected",
)  # fmt: skip
"""Labels that say abusive where the caller names none, compared without regard to case."""
_JOINTS = re.compile(r"[_|,;+/&\s]+")
_DENIALS = frozenset({"not", "non", "no"})
_LANGUAGE_COLUMN = "language"
_LONGEST_FIELD = 10_000_000
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


class Unreadable(Exception):
    """The table cannot be measured against; the message says why."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, whether people called it abusive, and its language (``ar``, ``en``, …)."""

    text: str
    abusive: bool
    language: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns, and the labels that mean abusive."""

    text: str = "text"
    label: str = "label"
    abusive: Sequence[str] = ABUSIVE


def read(path: Path, columns: Columns) -> list[Labelled]:
    """Labelled texts of a CSV or TSV file in UTF-8, with or without a byte order mark.

    Rows without a text or without a label tell nothing and are left out.

    Raises
    ------
    Unreadable
        If the file is missing, empty, not UTF-8, lacks a column, or no row is left.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = list(_rows(_table(file), columns))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from error
    except csv.Error as error:
        raise Unreadable(f"{path}: not a table ({error})") from error
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from error
    if not found:
        raise Unreadable(f"{path}: no row has both a text and a label")
    return found


def _table(file: Iterable[str]) -> "csv.DictReader[str]":
    lines = iter(file)
    header = next(lines, "")
    if not header.strip():
        raise Unreadable("the file is empty or its first line is")
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = max("\t;,", key=header.count)
    return csv.DictReader(_again(header, lines), delimiter=delimiter)


def _again(header: str, lines: Iterator[str]) -> Iterator[str]:
    yield header
    yield from lines


def _rows(table: "csv.DictReader[str]", columns: Columns) -> Iterator[Labelled]:
    present = table.fieldnames or []
    missing = [name for name in (columns.text, columns.label) if name not in present]
    if missing:
        raise Unreadable(f"no column {', '.join(missing)}; there are {', '.join(present)}")
    abusive = frozenset(value.casefold().strip() for value in columns.abusive)
    for row in table:
        text, label = row[columns.text], row[columns.label]
        if text and text.strip() and label and label.strip():
            language = row.get(_LANGUAGE_COLUMN) or language_of(text)
            yield Labelled(text, says_abusive(label, abusive), language)


def says_abusive(label: str, abusive: frozenset[str]) -> bool:
    """Tell whether a label, or one of several that are joined (``offensive_hateful``), is named.

    ``not_offensive`` and ``non-hate`` are not.
    """
    whole = label.casefold().strip()
    if whole in abusive:
        return True
    several = _JOINTS.split(whole)
    return several[0] not in _DENIALS and any(part in abusive for part in several)


def language_of(text: str) -> str:
    """Language by script, where no column tells it: ``ar``, ``en`` or ``other``."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if not arabic and not latin:
        return "other"
    return "ar" if arabic >= latin else "en"
