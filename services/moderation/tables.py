"""Checking the tables of words: a table with a fault is refused as a whole, every fault named.

`scripts/lexicons.py` runs this in `make check`, and before it takes over an edited table; so a
faulty one never gets into a release, and the one before it stays in force.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from services.moderation.model import fold, linear, neighbours, spam, thresholds
from services.moderation.model.fold import folded_text
from services.moderation.model.lexicon import BESIDE, FILES, WORD, Tier
from services.moderation.model.morphology import SHORTEST_STEM
from services.moderation.model.reasons import REASON_CODES

TABLES = (*FILES, *BESIDE, thresholds.FILE, linear.FILE)
"""Every file of `data` that the rules read."""
ALLOW_LIST = "allow-list.json"
_FORMAT = "tashawur-lexicon/1"
_DOCUMENT_KEYS = {"format", "language", "aliases", "address", "groups"}
_GROUP_KEYS = {"code", "tier", "match", "variety", "terms"}
_ADDRESS = {"you", "you_after", "calls", "between", "persons", "things"}
_MATCHES = ("stem", "exact", "part")


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """What is wrong in a table, and where: `line` counts from 1, 0 is the file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def faults(tables: Mapping[str, bytes]) -> list[Fault]:
    """All faults of the tables, which are given by their names; empty if they may be used."""
    found = [Fault(name, 0, "is missing") for name in TABLES if name not in tables]
    lexicons = []
    for name in FILES:
        if name in tables:
            lexicons.append(_Table(name, tables[name]))
            found += _told(lexicons[-1].faults())
    found += _twice(lexicons)
    for name, check in _OTHERS.items():
        if name in tables:
            found += _told(check(name, tables[name]))
    return sorted(found)


def _told(checked: Iterator[Fault]) -> Iterator[Fault]:
    """Faults of a table, that of one which cannot be looked at included."""
    try:
        yield from checked
    except _Unreadable as unreadable:
        yield unreadable.fault


