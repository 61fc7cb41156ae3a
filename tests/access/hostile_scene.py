"""A consultation whose people write a payload wherever they can, and all that can be read of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from local.demo.client import Answer, Client
from local.stack import LocalStack
from services.shared.permissions import BY_ROUTE, PERMISSIONS, Permission
from tests.access.asking import asks
from tests.access.hostile import Insistent, Place
from tests.contract.scene import ROLES, Scene

READING = [each for each in PERMISSIONS if each.route.startswith("GET")]
_ACCEPTED = ({"Accept": "text/html"}, {"Accept": "*/*", "Accept-Language": "ar"})


_BOTH = {"ar": "نص", "en": "Text"}
_MORE_OF_A_TOPIC: dict[str, Any] = {
    "background": _BOTH,
    "time_zone": "Asia/Bahrain",
    "seed_terms": [{"theme": "hours", "ar": ["ساعات"], "en": ["hours"]}],
    "plan_departures": [
        {"field": "minimum_collection", "value": "P3D", "reason": "The season begins soon."}
    ],
}
_MORE_DEMOGRAPHICS = {
    "gender": [{"id": "f", "label": _BOTH}, {"id": "m", "label": _BOTH}],
}
_OPEN_QUESTION = {"id": "q3", "kind": "open", "text": _BOTH}
_MORE_OF_A_COMMENT: dict[str, Any] = {
    "answers": [{"question_id": "q1", "option_ids": ["yes"]}, {"question_id": "q3", "text": "Yes"}],
    "contact": {"email": "participant@example.org", "phone": "+97336000000"},
    "demographics": {"age_band": "25-34", "area": "muharraq", "gender": "f", "disability": "none"},
}
"""What of a topic and of a comment `material.json` leaves out."""


class HostileScene(Scene):
    """One consultation through all its stages by people who write a payload wherever they can."""

    def __init__(self, stack: LocalStack, payload: str) -> None:
        super().__init__(stack)
        self.people = [self._insistent(payload, role, agency) for role, agency in ROLES]
        self.clients = dict(zip([role for role, _ in ROLES], self.people, strict=True))
        self.anyone = Insistent(stack.url, payload)
        self.people.append(self.anyone)
        self.payload = payload
        self.material["topic"] |= _MORE_OF_A_TOPIC
        self.material["topic"]["questions"].append(_OPEN_QUESTION)
        self.material["topic"]["demographics"] |= _MORE_DEMOGRAPHICS
        self.material["comments"]["arabic"] |= _MORE_OF_A_COMMENT

    def _insistent(self, payload: str, role: str, agency: str | None) -> Insistent:
        return Insistent(self.stack.url, payload, token=self.stack.token(role, agency))

    def play(self) -> None:
        topic = self._define()
        self.topics = dict.fromkeys(("draft", "collecting", "archived"), topic)
        self.clients["officer"].send(
            "PUT",
            f"/v1/topics/{topic}",
            expect=200,
            body=self._definition(),
            headers={"If-Match": '"1"'},
        )
        self.webhooks = [self._endpoint(topic)]
        self.move(topic, "submit", reason=self.material["reason"])
        self._subscribe()
        self._confirm_telephones()
        self.local.move_to(self.local.now() + timedelta(hours=1, seconds=5))
        self._contribute(topic, prefix="")
        later = self.local.now() + timedelta(days=6)
        self.move(topic, "extend", reason=self.material["reason"], closes_at=later.isoformat())
        self._answer()
        self.cases = self._open_cases()
        self._moderate()
        self._decide(topic)
        self._close(topic)
        self.withdraw()
        parts = ("questions", "demographics", "timetable")
        further = {name: self._definition()[name] for name in parts}
        reason = self.material["reason"]
        self.move(topic, "open-further-round", reason=reason, **further)

    def _confirm_telephones(self) -> None:
        for place in self.subscriptions:
            if "code" in place:
                named = "subscriptions" if "scope" in place else f"topics/{place['topic']}"
                scope = place.get("scope", "subscriptions")
                path = f"/v1/{named}/{scope}/{place['subscription']}/confirmation"
                Client(self.stack.url).post(path, {"code": place["code"]}, expect=200)

    def _definition(self) -> dict[str, Any]:
        publish_at = self.local.now() + timedelta(hours=1)
        closes_at = publish_at + timedelta(days=5)
        timetable = {"publish_at": publish_at.isoformat(), "closes_at": closes_at.isoformat()}
        return {**self.material["topic"], "timetable": timetable}

    def withdraw(self) -> None:
        """Withdraw another one, which tells its reason to everybody."""
        topic = self._define()
        self.move(topic, "submit", reason=self.material["reason"])
        self._by_mail(f"/v1/topics/{topic}/subscriptions", "third@example.org")
        self.move(topic, "withdraw", role="approver", reason=self.material["reason"])
        self.topics["withdrawn"] = topic

    def try_the_rest(self, declared: dict[str, set[str]]) -> None:
        """Send a payload in the texts that nobody has sent: one request each, example beside it."""
        tried = self.tried
        for route, pointers in declared.items():
            for pointer in sorted(pointers):
                if Place(route, pointer) not in tried:
                    self._try(route, pointer)

    def _try(self, route: str, pointer: str) -> None:
        ask = asks(BY_ROUTE[route], self)[0]
        body = with_text(ask.body, pointer.split("/")[1:], self.payload)
        role = next((each for each in self.clients if each in ask.permission.roles), None)
        who = self.clients[role] if role else self.anyone
        ask.with_body(body).send(who)

    @property
    def tried(self) -> set[Place]:
        return set().union(*(person.tried for person in self.people))

    @property
    def taken(self) -> set[Place]:
        return set().union(*(person.taken for person in self.people))


def with_text(value: Any, names: list[str], text: str) -> Any:
    """A document that has a text at a place, and what is needed for the place to be there."""
    if not names:
        return text
    name, *rest = names
    if name == "*":
        return [with_text(value[0] if value else None, rest, text)]
    members = value if isinstance(value, dict) else {}
    return {**members, name: with_text(members.get(name), rest, text)}


def everything_read(scene: HostileScene) -> Iterator[tuple[str, Answer]]:
    """Path and answer of whatever the scene's people can read, and of some refusals."""
    for permission in READING:
        who = _reader(scene, permission)
        paths = {ask.path: ask for ask in asks(permission, scene)}
        for ask in paths.values():
            for headers in _ACCEPTED:
                yield ask.path, replace(ask, headers=headers).send(who)
    record = f"/v1/topics/{scene.topics['archived']}/record"
    for file in scene.anyone.get(record).json["files"]:
        path = f"{record}?path={quote(file['path'])}"
        yield path, scene.anyone.ask("GET", path)


