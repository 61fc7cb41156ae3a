"""A topics service that serves one topic, SES as it answers, and how people use their mails."""

import copy
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse

from services.outreach.handlers import subscriptions
from services.shared.errors import TransientError
from tests.support.calls import Answer, http

TOPIC_ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
SUBSCRIBE = "POST /v1/topics/{topic}/subscriptions"
CONFIRM = "GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation"
VIEW = {
    "topic_id": TOPIC_ID,
    "version": 4,
    "round": 1,
    "step": "collect",
    "stage": "collecting",
    "agency": "health",
    "title": {"ar": "مواعيد المراكز الصحية", "en": "Health centres' <hours> & more"},
    "summary": {"ar": "نقترح عيادات مسائية.", "en": "We propose <b>evening</b> clinics & an app."},
    "time_zone": "Asia/Bahrain",
    "reminders": ["P3D"],
    "timetable": {
        "publish_at": "2026-12-01T10:00:00Z",
        "opens_at": "2026-12-01T10:00:00Z",
        "closes_at": "2026-12-28T21:00:00Z",
    },
    "contact": {
        "name": {"ar": "إدارة المراكز", "en": "Centres' office"},
        "email": "centres@health.example",
    },
}
DECISION = {
    "summary": {"ar": "تُفتح العيادات في ستة مراكز.", "en": "Clinics open in six centres."},
    "rationale": {"ar": "…", "en": "…"},
    "clauses": [{"id": "c1", "text": {"ar": "…", "en": "…"}}],
    "version": 1,
}
SHARDS_OF_SCENE = "abcdefghijklmnop"
TIMELINE = [
    {"event": "TopicPublished", "round": 1, "data": {"agency": "health", "channels": ["web"]}},
    {"event": "TopicWithdrawn", "round": 1, "data": {"reason": "سقط المشروع", "published": True}},
]


