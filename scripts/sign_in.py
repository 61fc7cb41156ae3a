"""Print an access token of a deployment: ``TOKEN=$(python -m scripts.sign_in --stage dev)``.

The browser opens the user pool's own pages; whoever signs in there is sent back to a port of this
machine with a code (authorization code with PKCE, RFC 7636), which is exchanged for the token.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
import urllib.request
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from infra.settings import LOCAL_CALLBACK

ROOT = Path(__file__).parents[1]
_TIMEOUT_SECONDS = 10
_SEEN = (
    "<!doctype html><meta charset=utf-8><p dir=auto>تم تسجيل الدخول | Signed in: close this page."
)


class SignInFailed(Exception):
    """Nobody was signed in; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """Where to sign in, and as which client."""

    url: str
    client_id: str
    callback: str = LOCAL_CALLBACK


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One sign-in: what must come back, and what proves that the code is ours."""

    state: str
    verifier: str

    @property
    def challenge(self) -> str:
        """What is shown of the verifier before the code is exchanged."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def main(arguments: list[str]) -> int:
    """Sign in and print the access token."""
    parser = argparse.ArgumentParser(description="print an access token of a deployment")
    parser.add_argument("--stage", default="dev")
    chosen = parser.parse_args(arguments)
    attempt = Attempt(state=secrets.token_urlsafe(16), verifier=secrets.token_urlsafe(48))
    try:
        login = read_login(ROOT / "build" / f"outputs-{chosen.stage}.json")
        print(sign_in(login, attempt, _open_browser))
    except SignInFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_login(outputs: Path) -> Login:
    """Login of a deployment, from what ``make deploy`` wrote down.

    Raises
    ------
    SignInFailed
        If there is no such file, or the deployment has no user pool of its own.
    """
    try:
        stacks = json.loads(outputs.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SignInFailed(f"{outputs} is not there: run make deploy first") from error
    for values in stacks.values():
        if {"LoginUrl", "ClientId"} <= set(values):
            return Login(url=values["LoginUrl"], client_id=values["ClientId"])
    raise SignInFailed("this deployment signs in elsewhere: ask its issuer for a token")


def sign_in(login: Login, attempt: Attempt, open_page: Callable[[str], None]) -> str:
    """Access token of whoever signs in on the page that is opened.

    Raises
    ------
    SignInFailed
        If the page sends back anything but the code of this attempt.
    """
    port = urlsplit(login.callback).port or 80
    with HTTPServer(("127.0.0.1", port), _Callback) as server:
        open_page(authorize_url(login, attempt))
        answer: dict[str, str] = {}
        while not answer:  # a browser may ask for an icon first
            server.handle_request()
            answer = getattr(server, "answer", {})
    if answer.get("state") != attempt.state or "code" not in answer:
        raise SignInFailed(answer.get("error_description") or "not the answer to this sign-in")
    return _exchange(login, attempt, answer["code"])


def authorize_url(login: Login, attempt: Attempt) -> str:
    """Page on which to sign in."""
    query = {
        "client_id": login.client_id,
        "response_type": "code",
        "scope": "openid email",
        "redirect_uri": login.callback,
        "state": attempt.state,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return f"{login.url}/oauth2/authorize?{urlencode(query)}"


def _exchange(login: Login, attempt: Attempt, code: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "client_id": login.client_id,
        "code": code,
        "redirect_uri": login.callback,
        "code_verifier": attempt.verifier,
    }
    request = urllib.request.Request(  # noqa: S310 - the address is the deployment's own
        f"{login.url}/oauth2/token", data=urlencode(form).encode(), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as reply:  # noqa: S310  # nosec B310
            return str(json.load(reply)["access_token"])
    except OSError as error:
        raise SignInFailed(f"the code was not taken: {error}") from error


class _Callback(BaseHTTPRequestHandler):
    """Takes the browser back and keeps what it brings."""

    def do_GET(self) -> None:
        """Keep the query; tell the person that the page can be closed."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if "state" in query:
            self.server.answer = query  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_SEEN.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the query holds the code."""


def _open_browser(url: str) -> None:
    print(f"Sign in here, if no page opens by itself:\n{url}", file=sys.stderr)
    webbrowser.open(url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
