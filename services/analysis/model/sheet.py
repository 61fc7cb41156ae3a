"""Dispositions as a spreadsheet has them: CSV, one row each, every cell a text and nothing more.

The place of a fault is ``/<line>/<column>``: the line of the file on which the row begins, the
header being on line 1, and the column's name.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import ValidationError

from services.analysis.model.disposition import Disposition, Target
from services.shared.errors import Fault, Invalid, Malformed
from services.shared.parsing import faults_of, pointer

_TARGETS = ("comment_id", "campaign_id", "theme_id")
_NEEDED = ("outcome", "reason_ar", "reason_en")
_COLUMNS = (*_TARGETS, *_NEEDED, "clause_ids")
_SEPARATORS = ",;\t"
"""Which of them stands in a file depends on the country that the computer is set to."""


class Aim(NamedTuple):
    """What a row is for, where that stands, and the clauses that it names, if they can be read."""

    line: int
    column: str
    target: Target
    clause_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row, as far as it can be read.

    Attributes
    ----------
    line : int
        Where it begins.
    aim : Aim or None
        What it is for, if it names one thing.
    disposition : Disposition or None
        The whole, if nothing is wrong with it by itself.
    faults : tuple of Fault
        What is wrong.
    """

    line: int
    aim: Aim | None
    disposition: Disposition | None
    faults: tuple[Fault, ...]


def read(text: str) -> list[Row]:
    """Rows of a file; empty ones are passed over.

    Raises
    ------
    Malformed
        If it is no CSV.
    Invalid
        If a column is missing, unknown or there twice, with every one.
    """
    records = _records(text)
    _, header = next(records, (1, []))
    columns = [name.lower() for name in header]
    while columns and not columns[-1]:  # as spreadsheets leave them
        columns.pop()
    faults = list(_header_faults(columns))
    if faults:
        raise Invalid(faults=faults)
    return [_row(line, cells, columns) for line, cells in records if any(cells)]


def with_faults(rows: Sequence[Row], faults: Iterable[Fault]) -> list[Row]:
    """Rows with the faults of their aims, those at ``/items/0/…`` being of the first aim."""
    aims = [row.aim for row in rows if row.aim]
    found: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        _, _, position, place = fault.field.split("/", 3)
        aim = aims[int(position)]
        of_row = replace(fault, field=f"/{place}")
        found[aim.line].append(_placed(of_row, line=aim.line, column=aim.column))
    return [replace(row, faults=(*row.faults, *found[row.line])) for row in rows]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    header = "".join(text.splitlines()[:1])
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Malformed("not_csv", line=line) from error
        yield line, [cell.strip() for cell in cells]


def _header_faults(columns: Sequence[str]) -> Iterator[Fault]:
    for position, name in enumerate(columns):
        if name not in _COLUMNS:
            yield Fault(field=pointer(1, name), code="unknown_column")
        elif name in columns[:position]:
            yield Fault(field=pointer(1, name), code="duplicate_column")
    for name in _NEEDED:
        if name not in columns:
            yield Fault(field=pointer(1, name), code="missing_column")
    if not set(_TARGETS) & set(columns):
        yield Fault(field=pointer(1, _TARGETS[0]), code="no_target_column")


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    told = dict.fromkeys(_COLUMNS, "") | dict(zip(columns, cells, strict=False))
    named = {name: told[name] for name in _TARGETS if told[name]}
    # Of several targets the last is at fault, of none the first that could be there.
    column = [_TARGETS[0], *named][-1]
    clause_ids = told["clause_ids"].split()
    whole = {
        "target": named,
        "outcome": told["outcome"],
        "reason": {"ar": told["reason_ar"], "en": told["reason_en"]},
        "clause_ids": clause_ids,
    }
    faults = []
    if any(cells[len(columns) :]):
        faults.append(Fault(field=pointer(line), code="extra_cells"))
    disposition = None
    try:
        disposition = Disposition.model_validate(whole)
    except ValidationError as error:
        faults += [_placed(each, line=line, column=column) for each in faults_of(error)]
    return Row(
        line=line,
        aim=_aim(line, column, named, clause_ids, wrong={fault.field for fault in faults}),
        disposition=None if faults else disposition,
        faults=tuple(faults),
    )


def _aim(
    line: int, column: str, named: Mapping[str, str], clause_ids: list[str], *, wrong: set[str]
) -> Aim | None:
    if pointer(line, column) in wrong:
        return None
    readable = () if pointer(line, "clause_ids") in wrong else tuple(clause_ids)
    return Aim(line, column, Target.model_validate(named), readable)


def _placed(fault: Fault, *, line: int, column: str) -> Fault:
    """A fault of a disposition, e.g. at ``/reason/ar``, as one of the row that it stands in.

    Parameters
    ----------
    column : str
        Where the row's target stands.
    """
    _, member, *rest = fault.field.split("/")
    names = {"target": column, "reason": f"reason_{''.join(rest)}"}
    # That all that remain, or a filter, can be a target is of no use here.
    code = "one_target_column" if fault.code == "one_target" else fault.code
    return Fault(field=pointer(line, names.get(member, member)), code=code, values=fault.values)