class TopicsService:
    """What ``topics-serve`` answers, after the contract of docs/architecture.md.

    `earlier` has, by topic and number, how a round left its topic that is not the newest one.
    """

    def __init__(self) -> None:
        self.topics: dict[str, dict[str, Any]] = {TOPIC_ID: copy.deepcopy(VIEW)}
        self.earlier: dict[tuple[str, int], dict[str, Any]] = {}
        self.decision: dict[str, Any] | None = DECISION
        self.away = False
        self.asked: list[list[str]] = []

    def __call__(self, _function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(list(payload["parts"]))
        if self.away:
            raise TransientError("topics-serve")
        topic_id, round_ = payload["topic_id"], payload["round"]
        topic = self.earlier.get((topic_id, round_), self.topics.get(topic_id))
        if topic is None:
            return dict.fromkeys(payload["parts"])
        parts = {"topic": topic, "timeline": TIMELINE, "announcement": self.decision}
        return {part: parts[part] for part in payload["parts"]}


class CommentsService:
    """What ``comments-contacts`` answers, after the contract of docs/architecture.md.

    `inquiries` has, by id, what was left with it (``None``: taken back), and its answer;
    `dispositions`, what ``analysis-serve`` answers, of `at_once` comments at most, with the
    ``former`` one where that was corrected. A comment's first letter tells its shard.
    """

    def __init__(self) -> None:
        self.inquiries: dict[str, dict[str, Any] | None] = {}
        self.dispositions: dict[str, dict[str, Any] | None] = {}
        self.awaits_announcement = False
        self.asked: list[dict[str, Any]] = []
        self.away = False
        self.page = 2
        self.at_once = 100

    def left(self, comment_id: str, *, language: str = "ar", **contact: str) -> str:
        """An inquiry was asked and an address left with it."""
        nothing = {"email": None, "phone": None, "answer": None}
        self.inquiries[comment_id] = nothing | {"language": language} | contact
        return comment_id

    def answered(self, comment_id: str, edition: int = 1, **text: str) -> None:
        """An officer answered, or replaced the answer."""
        inquiry = self.inquiries[comment_id]
        assert inquiry
        text = {"ar": "تبدأ في مارس.", "en": "It starts in March."} | text
        answered_at = "2026-12-01T09:00:00.000Z"
        inquiry["answer"] = {"text": text, "answered_at": answered_at, "edition": edition}

    def __call__(self, function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if function_name == "analysis-serve":
            asked = payload["comment_ids"]
            assert 0 < len(asked) <= 100
            correction = payload.get("correction")
            answered = {each: self._answer(each, correction) for each in asked[: self.at_once]}
            return {"dispositions": answered, "awaits_announcement": self.awaits_announcement}
        assert function_name == "comments-contacts"
        self.asked.append(payload)
        if self.away:
            raise TransientError("comments-contacts")
        if place := payload.get("left_from"):
            return self._part(place, step=payload["step"])
        following = payload.get("unanswered_from")
        if following is None:
            asked = payload["comment_ids"]
            return {"contacts": {each: self.inquiries.get(each) for each in asked}, "next": None}
        waiting = sorted(id_ for id_, each in self.inquiries.items() if each and not each["answer"])
        rest = [each for each in waiting if each > following.get("after", "")]
        page, more = rest[: self.page], rest[self.page :]
        found = {each: self.inquiries[each] for each in page}
        return {"contacts": found, "next": {"shard": 0, "after": page[-1]} if more else None}

    def _answer(self, comment_id: str, correction: int | None) -> dict[str, Any] | None:
        answer = self.dispositions.get(comment_id)
        if answer is None or correction is None:
            return answer and {name: each for name, each in answer.items() if name != "former"}
        corrected = answer.get("corrected")
        return answer if corrected and corrected["version"] == correction else None

    def _part(self, place: dict[str, Any], *, step: int) -> dict[str, Any]:
        number = place["shard_number"]
        everybody = self.inquiries.items()
        left = sorted(id_ for id_, each in everybody if each and (each["email"] or each["phone"]))
        here = [id_ for id_ in left if SHARDS_OF_SCENE.index(id_[0]) == number]
        rest = [id_ for id_ in here if id_ > place.get("after", "")]
        page, more = rest[: self.page], rest[self.page :]
        following: dict[str, Any] | None = (
            {"shard_number": number, "after": page[-1]} if more else None
        )
        if not more and number + step < len(SHARDS_OF_SCENE):
            following = {"shard_number": number + step, "after": ""}
        return {"contacts": {each: self.inquiries[each] for each in page}, "next": following}


class Ses:
    """SES as moto runs it: what it was asked to send, and what it shall refuse.

    `answers` has, by recipient, what happens instead of an acceptance: an error's (status, code),
    or an exception that the connection ends with; `meanwhile` happens once, while a mail is sent.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answers: dict[str, list[tuple[int, str] | Exception]] = {}
        self.accepted: list[str] = []
        self.meanwhile: Callable[[], object] | None = None

    def notice(self, params: dict[str, Any], **_: Any) -> None:
        self.requests.append(copy.deepcopy(params))

    def answer(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        to = self.requests[-1]["Destination"]["ToAddresses"][0]
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        planned = self.answers.get(to)
        if not planned:
            self.accepted.append(to)
            return None
        answer = planned.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, code = answer
        parsed = {
            "Error": {"Code": code, "Message": f"about {to}"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        return AWSResponse("https://email.invalid", status, {}, b""), parsed

    def mail_to(self, address: str) -> dict[str, Any]:
        """Content of the one mail that was taken for an address."""
        assert self.accepted.count(address) == 1
        found = [r for r in self.requests if r["Destination"]["ToAddresses"] == [address]]
        return dict(found[-1]["Content"]["Simple"])


def link_in(mail: dict[str, Any]) -> str:
    """Token of the link in a confirmation mail."""
    text = str(mail["Body"]["Text"]["Data"])
    return text.split("/confirmation?token=", 1)[1].split(maxsplit=1)[0]


def follow(subscription: str, token: str, *, accept: str = "*/*") -> Answer:
    """Follow a confirmation link."""
    return http(
        subscriptions.handler,
        CONFIRM,
        path={"topic": TOPIC_ID, "subscription": subscription},
        query={"token": token},
        headers={"accept": accept},
    )


class Sns:
    """SNS as moto runs it: what it was asked to text, and what it shall refuse.

    `answers` has, by number, an error's (status, code) or an exception instead of an acceptance.
    """

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.asked = 0
        self.answers: dict[str, list[tuple[int, str] | Exception]] = {}
        self._last: dict[str, Any] = {}

    def notice(self, params: dict[str, Any], **_: Any) -> None:
        self.asked += 1
        self._last = dict(params)

    def answer(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        to = self._last["PhoneNumber"]
        planned = self.answers.get(to)
        if not planned:
            self.texts.append((to, self._last["Message"]))
            return None
        answer = planned.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, code = answer
        parsed = {
            "Error": {"Code": code, "Message": f"about {to}"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        return AWSResponse("https://sns.invalid", status, {}, b""), parsed

    def text_to(self, number: str) -> str:
        """The one text message that was taken for a number."""
        (found,) = (text for to, text in self.texts if to == number)
        return found
