"""Events of the moderation service: what a person decided, never what a participant wrote."""

from services.moderation.model.reasons import ReasonCode
from services.moderation.model.ruling import Verb
from services.moderation.model.spans import Span
from services.shared.events import EventData


class ModerationDecided(EventData):
    """A moderator decided a case; comments publishes, masks or rejects what was held.

    Attributes
    ----------
    spans : tuple of (int, int)
        What is to be masked, in code points of the comment's text; empty unless it is redacted.
    """

    case_id: str
    comment_id: str
    decision: Verb
    reason_code: ReasonCode | None
    spans: tuple[Span, ...]
