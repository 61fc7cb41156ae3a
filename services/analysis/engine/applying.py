"""Third step, shard by shard: theme, tone and stance of each statement, and what shows them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from services.analysis.engine.days import Days
from services.analysis.engine.finding import Found
from services.analysis.engine.fitting import Key
from services.analysis.engine.letters import ALONE
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.quotes import Quote, best
from services.analysis.engine.rows import packed_rows
from services.analysis.engine.sentiment import TONES, tones
from services.analysis.engine.spoken import Places, Spoken, spoken
from services.analysis.engine.stances import Citation, cited
from services.analysis.engine.statements import Statement, statements_of, whole_text
from services.analysis.engine.terms import counted
from services.analysis.engine.themes import UNTHEMED, Matrix
from services.analysis.model.assignment import Assignment
from services.analysis.model.comment import ExportedComment
from services.analysis.model.stances import UNSURE


def apply(rows: Iterable[ExportedComment], plan: Plan, *, found: Found, letters: Parcel) -> Parcel:
    """Tell the theme of each statement of a shard, and count.

    Parameters
    ----------
    letters : Parcel
        The shard's own of what `find` gives for each.

    Returns
    -------
    Parcel
        A column ``rows`` (bytes, see `Rows`); told is what `Sum` adds up over the shards.
    """
    shard = _Shard(plan, found, letters)
    comments = list(rows)
    by_language: dict[str, list[Statement]] = defaultdict(list)
    for comment in comments:
        if comment.status == "published":
            for statement in statements_of(comment):
                by_language[statement.language].append(statement)
    for language, said in by_language.items():
        shard.take(language, said)
    for comment in comments:
        shard.note(comment)
    return Parcel({"rows": shard.rows()}, shard.told())


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
        self._terms: dict[str, list[Any]] = defaultdict(list)
        self._of_theme: dict[str, list[Any]] = defaultdict(list)
        self._counts: dict[str, Counter[Any]] = defaultdict(Counter)
        self._quotes: dict[int, list[Quote]] = defaultdict(list)
        self._learned: dict[str, set[str]] = defaultdict(set)
        self._citing: dict[str, list[Citation]] = defaultdict(list)
        self._days: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._assignments: list[dict[str, Any]] = []
        self._texts: dict[str, str] = {}

    def take(self, language: str, said: list[Statement]) -> None:
        """Take in all statements of a language: terms and, by question, themes, tones, stances."""
        ids = [statement.comment_id for statement in said]
        is_new = np.array([self._is_new(each) for each in said], np.bool_)
        words = spoken([statement.text for statement in said], language)
        everything = np.zeros(len(said), np.int64)
        whole = counted(words, everything, comment_ids=ids, is_new=is_new)
        self._terms[language] += whole.values()
        numbers = np.full(len(said), UNTHEMED)
        for question_id, rows in _by_question(said).items():
            group = [said[row] for row in rows]
            numbers[rows] = self._theme(
                (question_id, language), group, words.of(rows), is_new[rows]
            )
            of_rows = numbers[rows].tolist()
            self._stance(question_id, group, of_rows)
            self._learn(question_id, group, of_rows)
        for number, terms in counted(words, numbers, comment_ids=ids, is_new=is_new).items():
            self._of_theme[str(number)].append(terms)
        self._tone(language, words, numbers, is_new)

    def _theme(
        self, key: Key, group: list[Statement], words: Spoken, is_new: npt.NDArray[np.bool_]
    ) -> Places:
        """Take in the themes of a question's statements; gives the number of each one's."""
        fitted = self._model.groups.get(key)
        name = "/".join(key)
        self._counts["statements"][name] += len(group)
        self._counts["distinct_statements"][name] += int(is_new.sum())
        if fitted is None:
            return np.full(len(group), UNTHEMED)
        themes = fitted.themes
        found = themes.belonging(words.weighed(themes.words), _taken(words, themes.seeds))
        # One more, which UNTHEMED stands for.
        number_of = np.array([*fitted.numbers, UNTHEMED], np.int64)
        first, second = number_of[found.first], number_of[found.second]
        inside = np.flatnonzero(first != UNTHEMED)
        self._counts["themed"][name] += len(inside)
        _add(self._counts["size"], first[inside])
        _add(self._counts["distinct"], first[inside][is_new[inside]])
        both = second[inside] != UNTHEMED
        pairs = zip(first[inside][both].tolist(), second[inside][both].tolist(), strict=True)
        self._counts["overlap"].update(f"{one} {other}" for one, other in pairs)
        for row in inside.tolist():
            theme = self._model.about[first[row]]["theme_id"]
            self._themes[group[row].comment_id].add(theme)
        self._quote(group, first, found.score, inside[is_new[inside]])
        return first

    def _quote(self, group: list[Statement], numbers: Places, scores: Matrix, rows: Places) -> None:
        """Keep the best quotes of each theme, out of those rows of a question's statements."""
        order = rows[np.lexsort((-scores[rows], numbers[rows]))]
        for part in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
            if len(part):
                number = int(numbers[part[0]])
                quotes = (
                    Quote(-float(scores[row]), group[row].comment_id, *group[row][2:])
                    for row in part.tolist()
                )
                self._quotes[number] = best([*self._quotes[number], *quotes])

    def _tone(
        self, language: str, words: Spoken, numbers: Places, is_new: npt.NDArray[np.bool_]
    ) -> None:
        found = tones(words, language)
        for place, name in enumerate(TONES):
            of_tone = found == place
            if of_tone.any():
                self._counts["tones"][f"{language}/{name}"] += int(of_tone.sum())
                distinct = int((of_tone & is_new).sum())
                self._counts["distinct_tones"][f"{language}/{name}"] += distinct
                themed = numbers[of_tone & (numbers != UNTHEMED)]
                for number, count in Counter(themed.tolist()).items():
                    self._counts["theme_tones"][f"{number}/{name}"] += count

    def _stance(self, question_id: str, group: list[Statement], numbers: list[int]) -> None:
        lesson = self._model.lessons.get(question_id)
        if lesson is None or lesson.learned is None:
            return
        guesses = lesson.learned.of([(each.text, each.language) for each in group])
        for statement, number, guess in zip(group, numbers, guesses, strict=True):
            stance = guess.label or UNSURE
            name, is_new = f"{question_id}/{stance}", self._is_new(statement)
            self._counts["stances"][name] += 1
            self._counts["distinct_stances"][name] += is_new
            if number != UNTHEMED:
                self._counts["theme_stances"][f"{number}/{stance}"] += 1
            if is_new:
                # Of what it is unsure of, the least sure first: that is what to label next.
                rank = -guess.probability if guess.label else guess.probability
                citation = Citation(rank, statement.comment_id)
                self._citing[name] = cited([*self._citing[name], citation])

    def _learn(self, question_id: str, group: list[Statement], numbers: list[int]) -> None:
        """Tell themes by what officers' corrections taught; the machine's own stay beside them."""
        taught = self._model.taught.get(question_id)
        if taught is None or taught.lesson.learned is None:
            return
        pairs = zip(group, numbers, strict=True)
        asked = [statement for statement, number in pairs if number in taught.scope]
        guesses = taught.lesson.learned.of([(each.text, each.language) for each in asked])
        for statement, guess in zip(asked, guesses, strict=True):
            if guess.label:
                self._counts["learned"][question_id] += 1
                self._learned[statement.comment_id].add(guess.label)

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

    def rows(self) -> npt.NDArray[np.uint8]:
        """What is known of each comment."""
        return np.frombuffer(packed_rows(self._assignments), np.uint8)

    def told(self) -> dict[str, Any]:
        """What was counted, as JSON has it."""
        return {
            "texts": self._texts,
            "days": self._days,
            "terms": self._terms,
            "theme_terms": self._of_theme,
            "quotes": {str(n): quotes for n, quotes in self._quotes.items()},
            "citing": self._citing,
            "counts": {
                name: {str(key): count for key, count in each.items()}
                for name, each in self._counts.items()
            },
        }


def _by_question(said: list[Statement]) -> dict[str, Places]:
    """Rows of the statements on each question."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, statement in enumerate(said):
        rows[statement.question_id].append(row)
    return {question_id: np.array(each, np.int64) for question_id, each in rows.items()}


def _taken(words: Spoken, seeds: Sequence[frozenset[str]]) -> Places:
    """The seed most of whose stems each text has; the first of several, or `UNTHEMED`."""
    if not seeds:
        return np.full(words.count, UNTHEMED)
    hits = np.array([words.hits(stems) for stems in seeds])
    return np.where(hits.max(axis=0) > 0, hits.argmax(axis=0), UNTHEMED)


def _add(counts: Counter[Any], numbers: Places) -> None:
    counts.update(Counter(numbers.tolist()))
