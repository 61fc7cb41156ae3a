"""Other services ask what is public of a topic; texts go this way and never over the bus."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.identity import ANONYMOUS
from services.topics.handlers import store
from services.topics.model.view import view
from services.topics.use_cases import read
from services.topics.use_cases.versions import recorded_decision


class Question(BaseModel):
    """Which parts of which round another service asks for, of the last public one if of none.

    ``decision`` is as recorded last, for who prepares answers, with the exception that holds now;
    ``announcement`` as it is public.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int | None = None
    parts: tuple[Literal["topic", "timeline", "decision", "announcement"], ...]


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``topics-serve``; parts of a topic that is not public are ``None``."""
    question = Question.model_validate(event)
    present = store().get(question.topic_id)
    topic = present and read.shown(present, round_=question.round, caller=ANONYMOUS, store=store())
    if topic is None or topic.public_since is None:
        return dict.fromkeys(question.parts)
    answer: dict[str, Any] = {}
    if "topic" in question.parts:
        answer["topic"] = view(topic, at=clock.now())
    if "timeline" in question.parts:
        answer["timeline"] = list(read.timeline(topic, caller=ANONYMOUS, store=store()))
    if "decision" in question.parts:
        answer["decision"] = recorded_decision(topic, store=store())
    if "announcement" in question.parts:
        answer["announcement"] = store().decision(topic, topic.announced_version)
    return answer
