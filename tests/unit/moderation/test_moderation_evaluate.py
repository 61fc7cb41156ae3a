"""Measuring against labelled files: the figures, their keys, and what is said of a bad file."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.moderation import evaluate
from services.moderation.evaluation.figures import Judged, auc, figures, wilson
from services.moderation.evaluation.labelled import language_of

ROOT = Path(__file__).parents[3]
KEYS = {
    "rows",
    "precision",
    "recall",
    "f1",
    "best_f1",
    "best_threshold",
    "auc",
    "held_clean",
    "cpu_ms_mean",
    "by_language",
}
ROWS = [
    ("you moron", "1"),
    ("يا حقير", "1"),
    ("I do not agree with them at all", "1"),
    ("thank you all", "0"),
    ("شكرًا لكم على المبادرة", "0"),
    ("the word moron is in the dictionary", "0"),
    ("call 36000001", "0"),
]


def table(
    path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...] = ("text", "label")
) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict:
    assert evaluate.main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_figures_are_those_of_the_shipped_threshold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = as_json(capsys, table(tmp_path / "t.csv", ROWS))
    assert found.keys() == KEYS
    assert found["rows"] == 7
    assert found["precision"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["recall"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["f1"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["held_clean"] == 0.25, "masked personal data is no abuse"
    assert found["best_f1"] >= found["f1"]
    assert 0 < found["best_threshold"] <= 1
    assert 0.5 < found["auc"] < 1
    assert found["cpu_ms_mean"] > 0
    assert found["by_language"].keys() == {"ar", "en"}
    arabic = found["by_language"]["ar"]
    assert (arabic["rows"], arabic["abusive"], arabic["clean"], arabic["caught"]) == (2, 1, 1, 1)
    assert (arabic["precision"], arabic["recall"], arabic["auc"]) == (1.0, 1.0, 1.0)
    assert arabic["intervals"]["recall"][0] < 1.0 == arabic["intervals"]["recall"][1]


def test_columns_labels_and_languages_are_as_the_caller_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("moron", "Reject", "xx"), ("thanks", "publish", "xx"), ("36000001", "redact", "yy")]
    path = table(tmp_path / "t.csv", rows, ("body", "decision", "language"))
    options = ("--text-column", "body", "--label-column", "decision")
    found = as_json(capsys, path, *options, "--abusive", "reject", "redact")
    assert found["recall"] == 0.5
    assert found["by_language"].keys() == {"xx", "yy"}


@pytest.mark.parametrize(
    ("label", "abusive"),
    [
        ("1", True),
        ("TRUE", True),
        ("Offensive", True),
        ("hateful_disrespectful", True),
        ("0", False),
        ("normal", False),
        ("Non-Offensive", False),
        ("not_offensive", False),
        ("not hate", False),
    ],
)
def test_common_labels_need_no_option(
    label: str, *, abusive: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = as_json(capsys, table(tmp_path / "t.csv", [("moron", label)]))
    assert found["recall"] == (1.0 if abusive else None)
    assert found["held_clean"] == (None if abusive else 1.0)


def test_a_byte_order_mark_tabs_and_empty_rows_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("\ufefftext\tlabel\nmoron, he\t1\n\t1\nthanks\t\nthanks\t0\n", encoding="utf-8")
    assert as_json(capsys, path)["rows"] == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"", "empty"),
        (b"text,label\n", "no row has both"),
        (b"text,kind\na,1\n", "no column label; there are text, kind"),
        (b"text,label\n\xff\xfe,1\n", "not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_a_sentence(
    content: bytes | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    assert evaluate.main([str(path)]) == 2
    output = capsys.readouterr()
    assert told in output.err
    assert str(path) in output.err
    assert output.out == ""


def test_the_table_shows_intervals_and_the_worst_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*ROWS, ("word " * 100, "1")]
    assert evaluate.main([str(table(tmp_path / "t.csv", rows))]) == 0
    told = capsys.readouterr().out
    misses, alarms = told.split("Worst misses")[1].split("Worst false alarms")
    assert "I do not agree with them at all" in misses
    assert "the word moron is in the dictionary" in alarms
    assert "word word" in misses
    assert max(map(len, told.splitlines())) < 120, "long texts are shortened"
    assert "thresholds 1" in told
    assert " to " in told


def test_progress_of_a_long_file_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "t.csv", [("fine", "0")] * 4_100)
    assert evaluate.main([str(path), "--json"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines() == ["2,000 of 4,100", "4,000 of 4,100"]
    assert json.loads(output.out)["rows"] == 4_100


def test_it_runs_without_any_setting_of_aws(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", ROWS)
    command = [sys.executable, "-m", "services.moderation.evaluate", str(path), "--json"]
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout).keys() == KEYS


def test_auc_counts_ties_half() -> None:
    def of(*scores: tuple[bool, float]) -> float | None:
        return auc([Judged(bad, caught=False, score=score) for bad, score in scores])

    assert of((True, 0.9), (False, 0.1)) == 1.0
    assert of((True, 0.1), (False, 0.9)) == 0.0
    assert of((True, 0.5), (False, 0.5)) == 0.5
    assert of((True, 0.5), (True, 0.9), (False, 0.5), (False, 0.1)) == 0.875
    assert of((True, 0.5)) is None


def test_the_best_threshold_is_one_that_reaches_the_best_f1() -> None:
    found = figures(
        [Judged(bad, caught=False, score=score) for bad, score in
         [(True, 0.9), (True, 0.6), (False, 0.6), (True, 0.2), (False, 0.1)]]
    )  # fmt: skip
    assert found.best_threshold == 0.2
    assert found.best_f1 == pytest.approx(6 / 7)
    assert found.precision is None
    assert found.f1 == 0.0


def test_wilson_is_that_of_the_books() -> None:
    assert wilson(0, 0) is None
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_languages_are_told_by_script() -> None:
    assert [language_of(text) for text in ("مرحبا hi", "hello", "123", "नमस्ते")] == [
        "ar",
        "en",
        "other",
        "other",
    ]
