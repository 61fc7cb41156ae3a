"""Which plan fits a topic [S0]: rules of ``proposal.json``, the first that holds."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.shared.texts import Text
from services.topics.model.definition import Importance, TopicType

Need = Literal["ordinary", "urgent", "expertise", "opinion"]
CHOICES: Mapping[str, tuple[str, ...]] = {
    "topic_type": get_args(TopicType),
    "importance": get_args(Importance),
    "need": get_args(Need),
}
"""What a proposal is made from, and the values that each may have."""


class Rule(BaseModel):
    """One rule: the plan for topics of which all of `when` holds, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Mapping[Literal["topic_type", "importance", "need"], tuple[str, ...]]
    plan: str
    why: Text

    def holds(self, topic: Mapping[str, str]) -> bool:
        """Tell whether a topic is as the rule wants it."""
        return all(topic.get(name) in values for name, values in self.when.items())


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in order; the last one holds always."""
    text = resources.files("services.topics").joinpath("proposal.json").read_text("utf-8")
    return TypeAdapter(tuple[Rule, ...]).validate_json(text)


def proposed(topic: Mapping[str, str]) -> Rule:
    """First rule that holds for a topic's type, importance and need."""
    return next(rule for rule in rules() if rule.holds(topic))
