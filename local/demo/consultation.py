"""One consultation, step by step, through the API alone; whatever is not as it must be stops it."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from local.demo import material
from local.demo.client import Client, Unexpected
from local.demo.material import Contribution

Say = Callable[[str], None]
_NOT_YET = datetime.min.replace(tzinfo=UTC)
_COLLECTION = timedelta(days=28)
_CACHES = timedelta(minutes=1)  # containers know a round's window for up to 30 seconds
_TIMER = timedelta(seconds=5)  # the workflow's timers count whole seconds, from when they are set
_PARTICIPANTS_AT_ONCE = 4
_SUBSCRIBER = "subscriber@example.org"
_SINGLE_ANSWERS = ("accepted", "not_accepted", "out_of_scope", "already_covered", "noted")


@dataclass
class People:
    """Who takes part; each has a token of the local issuer, the citizen has none."""

    officer: Client
    approver: Client
    moderator: Client
    auditor: Client
    citizen: Client


@dataclass
class Consultation:
    """A consultation in progress.

    Attributes
    ----------
    people : People
        Who takes part.
    local : Local
        The local stack's clock and outbox.
    contributions : list of Contribution
        What is submitted.
    say : callable
        Shows progress.
    topic_id, closes_at, replies
        What has come of it: the topic, its closing instant, the reply to each contribution.
    """

    people: People
    local: "Local"
    contributions: list[Contribution]
    say: Say
    topic_id: str = ""
    closes_at: datetime = _NOT_YET
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Path of the topic."""
        return f"/v1/topics/{self.topic_id}"

    def stage(self) -> str:
        """Stage in which everybody sees the topic."""
        return str(self.people.officer.get(self.path).json["stage"])

    def define(self) -> None:
        """Step 1: the definition, refused while it has faults, then approved by another person."""
        definition = material.read("topic.json")
        publish_at = self.local.now() + timedelta(days=1)
        self.closes_at = publish_at + _COLLECTION
        definition["timetable"] = {
            "publish_at": publish_at.isoformat(),
            "closes_at": self.closes_at.isoformat(),
        }
        broken = {**definition, "plan": "hasty", "objective": {"ar": "هدف"}, "colour": "blue"}
        faults = self.people.officer.post("/v1/topics", broken, expect=422).json["errors"]
        self._demand(len(faults) == 3, "all three faults of a broken definition at once")
        topic = self.people.officer.post("/v1/topics", definition, expect=201).json
        self.topic_id = topic["topic_id"]
        self.people.citizen.get(self.path, expect=404)
        self._move("submit", self.people.officer)
        self._move("approve", self.people.approver)
        self.say(f"topic {self.topic_id} is approved and in the forward calendar")

    def publish(self) -> None:
        """Step 2: the publication instant comes, the channels are told."""
        body = {"email": _SUBSCRIBER, "language": "ar"}
        self.people.citizen.post(f"{self.path}/subscriptions", body, expect=202)
        self.people.citizen.get(self._confirmation())
        early = self.contributions[0].submission
        self.people.citizen.post(f"{self.path}/comments", early, expect=409)
        self.local.move_to(self.closes_at - _COLLECTION + _TIMER)
        self._demand(self.stage() == "collecting", "collection is open")
        feed = self.people.citizen.get("/v1/feed.atom").text
        self._demand(self.topic_id in feed, "the topic is in the Atom feed")
        told = [mail for mail in self.local.outbox() if _SUBSCRIBER in mail["to"]]
        self._demand(len(told) == 2, "the subscriber confirmed and was told once")
        self.say("published on web, Atom and e-mail")

    def collect(self) -> None:
        """Step 3: comments, inquiries with their answers, moderation, a withdrawal."""
        self._submit_all()
        self.local.settle()
        self._answer_inquiries()
        self._withdraw_one()
        decided = self._moderate()
        counts = self.counts()
        self.say(f"moderators decided {decided} cases: {_line(counts)}")
        self._demand(counts["received"] == len(self.contributions), "everything was received")
        self._demand(counts["held"] == 0, "nothing is left with the moderators")

    def analyse(self) -> None:
        """Step 4: closing, analysis, the decision, an answer for every comment."""
        self.local.move_to(self.closes_at + timedelta(minutes=2))
        late = self.contributions[0].submission
        self.people.citizen.post(f"{self.path}/comments", late, expect=409)
        self._demand(self.stage() == "deciding", "the analysis stands")
        self.people.officer.put(f"{self.path}/decision", material.read("decision.json"))
        refused = self._move("announce", self.people.officer, expect=409)
        self.say(f"announcement refused: {refused['outstanding']} comments have no answer yet")
        items = [*self._single_answers(), *material.read("dispositions.json")["items"]]
        answer = self.people.officer.put(f"{self.path}/dispositions", {"items": items}).json
        self._demand(answer["outstanding"] == 0, "every comment has its answer")

    def announce(self) -> None:
        """Step 5: the gate opens, decision and answers are public."""
        self._move("announce", self.people.officer)
        self.local.settle()
        self._demand(self.stage() == "announced", "the decision is announced")
        self.local.move_to(self.local.now() + _CACHES)
        self.people.citizen.get(f"{self.path}/decision")
        comments = self.people.citizen.get(f"{self.path}/comments").json["items"]
        answered = [entry for entry in comments if entry["disposition"]]
        self._demand(len(answered) == len(comments), "each public comment shows its answer")
        self.say("the decision is public, each comment shows its answer")

    def archive(self) -> None:
        """Step 6: the round is closed, its record sealed; a receipt still proves its comment."""
        self._move("close", self.people.officer)
        self.local.settle()
        self._demand(self.stage() == "archived", "the record is kept")
        reply = next(iter(self.replies.values()))
        checked = self.people.citizen.post("/v1/receipts/check", reply["receipt"], expect=200).json
        self._demand(checked["valid"] is True, "a participant's receipt holds")
        self.say(f"a receipt proves comment {reply['comment_id']}: {checked['status']}")

    def counts(self) -> dict[str, int]:
        """Counts that everybody sees beside the public list."""
        return dict(self.people.citizen.get(f"{self.path}/comments").json["counts"])

    def _move(self, action: str, who: Client, *, expect: int = 202) -> dict[str, Any]:
        body = {"action": action}
        answer = who.post(f"{self.path}/transitions", body, expect=expect)
        self.local.settle()
        return dict(answer.json)

    def _submit_all(self) -> None:
        total = len(self.contributions)
        with ThreadPoolExecutor(_PARTICIPANTS_AT_ONCE) as pool:
            for number, (entry, reply) in enumerate(pool.map(self._submit, self.contributions), 1):
                self.replies[entry.id] = reply
                if number % max(1, total // 10) == 0 or number == total:
                    self.say(f"{number} of {total} comments submitted")
        first = self.contributions[0]
        _entry, again = self._submit(first)
        self._demand(again == self.replies[first.id], "a repeated submission gets the same reply")

    def _submit(self, entry: Contribution) -> tuple[Contribution, dict[str, Any]]:
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, self.topic_id + entry.id))
        # Everybody writes from an address of their own, one of those kept for examples.
        address = f"2001:db8:{key[:4]}:{key[4:8]}::1"
        reply = self.people.citizen.post(
            f"{self.path}/comments",
            entry.submission,
            expect=202,
            headers={"Idempotency-Key": key, "X-Forwarded-For": address},
        )
        return entry, dict(reply.json)

    def _answer_inquiries(self) -> None:
        answers = material.read("answers.json")["inquiry_answers"]
        for answer in answers:
            comment = self.replies[answer["match"]]["comment_id"]
            path = f"{self.path}/comments/{comment}/answer"
            self.people.officer.post(path, {"text": answer["text"]}, expect=200)
        self.say(f"{len(answers)} inquiries answered in both languages")

    def _withdraw_one(self) -> None:
        reply = self.replies[self.contributions[-20].id]
        path = f"{self.path}/comments/{reply['comment_id']}/withdrawal"
        self.people.citizen.post(path, {"receipt_secret": reply["receipt_secret"]}, expect=200)
        self.local.settle()

    def _moderate(self) -> int:
        rejected = {
            self.replies[entry.id]["comment_id"] for entry in self.contributions if entry.rejected
        }
        decided = 0
        while cases := self.people.moderator.get(
            f"/v1/moderation/cases?topic={self.topic_id}"
        ).json["items"]:
            for case in cases:
                self._decide(case, reject=case["comment_id"] in rejected)
            decided += len(cases)
            self.say(f"{decided} cases moderated")
        self.local.settle()
        return decided

    def _decide(self, case: dict[str, Any], *, reject: bool) -> None:
        path = f"/v1/moderation/cases/{case['case_id']}"
        self.people.moderator.post(f"{path}/claim", {}, expect=200)
        if reject:
            body = {"decision": "reject", "reason_code": case["reasons"][0]["code"]}
        else:
            body = {"decision": "publish"}
        self.people.moderator.post(f"{path}/decision", body, expect=200)

    def _single_answers(self) -> list[dict[str, Any]]:
        comments = self.people.citizen.get(f"{self.path}/comments").json["items"]
        reason = {"ar": "رد على هذه المشاركة بعينها.", "en": "An answer to this very comment."}
        return [
            {
                "target": {"comment_id": entry["comment_id"]},
                "outcome": _SINGLE_ANSWERS[number % len(_SINGLE_ANSWERS)],
                "reason": reason,
                "clause_ids": ["c1"],
            }
            for number, entry in enumerate(comments[:20])
        ]

    def _confirmation(self) -> str:
        text = self.local.outbox()[-1]["text"]
        start = text.index(f"{self.path}/subscriptions/")
        address = text[start:].split()[0]
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"

    def _demand(self, holds: bool, what: str) -> None:
        if not holds:
            raise Unexpected(f"not so: {what}; the topic is in stage {self.stage()}")


class Local:
    """The local stack's clock and outbox, over HTTP as anybody may use them."""

    def __init__(self, url: str) -> None:
        self._client = Client(url)

    def now(self) -> datetime:
        """Present local instant."""
        return datetime.fromisoformat(self._client.get("/_local/clock").json["now"])

    def move_to(self, instant: datetime) -> None:
        """Let the time pass until an instant, and what falls due happen."""
        self._client.post("/_local/clock", {"to": instant.isoformat()}, expect=200)

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self._client.post("/_local/settle", {}, expect=200)

    def outbox(self) -> list[dict[str, Any]]:
        """E-mails sent so far, oldest first."""
        return list(self._client.get("/_local/outbox").json["items"])

    def executions(self) -> list[dict[str, Any]]:
        """Executions of the state machine."""
        return list(self._client.get("/_local/executions").json["items"])


def _line(counts: dict[str, int]) -> str:
    return ", ".join(f"{value} {name}" for name, value in counts.items() if value is not None)
