"""Records that somebody changed, by chance or with care, and made consistent again."""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from services.archive.model.audit import canonical
from services.archive.model.record import (
    HEADER,
    MANIFEST,
    TREE_HEAD,
    manifest,
    measured,
)
from services.archive.model.schemas import schema_path, table_path
from services.shared import spreadsheet
from tests.support.planted import Files, crowned, planted

_ID = re.compile(r"[a-z2-7]{26}")


def rows(body: bytes) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file."""
    return [json.loads(line) for line in body.splitlines()]


def written(path: str, content: Any) -> bytes:
    """A document, or rows, as the services write them."""
    each = content if path.endswith(".jsonl") else [content]
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in each)


def resealed(files: Files) -> Files:
    """The same files with copies, digests, sizes, rows, root and tree made anew.

    Whoever does so has no key of the programme's: the heads are signed by another, which is in the
    list of keys instead.
    """
    listed = {path: body for path, body in files.items() if path not in (MANIFEST, TREE_HEAD)}
    listed = planted(listed)
    for path in [path for path in listed if path.endswith(".jsonl")]:
        columns = list(json.loads(listed[str(schema_path(path))])["properties"])
        listed[table_path(path)] = b"".join(spreadsheet.table(rows(listed[path]), columns))
    entries = [measured(path, [body]) for path, body in listed.items()]
    told = manifest(json.loads(listed[HEADER]), entries)
    return {**crowned(listed), MANIFEST: canonical(told) + b"\n"}


def mutated(files: Files, random: Random) -> tuple[str, Files]:
    """The same files with one thing changed by chance, and what that was."""
    kind = random.choice(list(_KINDS))
    path = random.choice(sorted(path for path, body in files.items() if len(body) > 1))
    return f"{kind} {path}", {**_KINDS[kind](dict(files), path, random)}


def _at(body: bytes, random: Random) -> int:
    return random.randrange(len(body))


def _byte(files: Files, path: str, random: Random) -> Files:
    at, body = _at(files[path], random), bytearray(files[path])
    body[at] ^= random.randrange(1, 256)
    return {**files, path: bytes(body)}


def _deletion(files: Files, path: str, random: Random) -> Files:
    at = _at(files[path], random)
    return {**files, path: files[path][:at] + files[path][at + random.randrange(1, 9) :]}


def _insertion(files: Files, path: str, random: Random) -> Files:
    at = _at(files[path], random)
    more = random.randbytes(random.randrange(1, 9))
    return {**files, path: files[path][:at] + more + files[path][at:]}


def _truncation(files: Files, path: str, random: Random) -> Files:
    return {**files, path: files[path][: _at(files[path], random)]}


def _appendix(files: Files, path: str, random: Random) -> Files:
    return {**files, path: files[path] + random.randbytes(random.randrange(1, 9))}


def _lines(files: Files, path: str, random: Random) -> Files:
    lines = files[path].splitlines(keepends=True)
    if len(set(lines)) < 2:
        return _byte(files, path, random)
    one, other = random.sample(sorted(set(lines)), 2)
    first, second = lines.index(one), lines.index(other)
    lines[first], lines[second] = other, one
    return {**files, path: b"".join(lines)}


def _removal(files: Files, path: str, _random: Random) -> Files:
    return {name: body for name, body in files.items() if name != path}


def _renaming(files: Files, path: str, random: Random) -> Files:
    body = files.pop(path)
    return {**files, f"{path}{random.randrange(10)}": body}


def _addition(files: Files, path: str, random: Random) -> Files:
    return {**files, f"{path}.{random.randrange(10)}": random.randbytes(3)}


def _exchange(files: Files, path: str, random: Random) -> Files:
    other = random.choice(sorted(name for name in files if files[name] != files[path]))
    return {**files, path: files[other], other: files[path]}


_KINDS = {
    "byte": _byte,
    "deletion": _deletion,
    "insertion": _insertion,
    "truncation": _truncation,
    "appendix": _appendix,
    "lines": _lines,
    "removal": _removal,
    "renaming": _renaming,
    "addition": _addition,
    "exchange": _exchange,
}


def numbers(document: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every number in a document: its place, what holds it, and under which name there."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for name, value in items:
        # Members that are named by ids are all one place.
        member = "*" if isinstance(name, str) and _ID.fullmatch(name) else name
        at = place if isinstance(document, list) else f"{place}.{member}".lstrip(".")
        if isinstance(value, dict | list):
            yield from numbers(value, at)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield at, document, name
