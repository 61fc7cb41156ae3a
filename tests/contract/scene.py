"""A local stack on which consultations stand in every stage, for whoever looks at the whole API."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from local.demo.client import Client
from local.demo.consultation import Local
from local.stack import LocalStack
from tests.faults.ground import rows

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
    subscriptions : list of dict
        A pending one, a pending one of wider scope, and confirmed ones of either, each with the
        token that is good for it; those by text message with their code.
    webhooks : list of str
        Ids of the agency's endpoints.
    """

    stack: LocalStack
    topics: dict[str, str] = field(default_factory=dict)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: list[str] = field(default_factory=list)
    subscriptions: list[dict[str, str]] = field(default_factory=list)
    webhooks: list[str] = field(default_factory=list)

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
        self.webhooks = [self._endpoint(name) for name in ("first", "second")]

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
            *self.subscriptions,
            *({**collecting, "webhook": webhook} for webhook in self.webhooks),
            {"topic": self.topics["archived"], "comment": self.replies["arabic"]["comment_id"]},
            {"topic": self.topics["archived"], "chart": "channels.en.svg"},
            *({"stop": code} for code in self._stop_codes()),
            {"queue": "comments-consume"},
            {"request": self._erasure()},
            _grown(self.anyone.get("/v1/log/head").json),
            {"topic": self.topics["archived"], **_grown(self._newest_head())},
            {"topic": self.topics["draft"], "version": '"1"'},
            {},
        ]

    def _newest_head(self) -> dict[str, Any]:
        path = f"/v1/topics/{self.topics['archived']}/heads"
        return dict(self.anyone.get(path).json["items"][0])

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
        # What moderation made of the texts depends on them: some are rejected, and so answered.
        published = self.anyone.get(f"/v1/topics/{topic}/comments").json["items"]
        target = {"comment_id": published[0]["comment_id"]}
        item = {**self.material["correction"], "target": target}
        body = {"items": [item], "explanation": self.material["explanation"]}
        path = f"/v1/topics/{topic}/dispositions/corrections"
        self.clients["officer"].post(path, body, expect=200)
        self.move(topic, "close")
        self.local.move_to(self.local.now() + _MINUTE)

    def _subscribe(self) -> None:
        topic = self.topics["collecting"]
        for where in ({"topic": topic}, {"scope": "all"}):
            base = f"/v1/topics/{topic}/subscriptions" if "topic" in where else "/v1/subscriptions"
            self.subscriptions += [
                {**where, **self._by_mail(base, "first@example.org")},
                {**where, **self._ending(base, where, "second@example.org")},
                {**where, **self._by_text(base)},
            ]

    def _by_mail(self, base: str, email: str) -> dict[str, str]:
        body = {"email": email, "language": "ar"}
        asked = self.anyone.post(base, body, expect=202).json
        text = self.local.outbox()[-1]["text"]
        link = urlsplit(text[text.index(base) :].split()[0])
        return {
            "subscription": asked["subscription_id"],
            "token": link.query.removeprefix("token="),
        }

    def _ending(self, base: str, where: dict[str, str], email: str) -> dict[str, str]:
        """A subscription that has begun, with the token that ends it."""
        found = self._by_mail(base, email)
        path = "/".join([base, *([where["scope"]] if "scope" in where else [])])
        answer = self.anyone.get(
            f"{path}/{found['subscription']}/confirmation?token={found['token']}"
        )
        return {**found, "token": answer.json["unsubscribe_token"]}

    def _by_text(self, base: str) -> dict[str, str]:
        asked = self.anyone.post(base, {"phone": "+97336000000"}, expect=202).json
        text = normalize("NFKC", self.local.outbox()[-1]["text"])
        code = re.search(r"\d{6}", text)
        return {"subscription": asked["subscription_id"], "code": code[0] if code else ""}

    def _erasure(self) -> str:
        """A request of erasure that waits, of somebody who said nothing."""
        body = {"topic_id": self.topics["collecting"]}
        asked = self.clients["participant"].post("/v1/erasure-requests", body, expect=202)
        return str(asked.json["request_id"])

    def _stop_codes(self) -> list[str]:
        """Codes of the short links in text messages, by which a subscription is ended."""
        found = rows(self.stack, "outreach", of="K#")
        return [str(item["pk"]).removeprefix("K#") for item in found]

    def _endpoint(self, name: str) -> str:
        body = {"url": f"https://{name}.example.org/tashawur"}
        registered = self.clients["officer"].post("/v1/webhooks", body, expect=201)
        return str(registered.json["webhook_id"])


def _grown(head: dict[str, Any]) -> dict[str, str]:
    """Sizes that a tree had, to ask for a proof that it only grew."""
    return {"first": str(head["tree_size"]), "second": str(head["tree_size"])}
