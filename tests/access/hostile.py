"""Texts that want to be more than texts, put into every field that takes them.

Whatever gets through would be called ``evil``: an element, an attribute, a header, a scheme.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from local.demo.client import Answer, Client
from services.shared.permissions import PERMISSIONS

PAYLOADS = {
    "markup": (
        "\"'><evil onevil=1>]]></title></summary></entry></a><script>evil()</script>{{evil}}"
        '<img src=x onerror=evil()><a href="javascript:evil()">&lt;evil&gt;&evil;<!--<?evil?>'
    ),
    "lines": (
        "=evil \u202egnp.live\u202d \u2067evil \u202aevil\x1b[31m\x07\x7f\r\nBcc: evil@example.org"
        "\r\n\r\nEND:VEVENT\r\nX-EVIL:evil\nX-EVIL;X=1:evil\u2028X-EVIL:evil\u2029evil\x85evil\x0b"
    ),
}
_ADDRESS = "evil'\"onevil='evil?bcc=evil%40example.com&body=evil#evil@example.org"
_QUERY = "evil=javascript:evil()&evil;'onevil='evil|evil`{{evil}}]]"
_PLACEHOLDER = re.compile(r"\{\w+\}")


class Place(NamedTuple):
    """A text of a body: the route that takes it, and its pointer; of a list, any item's."""

    route: str
    pointer: str


class Insistent(Client):
    """A client that puts a payload into every text of what it sends.

    Before the text, alone, or after it, whichever is taken; a text that is refused in every form
    stays as it was.

    Attributes
    ----------
    tried, taken : set of Place
        Where it was tried, and where it got in.
    """

    def __init__(self, url: str, payload: str, *, token: str | None = None) -> None:
        super().__init__(url, token=token)
        self._payload = payload
        self.tried: set[Place] = set()
        self.taken: set[Place] = set()

    def ask(
        self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        if body is None:
            return super().ask(method, path, headers=headers)
        forms = {pointer: self._forms(text) for pointer, text in texts(body)}
        while True:
            sent = replaced(body, {pointer: left[0] for pointer, left in forms.items()})
            answer = super().ask(method, path, body=sent, headers=headers)
            refused = _refused(answer, forms)
            if not refused:
                self._note(f"{method} {path}", forms, body)
                return answer
            for pointer in refused:
                forms[pointer] = forms[pointer][1:]

    def _forms(self, text: str) -> list[str]:
        forms = [f"{self._payload} {text}", self._payload, f"{text}{self._payload}"]
        if "@" in text:
            forms.append(_ADDRESS)
        if text.startswith("https://"):
            forms += [f"{text}?{_QUERY}", f"{text}?evil='onevil='evil"]
        return [*forms, text]

    def _note(self, request: str, forms: dict[str, list[str]], body: Any) -> None:
        route = route_of(request)
        for pointer, left in forms.items():
            place = Place(route, general(pointer))
            self.tried.add(place)
            if len(left) > 1:
                self.taken.add(place)


def texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Pointer and text of every string in a document."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict | list):
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(member, f"{pointer}/{name}")


def replaced(value: Any, by: dict[str, str], pointer: str = "") -> Any:
    """A document with other texts at some pointers."""
    if isinstance(value, str):
        return by.get(pointer, value)
    if isinstance(value, dict):
        return {name: replaced(member, by, f"{pointer}/{name}") for name, member in value.items()}
    if isinstance(value, list):
        return [replaced(member, by, f"{pointer}/{n}") for n, member in enumerate(value)]
    return value


def general(pointer: str) -> str:
    """Pointer with a star for each number."""
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)


def route_of(request: str) -> str:
    """Route key that a request is answered under."""
    for permission in PERMISSIONS:
        pattern = "[^/]+".join(map(re.escape, _PLACEHOLDER.split(permission.route)))
        if re.fullmatch(pattern, request.partition("?")[0]):
            return permission.route
    raise LookupError(request)


def declared_texts(document: dict[str, Any]) -> dict[str, set[str]]:
    """Pointers of the free texts that each route's body may have, by the OpenAPI document.

    What is one of some words, or must have a form in which no payload fits, is none.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            media = operation.get("requestBody", {"content": {}})["content"].get("application/json")
            if media:
                pointers = _of_schema(media["schema"], document, "", ())
                found[f"{method.upper()} {path}"] |= set(pointers)
    return found


def _of_schema(
    schema: dict[str, Any], document: dict[str, Any], pointer: str, above: tuple[str, ...]
) -> Iterator[str]:
    if reference := schema.get("$ref"):
        if reference not in above:
            named = document["components"]["schemas"][reference.rpartition("/")[2]]
            yield from _of_schema(named, document, pointer, (*above, reference))
        return
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _of_schema(part, document, pointer, above)
    if schema.get("type") == "string" and not {"enum", "const", "format", "anyOf"} & set(schema):
        yield pointer
    for name, member in schema.get("properties", {}).items():
        yield from _of_schema(member, document, f"{pointer}/{name}", above)
    if isinstance(schema.get("items"), dict):
        yield from _of_schema(schema["items"], document, f"{pointer}/*", above)
    if isinstance(schema.get("additionalProperties"), dict):  # under whichever name
        yield from _of_schema(schema["additionalProperties"], document, f"{pointer}/any", above)


def _refused(answer: Answer, forms: dict[str, list[str]]) -> set[str]:
    """Pointers of texts that an answer finds fault with and that have another form left."""
    if answer.status not in {400, 403, 422}:
        return set()
    open_ = {pointer for pointer, left in forms.items() if len(left) > 1}
    if answer.status != 422:  # not told for a field: an agency, a code, a cursor that is not ours
        return {pointer for pointer in open_ if "/" not in pointer[1:]}
    fields = {fault["field"] for fault in json.loads(answer.text)["errors"]}
    # A list of which every item is at fault is also told to be too short: the items are meant.
    precise = {f for f in fields if not any(other.startswith(f"{f}/") for other in fields)}
    return {p for p in open_ if any(_meet(p, f) for f in precise)}


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
