"""Requests for every route of the permission table, made from what is declared and what exists."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from local.demo.client import Answer, Client
from scripts.openapi.declared import examples, operations
from services.shared import ids
from services.shared.permissions import Permission
from tests.contract.scene import Scene

_VARIABLE = re.compile(r"{(\w+)}")
_FROM_PLACES = ("topic", "token")
"""Query parameters that name an object, or what is good for it, as a path does."""
_STALE = '"999999999"'
"""A version that nothing has: an edit with it changes nothing."""
BROKEN = {"no such member": True}
"""Refused by every route that takes a body, once its caller is allowed."""
_FADING = {"content-length", "date"}


class CannotAsk(Exception):
    """The matrix cannot make a request for a route; the message says what to add where."""


@dataclass(frozen=True)
class Ask:
    """One request.

    Attributes
    ----------
    names : dict
        What stands for the variables of the path, and for the parameters of the query.
    """

    permission: Permission
    names: dict[str, str]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> list[str]:
        return _VARIABLE.findall(self.permission.route)

    @property
    def objects(self) -> list[str]:
        """Names under which the request has an object's id."""
        return [*self.variables, *(["topic"] if "topic" in self._query else [])]

    @property
    def path(self) -> str:
        path = self.permission.route.partition(" ")[2]
        for name in self.variables:
            path = path.replace(f"{{{name}}}", quote(self.names[name], safe=""))
        return path

    @property
    def writes(self) -> bool:
        return not self.permission.route.startswith("GET")

    @property
    def agency(self) -> str | None:
        """Agency that the body names."""
        return self.body.get("agency") if isinstance(self.body, dict) else None

    @property
    def has_credential(self) -> bool:
        """Whether something in the request, not the caller, proves that the object is theirs."""
        in_body = self.body.keys() if isinstance(self.body, dict) else ()
        return "token" in self._query or "code" in in_body

    @property
    def whole_path(self) -> str:
        return self.path + (f"?{urlencode(self._query)}" if self._query else "")

    @property
    def _query(self) -> dict[str, str]:
        declared = {query.name for query in operations()[self.permission.route].query}
        return {
            name: self.names[name]
            for name in _FROM_PLACES
            if name in declared and name not in self.variables and name in self.names
        }

    def send(self, client: Client) -> Answer:
        method = self.permission.route.partition(" ")[0]
        return client.ask(method, self.whole_path, body=self.body, headers=self.headers)

    def naming(self, **other: str) -> "Ask":
        return Ask(self.permission, {**self.names, **other}, self.body, self.headers)

    def with_body(self, body: Any) -> "Ask":
        return Ask(self.permission, self.names, body, self.headers)

    def unknown(self) -> Iterator["Ask"]:
        """The same for objects that do not exist: each name in turn has an id that nothing has."""
        return (self.naming(**{name: ids.random_id()}) for name in self.objects)

    def unknown_paths(self) -> Iterator["Ask"]:
        """The same without what the query names, which may be what a list is narrowed to."""
        return (self.naming(**{name: ids.random_id()}) for name in self.variables)


def asks(permission: Permission, scene: Scene) -> list[Ask]:
    """Requests for what exists on the scene, those first that change the least.

    Raises
    ------
    CannotAsk
        If the route is not described, lacks an example, or names what the scene does not have.
    """
    operation = operations().get(permission.route)
    if operation is None:
        raise CannotAsk(f"{permission.route}: describe it in its service's contracts/api.py")
    shown = examples(operation).get("request")
    if operation.body and not shown:
        raise CannotAsk(f"{permission.route}: add a request to contracts/examples")
    example = next(iter(shown.values())) if shown else None
    headers = {"If-Match": _STALE} if "If-Match" in operation.headers else {}
    needed = {*_VARIABLE.findall(permission.route)}
    needed |= {query.name for query in operation.query if query.required}
    fitting = [place for place in _places(scene) if needed <= set(place)]
    if not fitting:
        raise CannotAsk(f"{permission.route}: no place in Scene.places() has all of {needed}")
    return [Ask(permission, p, _filled(example, p), headers) for p in fitting]


def substance(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """What an answer says beside the address that it repeats."""
    headers = {name: text for name, text in answer.headers.items() if name not in _FADING}
    body = dict(answer.json) if isinstance(answer.json, dict) else answer.text
    if isinstance(body, dict):
        body.pop("instance", None)
    return answer.status, headers, body


def _places(scene: Scene) -> list[dict[str, Any]]:
    """The scene's places: where everything is over first, since least can be changed there."""
    over = scene.topics["archived"]
    collecting = {"topic": scene.topics["collecting"]}
    found = [{**collecting, **place} for place in scene.places()]
    return sorted(found, key=lambda place: bool(place["topic"] != over))


def _filled(example: Any, place: dict[str, Any]) -> Any:
    """An example with what a place has under the same names, e.g. the receipt's secret."""
    if not isinstance(example, dict):
        return example
    copy = json.loads(json.dumps(example))
    return {name: place.get(name, value) for name, value in copy.items()}
