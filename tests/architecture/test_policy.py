"""The policy map: every clause has its row, and every place and test that it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "policy.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
]
CLAUSES = {*(f"S{n}" for n in range(7)), *(f"W{n}" for n in range(1, 11)), "M1"}
CLAUSES |= {f"A{n}" for n in range(1, 7)}
_NAME = re.compile(r"`([^`]+)`")


def test_every_clause_is_mapped_to_code_and_test() -> None:
    assert {row[0] for row in ROWS} == CLAUSES
    for _clause, says, where, shown in ROWS:
        assert says
        assert [name for name in _NAME.findall(where) if "/" in name], says
        assert _NAME.findall(shown), says


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in _NAME.findall(row[2])}))
def test_every_place_exists(name: str) -> None:
    if "/" in name:
        assert (ROOT / name).exists(), name
    else:
        machine = (ROOT / "statemachine" / "consultation.asl.json").read_text("utf-8")
        assert f'"{name}":' in machine, name


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in _NAME.findall(row[3])}))
def test_every_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert f"\ndef {function}(" in (ROOT / path).read_text("utf-8")


def test_the_reason_codes_are_those_of_the_code() -> None:
    from services.comments.model.moderation import REASON_CODES

    (row,) = [row for row in ROWS if row[0] == "M1"]
    assert _NAME.findall(row[1]) == list(REASON_CODES)