def refusals(url: str, payload: str) -> Iterator[tuple[str, Answer]]:
    """Answers that repeat something of what nobody should have sent."""
    nobody, text = Client(url), quote(payload[:100], safe="")
    for path in (f"/v1/topics/{text}", f"/{text}", f"/problems/{text}"):
        yield path, nobody.ask("GET", path)
    for query in ("cursor", "stage", "agency", "q", "round", "language", "path", text):
        for path in ("/v1/topics", "/v1/feed.atom", "/v1/calendar.ics", "/v1/plans"):
            asked = f"{path}?{query}={text}"
            yield asked, nobody.ask("GET", asked)
    language = payload.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "")
    headers = {"Accept-Language": language.replace("\x0b", ""), "If-None-Match": "evil"}
    yield "/v1/topics", nobody.ask("GET", "/v1/topics?cursor=evil", headers=headers)
    yield "/v1/topics", nobody.ask("POST", "/v1/topics", body={payload: payload})


def _reader(scene: HostileScene, permission: Permission) -> Client:
    """Somebody who may read; where sign-in is optional, nobody in particular."""
    wanted = ("auditor", "officer", "operator", "moderator", *scene.clients)
    role = next((each for each in wanted if each in permission.roles), None)
    return scene.clients[role] if role else Client(scene.stack.url)
