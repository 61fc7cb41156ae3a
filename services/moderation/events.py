"""Events of the moderation service: what people decided, never what a participant wrote."""

from services.moderation.model.reasons import ReasonCode
from services.moderation.model.ruling import Verb
from services.moderation.model.spans import Span
from services.shared.events import EventData


class ModerationDecided(EventData):
    """A case was decided; comments publishes, masks or rejects by it.

    Attributes
    ----------
    spans : tuple of (int, int)
        What is to be masked, in code points of the comment's text; empty unless it is redacted.
    edition : int
        Tells the decisions on one comment apart: of two, the one with the greater stands.
    final : bool
        Whether it is that on an appeal, after which there is none.
    """

    case_id: str
    comment_id: str
    decision: Verb
    reason_code: ReasonCode | None
    spans: tuple[Span, ...]
    edition: int
    final: bool


class ModerationUndone(EventData):
    """A decision was taken back; the comment is again as it was before it.

    Attributes
    ----------
    edition : int
        See `ModerationDecided`.
    public : bool
        Whether it was so before.
    """

    case_id: str
    comment_id: str
    edition: int
    public: bool


class CommentAppealed(EventData):
    """The author of a comment contests the decision on it."""

    case_id: str
    comment_id: str
    edition: int


class CommentFlagged(EventData):
    """So many readers doubted a published comment that a moderator is to look at it (again)."""

    case_id: str
    comment_id: str
    flags: int


class TermsChanged(EventData):
    """An officer changed the words that a topic allows, and those that it has held, by number."""

    version: int
    allowed: int
    held: int
