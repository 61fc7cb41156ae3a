"""The benchmark of records takes the way that a round takes, to a record that is sound."""

from pathlib import Path
from typing import Any

import pytest

from bench import records


def test_what_is_measured_is_a_sound_record_of_all_comments(clock: Any, tmp_path: Path) -> None:
    counts = records.written(tmp_path, 40).made
    assert counts == {"published": 38, "rejected": 2}
    parts = records.handed_in(tmp_path, counts).made
    rows = [file["items"] for part in parts for file in part["files"] if file["items"] > 1]
    assert sum(rows) == 40 + 40
    sealed = records.sealed(tmp_path, parts)
    assert sealed.made.used.calls["Sign"] + sealed.used.calls["Sign"] == 4
    records.lay_out(tmp_path)
    records.verified(tmp_path, None)
    leaves = (tmp_path / "record/archive/leaves.jsonl").read_text("utf-8")
    assert leaves.count("\n") == 40


def test_a_record_that_is_not_sound_is_no_figure(clock: Any, tmp_path: Path) -> None:
    counts = records.written(tmp_path, 40).made
    records.sealed(tmp_path, records.handed_in(tmp_path, counts).made)
    records.lay_out(tmp_path)
    (tmp_path / "record/README.txt").write_text("other")
    with pytest.raises(ValueError, match=r"broken: README\.txt"):
        records.verified(tmp_path, None)
