"""A file of comments analysed on a laptop: any encoding, clear faults, one hash."""

import csv
import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from services.analysis.engine.language import guessed
from services.analysis.report.page import page
from services.analysis.run import main

ARABIC = ("نريد حافلات أكثر في المساء", "الحديقة بلا أشجار", "نريد حافلات أكثر في المساء!")
ENGLISH = ("More buses in the evening", "The park needs trees", "more buses in the evening")


def _file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    file = folder / "comments.csv"
    file.write_bytes(text.encode(encoding))
    return file


def _analysed(file: Path, *more: str) -> Path:
    out = file.parent / f"out{len(more)}"
    assert main([str(file), "--text-column", "text", "--out", str(out), *more]) == 0
    return out


def _rows(out: Path) -> list[dict[str, str]]:
    with (out / "assignments.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_in_the_encodings_that_people_have(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    lines = [f"id{separator}text", *(f"k{n}{separator}{text}" for n, text in enumerate(ARABIC))]
    out = _analysed(_file(tmp_path, "\n".join(lines), encoding=encoding), "--id-column", "id")
    rows = _rows(out)
    assert [(row["id"], row["language"]) for row in rows] == [(f"k{n}", "ar") for n in range(3)]
    assert rows[0]["campaign"] == rows[2]["campaign"] != ""
    [campaign] = json.loads((out / "results.json").read_bytes())["campaigns"]
    assert campaign["text"] == ARABIC[0]


def test_the_hash_is_that_of_the_results_and_the_same_for_any_number_of_shards(
    tmp_path: Path,
) -> None:
    file = _file(tmp_path, "text\n" + "\n".join([*ARABIC, *ENGLISH] * 5))
    one, parted = _analysed(file), _analysed(file, "--shards", "4")
    told = (one / "hash.txt").read_text("ascii").strip()
    assert told == hashlib.sha256((one / "results.json").read_bytes()).hexdigest()
    assert told == (parted / "hash.txt").read_text("ascii").strip()
    assert told in (one / "report.html").read_text("utf-8")


def test_progress_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _analysed(_file(tmp_path, "text\n" + "\n".join(ENGLISH)), "--shards", "3")
    told = capsys.readouterr().err.splitlines()
    assert told[:3] == ["read: 33 %", "read: 66 %", "read: 100 %"]
    assert told[-1] == "apply: 100 %"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("id,comment\n1,x", "text", "no column text; there are: id, comment"),
        ("", "text", "no column text; there are: none"),
        ("text\nx\nx", "text --id-column text", "column text has the same value in several rows"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, text: str, column: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--text-column", *column.split(), "--out", str(tmp_path / "out")]
    assert main([str(_file(tmp_path, text)), *options]) == 2
    assert said in capsys.readouterr().err
    assert main([str(tmp_path / "nowhere.csv"), *options]) == 2


def test_questions_have_themes_of_their_own(tmp_path: Path) -> None:
    file = _file(tmp_path, "text,q\n" + "\n".join(f"{text},why/not" for text in ENGLISH))
    out = _analysed(file, "--question-column", "q")
    groups = json.loads((out / "results.json").read_bytes())["groups"]
    assert [group["question_id"] for group in groups] == ["why/not"]


def test_a_table_of_no_rows_is_no_fault(tmp_path: Path) -> None:
    out = _analysed(_file(tmp_path, "text\n"))
    assert json.loads((out / "results.json").read_bytes())["received"] == 0
    assert _rows(out) == []


def test_an_id_is_no_formula(tmp_path: Path) -> None:
    file = _file(tmp_path, "id,text\n=1+1,words\n")
    assert _rows(_analysed(file, "--id-column", "id"))[0]["id"] == "'=1+1"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("نريد حافلات", "ar"),
        ("We want more buses", "en"),
        ("More buses", "en"),
        ("Nous voulons davantage d'autobus le soir après le travail", "und"),
        ("7abibi 3ala el be7r ma3 el salama", "und"),
        ("We need حافلات in the evening", "en"),
        ("12 !", "und"),
    ],
)
def test_the_language_is_told_by_script_and_function_words(text: str, language: str) -> None:
    assert guessed(text) == language


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_report_is_in_both_languages_without_script_or_network(tmp_path: Path) -> None:
    hostile = '<script>alert(1)</script> "><img src=//x.example onerror=1>'
    file = _file(tmp_path, "text\n" + "\n".join(f'"{hostile.replace(chr(34), "")}"' for _ in "ab"))
    html = (_analysed(file) / "report.html").read_text("utf-8")
    seen = _Seen()
    seen.feed(html)
    tags = [tag for tag, _ in seen.tags]
    assert ("html", {"lang": "ar", "dir": "rtl"}) in seen.tags
    assert [each["lang"] for tag, each in seen.tags if tag == "section"] == ["ar", "en"]
    assert not {"script", "img", "iframe"} & set(tags)
    assert not any("src" in each or "//" in (each.get("href") or "") for _, each in seen.tags)
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in each for tag, each in seen.tags if tag == "th")


def test_the_report_says_so_where_there_is_nothing() -> None:
    results = {
        "topic_id": "empty",
        "received": 0,
        "published": 0,
        "distinct": 0,
        "by_language": {},
        "themes": [],
        "groups": [],
        "sentiment": {"by_language": {}},
        "campaigns": [],
        "method": {},
    }
    assert page(results, digest="0", pictures={}).count("لا يوجد") == 2
