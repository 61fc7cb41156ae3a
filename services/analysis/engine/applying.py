"""Third step, shard by shard: theme, tone and stance of each statement, and what shows them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from services.analysis.engine.days import Days
from services.analysis.engine.finding import Found
from services.analysis.engine.fitting import Key
from services.analysis.engine.letters import ALONE
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.quotes import Quote, best
from services.analysis.engine.sentiment import tone
from services.analysis.engine.stances import Citation, cited
from services.analysis.engine.statements import Statement, statements_of, whole_text
from services.analysis.engine.stems import Token, tokens
from services.analysis.engine.terms import Terms
from services.analysis.engine.themes import UNTHEMED
from services.analysis.model.assignment import Assignment
from services.analysis.model.comment import ExportedComment
from services.analysis.model.stances import UNSURE

_BATCH = 5_000
"""Statements whose themes are told at a time."""


def apply(rows: Iterable[ExportedComment], plan: Plan, *, found: Found, letters: Parcel) -> Parcel:
    """Tell the theme of each statement of a shard, and count.

    Parameters
    ----------
    letters : Parcel
        The shard's own of what `find` gives for each.

    Returns
    -------
    Parcel
        No columns. Told are ``assignments`` and what `Sum` adds up over the shards.
    """
    shard = _Shard(plan, found, letters)
    comments = list(rows)
    said = [each for c in comments if c.status == "published" for each in statements_of(c)]
    for start in range(0, len(said), _BATCH):
        shard.take(said[start : start + _BATCH])
    for comment in comments:
        shard.note(comment)
    return Parcel({}, shard.told())


class _Shard:
    """What is counted of one shard."""

    def __init__(self, plan: Plan, found: Found, letters: Parcel) -> None:
        columns = (letters.arrays[name] for name in ("ids", "campaigns", "first"))
        rows = zip(*columns, strict=True)
        self._places = {each.decode(): (int(c), bool(first)) for each, c, first in rows}
        self._found = found
        self._model = found.model
        self._zoned = Days(ZoneInfo(plan.time_zone))
        self._themes: dict[str, set[str]] = defaultdict(set)
        self._terms: dict[str, Terms] = defaultdict(Terms)
        self._of_theme: dict[int, Terms] = defaultdict(Terms)
        self._counts: dict[str, Counter[Any]] = defaultdict(Counter)
        self._quotes: dict[int, list[Quote]] = defaultdict(list)
        self._learned: dict[str, set[str]] = defaultdict(set)
        self._citing: dict[str, list[Citation]] = defaultdict(list)
        self._days: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._assignments: list[dict[str, Any]] = []
        self._texts: dict[str, str] = {}

    def take(self, said: list[Statement]) -> None:
        """Take in statements: their terms and, group by group, themes, tones and stances."""
        by_key: dict[Key, list[tuple[Statement, list[Token]]]] = defaultdict(list)
        for statement in said:
            words = tokens(statement.text, statement.language)
            is_new = self._is_new(statement)
            self._terms[statement.language].add(statement.comment_id, words, is_new=is_new)
            by_key[statement.question_id, statement.language].append((statement, words))
        for key, group in by_key.items():
            numbers = self._theme(key, group)
            placed = [(statement, numbers.get(statement.comment_id)) for statement, _ in group]
            self._tone(placed)
            self._stance(key[0], placed)
            self._learn(key[0], placed)

    def _theme(self, key: Key, pairs: list[tuple[Statement, list[Token]]]) -> dict[str, int]:
        """Take in the themes of a group; gives the number of each comment's."""
        numbers: dict[str, int] = {}
        fitted = self._model.groups.get(key)
        name = "/".join(key)
        new = sum(self._is_new(statement) for statement, _ in pairs)
        self._counts["statements"][name] += len(pairs)
        self._counts["distinct_statements"][name] += new
        if fitted is None:
            return numbers
        found = fitted.themes.of([[token.stem for token in words] for _, words in pairs])
        for place, (statement, words) in enumerate(pairs):
            if found.first[place] == UNTHEMED:
                continue
            number = numbers[statement.comment_id] = fitted.numbers[found.first[place]]
            self._counts["themed"][name] += 1
            self._belongs(number, statement, words, score=float(found.score[place]))
            if found.second[place] != UNTHEMED:
                other = fitted.numbers[found.second[place]]
                self._counts["overlap"][f"{number} {other}"] += 1
        return numbers

    def _tone(self, placed: list[tuple[Statement, int | None]]) -> None:
        for statement, number in placed:
            found = tone(statement.text, statement.language)
            name, is_new = f"{statement.language}/{found}", self._is_new(statement)
            self._counts["tones"][name] += 1
            self._counts["distinct_tones"][name] += is_new
            if number is not None:
                self._counts["theme_tones"][f"{number}/{found}"] += 1

    def _stance(self, question_id: str, placed: list[tuple[Statement, int | None]]) -> None:
        lesson = self._model.lessons.get(question_id)
        if lesson is None or lesson.learned is None:
            return
        guesses = lesson.learned.of([(each.text, each.language) for each, _ in placed])
        for (statement, number), guess in zip(placed, guesses, strict=True):
            stance = guess.label or UNSURE
            name, is_new = f"{question_id}/{stance}", self._is_new(statement)
            self._counts["stances"][name] += 1
            self._counts["distinct_stances"][name] += is_new
            if number is not None:
                self._counts["theme_stances"][f"{number}/{stance}"] += 1
            if is_new:
                # Of what it is unsure of, the least sure first: that is what to label next.
                rank = -guess.probability if guess.label else guess.probability
                citation = Citation(rank, statement.comment_id)
                self._citing[name] = cited([*self._citing[name], citation])

    def _learn(self, question_id: str, placed: list[tuple[Statement, int | None]]) -> None:
        """Tell themes by what officers' corrections taught; the machine's own stay beside them."""
        taught = self._model.taught.get(question_id)
        if taught is None or taught.lesson.learned is None:
            return
        asked = [
            statement
            for statement, number in placed
            if (UNTHEMED if number is None else number) in taught.scope
        ]
        guesses = taught.lesson.learned.of([(each.text, each.language) for each in asked])
        for statement, guess in zip(asked, guesses, strict=True):
            if guess.label:
                self._counts["learned"][question_id] += 1
                self._learned[statement.comment_id].add(guess.label)

    def _belongs(
        self, number: int, statement: Statement, words: list[Token], *, score: float
    ) -> None:
        is_new = self._is_new(statement)
        self._themes[statement.comment_id].add(self._model.about[number]["theme_id"])
        self._counts["size"][number] += 1
        self._counts["distinct"][number] += is_new
        self._of_theme[number].add(statement.comment_id, words, is_new=is_new)
        if is_new:
            quote = Quote(-score, statement.comment_id, statement.language, statement.text)
            self._quotes[number] = best([*self._quotes[number], quote])

    def _is_new(self, statement: Statement) -> bool:
        return self._places[statement.comment_id][1]

    def note(self, comment: ExportedComment) -> None:
        """Take in a comment: its row, its day, its text if that is wanted."""
        place, first = self._places.get(comment.comment_id, (ALONE, False))
        assignment = Assignment(
            comment_id=comment.comment_id,
            kind=comment.kind,
            status=comment.status,
            language=comment.language,
            campaign_id=None if place == ALONE else self._found.campaigns[place].campaign_id,
            reason_code=comment.reason_code,
            theme_ids=tuple(sorted(self._themes.get(comment.comment_id, ()))),
            learned=tuple(sorted(self._learned.get(comment.comment_id, ()))),
        )
        self._assignments.append(assignment._asdict())
        if comment.comment_id in self._found.described_by:
            self._texts[comment.comment_id] = whole_text(comment)
        if comment.status == "published":
            day = self._days[self._zoned.of(comment.received_at)]
            day[0] += 1
            day[1] += first

    def told(self) -> dict[str, Any]:
        """What was counted, as JSON has it."""
        return {
            "assignments": self._assignments,
            "texts": self._texts,
            "days": self._days,
            "terms": {language: terms.counts for language, terms in self._terms.items()},
            "theme_terms": {str(n): terms.counts for n, terms in self._of_theme.items()},
            "quotes": {str(n): quotes for n, quotes in self._quotes.items()},
            "citing": self._citing,
            "counts": {
                name: {str(key): count for key, count in each.items()}
                for name, each in self._counts.items()
            },
        }
