"""Whether what the results say of themes agrees, and with what was answered.

It is a check of `services.archive.model.soundness`: it says what it looked at, and raises `Broken`
at the first thing that is wrong. Which comment is in which theme is in no record, so themes are
held against themselves, the number of comments, and all answers.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import RESULTS
from services.archive.model.reading import Broken

_ROUNDED = 0.001


def themes(record: Opened) -> str:
    """Themes and what is left of each question, language by language."""
    told = record.document(RESULTS) if RESULTS in record.names else {}
    for group in told.get("groups", []):
        what = f"statements {group['question_id'] or ''} in {group['language']}"
        if group["themed"] + group["unthemed"] != group["statements"]:
            raise Broken(RESULTS, f"{what}: not those with a theme and those without")
        if (
            group["statements"]
            and abs(group["coverage"] - group["themed"] / group["statements"]) > _ROUNDED
        ):
            raise Broken(RESULTS, f"{what}: says a coverage of {group['coverage']}")
        if group["distinct"] > group["statements"] or group["statements"] > told["published"]:
            raise Broken(RESULTS, f"{what}: more than there are")
    listed = told.get("themes", [])
    for theme in listed:
        if not theme["distinct"] <= theme["size"] <= told["published"]:
            raise Broken(RESULTS, f"theme {theme['theme_id']}: more than there are")
    answers = told.get("answers") or {}
    if "themes" in answers:
        sizes = {theme["theme_id"]: theme["size"] for theme in listed}
        for row in answers["themes"]:
            # Nor is what was excepted told by theme.
            unanswered = len(record.changed) + answers.get("excepted", 0)
            _theme_adds_up(row, sizes, unanswered=unanswered)
        _part_of_all("unthemed", answers["unthemed"], answers)
        for row in answers["themes"]:
            _part_of_all(f"theme {row['theme_id']}", row, answers)
    return f"{len(listed)} themes"


def _theme_adds_up(row: Mapping[str, Any], sizes: Mapping[str, int], *, unanswered: int) -> None:
    what = f"answers: theme {row['theme_id']}"
    if row["theme_id"] not in sizes:
        raise Broken(RESULTS, f"{what} is none of its themes")
    size = sizes[row["theme_id"]]
    answered = sum(row["by_outcome"].values()) + row["by_moderation"] + row["outstanding"]
    if row["size"] != size or not size - unanswered <= answered <= size:
        raise Broken(RESULTS, f"{what}: {answered} of {row['size']}, the theme has {size}")


def _part_of_all(what: str, row: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    by_reason = Counter[str]()
    for reason in row["reasons"]:
        by_reason[reason["outcome"]] += reason["comments"]
    for outcome, comments in row["by_outcome"].items():
        if not by_reason[outcome] <= comments <= answers["by_outcome"][outcome]:
            all_ = answers["by_outcome"][outcome]
            raise Broken(RESULTS, f"answers: {what}: {comments} {outcome} of {all_}")
    for name in ("by_moderation", "outstanding"):
        if row[name] > answers[name]:
            raise Broken(RESULTS, f"answers: {what}: {row[name]} {name} of {answers[name]}")
