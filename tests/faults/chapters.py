"""One consultation through all six steps, with all that people do on the way.

A story has only one end, whatever went wrong in it, and `tests.faults.invariants` knows it.
"""

import copy
import json
import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from local.demo.client import Unexpected
from tests.faults.story import TRIES, Story
from tests.support.daytime import until_ten
from tests.support.returned_mail import COMPLAINT
from tests.support.topics import definition

ADDRESS = "SENTINEL.{}@example.org"
PHONE = "+97336007777"
CHANNELS = ["web", "atom", "email", "sms", "webhook"]
_TEXT = {"ar": "نص", "en": "A text"}
_BRIEF = 12

REJECT = {"decision": "reject", "reason_code": "abusive", "note": "an insult", "identical": True}


class Told(Story):
    """A story that is told: `tell`, then what operators do in the end, `operate`."""

    def tell(self) -> None:
        """From the definition to the record."""
        for chapter in (
            self._define,
            self._publish,
            self._collect,
            self._moderate,
            self._answer,
            self._close,
            self._analyse,
            self._announce,
            self._archive,
        ):
            chapter()

    def _define(self) -> None:
        officer, approver = self.people.officer, self.people.approver
        tomorrow = self.stack.clock.now() + timedelta(days=1)
        document = _brief(definition(tomorrow, channels=CHANNELS))
        answer = officer.post("/v1/topics", document, expect=201)
        self.topic_id = answer.json["topic_id"]
        self._hook()
        headers = {"If-Match": answer.headers["etag"]}
        again = {**document, "importance": "major"}
        officer.send("PUT", self.path, body=again, headers=headers, expect=200, already=(412,))
        self.move("submit", officer)
        self.move("return", approver, reason="no target group")
        self.move("submit", officer)
        self.move("approve", approver)
        self.reach("scheduled")

    def _hook(self) -> None:
        url = f"https://partner.example/{self.mark}"
        hook = {"url": url, "agency": "health"}
        self.people.operator.send("POST", "/v1/webhooks", body=hook, expect=201, already=(409,))

    def _publish(self) -> None:
        citizen, operator = self.people.citizen, self.people.operator
        self.post("early", end="refused", expect=409)
        self._follow()
        self._stopped()
        resume = f"/v1/ops/executions/{self.topic_id}/resume"
        operator.send("POST", resume, body={}, expect=202, already=(409,))
        words = {"allow": ["nurse"], "hold": ["fifth column"]}
        path = f"{self.path}/moderation-terms"
        self.people.officer.send("PUT", path, body=words, expect=200)
        self.people.officer.get(path)
        self.move("publish-now", self.people.officer)
        self.reach("collecting")
        self._complain()
        citizen.get(f"{self.path}/calendar.ics")
        citizen.get("/v1/calendar.ics")
        citizen.get(f"{self.path}/feed.atom")
        citizen.get("/v1/topics")

    def _follow(self) -> None:
        """A citizen follows by mail, another by telephone, a third one the agency."""
        citizen, path = self.people.citizen, f"{self.path}/subscriptions"
        mail, wide = (f"{name}.{self.mark}@example.org" for name in ("follower", "SENTINEL-wide"))
        number = f"+97317{int(self.mark[:5], 16) % 1_000_000:06d}"
        asked, text = self._invited(path, {"phone": number}, to=number)
        code = re.findall(r"\d{6}", text)[0]
        citizen.post(f"{path}/{asked}/confirmation", {"code": code}, expect=200)
        invited = [
            self._invited(path, {"email": each, "language": "ar"}, to=each)
            for each in (mail, self._complainer)
        ]
        body = {"email": wide, "agency": "health"}
        invited.append(self._invited("/v1/subscriptions", body, to=wide))
        for _, text in invited:
            parts = urlsplit(re.findall(r"\S+/confirmation\?token=\S+", text)[0])
            citizen.get(f"{parts.path}?{parts.query}")

    @property
    def _complainer(self) -> str:
        return f"complainer.{self.mark}@example.org"

    def _complain(self) -> None:
        """Somebody calls what they subscribed to spam, if it came; SES tells of it."""
        mails = [m for m in self.stack.outbox.listed() if self._complainer in m["to"]]
        told = [m["tags"] for m in mails if "delivery" in m["tags"]]
        if not told:
            return
        detail = copy.deepcopy(COMPLAINT["detail"])
        named = "tashawur-local-outreach"
        detail["mail"]["tags"] = {**told[-1], "ses:configuration-set": [named]}
        entry = {"Source": "aws.ses", "DetailType": COMPLAINT["detail-type"]}
        self.stack.client("events").put_events(Entries=[entry | {"Detail": json.dumps(detail)}])
        self.stack.settle()

    def _invited(self, path: str, body: dict[str, Any], *, to: str) -> tuple[str, str]:
        """Ask for a subscription until there is a message; its id, and what the message says.

        Where it is not known whether one went out, nobody is sent another within the hour.
        """
        for _ in range(TRIES):
            asked = self.people.citizen.post(path, body, expect=202).json["subscription_id"]
            told = [m["text"] for m in self.stack.outbox.listed() if to in m["to"]]
            if told:
                return str(asked), str(told[-1])
            self.pass_time(hours=1, minutes=1)
        raise Unexpected(f"no message comes to {to}")

    def _stopped(self) -> None:
        """Somebody stops the execution by hand; the topic asks for an operator."""
        client = self.stack.client("stepfunctions")
        client.stop_execution(executionArn=self.executions()[-1]["arn"])
        self.stack.settle()

    def _collect(self) -> None:
        self.post("plain", end="published")
        self.post("arabic", end="published", text="نعم للعيادات المسائية", language="ar")
        contact = {"email": ADDRESS.format(self.mark), "phone": PHONE}
        self.post("asked", end="published", kind="inquiry", contact=contact)
        about = {"demographics": {"age_band": "25-34"}, "contact": contact}
        self.post("taken-back", end="withdrawn", **about)
        self.post("erased", end="erased", **about)
        self.post("regretted", end="erased", **about)
        self.post("abuse", end="rejected", text="You are all idiots and bastards")
        self.post("doubt", end="published", text="You idiots, listen to the nurses")
        self.post("contested", end="published", text="You bastards of a ministry", **about)
        self.post("faulty", end="refused", expect=422, kind="shout")
        self.stack.settle()
        plain = self.of("plain")
        if self.again(plain) != plain.reply:
            raise Unexpected("I7 what is sent again is answered otherwise")
        parent = plain.comment_id
        self.post("reply", end="published", kind="reply", parent_id=parent)
        self.stack.settle()
        self._withdraw()
        self._erase("erased")
        citizen, comments = self.people.citizen, f"{self.path}/comments"
        citizen.get(comments)
        citizen.get(f"{comments}?kind=reply&parent={parent}")
        citizen.get(f"{comments}/{parent}")
        citizen.get("/.well-known/tashawur-keys.json")
        citizen.post("/v1/receipts/check", self.of("plain").reply["receipt"], expect=200)

    def _withdraw(self) -> None:
        sent = self.of("taken-back")
        path = f"{self.path}/comments/{sent.comment_id}/withdrawal"
        secret = {"receipt_secret": sent.reply["receipt_secret"]}
        self.people.citizen.post(path, secret, expect=200)
        self.stack.settle()

    def _erase(self, mark: str) -> None:
        """A citizen sees what is held and has it erased; whoever has an account asks for theirs."""
        sent, citizen = self.of(mark), self.people.citizen
        shown = {name: sent.reply[name] for name in ("comment_id", "receipt_secret")}
        body = {"topic_id": self.topic_id, "comments": [shown]}
        citizen.post("/v1/access-requests", body, expect=200)
        asked = citizen.post("/v1/erasure-requests", body, expect=202).json
        citizen.get(f"/v1/erasure-requests/{asked['request_id']}")
        self.people.moderator.post("/v1/erasure-requests", {"topic_id": self.topic_id}, expect=202)
        self.stack.settle()

    def _moderate(self) -> None:
        moderator = self.people.moderator
        self._flag()
        rejected = {self.of(mark).comment_id for mark in ("abuse", "contested")}
        cases = f"/v1/moderation/cases?topic={self.topic_id}"
        for case in moderator.get(cases).json["items"]:
            path = f"/v1/moderation/cases/{case['case_id']}"
            moderator.post(f"{path}/claim", {}, expect=200)
            if case["comment_id"] in rejected:
                moderator.post(f"{path}/decision", REJECT, expect=200)
                continue
            moderator.post(
                f"{path}/decision", {"decision": "redact", "spans": [[0, 3]]}, expect=200
            )
            moderator.post(f"{path}/undo", {"reason": "the wrong button"}, expect=200)
            moderator.post(f"{path}/decision", {"decision": "publish"}, expect=200)
        self.stack.settle()
        self.wait_for(lambda: self.counts()["held"] == 0, "nothing is held any more")
        self._contest()
        self.people.citizen.get(f"{self.path}/moderation-report")

    def _flag(self) -> None:
        """Three readers doubt a comment, which brings it before a moderator."""
        path = f"{self.path}/comments/{self.of('plain').comment_id}/flag"
        for number in range(3):
            headers = {"X-Forwarded-For": f"2001:db8:5e47:{number}::2"}
            body = {"reason_code": "off_topic"}
            self.people.citizen.send("POST", path, body=body, headers=headers, expect=202)
        self.stack.settle()

    def _contest(self) -> None:
        """An author appeals, and a senior moderator grants it."""
        sent, senior = self.of("contested"), self.people.senior
        path = f"{self.path}/comments/{sent.comment_id}/appeal"
        secret = sent.reply["receipt_secret"]
        body = {"receipt_secret": secret, "statement": "SENTINEL: it is no insult"}
        self.people.citizen.post(path, body, expect=202)
        self.stack.settle()
        [case] = senior.get("/v1/moderation/cases?status=appealed").json["items"]
        final = {"decision": "publish", "note": "It is of the ministry, not of a person"}
        senior.post(f"/v1/moderation/appeals/{case['case_id']}/decision", final, expect=200)
        self.stack.settle()
        self.wait_for(lambda: self.counts()["rejected"] == 1, "the appeal is granted")

    def _answer(self) -> None:
        officer = self.people.officer
        waiting = officer.get(f"{self.path}/inquiries").json["items"]
        path = f"{self.path}/comments/{waiting[0]['comment_id']}/answer"
        officer.post(path, {"text": {"ar": "في يناير", "en": "In January"}}, expect=200)
        self.stack.settle()

    def _close(self) -> None:
        timetable = self.people.officer.get(self.path).json["timetable"]
        closes_at = self.stack.clock.now().fromisoformat(timetable["closes_at"])
        later = (closes_at + timedelta(days=2)).isoformat()
        self.move("extend", self.people.officer, reason="رمضان", closes_at=later)
        self.pass_time(days=28)
        for _ in range(4 * 4):  # people are reminded by day, and schedules fire once in a step
            self.pass_time(hours=6)
        self.wait_for(lambda: self.stage() == "deciding", "the analysis stands")
        self.post("late", end="refused", expect=409)
        receipt = self.of("plain").reply["receipt"]
        checked = self.people.citizen.post("/v1/receipts/check", receipt, expect=200).json
        if checked["inclusion"] is None:
            raise Unexpected("a comment is in no tree")

    def _analyse(self) -> None:
        officer, citizen = self.people.officer, self.people.citizen
        found = officer.get(f"{self.path}/analysis").json
        self._correct(found["themes"][0]["theme_id"])
        clause = {"id": "c1", "text": _TEXT}
        decision = {"summary": _TEXT, "rationale": _TEXT, "clauses": [clause]}
        recorded = officer.send("PUT", f"{self.path}/decision", body=decision, expect=200).json
        officer.put(f"{self.path}/decision/delay", {"reason": _TEXT})
        left = officer.get(f"{self.path}/dispositions/outstanding").json["outstanding"]
        agreed = {"decision_version": recorded["version"], "outstanding": left}
        exception = f"{self.path}/decision/exception"
        self.people.approver.put(exception, {"reason": _TEXT, **agreed})
        self.people.approver.send("DELETE", exception, expect=204)
        rest = {
            "target": {"all_remaining": True},
            "outcome": "noted",
            "reason": _TEXT,
            "clause_ids": ["c1"],
        }
        officer.put(f"{self.path}/dispositions", {"items": [rest]})
        citizen.get(f"{self.path}/moderation-report")

    def _correct(self, theme_id: str) -> None:
        officer, themes = self.people.officer, f"{self.path}/analysis/themes"
        rename = {"op": "rename", "theme_id": theme_id, "title": _TEXT, "reason": "plainer"}
        officer.send("PATCH", themes, body={"items": [rename]}, expect=200)
        officer.get(f"{self.path}/analysis/corrections")
        brief = {"seed_terms": [{"theme": "nurses", "ar": ["ممرضة"], "en": ["nurse"]}]}
        officer.put(f"{self.path}/analysis/brief", brief)
        officer.get(f"{self.path}/analysis/brief")
        self.move("start-analysis", officer)
        self.reach("deciding")
        officer.get(f"{self.path}/analysis/progress")

    def _announce(self) -> None:
        citizen = self.people.citizen
        # Texts of the night would wait in their queue at the end.
        self.stack.advance(until_ten(self.stack.clock.now()))
        self.move("announce", self.people.officer)
        self.reach("announced")
        self.pass_time(minutes=2)
        citizen.get(f"{self.path}/decision")
        citizen.get(f"{self.path}/decision/versions")
        results = f"{self.path}/results"
        self.wait_for(lambda: citizen.ask("GET", results).status == 200, "the results are public")
        self._amend()
        for chart in citizen.get(f"{results}/charts").json["items"][:1]:
            citizen.get(f"{results}/charts/{chart['file']}")
        citizen.get(f"{self.path}/comments")
        citizen.get("/v1/feed.atom")
        citizen.get(f"{self.path}/notices")
        self.people.officer.get(f"{self.path}/deliveries")

    def _amend(self) -> None:
        """Correct what was announced for the largest theme."""
        officer = self.people.officer
        [theme, *_] = officer.get(f"{self.path}/analysis").json["themes"]
        item = {"target": {"theme_id": theme["theme_id"]}, "outcome": "accepted", "reason": _TEXT}
        body = {"items": [item], "explanation": _TEXT}
        officer.post(f"{self.path}/dispositions/corrections", body, expect=200)

    def _archive(self) -> None:
        self.move("close", self.people.officer)
        self.reach("archived")
        self._erase("regretted")
        citizen = self.people.citizen
        citizen.get(f"{self.path}/record")
        citizen.get("/v1/catalog.jsonld")
        size = citizen.get(f"{self.path}/heads").json["items"][0]["tree_size"]
        citizen.get(f"{self.path}/heads/consistency?first={size}&second={size}")
        for what in ("head", "entries"):
            citizen.get(f"/v1/log/{what}")
        self.people.auditor.get(f"/v1/audit?topic={self.topic_id}")

    def operate(self) -> None:
        """What operators look at, and do though nothing is amiss: it must change nothing."""
        operator = self.people.operator
        operator.get(f"/v1/ops/executions/{self.topic_id}")
        operator.get("/v1/ops/executions?status=attention_needed")
        operator.get("/v1/ops/queues")
        operator.post("/v1/ops/queues/analysis-consume/redrive", {}, expect=200)
        for service in ("topics", "comments", "moderation", "analysis", "outreach", "archive"):
            order = {"service": service, "action": "reemit", "topic_id": self.topic_id}
            operator.post("/v1/ops/reconcile", order, expect=200)
            operator.post("/v1/ops/reconcile", {**order, "action": "replay"}, expect=200)
        count = {"service": "comments", "action": "recount", "topic_id": self.topic_id}
        operator.post("/v1/ops/reconcile", {**count, "round": 1, "dry_run": True}, expect=200)
        self._rotate()
        self.pass_time(hours=1)

    def _rotate(self) -> None:
        """Secrets Manager has a key for receipts added, each step until it is done."""
        environment = self.stack.functions.environment()
        event = {
            "SecretId": environment["RECEIPT_KEYS_SECRET_ARN"],
            "ClientRequestToken": str(uuid.uuid4()),
        }
        for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            self.invoke("comments-rotate", {"Step": step, **event})


def _brief(document: Any) -> Any:
    """A definition with its texts cut short: its row is read some hundred times in a story."""
    if isinstance(document, dict):
        if document.keys() == {"ar", "en"}:
            return {language: text[:_BRIEF] for language, text in document.items()}
        return {name: _brief(value) for name, value in document.items() if name != "documents"}
    return [_brief(value) for value in document] if isinstance(document, list) else document
