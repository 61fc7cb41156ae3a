"""What a comment says, question by question: the unit that themes are found in."""

from collections.abc import Iterator
from typing import NamedTuple

from services.analysis.model.comment import ExportedComment

OWN = ""
"""Stands for the comment's own text in the place of a question's id."""
UNDETERMINED = "und"
"""Language of a statement that nobody named and no rule found (ISO 639-2)."""


class Statement(NamedTuple):
    """One text of a comment.

    Attributes
    ----------
    question_id : str
        `OWN`, or the open question that it answers.
    language : str
        ``ar``, ``en``, another ISO 639 code, or `UNDETERMINED`.
    """

    comment_id: str
    question_id: str
    language: str
    text: str


def statements_of(comment: ExportedComment) -> Iterator[Statement]:
    """Texts of a comment that are not blank: its own, then its answers to open questions."""
    language = comment.language or UNDETERMINED
    answers = ((each.question_id, each.text) for each in comment.answers or ())
    for question_id, text in ((OWN, comment.text), *answers):
        if text and not text.isspace():
            yield Statement(comment.comment_id, question_id, language, text)


def whole_text(comment: ExportedComment) -> str:
    """Everything that a comment says: what its letter is told by."""
    return "\n".join(statement.text for statement in statements_of(comment))
