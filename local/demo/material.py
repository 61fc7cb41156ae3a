"""What the demonstration says: the project's own examples, or a folder of real comments."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"
_CONSENT = {"publish": True, "privacy_notice": "2026-11"}
_REAL_FILES = (
    ("ar-mpold.csv", "ar", "Comment"),
    ("en-bowling-green.csv", "en", "comment-body"),
    ("en-biodiversity.csv", "en", "comment-body"),
    ("en-electoral-reform.csv", "en", "comment-body"),
)


@dataclass(frozen=True)
class Contribution:
    """One submission, and what a person who judged it would do with it in moderation."""

    id: str
    rejected: bool
    submission: dict[str, Any]


def read(name: str) -> Any:
    """One of the example documents."""
    return json.loads((EXAMPLES / name).read_text("utf-8"))


def examples() -> list[Contribution]:
    """The project's own comments."""
    lines = (EXAMPLES / "comments.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Contribution(row["id"], row["label"] in {"abuse", "spam"}, row["submission"])
        for row in rows
    ]


def inquiries() -> list[Contribution]:
    """The inquiries among the examples, to which ``answers.json`` has the answers."""
    return [entry for entry in examples() if entry.submission["kind"] == "inquiry"]


def real(folder: Path) -> list[Contribution]:
    """Real comments of a folder as described in its README, and the examples' inquiries.

    Raises
    ------
    FileNotFoundError
        If the folder lacks one of the files.
    """
    return [*_rows(folder), *inquiries()]


def _rows(folder: Path) -> Iterator[Contribution]:
    for name, language, column in _REAL_FILES:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                text = row[column].strip()
                offensive = row.get("Majority_Label") == "Offensive" or row.get("moderated") == "-1"
                submission = {"kind": "comment", "text": text, "language": language}
                if text:
                    yield Contribution(
                        f"{name}:{number}", offensive, {**submission, "consent": _CONSENT}
                    )
