"""Hundreds of made-up numbers of each kind in both scripts' digits, and what looks like them."""

from collections import Counter

import pytest

from bench.support.personal import CASES, Case, cases
from services.moderation.model.personal_data import personal_data

MADE = list(cases())
KINDS = sorted({case.kind for case in MADE})


def found(case: Case) -> bool:
    """Whether all of what must be masked is, or, for a near-miss, whether anything is."""
    spans = [span for span, _score in personal_data(case.text)]
    if case.span is None:
        return bool(spans)
    return any(start <= case.span[0] and case.span[1] <= end for start, end in spans)


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_all_is_found_and_nearly_nothing_else(kind: str) -> None:
    of_kind = [case for case in MADE if case.kind == kind]
    true = sum(found(case) for case in of_kind if case.span)
    false = sum(found(case) for case in of_kind if case.span is None)
    assert true / CASES >= 0.99
    assert true / (true + false) >= 0.98


def test_there_are_hundreds_of_each_in_both_scripts() -> None:
    assert len(KINDS) == 6
    counts = Counter((case.kind, case.span is None) for case in MADE)
    assert min(counts.values()) >= 300
    for kind in KINDS:
        if kind != "email":
            arabic = sum(
                any(c in "٠١٢٣٤٥٦٧٨٩" for c in case.text) for case in MADE if case.kind == kind
            )
            assert arabic >= 300


@pytest.mark.parametrize(
    "text",
    [
        "رقم البلاغ 36512345 منذ شهر",
        "ticket no. 36512345",
        "مساحة الأرض 36512345 متر",
        "36512345 people",
        "المرجع 4227 6819 9701 1111",
        "invoice BH54-NBAM-3536-8546-7623-78",
    ],
)
def test_references_and_quantities_are_left(text: str) -> None:
    assert personal_data(text) == []


def test_two_mobiles_in_groups_of_four_are_both_found() -> None:
    text = "3600 0001 3600 0002"
    assert [text[a:b] for (a, b), _ in personal_data(text)] == ["3600 0001", "3600 0002"]


def test_a_phone_cue_near_a_reference_changes_nothing_for_the_phone() -> None:
    text = "رقم البلاغ 36512345 وهاتفي 36000001"
    assert [text[a:b] for (a, b), _ in personal_data(text)] == ["36000001"]
