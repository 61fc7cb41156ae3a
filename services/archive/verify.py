"""Verify a record without trusting whoever handed it over.

    python -m services.archive.verify RECORD [--keys KEYS] [--json]

RECORD is a folder or a zip file; KEYS the list of public keys (``/.well-known/tashawur-keys.json``)
as it was got elsewhere: without it signatures are held against the keys that the record itself has.
Needs no network and no account, and the standard library only, but for signatures the package
``cryptography``: without it they are not looked at, and where KEYS is given nothing is verified.
Prints what each check looked at and how it ended, then the verdict. Exit status 0: sound; 1:
broken, and the first item that is wrong is named; 2: no record, or none that can be read.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.public_keys import HeadKeys, head_keys
from services.archive.model.reading import Broken, Unusable, parsed
from services.archive.model.soundness import CHECKS, verify
from services.archive.sources import source_at

SOUND, BROKEN, UNUSABLE = 0, 1, 2
_VERDICTS = ("sound", "broken", "unusable")
_SIGNED = {None: "signatures not verified", "not pinned": "key not pinned", "pinned": "key pinned"}
_HEADER = ("topic_id", "round", "edition", "sealed_at", "root")


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A check: its name, what it looked at, and ``ok``, ``broken`` or ``-``, not come to."""

    name: str
    checked: str | None = None
    outcome: str = "-"


@dataclass(kw_only=True)
class _Report:
    """What verifying a record came to.

    Attributes
    ----------
    item : str or None
        The first item that is wrong.
    """

    status: int = SOUND
    record: Opened | None = None
    rows: list[_Row] = field(default_factory=list)
    item: str | None = None
    why: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the record that the command line names, say how it is, and give the exit status."""
    options = _parser().parse_args(arguments)
    if options.json:
        report = _verified(options, lambda _row: None)
        sys.stdout.write(json.dumps(_document(report)) + "\n")
        return report.status
    report = _verified(options, _tell)
    return say(report.status, _verdict(report, options.record))


def say(status: int, verdict: str) -> int:
    """Print a verdict and give the exit status."""
    # Names in a record may hold anything: escape what cannot be printed, and it stays one line.
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in verdict)
    sys.stdout.write(f"{shown}\n")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.archive.verify",
        description="Check every file, every count and the root of a consultation's record.",
        epilog="Exit status: 0 sound, 1 broken, 2 unusable.",
    )
    parser.add_argument("record", type=Path, metavar="RECORD", help="a folder or a zip file")
    parser.add_argument("--keys", type=Path, metavar="KEYS", help="the list of public keys")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    return parser


def _verified(options: argparse.Namespace, tell: Callable[[_Row], None]) -> _Report:
    report = _Report()
    for row in _rows(options, report):
        report.rows.append(row)
        tell(row)
    return report


def _rows(options: argparse.Namespace, report: _Report) -> Iterator[_Row]:
    """Each check as it ends, and those that are not come to; the report learns why it ended."""
    names = iter(CHECKS)
    try:
        keys = _keys(options.keys) if options.keys else None
        report.record = Opened(source=source_at(options.record), keys=keys)
        for name, checked in verify(report.record):
            next(names)
            yield _Row(name=name, checked=checked, outcome="ok")
    except Broken as broken:
        report.status, report.item, report.why = BROKEN, broken.item, broken.why
        yield _Row(name=next(names), outcome="broken")
    except Unusable as unusable:
        report.status, report.why = UNUSABLE, str(unusable)
    yield from (_Row(name=name) for name in names)


def _keys(place: Path) -> HeadKeys:
    """The keys of heads in a file.

    Raises
    ------
    Unusable
        If it is not the list of public keys.
    """
    try:
        return head_keys(parsed(place.read_bytes(), place.name, "not JSON"))
    except (OSError, ValueError, Broken) as error:
        raise Unusable(f"{place.name} is not the list of public keys") from error


def _tell(row: _Row) -> None:
    sys.stdout.write(f"{row.name:<16}{row.checked or '':<24}{row.outcome}\n")


def _verdict(report: _Report, place: Path) -> str:
    if report.status == BROKEN:
        return f"broken: {report.item}: {report.why}"
    if report.record is None or report.status == UNUSABLE:
        return f"unusable: {place}: {report.why}"
    record, told = report.record, report.record.manifest
    trail = f", audit trail of {record.trail.count} entries" if record.trail else ""
    signed = _SIGNED[_signatures(record)]
    return (
        f"sound: topic {told['topic_id']}, round {told['round']}, edition {told['edition']}, "
        f"sealed {told['sealed_at']}: {len(record.files)} files, {len(record.comments)} comments, "
        f"root {told['root']}{trail}, {signed}"
    )


def _signatures(record: Opened) -> str | None:
    """By which keys the signatures hold; ``None`` if none was verified, or there are none."""
    if not record.signatures:
        return None
    return "not pinned" if record.keys is None else "pinned"


def _document(report: _Report) -> dict[str, Any]:
    told = report.record.manifest if report.record else {}
    return {
        "verdict": _VERDICTS[report.status],
        **{name: told.get(name) for name in _HEADER},
        "signatures": _signatures(report.record) if report.record else None,
        "checks": [asdict(row) for row in report.rows],
        "item": report.item,
        "why": report.why,
    }


if __name__ == "__main__":
    sys.exit(main())
