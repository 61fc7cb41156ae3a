"""Data of the events that the comments service emits: ids and codes, never a text."""

from services.shared.events import EventData


class CommentsReceived(EventData):
    """Comments were taken in (at least once per comment; consumers go by the ids)."""

    comment_ids: tuple[str, ...]


class CommentRejected(EventData):
    """Moderation refused a comment that had been held, or was public until then.

    Attributes
    ----------
    edition : int
        Tells what moderation decided of a comment apart: of two, the one with the greater stands.
    """

    comment_id: str
    case_id: str
    reason_code: str
    edition: int


class CommentRestored(EventData):
    """What had been refused is so no more: the decision was taken back, or an appeal granted."""

    comment_id: str
    case_id: str
    edition: int


class CommentWithdrawn(EventData):
    """The author took a comment back."""

    comment_id: str


class CommentErased(EventData):
    """The words of a comment, and whatever told who wrote it, were removed for good."""

    comment_id: str


class ErasureCompleted(EventData):
    """All that a request of erasure asked for was carried out.

    Attributes
    ----------
    comments : int
        How many comments it erased; those that were erased before do not count.
    """

    request_id: str
    comments: int


class AccessGiven(EventData):
    """An author was given all that is held about so many comments of theirs."""

    comments: int


class PersonalDataDeleted(EventData):
    """The key was deleted under which a round's contacts and demographics were encrypted."""


class InquiryAnswered(EventData):
    """An officer answered an inquiry, or replaced the answer.

    Attributes
    ----------
    replaced : bool
        Whether there had been an answer before.
    edition : int
        How many answers there have been with this one; tells them apart for whoever is told.
    """

    comment_id: str
    replaced: bool
    edition: int


class CountersCorrected(EventData):
    """The counters of a round said otherwise than its rows and were put right."""

    changes: dict[str, int]


class InclusionGapFound(EventData):
    """While comments are taken, far fewer people of some target groups take part than there are.

    Attributes
    ----------
    ratios : dict
        By target group: its share of those who told, in per cent of its share of the population, to
        the next ten; null where that is suppressed. Each group once a round.
    """

    ratios: dict[str, int | None]
    closes_at: str