class _Table:
    """One file of the format ``tashawur-lexicon/1``."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content
        self._lines: list[str] = []
        self.spellings: list[tuple[str, int, str]] = []
        """Folded spelling, line and entry of each that is in order."""

    def faults(self) -> Iterator[Fault]:
        document = _document(self.name, self._content)
        self._lines = self._content.decode().splitlines()
        if document.get("format") != _FORMAT:
            yield self._fault('"format"', f"the format is not {_FORMAT}")
        for key in sorted(document.keys() - _DOCUMENT_KEYS):
            yield self._fault(f'"{key}"', f"unknown key {key}")
        for role in sorted(document.get("address", {}).keys() - _ADDRESS):
            yield self._fault(f'"{role}"', f"unknown role {role} of address")
        groups = document.get("groups")
        if not isinstance(groups, list) or not all(isinstance(each, dict) for each in groups):
            yield self._fault('"groups"', "groups is no list of objects")
            return
        seen: Counter[str] = Counter()
        for group in groups:
            yield from self._of_group(group, seen)

    def _of_group(self, group: dict[str, Any], seen: Counter[str]) -> Iterator[Fault]:
        terms = group.get("terms")
        if not isinstance(terms, list) or not terms or not all(isinstance(t, str) for t in terms):
            yield self._fault('"terms"', "terms is no list of texts, or is empty")
            return
        at = self._line(terms[0], seen[terms[0]])
        yield from (Fault(self.name, at, what) for what in self._wrong_in_head(group))
        for entry in terms:
            line = self._line(entry, seen[entry])
            seen[entry] += 1
            for spelling in entry.split("|"):
                what = _wrong_spelling(spelling, group.get("match", "stem"), group.get("tier"))
                if what:
                    yield Fault(self.name, line, f"{spelling!r} {what}")
                else:
                    self.spellings.append((folded_text(spelling), line, entry))

    def _wrong_in_head(self, group: dict[str, Any]) -> Iterator[str]:
        for key in sorted(group.keys() - _GROUP_KEYS):
            yield f"the group of this term has an unknown key {key}"
        if group.get("match", "stem") not in _MATCHES:
            yield f"the group of this term has a match that is none of {', '.join(_MATCHES)}"
        if self.name == ALLOW_LIST:
            if group.keys() & {"code", "tier"}:
                yield "an allowed term has no code and no tier"
            return
        if group.get("code") not in REASON_CODES:
            yield f"the group of this term has a code that is none of {', '.join(REASON_CODES)}"
        if group.get("tier") not in get_args(Tier):
            yield f"the group of this term has a tier that is none of {', '.join(get_args(Tier))}"

    def _line(self, entry: str, before: int) -> int:
        """Line of the entry that stands after so many like it; 0 if it is written otherwise."""
        written = json.dumps(entry, ensure_ascii=False)
        lines = [number for number, line in enumerate(self._lines, 1) if written in line]
        return lines[min(before, len(lines) - 1)] if lines else 0

    def _fault(self, written: str, what: str) -> Fault:
        lines = (number for number, line in enumerate(self._lines, 1) if written in line)
        return Fault(self.name, next(lines, 0), what)


class _Unreadable(Exception):
    """Nothing of a table can be looked at, for one fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def _document(name: str, content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise _Unreadable(Fault(name, error.lineno, f"is no JSON: {error.msg}")) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _Unreadable(Fault(name, line, f"is not UTF-8: {error.reason}")) from error
    if not isinstance(document, dict):
        raise _Unreadable(Fault(name, 1, "is no object"))
    return document


def _of_format(name: str, content: bytes, *, format_: str, holds: str) -> Any:
    """What a table of a format holds beside the format's name."""
    document = _document(name, content)
    if document.keys() != {"format", holds} or document["format"] != format_:
        raise _Unreadable(Fault(name, 1, f"is not of the format {format_}"))
    return document[holds]


def _wrong_spelling(spelling: str, match: str, tier: str | None) -> str | None:
    folded = folded_text(spelling)
    if not folded.strip():
        return "folds to nothing"
    words = folded.split()
    if WORD.findall(folded) != words or folded != " ".join(words):
        return "is not made of words with single spaces between them"
    if match == "part" and (len(words) > 1 or not folded.isascii()):
        return "is found inside words only if it is one Latin word"
    if match == "stem" and tier and len(words) == 1 and len(folded) < SHORTEST_STEM:
        return "is too short for a stem; use match exact and list every form"
    return None


def _twice(tables: list[_Table]) -> Iterator[Fault]:
    """Spellings that stand in several entries, or are both a term and allowed."""
    first: dict[str, tuple[str, int, str]] = {}
    for table in tables:
        for spelling, line, entry in table.spellings:
            name, at, other = first.setdefault(spelling, (table.name, line, entry))
            if (name, at, other) != (table.name, line, entry):
                yield Fault(table.name, line, f"{spelling!r} is in {name}:{at} already")


def _wrong_languages(name: str, content: bytes) -> Iterator[Fault]:
    languages = _of_format(name, content, format_=neighbours.FORMAT, holds="languages")
    for each in languages:
        if each.keys() != {"language", "marks", "words"}:
            yield Fault(name, 0, "a language has language, marks and words, and nothing else")
            continue
        for word in (*each["marks"], *each["words"]):
            if not folded_text(word).strip():
                yield Fault(name, 0, f"{each['language']}: {word!r} folds to nothing")


def _wrong_fold(name: str, content: bytes) -> Iterator[Fault]:
    letters = _of_format(name, content, format_=fold.FORMAT, holds="letters")
    lines = content.decode().splitlines()
    seen: dict[str, str] = {}
    for plain, alike in letters.items():
        written = f"{json.dumps(plain, ensure_ascii=False)}:"
        line = next((number for number, each in enumerate(lines, 1) if written in each), 0)
        for like in alike:
            if like in letters or (like.isascii() and like.isalnum()):
                yield Fault(name, line, f"{like!r} is a plain letter itself")
            if fold.decomposed(like) != like:
                yield Fault(name, line, f"{like!r} never stands: Unicode takes it apart before")
            if (other := seen.setdefault(like, plain)) != plain:
                yield Fault(name, line, f"{like!r} is a {other!r} already")


def _wrong_keyboards(name: str, content: bytes) -> Iterator[Fault]:
    _of_format(name, content, format_=spam.FORMAT, holds="rows")
    yield from ()


def _wrong_thresholds(name: str, content: bytes) -> Iterator[Fault]:
    try:
        thresholds.Thresholds.model_validate_json(content)
    except ValidationError as error:
        for each in error.errors():
            where = ".".join(map(str, each["loc"])) or "settings"
            yield Fault(name, 0, f"{where}: {each['msg']}")


def _wrong_model(name: str, content: bytes) -> Iterator[Fault]:
    try:
        linear.Model(content)
    except (ValueError, KeyError) as error:
        yield Fault(name, 0, f"is no model: {error}")


_OTHERS = {
    fold.FILE: _wrong_fold,
    spam.FILE: _wrong_keyboards,
    neighbours.FILE: _wrong_languages,
    thresholds.FILE: _wrong_thresholds,
    linear.FILE: _wrong_model,
}
