"""What was answered to the comments of each theme, in which words: you said, we did."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.analysis.model.assignment import Assignment
from services.analysis.model.disposition import Disposition, Rules
from services.analysis.model.tally import CITED, Share, counted, shares

_REASONS = 3
_Words = tuple[str, str, str, tuple[str, ...]]
"""Outcome, reason in Arabic and in English, clauses: what rules of several targets may share."""


def summary(
    themes: Iterable[Mapping[str, Any]], assignments: Iterable[Assignment], rules: Rules
) -> dict[str, Any]:
    """What was answered: in all, by theme, and to comments without a theme.

    A comment in several themes counts in each of them, and once in the totals. It counts with the
    answer that it got, be that by a rule of the theme, of its campaign, or of its own.

    Parameters
    ----------
    themes : iterable of mapping
        As in the results, corrected; their order is kept.
    assignments : iterable of Assignment
        The round's comments in the order of their ids.
    """
    found = shares(assignments, rules)
    listed = list(themes)
    members: dict[str | None, list[Share]] = {theme["theme_id"]: [] for theme in listed}
    members[None] = []
    for share in found:
        places = [each for each in share.theme_ids if each in members]
        for place in places or (None,):
            members[place].append(share)
    return {
        **counted(found),
        "themes": [_theme(theme, members[theme["theme_id"]]) for theme in listed],
        "unthemed": _row(members[None]),
    }


def _theme(theme: Mapping[str, Any], members: Sequence[Share]) -> dict[str, Any]:
    told = {name: theme[name] for name in ("theme_id", "label", "size")}
    return {**told, "title": theme.get("title"), **_row(members)}


def _row(members: Sequence[Share]) -> dict[str, Any]:
    """Counts, the clauses and the reasons that answer most first; what ties is by id or text."""
    clauses: Counter[str] = Counter()
    said: dict[_Words, list[Share]] = {}
    for share in members:
        if share.rule:
            clauses.update(dict.fromkeys(share.rule.clause_ids, share.comments))
            said.setdefault(_words(share.rule), []).append(share)
    ranked = sorted(said.items(), key=lambda each: (-_comments(each[1]), each[0]))
    return {
        **counted(members),
        "clause_ids": sorted(clauses, key=lambda each: (-clauses[each], each)),
        "reasons": [_reason(words, of) for words, of in ranked[:_REASONS]],
    }


def _words(rule: Disposition) -> _Words:
    return rule.outcome, rule.reason.ar, rule.reason.en, tuple(rule.clause_ids)


def _comments(found: Iterable[Share]) -> int:
    return sum(share.comments for share in found)


def _reason(words: _Words, found: Sequence[Share]) -> dict[str, Any]:
    outcome, arabic, english, clause_ids = words
    return {
        "outcome": outcome,
        "reason": {"ar": arabic, "en": english},
        "clause_ids": [*clause_ids],
        "comments": _comments(found),
        "citing": sorted(each for share in found for each in share.citing)[:CITED],
    }
