"""Invoked by comments with a batch of new comments: an outcome for each."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.moderation.handlers import store, topic_terms
from services.moderation.model.screening import PublicationMode
from services.moderation.use_cases.screen import Origin, Submitted, screen_comments
from services.shared import clock

_MOST_COMMENTS = 100


class Comment(BaseModel):
    """One comment of a batch; whatever else the caller knows of it is let through unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    comment_id: Annotated[str, Field(min_length=1)]
    text: str
    author_name: str | None = None
    answer_texts: tuple[str, ...] = ()
    language: str
    kind: str
    repeats_own: bool = False


class Round(BaseModel):
    """A round, as far as its moderation goes by it.

    Attributes
    ----------
    moderation_hours : int
        Within which a person decides, by the topic's plan.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: Annotated[str, Field(min_length=1)]
    round: Annotated[int, Field(ge=1)]
    agency: Annotated[str, Field(min_length=1)]
    publication_mode: PublicationMode = "pre"
    moderation_hours: Annotated[int, Field(ge=1)] = 24

    @property
    def origin(self) -> Origin:
        """What the use cases go by."""
        return Origin(
            topic_id=self.topic_id,
            round=self.round,
            agency=self.agency,
            mode=self.publication_mode,
            time_to_decide=timedelta(hours=self.moderation_hours),
        )


class Batch(Round):
    """At most 100 comments of one round."""

    comments: Annotated[tuple[Comment, ...], Field(max_length=_MOST_COMMENTS)]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Screen a batch (docs/architecture.md, moderation-screen)."""
    batch = Batch.model_validate(event)
    comments = [Submitted(**comment.model_dump()) for comment in batch.comments]
    at = clock.now()
    terms = topic_terms().words(batch.topic_id, at=at)
    outcomes = screen_comments(comments, of=batch.origin, terms=terms, at=at, store=store())
    return {"outcomes": outcomes}
