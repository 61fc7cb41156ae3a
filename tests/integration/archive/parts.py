"""What the services hand in for a record, as their exports write it."""

from typing import Any

from services.archive.handlers import read, seal
from services.shared import exports, ids
from tests.support import calls

TITLE = {"ar": "ساعات العيادات", "en": "Clinic hours"}
SUMMARY = {"ar": "نقترح عيادات مسائية.", "en": "We propose evening clinics."}


class Round:
    """One round of a fresh topic, gathered and sealed on demand."""

    def __init__(self) -> None:
        self.topic_id = ids.random_id()
        self.round = 1
        self.stage = "closed"
        self.published = 3

    def parts(self, *without: str) -> list[dict[str, Any]]:
        """Write every service's part, and give what the exports answer."""
        comments = [
            {"comment_id": ids.derived_id(self.topic_id, str(n)), "status": "published"}
            for n in range(self.published)
        ]
        counts = {"received": len(comments), "published": len(comments)}
        files: dict[str, dict[str, Any]] = {
            "topics": {
                "topic.json": {
                    "topic_id": self.topic_id,
                    "agency": "health",
                    "stage": self.stage,
                    "title": TITLE,
                    "summary": SUMMARY,
                },
                "timeline.jsonl": [{"event": "TopicPublished"}],
            },
            "comments": {"shard-00.jsonl": comments, "counts.json": counts},
            "moderation": {"report.json": {"held": 0}},
            "analysis": {
                "dispositions.jsonl": [
                    {"comment_id": row["comment_id"], "outcome": "noted"} for row in comments
                ]
            },
            "outreach": {"deliveries.jsonl": []},
        }
        return [
            {"service": service, "files": [self._write(service, n, f) for n, f in found.items()]}
            for service, found in files.items()
            if service not in without
        ]

    def _write(self, service: str, name: str, content: Any) -> dict[str, Any]:
        key = exports.part_key(self.topic_id, self.round, service=service, name=name)
        write = exports.write_lines if name.endswith(".jsonl") else exports.write_json
        return write("exports", key, content).model_dump()

    def seal(self, parts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        payload = {
            "topic_id": self.topic_id,
            "round": self.round,
            "parts": self.parts() if parts is None else parts,
        }
        return dict(calls.invoke(seal.handler, payload))

    def read(self, **query: str) -> calls.Answer:
        return calls.http(
            read.handler,
            "GET /v1/topics/{topic}/record",
            path={"topic": self.topic_id},
            query=query,
        )
