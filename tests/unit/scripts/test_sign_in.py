"""A token for the command line: the code that comes back is exchanged, and no other is."""

import base64
import hashlib
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from scripts.sign_in import Attempt, Login, SignInFailed, read_login, sign_in

ATTEMPT = Attempt(state="state", verifier="v" * 48)


class Issuer(BaseHTTPRequestHandler):
    """A token endpoint that checks the proof as RFC 7636 says."""

    challenge = ""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=") == Issuer.challenge
        self.send_response(200 if proven and form["code"] == ["good"] else 400)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": "token"}).encode())

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def login() -> Iterator[Login]:
    with HTTPServer(("127.0.0.1", 0), Issuer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield Login(url=url, client_id="client", callback=f"http://localhost:{_free_port()}/")
        server.shutdown()


class Browser:
    """Signs in at once and goes back with an answer."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: dict[str, list[str]] = {}

    def __call__(self, url: str) -> None:
        self.asked = parse_qs(urlsplit(url).query)
        Issuer.challenge = self.asked["code_challenge"][0]
        back = self.asked["redirect_uri"][0].replace("localhost", "127.0.0.1")
        threading.Thread(target=self._go, args=(back,), daemon=True).start()

    def _go(self, back: str) -> None:
        for path in ("favicon.ico", f"?{self.answer}"):
            urllib.request.urlopen(back + path, timeout=10).read()


def test_whoever_signs_in_gets_the_token(login: Login) -> None:
    browser = Browser("code=good&state=state")
    assert sign_in(login, ATTEMPT, browser) == "token"
    assert browser.asked["response_type"] == ["code"]
    assert browser.asked["code_challenge_method"] == ["S256"]


@pytest.mark.parametrize("answer", ["code=good&state=other", "error=denied&state=state"])
def test_an_answer_to_another_sign_in_is_refused(login: Login, answer: str) -> None:
    with pytest.raises(SignInFailed):
        sign_in(login, ATTEMPT, Browser(answer))


def test_a_code_that_the_issuer_does_not_take_is_no_token(login: Login) -> None:
    with pytest.raises(SignInFailed, match="not taken"):
        sign_in(login, ATTEMPT, Browser("code=stale&state=state"))


def test_the_login_is_found_in_what_the_deployment_put_out(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    state = {"LoginUrl": "https://login.example", "ClientId": "c", "PoolId": "p"}
    outputs.write_text(json.dumps({"Services": {"Endpoint": "https://x"}, "State": state}))
    assert read_login(outputs) == Login(url="https://login.example", client_id="c")
    outputs.write_text(json.dumps({"Services": {"Endpoint": "https://x"}}))
    with pytest.raises(SignInFailed, match="issuer"):
        read_login(outputs)
    with pytest.raises(SignInFailed, match="make deploy"):
        read_login(tmp_path / "nowhere.json")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
