"""A topic's journey: what its people do, and where the execution has been."""

from datetime import datetime, timedelta
from typing import Any

from local.demo.client import Answer, Client
from local.stack import LocalStack
from tests.support.daytime import until_ten
from tests.support.topics import definition

Comment = dict[str, Any]


class Journey:
    """One topic on the local stack, and its people."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.officer = Client(stack.url, token=stack.token("officer", "health", "officer-1"))
        self.approver = Client(stack.url, token=stack.token("approver", None, "approver-1"))
        self.moderator = Client(stack.url, token=stack.token("moderator", None, "moderator-1"))
        self.operator = Client(stack.url, token=stack.token("operator", None, "operator-1"))
        self.participant = Client(stack.url, token=stack.token("participant", None, "citizen-1"))
        self.citizen = Client(stack.url)
        self.topic_id = ""
        self.execution = -1

    @property
    def path(self) -> str:
        return f"/v1/topics/{self.topic_id}"

    @property
    def stage(self) -> str:
        return str(self.officer.get(self.path).json["stage"])

    @property
    def attention_needed(self) -> bool:
        return bool(self.officer.get(self.path).json["attention_needed"])

    def closes_at(self) -> datetime:
        timetable = self.officer.get(self.path).json["timetable"]
        return datetime.fromisoformat(timetable["closes_at"])

    def now(self) -> datetime:
        return self.stack.clock.now()

    def by_day(self) -> "Journey":
        """Go on to ten in the morning of the topics' zone: nobody's telephone rings at night."""
        self.stack.advance(until_ten(self.now()))
        return self

    def defined(self, **changes: Any) -> "Journey":
        document = definition(self.now(), **{"channels": ["web", "atom"], **changes})
        self.topic_id = self.officer.post("/v1/topics", document, expect=201).json["topic_id"]
        return self

    def scheduled(self, **changes: Any) -> "Journey":
        self.defined(**changes)
        self.move("submit")
        self.move("approve", who=self.approver)
        return self

    def collecting(self, **changes: Any) -> "Journey":
        self.scheduled(**changes)
        self.move("publish-now")
        return self

    def reviewing(self, *texts: str) -> "Journey":
        self.collecting()
        self.pass_time(days=7)
        for text in texts:
            self.comment(text)
        self.stack.settle()
        self.move("end-collection", reason="the test is short")
        self.pass_time(minutes=3)
        return self

    def deciding(self) -> "Journey":
        return self.reviewing("خدمة المراكز الصحية جيدة", "Please keep walk-in hours")

    def decided(self) -> "Journey":
        self.deciding()
        self.decide()
        return self

    def decide(self) -> None:
        clause = {"id": "c1", "text": {"ar": "بند", "en": "A clause"}}
        text = {"ar": "نص", "en": "A text"}
        decision = {"summary": text, "rationale": text, "clauses": [clause]}
        self.officer.put(f"{self.path}/decision", decision)

    def disposed(self) -> "Journey":
        self.decided()
        self.dispose()
        return self

    def dispose(self, outcome: str = "noted") -> None:
        rest = {
            "target": {"all_remaining": True},
            "outcome": outcome,
            "reason": {"ar": "شكرًا", "en": "Thank you"},
            "clause_ids": ["c1"],
        }
        self.officer.put(f"{self.path}/dispositions", {"items": [rest]})

    def announced(self) -> "Journey":
        self.disposed()
        self.move("announce")
        return self

    def end(self) -> None:
        """From the collection to the record."""
        self.move("end-collection", reason="the test is short")
        self.pass_time(minutes=3)
        self.decide()
        self.dispose()
        self.move("announce")
        self.move("close")
        assert self.stage == "archived"

    def comment(self, text: str, *, expect: int = 202) -> Answer:
        return self.citizen.post(f"{self.path}/comments", _body(text, "comment"), expect=expect)

    def participate(self, text: str, *, kind: str = "comment") -> Answer:
        """Comment signed in, as some plans want it."""
        answer = self.participant.post(f"{self.path}/comments", _body(text, kind), expect=202)
        self.stack.settle()
        return answer

    def move(
        self, action: str, *, who: Client | None = None, expect: int = 202, **fields: Any
    ) -> Any:
        body = {"action": action, **fields}
        answer = (who or self.officer).post(f"{self.path}/transitions", body, expect=expect)
        self.stack.settle()
        return answer.json

    def pass_time(self, **delta: float) -> None:
        self.stack.advance(timedelta(**delta))

    def counts(self) -> dict[str, Any]:
        return dict(self.citizen.get(f"{self.path}/comments").json["counts"])

    def timeline(self) -> list[str]:
        items = self.citizen.get(f"{self.path}/timeline").json["items"]
        return [entry["event"] for entry in items]

    def executions(self) -> list[dict[str, Any]]:
        return [
            entry for entry in self.stack.executions() if entry["name"].startswith(self.topic_id)
        ]

    def of_execution(self, number: int) -> "Journey":
        """The same journey as an execution before the latest has seen it."""
        other = Journey(self.stack)
        other.topic_id, other.execution = self.topic_id, number - 1
        return other

    def history(self) -> list[dict[str, Any]]:
        client = self.stack.client("stepfunctions")
        arn = self.executions()[self.execution]["arn"]
        pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def states(self) -> list[str]:
        """States that the latest execution entered, in order."""
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self.history()
            if "stateEnteredEventDetails" in event
        ]


def _body(text: str, kind: str) -> Comment:
    return {
        "kind": kind,
        "text": text,
        "consent": {"publish": True, "privacy_notice": "2026-11"},
    }
