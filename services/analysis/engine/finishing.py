"""Last step: what all shards found, added up into the results."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.analysis.engine.days import UNKNOWN
from services.analysis.engine.fitting import Model
from services.analysis.engine.labels import distinctive, label
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.quotes import Quote, best
from services.analysis.engine.rows import Rows
from services.analysis.engine.sentiment import TONES
from services.analysis.engine.stances import Citation, cited, row_of
from services.analysis.engine.statements import OWN
from services.analysis.engine.terms import Terms
from services.analysis.model.stances import OUTCOMES
from services.shared.language import LANGUAGES


class Sum:
    """What several shards counted, as one would have.

    Parameters
    ----------
    applied : iterable of Parcel
        What `apply` made, shard by shard; each is added and let go.
    """

    def __init__(self, applied: Iterable[Parcel]) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._terms: dict[str, dict[str, Terms]] = {"terms": {}, "theme_terms": {}}
        self._days: dict[str, Counter[str]] = defaultdict(Counter)
        self._rows: list[bytes] = []
        self.quotes: dict[str, list[Quote]] = defaultdict(list)
        """The best quotes of each theme."""
        self.citing: dict[str, list[Citation]] = defaultdict(list)
        """Comments that show each stance."""
        self.texts: dict[str, str] = {}
        """Texts that were wanted, by comment."""
        for part in applied:
            self._add(part)

    def _add(self, part: Parcel) -> None:
        told = part.told
        for name, counts in told["counts"].items():
            self._counts[name].update(counts)
        for name, terms in self._terms.items():
            for key, parts in told[name].items():
                for counts in parts:
                    terms.setdefault(key, Terms()).include(counts)
        for key, quotes in told["quotes"].items():
            self.quotes[key] = best([*self.quotes[key], *(Quote(*each) for each in quotes)])
        for key, citations in told["citing"].items():
            self.citing[key] = cited([*self.citing[key], *(Citation(*each) for each in citations)])
        for day, (comments, distinct) in told["days"].items():
            self._days[day].update({"comments": comments, "distinct": distinct})
        self.texts |= told["texts"]
        self._rows.append(part.arrays["rows"].tobytes())

    def named(self, name: str) -> Counter[str]:
        """One of the counts that `apply` made."""
        return self._counts[name]

    def terms(self, name: str) -> Mapping[str, Terms]:
        """Terms by language (``terms``) or by theme (``theme_terms``)."""
        return self._terms[name]

    def by_day(self) -> list[dict[str, Any]]:
        """Published comments of each day, all and distinct."""
        return [{"day": day, **self._days[day]} for day in sorted(self._days) if day != UNKNOWN]

    def assignments(self) -> Rows:
        """Rows of all comments, by id."""
        return Rows(self._rows)


def term_tables(found: Sum) -> dict[str, list[dict[str, Any]]]:
    """The most frequent terms of each language."""
    terms = found.terms("terms")
    none = Terms()
    return {each: terms.get(each, none).table() for each in sorted({*LANGUAGES, *terms})}


def group_rows(found: Sum) -> list[dict[str, Any]]:
    """Statements of each question and language, and how many of them no theme takes."""
    statements, themed = found.named("statements"), found.named("themed")
    distinct = found.named("distinct_statements")
    return [
        {
            "question_id": name.rpartition("/")[0] or None,
            "language": name.rpartition("/")[2],
            "statements": count,
            "distinct": distinct[name],
            "themed": themed[name],
            "unthemed": count - themed[name],
            "coverage": round(themed[name] / count, 4),
        }
        for name, count in sorted(statements.items())
    ]


def sentiment(found: Sum, model: Model) -> dict[str, Any]:
    """Tones of the statements in each language, all and distinct, and in each theme."""
    tones, distinct, themed = map(found.named, ("tones", "distinct_tones", "theme_tones"))
    languages = sorted({name.partition("/")[0] for name in tones})
    themes = sorted(
        (about["theme_id"], _by(TONES, themed, number)) for number, about in enumerate(model.about)
    )
    return {
        "indicative": True,
        "by_language": {each: _by(TONES, tones, each) for each in languages},
        "distinct_by_language": {each: _by(TONES, distinct, each) for each in languages},
        "by_theme": {theme_id: counts for theme_id, counts in themes if any(counts.values())},
    }


def stance_rows(found: Sum, model: Model, plan: Plan) -> list[dict[str, Any]]:
    """What is told of each question that stances were asked of, in the order of the brief."""
    counts, distinct, themed = map(found.named, ("stances", "distinct_stances", "theme_stances"))
    rows = []
    for brief in plan.brief.stances:
        row = row_of(brief, model.lessons, plan.questions)
        if row["method"] == "learned":
            name = brief.question_id or OWN
            of_themes = [
                {"theme_id": about["theme_id"], "counts": _by(OUTCOMES, themed, number)}
                for number, about in enumerate(model.about)
                if about["question_id"] == name
            ]
            both = {
                "comments": _by(OUTCOMES, counts, name),
                "distinct": _by(OUTCOMES, distinct, name),
            }
            row |= {
                "counts": {each: {kind: n[each] for kind, n in both.items()} for each in OUTCOMES},
                "by_theme": sorted(of_themes, key=lambda each: str(each["theme_id"])),
                "citing": {each: _ids(found.citing.get(f"{name}/{each}", ())) for each in OUTCOMES},
            }
        rows.append(row)
    return rows


def learned_rows(found: Sum, model: Model) -> list[dict[str, Any]]:
    """What officers' corrections taught, question by question, and how many comments follow it."""
    counts = found.named("learned")
    return [
        {
            "question_id": None if question_id == OWN else question_id,
            "reason": taught.lesson.reason,
            "labelled": sum(taught.lesson.labelled.values()),
            "labelled_by_theme": taught.lesson.labelled,
            "repeated": taught.lesson.repeated,
            "ignored": taught.ignored,
            "score": taught.lesson.score.shown if taught.lesson.score else None,
            "told": counts[question_id],
        }
        for question_id, taught in sorted(model.taught.items())
    ]


