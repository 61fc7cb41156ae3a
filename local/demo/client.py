"""A caller of the API: one connection per thread, kept alive, and a refusal is an error."""

import http.client
import json
import threading
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """What the API answered; `json` is ``None`` if it is no JSON."""

    status: int
    headers: dict[str, str]
    text: str
    json: Any


class Unexpected(Exception):
    """The API answered otherwise than the procedure demands."""


class Client:
    """One user of the API.

    Parameters
    ----------
    url : str
        Where the API is served.
    token : str, optional
        Access token; without one the user is anonymous.
    """

    def __init__(self, url: str, *, token: str | None = None) -> None:
        self._url = url
        self._token = token
        self._local = threading.local()

    def get(self, path: str, *, expect: int = 200) -> Answer:
        """GET a path and demand a status."""
        return self.send("GET", path, expect=expect)

    def post(
        self, path: str, body: Any, *, expect: int, headers: dict[str, str] | None = None
    ) -> Answer:
        """POST a JSON body and demand a status."""
        return self.send("POST", path, body=body, expect=expect, headers=headers)

    def put(self, path: str, body: Any, *, expect: int = 200) -> Answer:
        """PUT a JSON body and demand a status."""
        return self.send("PUT", path, body=body, expect=expect)

    def send(
        self,
        method: str,
        path: str,
        *,
        expect: int,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request.

        Raises
        ------
        Unexpected
            If the status is another than `expect`; with what the API said.
        """
        answer = self.ask(method, path, body=body, headers=headers)
        if answer.status != expect:
            said = f"{answer.status}, not {expect}: {answer.text[:500]}"
            raise Unexpected(f"{method} {path}: {said}")
        return answer

    def ask(
        self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request, and take whatever answer comes."""
        sent = {"Accept-Language": "en", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        connection = self._connection()
        connection.request(method, path, body=payload, headers=sent)
        reply = connection.getresponse()
        text = reply.read().decode()
        names = {name.lower(): value for name, value in reply.getheaders()}
        is_json = "json" in names.get("content-type", "") and "jsonl" not in names["content-type"]
        return Answer(reply.status, names, text, json.loads(text) if is_json and text else None)

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            address = urlsplit(self._url)
            self._local.connection = http.client.HTTPConnection(address.netloc, timeout=120)
        connection: http.client.HTTPConnection = self._local.connection
        return connection
