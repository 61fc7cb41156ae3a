"""What a round asks of those who take part, as intake must know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.comments.model.questions import Question

AuthorNames = Literal["optional", "required", "none"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a submission may and must contain, beyond what holds in every round.

    Attributes
    ----------
    demographics : mapping
        Values that are offered for a member of the demographics, by its name; for one that is
        not named here any short word is taken.
    author_names : {"optional", "required", "none"}
        Whether a name stands beside what somebody writes: as they like, always, or never.
    """

    questions: Sequence[Question] = ()
    demographics: Mapping[str, Sequence[str]] = field(default_factory=dict)
    author_names: AuthorNames = "optional"
