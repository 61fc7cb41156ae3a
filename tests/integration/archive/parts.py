"""What the services hand in for a record, as their exports write it."""

import json
from pathlib import Path
from typing import Any

from services.archive.handlers import read, seal
from services.comments.model.names import shard_of
from services.shared import exports, ids
from services.shared.table import Put, Table
from tests.integration.comments.conftest import Consultation
from tests.support import calls
from tests.support.course import COURSE

TITLE = {"ar": "ساعات العيادات", "en": "Clinic hours"}
SUMMARY = {"ar": "نقترح عيادات مسائية.", "en": "We propose evening clinics."}
_SERVICES = Path(__file__).parents[3] / "services"


def example(service: str, operation: str) -> dict[str, Any]:
    """What a service answers, by the example that its contract is tested with."""
    place = _SERVICES / service / "contracts" / "examples" / f"{operation}.json"
    return dict(json.loads(place.read_text("utf-8"))["200"]["both"])


class Round:
    """One round of a fresh topic, gathered and sealed on demand."""

    def __init__(self) -> None:
        self.topic_id = ids.random_id()
        self.round = 1
        self.stage = "closed"
        self.published = 3
        self.window = Consultation(None, None, topic_id=self.topic_id)  # type: ignore[arg-type]

    def parts(self, *without: str) -> list[dict[str, Any]]:
        """Write every service's part, and give what the exports answer."""
        comments = [self._comment(n) for n in range(self.published)]
        if comments:
            self.window.round = self.round
            self.window.set_window(expected_participants=100)
        for comment in comments:
            self._receive(comment)
        none = dict.fromkeys(("held", "rejected", "withdrawn", "erased", "in_review"), 0)
        none |= dict.fromkeys(("pending", "screening"), 0)
        counts = {**none, "received": len(comments), "published": len(comments)}
        files: dict[str, dict[str, Any]] = {
            "topics": {
                "topic.json": example("topics", "read_topic")
                | {
                    "topic_id": self.topic_id,
                    "agency": "health",
                    "stage": self.stage,
                    "title": TITLE,
                    "summary": SUMMARY,
                },
                "timeline.jsonl": [self._happened(event) for event in self._course()],
            },
            "comments": {"shard-00.jsonl": comments, "counts.json": counts},
            "moderation": {"report.json": self._report(counts)},
            "analysis": {
                "dispositions.jsonl": [self._answer(row["comment_id"]) for row in comments]
            },
            "outreach": {"deliveries.jsonl": []},
        }
        return [
            {"service": service, "files": [self._write(service, n, f) for n, f in found.items()]}
            for service, found in files.items()
            if service not in without
        ]

    def _comment(self, number: int) -> dict[str, Any]:
        # The others came once it was reopened, after it had been sealed.
        day = "2026-11-05" if number < 3 else "2026-12-01"
        time = "09:00" if number < 3 else "09:01"
        empty = ("parent_id", "author_name", "answers", "answer", "reason_code")
        return {
            **dict.fromkeys(empty),
            "comment_id": ids.derived_id(self.topic_id, str(number)),
            "kind": "comment",
            "status": "published",
            "received_at": f"{day}T{time}:00.000Z",
            "published_at": f"{day}T{time}:01.000Z",
            "language": "ar",
            "channel": "portal",
            "text": f"نفتح في المساء {number}",
            "leaf_hash": f"{number:064x}",
        }

    def _receive(self, comment: dict[str, Any]) -> None:
        """Keep it as the comments service does, for whoever asks for its leaf."""
        item = {
            "pk": f"T#{self.topic_id}#{self.round}#{shard_of(comment['comment_id'], 1):02d}",
            "sk": comment["comment_id"],
            "received_at": comment["received_at"],
            "leaf": bytes.fromhex(comment["leaf_hash"]),
        }
        Table("comments").write(Put(item=item, replace=True))

    def _course(self) -> tuple[str, ...]:
        return COURSE if self.stage != "withdrawn" else (*COURSE[:5], "TopicWithdrawn")

    def _happened(self, event: str) -> dict[str, Any]:
        return {
            "event": event,
            "title": TITLE,
            "occurred_at": f"2026-11-{self._course().index(event) + 1:02d}T09:00:00.000Z",
            "round": self.round,
            "actor": {"role": "system"},
            "data": {},
        }

    def _report(self, counts: dict[str, int]) -> dict[str, Any]:
        told = example("moderation", "read_moderation_report")
        comments = {name: counts[name] for name in told["comments"]}
        return {**told, "topic_id": self.topic_id, "round": self.round, "comments": comments}

    def _answer(self, comment_id: str) -> dict[str, Any]:
        return {
            "comment_id": comment_id,
            "target": {"comment_id": comment_id},
            "outcome": "noted",
            "reason": {"ar": "شكرًا", "en": "Thank you"},
            "reason_code": None,
            "clause_ids": [],
            "corrected": None,
            "via": "rule",
        }

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
