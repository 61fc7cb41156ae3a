"""One pass over a round's comments, and what comes out of it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.analysis.model.assignment import Assignment
from services.analysis.model.campaigns import Campaign, Letters
from services.analysis.model.comment import ExportedComment, Question
from services.analysis.model.questions import ClosedQuestions
from services.analysis.model.suppression import MINIMUM_CELL
from services.analysis.model.terms import Terms

FORMAT = "tashawur-analysis/1"
_LISTED = 100
"""Groups, and members of a group, that an answer over HTTP carries; the record has all."""
_METHOD = {
    "minimum_cell": MINIMUM_CELL,
    "suppression": "cells of 1 to 4 people, and what subtraction, percentages or means would give",
    "campaigns": "identical text after NFKC, case folding and Arabic normalisation",
    "terms": "words less stop words, Arabic article and its clitics taken off, by distinct texts",
}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Counts of a round: in the export, public, distinct among the public, groups."""

    received: int
    published: int
    distinct: int
    campaigns: int


class Reading:
    """Takes in the comments of a round one by one, in any order, and keeps counts instead of texts.

    Parameters
    ----------
    topic_id, round_
        Of which round.
    questions : sequence of Question
        What the round asked.
    """

    def __init__(self, topic_id: str, round_: int, *, questions: Sequence[Question] = ()) -> None:
        self._of = {"topic_id": topic_id, "round": round_}
        self._letters = Letters(topic_id, round_)
        self._terms = Terms()
        self._questions = ClosedQuestions(questions)
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("status", "kind", "language", "channel")
        }
        self._seen: list[ExportedComment] = []

    def add(self, comment: ExportedComment) -> None:
        """Take in one comment; only what is published is counted by more than its status."""
        self._seen.append(comment.model_copy(update={"text": None, "answers": None}))
        self._counts["status"][comment.status] += 1
        if comment.status != "published":
            return
        for name in ("kind", "language", "channel"):
            self._counts[name][getattr(comment, name) or "unknown"] += 1
        self._questions.add(comment.answers or ())
        text = comment.text or ""
        is_new = self._letters.add(comment.comment_id, text, received_at=comment.received_at)
        self._terms.add(comment.comment_id, text, language=comment.language, is_new=is_new)

    def totals(self) -> Totals:
        """Counts so far."""
        published = self._counts["status"]["published"]
        return Totals(
            received=len(self._seen),
            published=published,
            distinct=published - self._letters.repeats,
            campaigns=len(self._letters.campaigns()),
        )

    def results(self) -> dict[str, Any]:
        """What ``results.json`` says of the comments."""
        totals = self.totals()
        return {
            "format": FORMAT,
            **self._of,
            "method": _METHOD,
            "received": totals.received,
            "published": totals.published,
            "distinct": totals.distinct,
            **{f"by_{name}": dict(counts) for name, counts in self._counts.items()},
            "questions": self._questions.tables(),
            "campaigns": [_described(campaign) for campaign in self._letters.campaigns()],
            "terms": self._terms.tables(),
            "themes": [],
        }

    def assignments(self) -> list[dict[str, Any]]:
        """Rows of ``assignments.jsonl``, in the order of the comment ids."""
        group = {
            comment_id: campaign.campaign_id
            for campaign in self._letters.campaigns()
            for comment_id in campaign.comment_ids
        }
        rows = (
            Assignment(
                comment_id=comment.comment_id,
                kind=comment.kind,
                status=comment.status,
                language=comment.language,
                campaign_id=group.get(comment.comment_id),
                reason_code=comment.reason_code,
            )._asdict()
            for comment in self._seen
        )
        return sorted(rows, key=lambda row: str(row["comment_id"]))


def shortened(results: dict[str, Any]) -> dict[str, Any]:
    """Results as HTTP answers them: the 100 largest groups, of each at most 100 members."""
    campaigns = [
        {**campaign, "comment_ids": campaign["comment_ids"][:_LISTED]}
        for campaign in results["campaigns"][:_LISTED]
    ]
    return {**results, "campaigns": campaigns}


def without(results: dict[str, Any], comment_ids: Collection[str]) -> dict[str, Any]:
    """Results that do not cite some comments; the figures stay those of the analysis."""
    if not comment_ids:
        return results
    terms = {
        language: [{**row, "citing": _others(row["citing"], comment_ids)} for row in rows]
        for language, rows in results["terms"].items()
    }
    campaigns = [_campaign_without(each, comment_ids) for each in results["campaigns"]]
    themes = [_theme_without(each, comment_ids) for each in results["themes"]]
    return {**results, "campaigns": campaigns, "terms": terms, "themes": themes}


def _theme_without(theme: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """A theme that neither quotes nor cites some comments, nor do its versions of the machine."""
    seen = {
        **theme,
        "terms": [{**row, "citing": _others(row["citing"], gone)} for row in theme["terms"]],
        "quotes": [each for each in theme["quotes"] if each["comment_id"] not in gone],
    }
    if theme.get("machine"):
        seen["machine"] = _theme_without(theme["machine"], gone)
    if theme.get("merged"):
        seen["merged"] = [_theme_without(each, gone) for each in theme["merged"] if each]
    return seen


def _campaign_without(campaign: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    left = _others(campaign["comment_ids"], gone)
    first = campaign["representative"]
    if first in gone:
        first = next(iter(left), None)
    return {**campaign, "representative": first, "comment_ids": left}


def _others(comment_ids: list[str], gone: Collection[str]) -> list[str]:
    return [comment_id for comment_id in comment_ids if comment_id not in gone]


def _described(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": campaign.campaign_id,
        "size": campaign.size,
        "representative": campaign.representative,
        "comment_ids": list(campaign.comment_ids),
    }
