"""A consultation whose window is open; the service's neighbours are faked by contract."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from services.archive.handlers import prove
from services.comments import head_keys
from services.comments.handlers import (
    consume,
    count,
    manage,
    read,
    reconcile,
    relay,
    screen,
    set_window,
    submit,
)
from services.shared import ids
from services.shared.table import from_item
from tests.support.calls import Answer, LambdaContext, http, invoke, sqs_event, stream_records

OPENS = datetime(2026, 12, 1, 8, tzinfo=UTC)
CLOSES = datetime(2026, 12, 1, 10, tzinfo=UTC)
SETTLED = 11
"""Seconds after which nothing can come before what is published already: pages go on beyond it."""
CONSENT = {"publish": True, "privacy_notice": "2026-11"}
QUESTIONS = [
    {"id": "q1", "kind": "open", "required": False, "option_ids": [], "scale": None},
    {
        "id": "q2",
        "kind": "single",
        "required": False,
        "option_ids": ["support", "oppose"],
        "scale": None,
    },
    {
        "id": "q3",
        "kind": "scale",
        "required": False,
        "option_ids": [],
        "scale": {"min": 1, "max": 5},
    },
]


@dataclass
class Moderation:
    """moderation-screen, as its contract in docs/architecture.md says; idempotent like it."""

    payloads: list[dict[str, Any]] = field(default_factory=list)
    answer_first: int | None = None

    def __call__(self, function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert function_name == "moderation-screen"
        self.payloads.append(payload)
        mode = payload["publication_mode"]
        outcomes = [self._outcome(comment, mode=mode) for comment in payload["comments"]]
        return {"outcomes": outcomes[: self.answer_first]}

    def _outcome(self, comment: dict[str, Any], *, mode: str) -> dict[str, Any]:
        outcome: dict[str, Any] = {
            "comment_id": comment["comment_id"],
            "outcome": "publish",
            "reasons": [],
            "case_id": None,
            "public_text": None,
        }
        beside = (comment["author_name"] or "", *comment["answer_texts"])
        if any(word in part for word in ("idiot", "غبي") for part in (comment["text"], *beside)):
            reasons = [{"code": "abusive", "spans": [[0, 3]], "score": 0.9}]
            return {
                **outcome,
                "outcome": "hold",
                "reasons": reasons,
                "case_id": ids.derived_id(comment["comment_id"]),
            }
        if "36000001" in comment["text"]:
            masked = comment["text"].replace("36000001", "████████")
            outcome |= {"outcome": "redact-and-publish", "public_text": masked}
        if "liar" in comment["text"]:
            doubted = {"pre": "hold", "post": "publish-and-review"}[mode]
            reasons = [{"code": "abusive", "spans": [], "score": 0.75}]
            case_id = ids.derived_id(comment["comment_id"])
            return {**outcome, "outcome": doubted, "reasons": reasons, "case_id": case_id}
        return outcome


@dataclass
class Consultation:
    """One topic round and what people do in it."""

    moderation: Moderation
    token: Callable[..., dict[str, str]]
    topic_id: str = field(default_factory=ids.random_id)
    round: int = 1
    version: int = 0
    seen: int = 0

    def set_window(self, **changes: Any) -> dict[str, Any]:
        self.version += 1
        payload = {
            "topic_id": self.topic_id,
            "round": self.round,
            "version": self.version,
            "agency": "health",
            "opens_at": OPENS.isoformat(),
            "closes_at": CLOSES.isoformat(),
            "participation": "open",
            "publication_mode": "pre",
            "expected_participants": 20_000,
            "questions": QUESTIONS,
            **changes,
        }
        answer: dict[str, Any] = invoke(set_window.handler, payload)
        return answer

    def post(
        self,
        text: str | None = "نعم للعيادات المسائية",
        *,
        key: str | None = None,
        subject: str | None = None,
        body: Any = None,
        address: str = "192.0.2.1",
        solution: str | None = None,
        **members: Any,
    ) -> Answer:
        headers = {"idempotency-key": key} if key is not None else {}
        headers |= self.token(subject) if subject else {}
        headers |= {"challenge-solution": solution} if solution is not None else {}
        document = body or {"kind": "comment", "text": text, "consent": CONSENT, **members}
        route = "POST /v1/topics/{topic}/comments"
        path = {"topic": self.topic_id}
        call = {"path": path, "body": document, "headers": headers, "address": address}
        return http(submit.handler, route, **call)

    def published(self, text: str = "نعم للعيادات المسائية", **members: Any) -> str:
        """Id of a comment that was sent, screened and published."""
        comment_id = str(self.post(text, **members).json["comment_id"])
        self.screen()
        return comment_id

    def held(self, text: str = "You idiot") -> str:
        return self.published(text)

    def screen(self, *, again: bool = False) -> None:
        """Bring what is new on the stream to the screening; `again`: everything once more."""
        records = stream_records("comments")
        start, self.seen = 0 if again else self.seen, len(records)
        inserts = [
            record
            for record in records[start:]
            if record["eventName"] == "INSERT"
            and record["dynamodb"]["NewImage"].get("status", {}).get("S") == "screening"
        ]
        if inserts:
            screen.handler({"Records": inserts}, LambdaContext())

    def consume(self, kind: str, data: dict[str, Any], **members: Any) -> dict[str, Any]:
        detail = {
            "version": "1",
            "id": ids.random_id(),
            "occurred_at": "2026-12-01T09:00:00.000Z",
            "topic_id": self.topic_id,
            "round": self.round,
            "actor": {"role": "moderator", "id": "m1"},
            "data": data,
            **members,
        }
        answer: dict[str, Any] = consume.handler(sqs_event((kind, detail)), LambdaContext())
        return answer

    def decide(
        self, comment_id: str, decision: str, edition: int = 2, **members: Any
    ) -> dict[str, Any]:
        """What moderation decided, after so many changes of the case."""
        case = {"case_id": "c1", "comment_id": comment_id, "edition": edition}
        return self.consume("ModerationDecided", {**case, "decision": decision, **members})

    def list(self, **query: str) -> Answer:
        route = "GET /v1/topics/{topic}/comments"
        return http(read.handler, route, path={"topic": self.topic_id}, query=query or None)

    def get(self, comment_id: str) -> Answer:
        route = "GET /v1/topics/{topic}/comments/{comment}"
        return http(read.handler, route, path={"topic": self.topic_id, "comment": comment_id})

    def inquiries(self, *groups: str, **query: str) -> Answer:
        route = "GET /v1/topics/{topic}/inquiries"
        groups = groups or ("officer", "agency.health")
        path = {"topic": self.topic_id}
        return http(read.handler, route, path=path, query=query or None, groups=groups)

    def recount(self) -> dict[str, Any]:
        """What counting the rows finds, nothing put right."""
        order = {"topic_id": self.topic_id, "round": self.round, "dry_run": True}
        answer: dict[str, Any] = invoke(reconcile.handler, {"action": "recount", **order})
        return answer

    def unanswered(self) -> int:
        payload = {"topic_id": self.topic_id, "round": self.round, "inquiries": True}
        answer: dict[str, int] = invoke(count.handler, payload)
        return answer["unanswered"]

    def check(self, receipt: dict[str, Any]) -> Answer:
        return http(read.handler, "POST /v1/receipts/check", body=receipt)

    def keys(self, **headers: str) -> Answer:
        return http(read.handler, "GET /.well-known/tashawur-keys.json", headers=headers)

    def withdraw(self, comment_id: str, secret: str | None = None, **call: Any) -> Answer:
        route = "POST /v1/topics/{topic}/comments/{comment}/withdrawal"
        path = {"topic": self.topic_id, "comment": comment_id}
        body = {"receipt_secret": secret} if secret is not None else None
        return http(manage.handler, route, path=path, body=body, **call)

    def erase(self, *sent: dict[str, Any], subject: str | None = None) -> Answer:
        """Request of erasure by the receipts of what was sent, or by an account."""
        shown = [{name: each[name] for name in ("comment_id", "receipt_secret")} for each in sent]
        body = {"topic_id": self.topic_id, **({"comments": shown} if sent else {})}
        headers = self.token(subject) if subject else {}
        return http(manage.handler, "POST /v1/erasure-requests", body=body, headers=headers)

    def answer(self, comment_id: str, text: dict[str, str], *groups: str, **members: Any) -> Answer:
        route = "POST /v1/topics/{topic}/comments/{comment}/answer"
        path = {"topic": self.topic_id, "comment": comment_id}
        groups, body = groups or ("officer", "agency.health"), {"text": text, **members}
        return http(manage.handler, route, path=path, body=body, groups=groups, subject="o1")

    def count(self) -> dict[str, int]:
        payload = {"topic_id": self.topic_id, "round": self.round}
        answer: dict[str, int] = invoke(count.handler, payload)
        return answer

    def relay(self) -> dict[str, Any]:
        records = stream_records("comments")
        answer: dict[str, Any] = relay.handler({"Records": records}, LambdaContext())
        return answer


def audits(comment_id: str) -> list[dict[str, Any]]:
    """Events that the audit items of one comment carry, in order."""
    inserted = [
        from_item(record["dynamodb"]["NewImage"])
        for record in stream_records("comments")
        if record["eventName"] == "INSERT" and "event" in record["dynamodb"]["NewImage"]
    ]
    events = [item["event"] for item in inserted]
    return [event for event in events if event["data"].get("comment_id") == comment_id]


def proved(function_name: str, payload: dict[str, Any]) -> Any:
    """The archive's real function, which reading asks for a proof."""
    assert function_name == "archive-prove"
    return invoke(prove.handler, payload)


@pytest.fixture
def consultation(
    account: None, clock: Any, monkeypatch: pytest.MonkeyPatch, token: Any
) -> Consultation:
    """A consultation that is open since an hour and for another one."""
    moderation = Moderation()
    monkeypatch.setattr(read, "invoke", proved)
    head_keys.der_of.cache_clear()  # each account has a key of its own
    monkeypatch.setattr(screen, "invoke", moderation)
    opened = Consultation(moderation=moderation, token=token)
    opened.set_window()
    return opened
