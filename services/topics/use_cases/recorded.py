"""What led to a round's topic as it stands: its definitions, its plan, its decisions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.shared import clock, exports
from services.shared.exports import ExportedFile
from services.shared.identity import ANONYMOUS
from services.topics.definition_store import DefinitionStore
from services.topics.model.plan import plan_of
from services.topics.model.topic import Topic
from services.topics.store import TopicStore
from services.topics.use_cases.versions import decision_versions


@dataclass(frozen=True, kw_only=True)
class History:
    """Where the versions of a topic are found."""

    topics: TopicStore
    definitions: DefinitionStore

    def written(
        self, topic: Topic, key: Callable[[str], str], *, bucket: str
    ) -> list[ExportedFile]:
        """Write ``plan.json``, ``definitions.jsonl`` and ``decisions.jsonl`` under their keys."""
        return [
            exports.write_json(bucket, key("plan.json"), plan(topic)),
            exports.write_lines(bucket, key("definitions.jsonl"), self.public_definitions(topic)),
            exports.write_lines(bucket, key("decisions.jsonl"), self.public_decisions(topic)),
        ]

    def public_definitions(self, topic: Topic) -> Iterator[dict[str, Any]]:
        """Versions of the definition that everybody could read, oldest first.

        The first is the one with which the topic became public; drafts before it are left out, and
        so are versions of before they were kept.
        """
        if topic.public_since is None:
            return
        since = clock.to_text(topic.public_since)
        first: dict[str, Any] | None = None
        for row in self.definitions.versions(topic.topic_id, topic.round):
            if row["at"] <= since:
                first = row
                continue
            if first:
                yield first
                first = None
            yield row
        if first:
            yield first

    def public_decisions(self, topic: Topic) -> Iterator[dict[str, Any]]:
        """Versions of the decision that were announced, oldest first, each with its whole text."""
        for each in decision_versions(topic, caller=ANONYMOUS, store=self.topics):
            document = self.topics.decision(topic, each.version) or {}
            yield {**document, **each.model_dump(mode="json")}


def plan(topic: Topic) -> dict[str, Any]:
    """The plan of a round: as published, as it held with the departures, and these with reasons."""
    return {
        "plan": topic.definition.plan,
        "plan_version": topic.plan_version,
        "template": plan_of(topic.definition.plan, topic.plan_version).model_dump(mode="json"),
        "in_force": topic.plan.model_dump(mode="json"),
        "departures": [entry.model_dump(mode="json", exclude={"by"}) for entry in topic.departures],
    }
