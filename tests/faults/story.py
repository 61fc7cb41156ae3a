"""A topic on a standing stack and what was sent to it: what the chapters of a story are told with.

Whatever fails is tried again: by the story's people, and by the local stack as by AWS.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from local.demo.client import Unexpected
from local.stack import FunctionFailed, LocalStack
from tests.faults.people import Patient, People

FROM = "2001:db8:5e47:{}::1"
"""Network address of a writer; a fresh one for each story, so that nobody is one too many."""
PERSONAL = ("SENTINEL", "36007777", "2001:db8:5e47")
"""What may be found nowhere but encrypted, and where it is meant to go."""
TRIES = 8


def _mark() -> str:
    """Twelve hex digits, every third one a letter: screening masks what looks like a number."""
    digits = enumerate(uuid.uuid4().hex[:12])
    return "".join("abcdef"[int(digit, 16) % 6] if n % 3 == 0 else digit for n, digit in digits)


@dataclass
class Sent:
    """One submission: what was sent, under which key, what came back, and how it ends."""

    body: dict[str, Any]
    key: str
    end: str
    reply: dict[str, Any] = field(default_factory=dict)

    @property
    def comment_id(self) -> str:
        return str(self.reply["comment_id"])


@dataclass
class Story:
    """What has been told so far; `tests.faults.chapters` tells it.

    Attributes
    ----------
    sent : dict of Sent
        Submissions by their mark, a word that stands in no other text.
    refused : list of str
        Marks of the submissions that were refused.
    resumed : int
        How often an operator had to have the execution go on.
    """

    stack: LocalStack
    people: People
    topic_id: str = ""
    sent: dict[str, Sent] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    resumed: int = 0
    mark: str = field(default_factory=_mark)

    @property
    def path(self) -> str:
        return f"/v1/topics/{self.topic_id}"

    def stage(self) -> str:
        return str(self.people.officer.get(self.path).json["stage"])

    def post(self, mark: str, *, end: str, expect: int = 202, **members: Any) -> None:
        """Submit something whose text has a mark of its own."""
        word = f"{mark}-{self.mark}"
        body = {
            "kind": "comment",
            "text": f"{members.pop('text', 'Please keep walk-in hours')} {word}",
            "consent": {"publish": True, "privacy_notice": "2026-11"},
            **members,
        }
        sent = Sent(body, key=str(uuid.uuid4()), end=end)
        answer = self.again(sent, expect=expect)
        if expect == 202:
            sent.reply = answer
            self.sent[word] = sent
        else:
            self.refused.append(word)

    def again(self, sent: Sent, *, expect: int = 202) -> dict[str, Any]:
        """Send a submission as it was sent before."""
        headers = {"Idempotency-Key": sent.key, "X-Forwarded-For": FROM.format(self.mark[:4])}
        who = self.people.participant if sent.end == "withdrawn" else self.people.citizen
        path = f"{self.path}/comments"
        return dict(who.send("POST", path, body=sent.body, headers=headers, expect=expect).json)

    def pass_time(self, **delta: float) -> None:
        self.stack.advance(timedelta(**delta))

    def executions(self) -> list[dict[str, Any]]:
        return [e for e in self.stack.executions() if e["name"].startswith(self.topic_id)]

    def invoke(self, function: str, payload: Any) -> None:
        for _ in range(TRIES):
            try:
                self.stack.invoke(function, payload)
            except FunctionFailed:
                continue
            return
        raise Unexpected(f"{function} fails all the time")

    def move(self, action: str, who: Patient, **fields: Any) -> None:
        body = {"action": action, **fields}
        path = f"{self.path}/transitions"
        # To extend to where it is extended to already is no state in the way but a fault: 422.
        who.send("POST", path, body=body, expect=202, already=(409, 422))
        self.stack.settle()

    def reach(self, stage: str) -> None:
        self.wait_for(lambda: self.stage() == stage, f"the topic is {stage}")

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        """Let the time pass that repetitions need, until something holds."""
        for minutes in (0, 1, 5, 30, 60):
            self.pass_time(minutes=minutes)
            if holds():
                return
            self._attend()
        ends = [(e["status"], e["state"], e["error"]) for e in self.executions()]
        raise Unexpected(f"not so: {what}; stage {self.stage()}, executions {ends}")

    def _attend(self) -> None:
        """What failed beyond its repetitions needs an operator, who finds it and has it go on."""
        if self.people.officer.get(self.path).json["attention_needed"]:
            path = f"/v1/ops/executions/{self.topic_id}/resume"
            self.people.operator.send("POST", path, body={}, expect=202, already=(409,))
            self.resumed += 1

    def of(self, mark: str) -> Sent:
        return self.sent[f"{mark}-{self.mark}"]

    def counts(self) -> dict[str, int]:
        return dict(self.people.citizen.get(f"{self.path}/comments").json["counts"])
