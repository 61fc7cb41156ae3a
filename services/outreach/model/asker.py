"""The author of a comment, as far as it takes to tell them of it; kept no longer than that."""

from dataclasses import dataclass
from typing import Self

from pydantic import ConfigDict
from pydantic_core import PydanticCustomError

from services.outreach.model.address import taken, taken_number
from services.outreach.model.notice import Bilingual, Seen
from services.outreach.model.subscription import Way
from services.shared.language import Language

_BAD: dict[Way, str] = {"email": "bad_address", "sms": "bad_number"}


class InquiryAnswer(Seen):
    """The officer's answer as it stands, and how many there have been with it."""

    text: Bilingual
    edition: int


class Moderation(Seen):
    """What moderators decided of a comment last.

    Attributes
    ----------
    edition : int
        Tells the decisions apart.
    masked, final : bool
        Whether a part of it is masked; whether nothing more can be done about it.
    reason, rule : Bilingual or None
        Why it was rejected or masked, in plain words and as the published rule has it.
    """

    edition: int
    status: str
    masked: bool
    final: bool
    reason: Bilingual | None
    rule: Bilingual | None
    how_to_appeal: Bilingual


class Disposition(Seen):
    """What a comment was answered, and which clauses of the decision the answer names."""

    outcome: str
    reason: Bilingual
    clause_ids: tuple[str, ...]


class Correction(Seen):
    """What changed an answer after the announcement."""

    explanation: Bilingual


class Answered(Disposition):
    """What holds of a comment.

    Attributes
    ----------
    corrected : Correction or None
        What changed it since the announcement, if anything did.
    former : Disposition or None
        What it was answered before that, if anything, where that is asked for.
    """

    corrected: Correction | None = None
    former: Disposition | None = None


class Asker(Seen):
    """What a comment's author left, unchecked; never quoted in an error.

    Attributes
    ----------
    language : {"ar", "en"}
        Language of the comment.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    email: str | None = None
    phone: str | None = None
    language: Language
    answer: InquiryAnswer | None = None
    moderation: Moderation | None = None
    disposition: Answered | None = None

    def reach(self, way: Way) -> "Reach | None":
        """How to reach them one way; ``None`` if they left something for the other way alone.

        Who left nothing at all counts among those whom no mail reaches.
        """
        left = self.email if way == "email" else self.phone
        if left is None:
            nothing = way == "email" and self.phone is None
            return Reach(refusal="no_address") if nothing else None
        try:
            return Reach(address=_taken(left.strip(), way))
        except PydanticCustomError:
            return Reach(refusal=_BAD[way])


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where somebody is told, or why they cannot be (`refusal`)."""

    address: str | None = None
    refusal: str = ""


def _taken(left: str, way: Way) -> str:
    if way == "email":
        return taken(left)
    # Nobody can be asked to write it again: 00 is how the international + is dialled (E.123).
    return taken_number(f"+{left[2:]}" if left.startswith("00") else left)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer to an inquiry, or decision on a comment: the occasion of its author's notice."""

    comment_id: str
    edition: int

    @property
    def occasion(self) -> str:
        """Text that tells it apart."""
        return f"{self.comment_id}.{self.edition}"

    @classmethod
    def of(cls, occasion: str) -> Self:
        """What an occasion is of."""
        comment_id, _, edition = occasion.rpartition(".")
        return cls(comment_id=comment_id, edition=int(edition))
