"""Second step: what is learned of the themes that officers put comments into.

Two of three themes of a question are not all there is: only comments of the themes that officers
took from, or put into, are told by what was learned; the others stay where the machine has them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.analysis.engine.learning import LEAST_OF_A_LABEL, Example, Lesson, learn
from services.analysis.engine.lessons import Said
from services.analysis.engine.plan import Placed, Plan
from services.analysis.engine.statements import OWN, Statement
from services.analysis.engine.stems import stems
from services.analysis.engine.themes import UNTHEMED

if TYPE_CHECKING:
    from services.analysis.engine.fitting import Fitted, Key


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What officers' corrections teach of one question.

    Attributes
    ----------
    lesson : Lesson
        How well the corrected themes are told where they were held out, or why nothing is told.
    ignored : int
        Corrections that teach nothing: of a comment without a text here, or of a theme that has
        fewer than five different texts.
    scope : frozenset of int
        Numbers of the machine's themes (or `UNTHEMED`) whose comments are told by it.
    """

    lesson: Lesson
    ignored: int
    scope: frozenset[int]


def taught_of(
    said: Said,
    plan: Plan,
    *,
    groups: "Mapping[Key, Fitted]",
    numbers: Mapping[str, int],
) -> dict[str, Taught]:
    """What is taught of each question that has corrections.

    Parameters
    ----------
    numbers : mapping
        Number of each of the machine's themes, by id.
    """
    by_question: dict[str, list[Placed]] = {}
    for each in plan.placed:
        by_question.setdefault(each.question_id or OWN, []).append(each)
    found = {}
    for question_id, placed in sorted(by_question.items()):
        pairs = [(each, said.get((question_id, each.comment_id))) for each in placed]
        texts = [(statement, each.theme_id) for each, statement in pairs if statement]
        lesson = _lesson(texts)
        found[question_id] = Taught(
            lesson=lesson,
            ignored=len(placed) - sum(lesson.labelled.values()) - lesson.repeated,
            scope=_stand((statement for statement, _ in texts), groups)
            | {numbers[each.theme_id] for each in placed if each.theme_id in numbers},
        )
    return found


def _lesson(texts: Sequence[tuple[Statement, str]]) -> Lesson:
    """Learn; once more without the themes that have too few texts to learn from."""
    examples = [Example(each.text, each.language, theme_id) for each, theme_id in texts]
    lesson = learn(examples, least=2 * LEAST_OF_A_LABEL)
    small = {theme for theme, count in lesson.labelled.items() if count < LEAST_OF_A_LABEL}
    if not small:
        return lesson
    rest = (each for each in examples if each.label not in small)
    return learn(rest, least=2 * LEAST_OF_A_LABEL)


def _stand(statements: Iterable[Statement], groups: "Mapping[Key, Fitted]") -> frozenset[int]:
    """Numbers of the themes in which the machine has statements."""
    found: set[int] = set()
    for each in statements:
        fitted = groups.get((each.question_id, each.language))
        if fitted:
            place = int(fitted.themes.of([stems(each.text, each.language)]).first[0])
            found.add(UNTHEMED if place == UNTHEMED else fitted.numbers[place])
    return frozenset(found)
