"""The data files hold together: every entry is found by the rules, none stands twice."""

import json
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from services.moderation.model.fold import fold, folded_text
from services.moderation.model.lexicon import FILES, Lexicon, lexicon, lexicon_version
from services.moderation.model.reasons import REASON_CODES
from services.moderation.model.scan import scan

DATA = resources.files("services.moderation").joinpath("data")


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.joinpath(name).read_text("utf-8"))
    return found


def entries(name: str) -> Iterator[tuple[dict[str, Any], str]]:
    for group in document(name)["groups"]:
        for entry in group["terms"]:
            yield group, entry


@pytest.mark.parametrize("name", FILES)
def test_a_file_keeps_the_documented_format(name: str) -> None:
    assert document(name)["format"] == "tashawur-lexicon/1"
    for group in document(name)["groups"]:
        assert group.keys() <= {"code", "tier", "match", "variety", "terms"}
        assert group.get("match", "stem") in {"stem", "exact", "part"}
        if name != "allow-list.json":
            assert group["code"] in REASON_CODES
            assert group["tier"] in {"hard", "soft", "mild", "cue"}


@pytest.mark.parametrize("name", ["lexicon-ar.json", "lexicon-en.json", "spam-cues.json"])
def test_every_spelling_is_found_as_its_term(name: str) -> None:
    known = Lexicon(document(each) for each in FILES if each != "allow-list.json")
    missed = [
        spelling
        for group, entry in entries(name)
        for spelling in entry.split("|")
        if not any(hit.term.code == group["code"] for hit in scan(fold(spelling), known))
    ]
    assert missed == []


def test_no_spelling_stands_twice() -> None:
    spellings = Counter(
        (folded_text(spelling), name == "allow-list.json")
        for name in FILES
        for _group, entry in entries(name)
        for spelling in {folded_text(each) for each in entry.split("|")}
    )
    assert [spelling for spelling, count in spellings.items() if count > 1] == []


def test_every_allowed_entry_is_published() -> None:
    for _group, entry in entries("allow-list.json"):
        for spelling in entry.split("|"):
            hits = [hit for hit in scan(fold(spelling), lexicon()) if hit.term.tier != "cue"]
            assert hits == [], spelling


def test_a_word_inside_a_milder_phrase_still_counts_and_inside_an_allowed_one_does_not() -> None:
    groups = [
        {"code": "obscene", "tier": "hard", "terms": ["rot"]},
        {"code": "spam", "tier": "cue", "terms": ["rot offer"]},
        {"terms": ["dry rot"]},
    ]
    known = Lexicon([{"groups": groups}])
    assert {hit.term.tier for hit in scan(fold("rot offer"), known)} == {"hard", "cue"}
    assert scan(fold("dry rot"), known) == []


def test_the_lexicon_covers_both_languages() -> None:
    assert len(list(entries("lexicon-ar.json"))) >= 150
    assert len(list(entries("lexicon-en.json"))) >= 120


def test_the_version_is_that_of_the_content() -> None:
    assert len(lexicon_version()) == 12
    assert int(lexicon_version(), 16) >= 0
