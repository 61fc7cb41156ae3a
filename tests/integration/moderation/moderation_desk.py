"""Batches as the comments service sends them, and the queue as moderators work it."""

from typing import Any

from services.moderation.handlers import consume, contest, queue, report, screen
from services.shared.table import from_item
from tests.support.calls import Answer, LambdaContext, http, invoke, sqs_event, stream_records

TOPIC = "t" * 26
OTHER_TOPIC = "u" * 26
CLEAN = "شكرًا على طرح الموضوع للنقاش قبل القرار"
ABUSE = "يا حقير يا ابن الكلب"
PHONE = "رقمي ٣٦٠٠٠٠٠١ بعد العصر"
SPAM = "Buy cheap followers, order now https://x.example.com"


def comment(comment_id: str, text: str, **fields: Any) -> dict[str, Any]:
    return {
        "comment_id": comment_id,
        "text": text,
        "author_name": None,
        "language": "ar",
        "kind": "comment",
        "repeats_own": False,
        **fields,
    }


def screened(
    *comments: dict[str, Any],
    topic: str = TOPIC,
    round_: int = 1,
    agency: str = "health",
    mode: str = "pre",
) -> list[dict[str, Any]]:
    payload = {
        "topic_id": topic,
        "round": round_,
        "agency": agency,
        "publication_mode": mode,
        "comments": list(comments),
    }
    outcomes: list[dict[str, Any]] = invoke(screen.handler, payload)["outcomes"]
    return outcomes


def cases(subject: str = "noura", groups: tuple[str, ...] = ("moderator",), **query: str) -> Answer:
    return http(
        queue.handler,
        "GET /v1/moderation/cases",
        query=query or None,
        groups=groups,
        subject=subject,
    )


def claim(
    case_id: str, *, subject: str = "noura", groups: tuple[str, ...] = ("moderator",)
) -> Answer:
    route = "POST /v1/moderation/cases/{case}/claim"
    return http(queue.handler, route, path={"case": case_id}, groups=groups, subject=subject)


def decide(
    case_id: str,
    body: dict[str, Any],
    *,
    subject: str = "noura",
    groups: tuple[str, ...] = ("moderator",),
) -> Answer:
    route = "POST /v1/moderation/cases/{case}/decision"
    return http(
        queue.handler, route, path={"case": case_id}, body=body, groups=groups, subject=subject
    )


def undo(
    case_id: str,
    reason: str = "ضغطت خطأ",
    *,
    subject: str = "noura",
    groups: tuple[str, ...] = ("moderator",),
) -> Answer:
    route, body = "POST /v1/moderation/cases/{case}/undo", {"reason": reason}
    return http(
        queue.handler, route, path={"case": case_id}, body=body, groups=groups, subject=subject
    )


def settle(case_id: str, body: dict[str, Any], *, subject: str = "salem") -> Answer:
    route, groups = "POST /v1/moderation/appeals/{case}/decision", ("senior_moderator",)
    return http(
        queue.handler, route, path={"case": case_id}, body=body, groups=groups, subject=subject
    )


def contested(comment_id: str, statement: str = "نقد لا سب", *, topic: str = TOPIC) -> Any:
    """What moderation answers when comments hands an author's appeal on."""
    payload = {
        "topic_id": topic,
        "round": 1,
        "agency": "health",
        "comment_id": comment_id,
        "statement": statement,
    }
    return invoke(contest.handler, payload)


def flagged(
    written: dict[str, Any], *readers: str, code: str = "abusive", agency: str = "health"
) -> None:
    """Readers doubt a published comment."""
    for reader in readers:
        payload = {
            "topic_id": TOPIC,
            "round": 1,
            "agency": agency,
            "moderation_hours": 4,
            "comment": written,
            "flag": {"code": code, "flagger": reader},
        }
        assert invoke(contest.handler, payload) == {"refused": None}


def told() -> list[dict[str, Any]]:
    """Events of the moderation table, in order."""
    images = [
        from_item(record["dynamodb"]["NewImage"])
        for record in stream_records("moderation")
        if record["eventName"] == "INSERT"
    ]
    return [image["event"] for image in images if "event" in image]


def withdrawn(comment_id: str, *, topic: str = TOPIC, kind: str = "CommentWithdrawn") -> Any:
    detail = {
        "version": "1",
        "id": f"withdrawn-{comment_id}",
        "occurred_at": "2026-12-01T09:30:00.000Z",
        "topic_id": topic,
        "round": 1,
        "actor": {"role": "participant", "id": "author"},
        "data": {"comment_id": comment_id},
    }
    return consume.handler(sqs_event((kind, detail)), LambdaContext())


def reported(topic: str = TOPIC, **query: str) -> Answer:
    route = "GET /v1/topics/{topic}/moderation-report"
    return http(report.handler, route, path={"topic": topic}, query=query or None)
