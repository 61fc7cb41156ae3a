"""Write the topic's part of a round's record."""

from datetime import datetime

from services.shared import exports
from services.shared.exports import ExportedFile
from services.shared.identity import ANONYMOUS
from services.topics.model.topic import Topic
from services.topics.model.view import view
from services.topics.store import TopicStore
from services.topics.use_cases import read
from services.topics.use_cases.recorded import History


def export_topic(
    topic: Topic, *, bucket: str, at: datetime, store: TopicStore, history: History
) -> list[ExportedFile]:
    """Write ``topic.json``, ``timeline.jsonl``, if there is one ``decision.json``, and its history.

    What is written is what everybody may read: of who acted, the role alone.
    """

    def key(name: str) -> str:
        return exports.part_key(topic.topic_id, topic.round, service="topics", name=name)

    entries = read.timeline(topic, caller=ANONYMOUS, store=store)
    files = [
        exports.write_json(bucket, key("topic.json"), view(topic, at=at)),
        exports.write_lines(bucket, key("timeline.jsonl"), entries),
    ]
    if topic.decision_is_public:
        decision = store.decision(topic, topic.announced_version)
        files.append(exports.write_json(bucket, key("decision.json"), decision))
    return [*files, *history.written(topic, key, bucket=bucket)]
