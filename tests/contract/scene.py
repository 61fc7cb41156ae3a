"""A local stack on which consultations stand in every stage, for whoever looks at the whole API."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.demo.client import Client
from local.demo.consultation import Local
from local.stack import LocalStack

MATERIAL = Path(__file__).parent / "material.json"
_TIMER = timedelta(seconds=5)
_MINUTE = timedelta(minutes=1)
_LEAST_COLLECTION = timedelta(days=1)
"""Before the legal minimum has passed, no collection ends."""
ROLES: tuple[tuple[str, str | None], ...] = (
    ("participant", None),
    ("officer", "health"),
    ("approver", None),
    ("moderator", None),
    ("senior_moderator", None),
    ("auditor", None),
    ("operator", None),
)


@dataclass
class Scene:
    """Consultations taken to their stages over HTTP.

    Attributes
    ----------
    topics : dict
        Ids of topics by the stage in which they stand.
    replies : dict
        What intake answered, by the name of the contribution.
    cases : list of str
        Ids of undecided cases.
    pending, confirmed : dict
        Two subscriptions, each with the token that is good for it.
    """

    stack: LocalStack
    topics: dict[str, str] = field(default_factory=dict)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: list[str] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.material: dict[str, Any] = json.loads(MATERIAL.read_text("utf-8"))
        self.local = Local(self.stack.url)
        self.clients = {role: self._client(role, agency) for role, agency in ROLES}
        self.anyone = Client(self.stack.url)

    def play(self) -> None:
        """Take one topic through all steps, and leave others on the way."""
        self.topics["draft"] = self._define()
        self.topics["archived"] = self._collecting()
        self._contribute(self.topics["archived"], prefix="")
        self._answer()
        self._moderate()
        self._decide(self.topics["archived"])
        self._close(self.topics["archived"])
        self.topics["deciding"] = self._collecting()
        self._contribute(self.topics["deciding"], prefix="second ")
        self._analysed(self.topics["deciding"])
        self.topics["collecting"] = self._collecting()
        self._contribute(self.topics["collecting"], prefix="third ")
        self.cases = self._open_cases()
        self._subscribe()

    def places(self) -> list[dict[str, Any]]:
        """What exists, by the names that routes have for it; one place has nothing."""
        collecting = {"topic": self.topics["collecting"]}
        return [
            *(
                {"topic": reply["topic_id"], "comment": reply["comment_id"], **reply}
                for name, reply in self.replies.items()
                if name.endswith(("inquiry", "abusive"))
            ),
            *({**collecting, "case": case, "problem": "invalid"} for case in self.cases),
            self.pending,
            self.confirmed,
            {"topic": self.topics["draft"], "version": '"1"'},
            {},
        ]

    def move(self, topic: str, action: str, *, role: str = "officer", **more: Any) -> None:
        """Ask for a transition and let it happen."""
        body = {"action": action, **more}
        self.clients[role].post(f"/v1/topics/{topic}/transitions", body, expect=202)
        self.local.settle()

    def _client(self, role: str, agency: str | None) -> Client:
        return Client(self.stack.url, token=self.stack.token(role, agency))

    def _define(self) -> str:
        publish_at = self.local.now() + timedelta(hours=1)
        timetable = {
            "publish_at": publish_at.isoformat(),
            "closes_at": (publish_at + timedelta(days=5)).isoformat(),
        }
        body = {**self.material["topic"], "timetable": timetable}
        topic = self.clients["officer"].post("/v1/topics", body, expect=201).json
        return str(topic["topic_id"])

    def _collecting(self) -> str:
        topic = self._define()
        self.move(topic, "submit", reason=self.material["reason"])
        self.local.move_to(self.local.now() + timedelta(hours=1) + _TIMER)
        return topic

    def _contribute(self, topic: str, *, prefix: str) -> None:
        for name, body in self.material["comments"].items():
            parent = self.replies.get(prefix + body.get("parent_id", ""))
            sent = {**body, "parent_id": parent["comment_id"]} if parent else body
            reply = self.anyone.post(
                f"/v1/topics/{topic}/comments",
                sent,
                expect=202,
                headers={"Idempotency-Key": f"{topic}-{name}"},
            )
            self.replies[prefix + name] = dict(reply.json)
            self.local.settle()

    def _answer(self) -> None:
        reply = self.replies["inquiry"]
        path = f"/v1/topics/{reply['topic_id']}/comments/{reply['comment_id']}/answer"
        self.clients["officer"].post(path, {"text": self.material["answer"]}, expect=200)

    def _open_cases(self) -> list[str]:
        cases = self.clients["moderator"].get("/v1/moderation/cases").json["items"]
        return [case["case_id"] for case in cases]

    def _moderate(self) -> None:
        for case in self._open_cases():
            path = f"/v1/moderation/cases/{case}"
            self.clients["moderator"].post(f"{path}/claim", {}, expect=200)
            body = {"decision": "reject", "reason_code": "abusive"}
            self.clients["moderator"].post(f"{path}/decision", body, expect=200)
        self.local.settle()

    def _analysed(self, topic: str) -> None:
        self.local.move_to(self.local.now() + _LEAST_COLLECTION)
        self.move(topic, "end-collection", reason=self.material["reason"])
        self.local.move_to(self.local.now() + 3 * _MINUTE)
        if self.anyone.get(f"/v1/topics/{topic}").json["stage"] == "reviewing":
            self.move(topic, "start-analysis")

    def _decide(self, topic: str) -> None:
        self._analysed(topic)
        officer, path = self.clients["officer"], f"/v1/topics/{topic}"
        officer.put(f"{path}/decision", self.material["decision"])
        officer.put(f"{path}/dispositions", self.material["dispositions"])

    def _close(self, topic: str) -> None:
        self.move(topic, "announce")
        self.move(topic, "close")
        self.local.move_to(self.local.now() + _MINUTE)

    def _subscribe(self) -> None:
        self.pending = self._subscription("first@example.org")
        confirmed = self._subscription("second@example.org")
        path = f"/v1/topics/{confirmed['topic']}/subscriptions/{confirmed['subscription']}"
        answer = self.anyone.get(f"{path}/confirmation?token={confirmed['token']}")
        self.confirmed = {**confirmed, "token": answer.json["unsubscribe_token"]}

    def _subscription(self, email: str) -> dict[str, str]:
        path = f"/v1/topics/{self.topics['collecting']}/subscriptions"
        self.anyone.post(path, {"email": email, "language": "ar"}, expect=202)
        text = self.local.outbox()[-1]["text"]
        link = urlsplit(text[text.index(path) :].split()[0])
        return {
            "topic": self.topics["collecting"],
            "subscription": link.path.removeprefix(f"{path}/").partition("/")[0],
            "token": link.query.removeprefix("token="),
        }
