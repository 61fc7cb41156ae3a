"""What is public about the moderation of a round: counts, never words and never persons."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

from services.moderation.model.counters import AGE, LANGUAGE
from services.moderation.model.reasons import REASON_CODES
from services.moderation.model.ruling import Verb
from services.moderation.model.screening import Versions
from services.shared.language import LANGUAGES, Language

_OUTCOMES = {"hold": "held", "publish-and-review": "reviewed", "redact-and-publish": "masked"}
Format = Literal["json", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
_HALF, _NEARLY_ALL = 0.5, 0.95


def report(
    counters: Iterable[Mapping[str, int]],
    *,
    topic_id: str,
    round_: int,
    comments: Mapping[str, int],
    versions: Versions | None,
    method: Mapping[Language, str],
) -> dict[str, Any]:
    """Public report of a round from its counters (several rows of them, to be added up).

    Parameters
    ----------
    comments : mapping
        How many comments have which status, as the comments service counts them.

    Returns
    -------
    dict
        ``comments``; ``outcomes`` of the rules (what they published as it came is the rest of the
        comments received) and ``repeats`` that they rejected for a person had rejected the same
        text; ``reasons`` of what they held, masked or had reviewed (a comment may have several);
        ``flagged`` by readers; first ``decisions`` of people and all ``grounds``; how many were
        ``undone``; ``appeals``; those that were ``withdrawn`` by their authors before a decision;
        ``undecided``; ``disagreement`` of rules and people; hours to a decision in whole hours,
        ``None`` before the first; the same by language.
    """
    total: Counter[str] = Counter()
    for row in counters:
        total.update(row)
    return {
        "topic_id": topic_id,
        "round": round_,
        "comments": dict(comments),
        **_figures(total),
        "reasons": _by_code(total, "held_", "reviewed_", "masked_"),
        "grounds": _by_code(total, "ground_"),
        "undone": total["undone"],
        "disagreement": {"false_alarms": total["false_alarm"], "missed": total["missed"]},
        "median_hours_to_decision": _quantile(total, _HALF),
        "p95_hours_to_decision": _quantile(total, _NEARLY_ALL),
        "languages": {
            language: _figures(_within(total, f"{LANGUAGE}{language}_")) for language in LANGUAGES
        },
        "versions": versions.model_dump() if versions else None,
        "method": dict(method),
    }


def as_csv(document: Mapping[str, Any]) -> str:
    """The figures of a report as CSV (RFC 4180): one a line, named by its place."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("figure", "value"))
    for name, value in _flat(document):
        writer.writerow((name, "" if value is None else value))
    return written.getvalue()


def _figures(total: Counter[str]) -> dict[str, Any]:
    decisions = {verb: total[f"decided_{verb}"] for verb in get_args(Verb)}
    outcomes = {name: total[counter] for name, counter in _OUTCOMES.items()}
    opened = total["held"] + total["reviewed"] + total["flagged"]
    done = sum(decisions.values()) + total["repeated"] + total["withdrawn"]
    settled = total["upheld"] + total["overturned"]
    return {
        "outcomes": outcomes,
        "repeats": total["repeated"],
        "flagged": total["flagged"],
        "decisions": decisions,
        "withdrawn": total["withdrawn"],
        "undecided": opened - done,
        "appeals": {
            "lodged": total["appealed"],
            "upheld": total["upheld"],
            "overturned": total["overturned"],
            "waiting": total["appealed"] - settled - total["appeal_withdrawn"],
        },
    }


def _within(total: Counter[str], prefix: str) -> Counter[str]:
    return Counter(
        {name.removeprefix(prefix): n for name, n in total.items() if name.startswith(prefix)}
    )


def _by_code(total: Counter[str], *prefixes: str) -> dict[str, int]:
    counts = {code: sum(total[prefix + code] for prefix in prefixes) for code in REASON_CODES}
    return {code: count for code, count in counts.items() if count}


def _quantile(total: Counter[str], share: float) -> int | None:
    """Hours within which a share of the decisions was made."""
    ages = sorted(
        (int(name.removeprefix(AGE)), n) for name, n in total.items() if name.startswith(AGE)
    )
    decided = sum(count for _, count in ages)
    seen = 0
    for hours, count in ages:
        seen += count
        if decided and seen >= share * decided:
            return hours
    return None


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key != "method":
                yield from _flat(part, f"{name}.{key}" if name else str(key))
    else:
        yield name, value
