"""Learn from the themes that officers corrected, and tell those of the comments they did not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.analysis.engine.learning import LEAST_OF_A_LABEL, Example, Lesson, learn
from services.analysis.engine.statements import Statement


@dataclass(frozen=True, kw_only=True)
class Reassigned:
    """What officers' corrections make of the other comments.

    Attributes
    ----------
    lesson : Lesson
        How well the corrected themes are told where they were held out, or why nothing is told.
    ignored : int
        Corrections that teach nothing: of a comment without a text here, or of a theme that has
        fewer than five different texts.
    theme_ids : dict
        Theme by comment, of those nobody corrected; None where it is unsure. Empty where the
        lesson has a reason.
    """

    lesson: Lesson
    ignored: int
    theme_ids: dict[str, str | None]


def reassigned(statements: Iterable[Statement], corrections: Mapping[str, str]) -> Reassigned:
    """Tell the themes of comments from those that officers gave to some.

    Parameters
    ----------
    statements : iterable of Statement
        All of one question, one of each comment.
    corrections : mapping
        Theme by comment; of two themes at least, with five different texts each.
    """
    said = {each.comment_id: each for each in statements}
    examples = [
        Example(said[comment_id].text, said[comment_id].language, theme_id)
        for comment_id, theme_id in corrections.items()
        if comment_id in said
    ]
    lesson = _lesson(examples)
    small = {theme for theme, texts in lesson.labelled.items() if texts < LEAST_OF_A_LABEL}
    if small:
        lesson = _lesson([each for each in examples if each.label not in small])
    rest = [said[comment_id] for comment_id in sorted(set(said) - set(corrections))]
    theme_ids: dict[str, str | None] = {}
    if lesson.learned is not None:
        guesses = lesson.learned.of([(each.text, each.language) for each in rest])
        theme_ids = {s.comment_id: guess.label for s, guess in zip(rest, guesses, strict=True)}
    ignored = len(corrections) - sum(lesson.labelled.values()) - lesson.repeated
    return Reassigned(lesson=lesson, ignored=ignored, theme_ids=theme_ids)


def _lesson(examples: Iterable[Example]) -> Lesson:
    return learn(examples, least=2 * LEAST_OF_A_LABEL)
