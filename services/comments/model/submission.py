"""What a participant sends: read strictly, every fault named at once."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from services.comments.model.form import Form
from services.comments.model.questions import (
    MOST_ANSWERS,
    Answer,
    Answers,
    Unread,
    faults_of_answers,
)
from services.comments.model.text import FreeText, Name, detect
from services.shared.errors import Fault, Invalid
from services.shared.ids import ID_PATTERN
from services.shared.language import Language
from services.shared.parsing import fault, faults_of
from services.shared.texts import Email, Legible, Storable

Kind = Literal["comment", "reply", "inquiry"]

_ShortWord = Annotated[str, Storable, StringConstraints(strip_whitespace=True, max_length=80)]
_Phone = Annotated[
    str, Storable, StringConstraints(pattern=r"^\+?[ ()-]*(?:\d[ ()-]*){6,15}$", max_length=20)
]
_NO_FORM = Form()


def _agreed(value: bool) -> bool:
    """Whoever takes part agrees to publication: the programme publishes every accepted comment."""
    if not value:
        raise fault("consent_required")
    return value


def _left_out(value: Any) -> Any:
    """An empty field of a form is one that was left out."""
    return None if isinstance(value, str) and not value.strip() else value


class Consent(BaseModel):
    """What the participant agreed to, and which privacy notice was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publish: Annotated[bool, Field(strict=True), AfterValidator(_agreed)]
    privacy_notice: Annotated[
        str, Storable, StringConstraints(min_length=1, max_length=40), Legible
    ]


class Contact(BaseModel):
    """Where the participant wants the answer; never shown, kept encrypted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Annotated[Email | None, BeforeValidator(_left_out)] = None
    phone: Annotated[_Phone | None, BeforeValidator(_left_out)] = None


class Demographics(BaseModel):
    """Who the participant is, by own account; never shown singly, kept encrypted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    age_band: _ShortWord | None = None
    gender: _ShortWord | None = None
    area: _ShortWord | None = None
    disability: _ShortWord | None = None

    @field_validator("*")
    @classmethod
    def _is_offered(cls, value: str | None, info: ValidationInfo) -> str | None:
        offered = _form(info).demographics.get(info.field_name or "")
        if value and offered is not None and value not in offered:
            raise fault("not_offered")
        return value or None  # an empty field of a form is one that was left out


class Submission(BaseModel):
    """Body of ``POST /v1/topics/{topic}/comments``.

    Notes
    -----
    The members stand in the order in which they are checked: `text` looks at `answers`, and
    `parent_id` at `kind`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    answers: Answers = ()
    text: FreeText = Field(default=None, validate_default=True)
    language: Language | None = None
    parent_id: str | None = Field(default=None, validate_default=True)
    author_name: Name = Field(default=None, validate_default=True)
    consent: Consent
    contact: Contact | None = None
    demographics: Demographics | None = None
    attachment_ids: tuple[str, ...] = ()

    @field_validator("text")
    @classmethod
    def _says_something(cls, value: str | None, info: ValidationInfo) -> str | None:
        is_comment = info.data.get("kind") == "comment"
        if value is None and not (is_comment and info.data.get("answers", True)):
            raise fault("text_required")
        return value

    @field_validator("parent_id")
    @classmethod
    def _only_replies_have_parents(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if kind == "reply" and value is None:
            raise fault("parent_required")
        if kind in ("comment", "inquiry") and value is not None:
            raise fault("parent_not_allowed")
        return _known_form(value)

    @field_validator("author_name")
    @classmethod
    def _named_as_the_topic_has_it(cls, value: str | None, info: ValidationInfo) -> str | None:
        names = _form(info).author_names
        if names == "required" and value is None:
            raise fault("name_required")
        if names == "none" and value is not None:
            raise fault("names_not_shown")
        return value

    @field_validator("attachment_ids", mode="before")
    @classmethod
    def _no_attachments_yet(cls, value: Any) -> Any:
        if isinstance(value, list) and value:
            raise fault("not_supported")
        return value

    @property
    def texts(self) -> list[str]:
        """Everything that was written: the text and the open questions' answers."""
        return [text for text in (self.text, *(a.text for a in self.answers)) if text]

    def written_in(self, *, otherwise: Language) -> Language:
        """Language as the participant named it, or as the script shows it."""
        return self.language or detect(self.texts, otherwise=otherwise)

    def public_part(self) -> dict[str, Any]:
        """What is shown once the comment is published; absent members are left out."""
        names = {"kind", "text", "language", "parent_id", "author_name", "answers"}
        return self._without_nothing(names)

    def private_part(self) -> dict[str, Any]:
        """What was received and is not shown, contacts and demographics excepted."""
        return self._without_nothing({"consent"})

    def personal_part(self) -> dict[str, Any]:
        """Contacts and demographics; empty if none were given."""
        return self._without_nothing({"contact", "demographics"})

    def _without_nothing(self, names: set[str]) -> dict[str, Any]:
        found = self.model_dump(mode="json", include=names, exclude_none=True)
        return {name: value for name, value in found.items() if value not in ([], {})}


def read(document: Any, *, form: Form) -> Submission:
    """Submission of a JSON document, by what the round asks for.

    Raises
    ------
    Invalid
        With every fault: of the form and, of each answer that can be read, by its question.
    """
    faults: list[Fault] = []
    submission: Submission | None = None
    try:
        submission = Submission.model_validate(document, context=form)
    except ValidationError as error:
        faults = faults_of(error)
    faults += _faults_by_questions(document, form)
    if submission is None or faults:
        raise Invalid(faults=faults)
    return submission


def _form(info: ValidationInfo) -> Form:
    """The round's form; who only wants to know whether a body may be one at all gives none."""
    return info.context if isinstance(info.context, Form) else _NO_FORM


def _faults_by_questions(document: Any, form: Form) -> list[Fault]:
    """Faults of those answers that can be read, whatever is wrong with the others."""
    if not isinstance(document, dict):
        return []
    given = document.get("answers", [])
    if not isinstance(given, list) or len(given) > MOST_ANSWERS:
        return []
    return faults_of_answers(
        [_answer(entry) for entry in given],
        form.questions,
        all_required=document.get("kind") == "comment",
    )


def _answer(entry: Any) -> Answer | Unread:
    try:
        return Answer.model_validate(entry)
    except ValidationError:  # reported with the other faults of form
        question_id = entry.get("question_id") if isinstance(entry, dict) else None
        return Unread(question_id=question_id if isinstance(question_id, str) else None)


def _known_form(comment_id: str | None) -> str | None:
    if comment_id is not None and not re.fullmatch(ID_PATTERN, comment_id):
        raise fault("parent_not_found")
    return comment_id
