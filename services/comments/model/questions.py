"""The topic's questions and what an answer to each must be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.comments.model.text import FreeText
from services.shared.errors import Fault
from services.shared.parsing import fault, pointer
from services.shared.texts import Storable

MOST_ANSWERS = 100
_MANY_OPTIONS = 100
_FURTHEST = 1_000_000
QuestionKind = Literal["open", "single", "multiple", "scale"]
Reference = Annotated[str, Storable, StringConstraints(min_length=1, max_length=64)]


class Scale(BaseModel):
    """Ends of a scale, both included."""

    model_config = ConfigDict(frozen=True)

    min: int
    max: int


class Question(BaseModel):
    """What intake must know of a question: its kind and what may be chosen, not its wording."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: QuestionKind
    required: bool = False
    option_ids: tuple[str, ...] = ()
    scale: Scale | None = None


class Answer(BaseModel):
    """A participant's answer to one question; the question's kind says which member it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question_id: Reference
    option_ids: Annotated[tuple[Reference, ...], Field(max_length=_MANY_OPTIONS)] | None = None
    value: Annotated[int, Field(strict=True, ge=-_FURTHEST, le=_FURTHEST)] | None = None
    text: FreeText = None


def _not_too_many(value: object) -> object:
    """Refuse a list by its length before any entry of it is looked at."""
    if isinstance(value, list) and len(value) > MOST_ANSWERS:
        raise fault("too_long", max_length=MOST_ANSWERS)
    return value


Answers = Annotated[tuple[Answer, ...], BeforeValidator(_not_too_many)]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """An answer whose form is at fault: it keeps its place, and counts as given.

    Attributes
    ----------
    question_id : str or None
        The question that it is for, if that can be told.
    """

    question_id: str | None


_MEMBER: dict[QuestionKind, str] = {
    "open": "text",
    "single": "option_ids",
    "multiple": "option_ids",
    "scale": "value",
}


def faults_of_answers(
    answers: Sequence[Answer | Unread], questions: Sequence[Question], *, all_required: bool
) -> list[Fault]:
    """Everything that is wrong with the answers, by the topic's questions.

    Parameters
    ----------
    all_required : bool
        Whether the required questions must be among them; an inquiry or a reply owes no answers.
    """
    known = {question.id: question for question in questions}
    faults: list[Fault] = []
    answered = {answer.question_id for answer in answers if isinstance(answer, Unread)}
    for place, answer in enumerate(answers):
        if isinstance(answer, Unread):
            continue
        field = pointer("answers", place)
        question = known.get(answer.question_id)
        if question is None:
            faults.append(_fault(field, "question_id", "unknown_question"))
        elif question.id in answered:
            faults.append(_fault(field, "question_id", "answered_twice"))
        else:
            answered.add(question.id)
            faults.extend(_faults_of_answer(answer, question, field))
    if all_required:
        owed = (q.id for q in questions if q.required and q.id not in answered)
        faults += [Fault(field="/answers", code="answer_required", values={"id": i}) for i in owed]
    return faults


def _faults_of_answer(answer: Answer, question: Question, field: str) -> Iterator[Fault]:
    wanted = _MEMBER[question.kind]
    for member in ("option_ids", "value", "text"):
        given = getattr(answer, member) not in (None, ())
        if member == wanted and not given:
            yield _fault(field, member, "missing")
        if member != wanted and given:
            yield _fault(field, member, "wrong_answer_kind")
    if question.kind in ("single", "multiple"):
        yield from _faults_of_choice(answer.option_ids or (), question, field)
    if question.kind == "scale" and question.scale and answer.value is not None:
        yield from _faults_of_scale(answer.value, question.scale, field)


def _faults_of_choice(chosen: Sequence[str], question: Question, field: str) -> Iterator[Fault]:
    if question.kind == "single" and len(chosen) > 1:
        yield _fault(field, "option_ids", "one_option_only")
    for place, option in enumerate(chosen):
        if option not in question.option_ids:
            yield _fault(f"{field}/option_ids", str(place), "option_not_offered")
        elif option in chosen[:place]:
            yield _fault(f"{field}/option_ids", str(place), "option_twice")


def _faults_of_scale(value: int, scale: Scale, field: str) -> Iterator[Fault]:
    if value < scale.min:
        yield Fault(field=f"{field}/value", code="too_small", values={"limit": scale.min})
    if value > scale.max:
        yield Fault(field=f"{field}/value", code="too_great", values={"limit": scale.max})


def _fault(field: str, member: str, code: str) -> Fault:
    return Fault(field=f"{field}/{member}", code=code)
