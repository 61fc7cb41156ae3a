"""Rows of a file of dispositions: what can be read of them, and the place of every fault."""

import pytest

from services.analysis.model.sheet import Row, read
from services.shared.errors import Invalid, Malformed

HEADER = "comment_id,campaign_id,theme_id,outcome,reason_ar,reason_en,clause_ids"
GOOD = "a,,,noted,نص,Text,c1 c2"
Place = tuple[str, str]


def _read(*lines: str, header: str = HEADER) -> list[Row]:
    return read("\n".join([header, *lines]))


def _faults(*lines: str) -> list[Place]:
    return [(fault.field, fault.code) for row in _read(*lines) for fault in row.faults]


def _refusal(header: str) -> list[Place]:
    with pytest.raises(Invalid) as refused:
        _read(GOOD, header=header)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_a_row_is_a_disposition() -> None:
    [row] = _read(GOOD)
    assert row.line == 2
    assert row.disposition
    assert row.disposition.shown() == {
        "target": {"comment_id": "a"},
        "outcome": "noted",
        "reason": {"ar": "نص", "en": "Text"},
        "clause_ids": ["c1", "c2"],
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_is_read_as_spreadsheets_write_it(separator: str, end: str) -> None:
    columns = ["Theme_ID ", "outcome", "reason_ar", "reason_en", "", ""]
    cells = [" t1 ", "noted", '"نص، نص"', f'"On{end}two lines, and; ""quoted"""', "", ""]
    lines = [separator.join(columns), separator * 5, "", separator.join(cells)]
    [row] = read(end.join(lines) + end)
    assert row.line == 4
    assert row.disposition
    assert row.disposition.target.theme_id == "t1"
    assert row.disposition.reason.en == f'On{end}two lines, and; "quoted"'
    assert row.disposition.clause_ids == []


def test_the_line_is_that_on_which_a_row_begins() -> None:
    rows = _read('a,,,noted,نص,"two\nlines",', "", "b,,,lost,نص,Text,")
    assert [row.line for row in rows] == [2, 5]
    assert rows[1].faults[0].field == "/5/outcome"


def test_a_formula_is_a_text() -> None:
    [row] = _read("a,,,noted,=1+1,@SUM(A1),")
    assert row.disposition
    assert row.disposition.reason.model_dump() == {"ar": "=1+1", "en": "@SUM(A1)"}


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        (",,,noted,نص,Text,", [("/2/comment_id", "one_target_column")]),
        ("a,,t,noted,نص,Text,", [("/2/theme_id", "one_target_column")]),
        ("a,,,liked,نص,Text,", [("/2/outcome", "not_allowed")]),
        (
            "a,,,,,,",
            [
                ("/2/outcome", "not_allowed"),
                ("/2/reason_ar", "too_short"),
                ("/2/reason_en", "too_short"),
            ],
        ),
        ("a,,,noted,نص,Text,c!", [("/2/clause_ids", "bad_format")]),
        ("a,,,noted,نص,Text,c1 c1", [("/2/clause_ids", "duplicate_id")]),
        ("a,,,noted,نص,Text,c1,more", [("/2", "extra_cells")]),
        ("a,,,noted,نص\x00,Text,", [("/2/reason_ar", "not_storable")]),
        (f"{'a' * 65},,,noted,نص,Text,", [("/2/comment_id", "too_long")]),
        ("a,,,noted,نص", [("/2/reason_en", "too_short")]),
    ],
)
def test_every_fault_of_a_row_is_told(line: str, faults: list[Place]) -> None:
    assert _faults(line) == faults


def test_of_a_faulty_row_the_target_can_still_be_looked_up() -> None:
    outcome, target, clauses = _read("a,,,liked,نص,Text,c1", ",,,noted,,,", "a,,,noted,نص,Text,c!")
    assert outcome.aim
    assert (outcome.aim.target.comment_id, outcome.aim.clause_ids) == ("a", ("c1",))
    assert target.aim is None
    assert clauses.aim
    assert clauses.aim.clause_ids == ()
    assert outcome.disposition is target.disposition is clauses.disposition is None


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        (
            "",
            [
                ("/1/outcome", "missing_column"),
                ("/1/reason_ar", "missing_column"),
                ("/1/reason_en", "missing_column"),
                ("/1/comment_id", "no_target_column"),
            ],
        ),
        (
            "theme_id,outcome,outcome,reason_ar,reason_en,clause",
            [("/1/outcome", "duplicate_column"), ("/1/clause", "unknown_column")],
        ),
        ("outcome,reason_ar,reason_en", [("/1/comment_id", "no_target_column")]),
    ],
)
def test_every_fault_of_the_header_is_told(header: str, faults: list[Place]) -> None:
    assert _refusal(header) == faults


@pytest.mark.parametrize("broken", ['a,,,noted,"نص,Text,', 'a,,,noted,"نص"x,Text,'])
def test_what_is_no_csv_is_refused_with_its_line(broken: str) -> None:
    with pytest.raises(Malformed, match="not_csv") as refused:
        _read(GOOD, broken)
    assert refused.value.values == {"line": 3}


def test_a_file_of_no_rows_has_none() -> None:
    assert _read() == []
