"""The collection window of a round: when comments are taken, from whom, by which questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.comments.model.form import AuthorNames, Form
from services.comments.model.questions import Question
from services.shared import clock
from services.shared.errors import Conflict, Fault
from services.shared.participation import TargetGroup

Participation = Literal["open", "registered"]
PublicationMode = Literal["pre", "post"]
Round = Annotated[int, Field(ge=1, le=999)]

_SHARDS = ((5_000, 1), (50_000, 4), (500_000, 16))
_MOST_SHARDS = 64


class WindowOrder(BaseModel):
    """What the topics service tells about a round's collection (payload of ``set_window``).

    Attributes
    ----------
    version : int
        Version of the topic's row; the highest wins.
    opens_at, closes_at : datetime
        A comment received at `opens_at` is in time, one received at `closes_at` is not.
    expected_participants : int
        Fixes the number of shards when the window is first set.
    moderation_hours : int
        Within which a person decides about a comment that waits.
    questions, demographics, author_names
        See `Form`.
    target_groups : tuple of TargetGroup
        Whom the round means to reach.
    """

    model_config = ConfigDict(frozen=True)

    topic_id: str
    round: Round
    version: int
    agency: str
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    participation: Participation
    publication_mode: PublicationMode
    expected_participants: int
    questions: tuple[Question, ...] = ()
    demographics: Mapping[str, tuple[str, ...]] = {}
    target_groups: tuple[TargetGroup, ...] = ()
    author_names: AuthorNames = "optional"
    moderation_hours: int = 24


class Window(BaseModel):
    """The window as it stands.

    Attributes
    ----------
    shards : int
        Over how many partitions the round's comments lie; never changes.
    data_key : bytes or None
        The round's data key, wrapped by KMS; ``None`` once personal data is kept no longer.
    announced_at : str or None
        When the decision was announced; from then on dispositions are public.
    """

    model_config = ConfigDict(frozen=True)

    topic_id: str
    round: Round
    version: int
    agency: str
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    participation: Participation
    publication_mode: PublicationMode
    questions: tuple[Question, ...]
    demographics: Mapping[str, tuple[str, ...]] = {}
    target_groups: tuple[TargetGroup, ...] = ()
    author_names: AuthorNames = "optional"
    moderation_hours: int = 24
    shards: int
    data_key: bytes | None = None
    announced_at: str | None = None

    @property
    def form(self) -> Form:
        """What the round asks of those who take part."""
        return Form(
            questions=self.questions,
            demographics=self.demographics,
            author_names=self.author_names,
        )

    def is_open(self, received_at: datetime) -> bool:
        """Tell whether a comment received at an instant is in time (opens_at ≤ it < closes_at)."""
        return self.opens_at <= received_at < self.closes_at

    def refusal(self, received_at: datetime) -> Conflict:
        """Why a comment received outside the window is not taken."""
        code = "not_yet_open" if received_at < self.opens_at else "closed"
        instants = {
            "opens_at": clock.to_text(self.opens_at),
            "closes_at": clock.to_text(self.closes_at),
        }
        return Conflict(
            code,
            faults=[Fault(field="", code=code, values=instants)],
            extensions={"code": code, **instants},
            **instants,
        )


def shards_for(expected_participants: int) -> int:
    """Shards of a round: 10,000 comments a second stay below 1,000 writes a second and key."""
    return next((count for most, count in _SHARDS if expected_participants <= most), _MOST_SHARDS)


def opened_window(order: WindowOrder, *, data_key: bytes) -> Window:
    """Window of a round that had none."""
    return Window(
        **order.model_dump(exclude={"expected_participants"}),
        shards=shards_for(order.expected_participants),
        data_key=data_key,
    )


def moved_window(window: Window, order: WindowOrder) -> Window | None:
    """Window changed by an order, or ``None`` if it is not newer than what stands."""
    if order.version <= window.version:
        return None
    return Window.model_validate(
        window.model_dump() | order.model_dump(exclude={"expected_participants"})
    )
