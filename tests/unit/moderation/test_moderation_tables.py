"""A table with a fault is refused as a whole, and every fault is named with its line."""

import json
import shutil
from pathlib import Path

import pytest

from scripts import lexicons
from services.moderation.tables import TABLES, faults

DATA = lexicons.DATA


def shipped() -> dict[str, bytes]:
    return {name: (DATA / name).read_bytes() for name in TABLES}


def document(*entries: str, **group: str) -> bytes:
    """Lexicon of one group, each entry in a line of its own from line 6 on."""
    head = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in group.items())
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    start = f'{{\n"format": "tashawur-lexicon/1",\n"groups": [\n{{{head},\n"terms": [\n'
    return f"{start}{lines}\n]}}]}}\n".encode()


def told(content: bytes, name: str = "lexicon-en.json") -> list[str]:
    """Faults of a table that stands alone among empty ones."""
    kind = {"code": "spam", "tier": "cue"}
    others = {
        "lexicon-ar.json": document("فلان", **kind),
        "lexicon-en.json": document("someone", **kind),
        "spam-cues.json": document("something", **kind),
        "allow-list.json": document("anything", variety="en"),
    }
    tables = shipped() | others | {name: content}
    return [str(fault) for fault in faults(tables)]


def test_the_shipped_tables_have_no_fault() -> None:
    assert faults(shipped()) == []
    assert told(document("someone", code="spam", tier="cue")) == []


HATE = {"code": "hate", "tier": "hard"}
GROUP = ":6: the group of this term has "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (document("xone", code="rude", tier="hard"), [GROUP + "a code"]),
        (document("xone", code="hate", tier="severe"), [GROUP + "a tier"]),
        (document("xone", code="hate"), [GROUP + "a tier"]),
        (document("xone", **HATE, match="regex"), [GROUP + "a match"]),
        (document("xone", **HATE, colour="red"), [GROUP + "an unknown key colour"]),
        (document("xone", "xtwo|XONE", **HATE), [":7: 'xone' is in lexicon-en.json:6 already"]),
        (
            document("xone", "ـ|\u200b", **HATE),
            [":7: '\\u200b' folds to nothing", ":7: 'ـ' folds to nothing"],
        ),
        (document("xone", "x-two", **HATE), [":7: 'x-two' is not made of words"]),
        (document("xone", "xy", **HATE), [":7: 'xy' is too short"]),
        (document("x one", **HATE, match="part"), [":6: 'x one' is found inside words only"]),
        (document("anything", **HATE), ["allow-list.json:6: 'anything' is in lexicon-en.json:6"]),
        (b'{"format": "tashawur-lexicon/1",\n"groups": [}', [":2: is no JSON"]),
        (
            b'{"format": "x/1", "groups": [], "extra": 1}',
            [":1: the format is not", ":1: unknown key extra"],
        ),
        (b'\n{"x": "\xff"}', [":2: is not UTF-8"]),
        (b"[]", [":1: is no object"]),
        (document(**HATE), ["terms is no list of texts, or is empty"]),
    ],
)
def test_a_fault_is_named_with_its_line(content: bytes, expected: list[str]) -> None:
    found = told(content)
    assert len(found) == len(expected), found
    for one, part in zip(found, expected, strict=True):
        assert part in one


def test_every_fault_is_named_at_once() -> None:
    found = told(document("x-one", "xy", "ـ", code="rude", tier="severe"))
    assert len(found) == 5


def test_an_allowed_term_has_no_tier() -> None:
    bad = document("anything", code="hate", tier="hard")
    [found] = told(bad, "allow-list.json")
    assert found.startswith("allow-list.json:6: an allowed term has no code and no tier")


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_or_broken_table_is_named(name: str) -> None:
    rest = shipped()
    del rest[name]
    assert f"{name}:0: is missing" in [str(fault) for fault in faults(rest)]
    assert any(fault.file == name for fault in faults({**shipped(), name: b"{}\n"}))


def test_a_word_of_another_language_that_folds_to_nothing_is_named() -> None:
    bad = (DATA / "languages.json").read_bytes().replace('"کسی"'.encode(), '"ـ"'.encode(), 1)
    [found] = faults({**shipped(), "languages.json": bad})
    assert "'ـ' folds to nothing" in str(found)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ('"a": "аb",\n"b": "в"', "fold.json:3: 'b' is a plain letter itself"),
        ('"a": "а",\n"b": "ва"', "fold.json:4: 'а' is a 'a' already"),
        ('"a": "ａ"', "fold.json:3: 'ａ' never stands"),
    ],
)
def test_a_letter_that_folds_two_ways_or_never_is_named(letters: str, expected: str) -> None:
    bad = f'{{"format": "tashawur-fold/1",\n"letters": {{\n{letters}\n}}}}'.encode()
    assert str(faults({**shipped(), "fold.json": bad})[0]).startswith(expected)


def test_an_edited_table_is_taken_over_only_without_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, edited = tmp_path / "data", tmp_path / "spam-cues.json"
    shutil.copytree(DATA, folder)
    before = (folder / edited.name).read_bytes()
    edited.write_bytes(document("snorfle", "s-n", code="spam", tier="cue"))
    assert lexicons.main([str(edited)], folder=folder) == 1
    assert (folder / edited.name).read_bytes() == before
    output = capsys.readouterr().out
    assert "spam-cues.json:7: 's-n'" in output
    assert "stay as they were" in output
    good = document("snorfle", code="spam", tier="cue")
    edited.write_bytes(good)
    assert lexicons.main([str(edited)], folder=folder) == 0
    assert (folder / edited.name).read_bytes() == good


def test_check_fails_on_a_faulty_folder_and_needs_to_be_told_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    assert lexicons.main(["--check"], folder=folder) == 0
    (folder / "lexicon-ar.json").write_text("{", encoding="utf-8")
    assert lexicons.main(["--check"], folder=folder) == 1
    assert lexicons.main([], folder=folder) == 2
    assert lexicons.main(["other.json"], folder=folder) == 2


def test_make_check_runs_it() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text("utf-8")
    assert "-m scripts.lexicons --check" in makefile