def _ids(citations: Iterable[Citation]) -> list[str]:
    return [each.comment_id for each in citations]


def _by(names: Iterable[str], counts: Counter[str], key: object) -> dict[str, int]:
    return {name: counts[f"{key}/{name}"] for name in names}


def theme_rows(found: Sum, model: Model) -> list[dict[str, Any]]:
    """What the results say of the themes that somebody spoke of, the largest first."""
    sizes, distinct, asked = (found.named(name) for name in ("size", "distinct", "statements"))
    terms, quotes, overlap = found.terms("theme_terms"), found.quotes, _overlaps(found)
    told = distinctive([terms.get(str(n), Terms()) for n in range(len(model.about))])
    rows = []
    for number, about in enumerate(model.about):
        key = str(number)
        if sizes[key]:
            question_id = about["question_id"]
            all_asked = sum(asked[f"{question_id}/{language}"] for language in about["holds"])
            row = {
                **_described(about),
                "label": about["seed"] or label(told[number]),
                "size": sizes[key],
                "distinct": distinct[key],
                "share": round(sizes[key] / all_asked, 4),
                "overlap": [
                    {"theme_id": model.about[other]["theme_id"], "comments": count}
                    for other, count in overlap[number]
                ],
                "terms": told[number],
                "quotes": [quote.shown for quote in quotes[key]],
            }
            rows.append(row)
    return sorted(rows, key=lambda row: (-row["size"], row["theme_id"]))


def _described(about: dict[str, Any]) -> dict[str, Any]:
    return {
        "theme_id": about["theme_id"],
        "question_id": None if about["question_id"] == OWN else about["question_id"],
        "languages": sorted(about["holds"]),
        "seed": about["seed"],
        "holds": [
            {"language": language, "stability": hold.stability, "interval": list(hold.interval)}
            for language, hold in sorted(about["holds"].items())
        ],
    }


def _overlaps(found: Sum) -> dict[int, list[tuple[int, int]]]:
    """With which themes each is named together, and how often, most often first."""
    together: dict[int, Counter[int]] = defaultdict(Counter)
    for pair, count in found.named("overlap").items():
        one, _, other = pair.partition(" ")
        together[int(one)][int(other)] += count
        together[int(other)][int(one)] += count
    ordered = {
        one: sorted(others.items(), key=lambda item: (-item[1], item[0]))
        for one, others in together.items()
    }
    return defaultdict(list, ordered)
