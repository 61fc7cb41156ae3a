"""Where sign-in is optional a token that is sent must hold; whatever is wrong with it, 401."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from services.shared import identity
from services.shared.errors import SignInRequired, Unavailable
from services.shared.identity import caller_of, verify_bearer
from services.topics.settings import settings

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ISSUER, AUDIENCE = "http://localhost/_local/oidc", "tashawur-local"


class Keys:
    """A key set as the issuer publishes it."""

    def get_signing_key(self, key_id: str | None) -> Any:
        if key_id != "k1":
            raise jwt.PyJWKClientError("unknown key")
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE.public_key()))
        return jwt.PyJWK({**jwk, "kid": "k1", "alg": "RS256"})


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_jwks", lambda _url: Keys())


def token(*, algorithm: str = "RS256", key: Any = PRIVATE, **changes: Any) -> str:
    claims = {"sub": "s", "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 60}
    return jwt.encode(claims | changes, key, algorithm=algorithm, headers={"kid": "k1"})


def forged(algorithm: str) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": "s", "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 60}
    return f"{part({'alg': algorithm, 'kid': 'k1'})}.{part(claims)}.{'A' * 86}"


def test_a_sound_token_names_its_bearer() -> None:
    text = token(groups=["officer", "agency.health"])
    caller = verify_bearer(f"Bearer {text}", settings())
    assert (caller.subject, caller.roles, caller.agency) == ("s", {"officer"}, "health")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        f"Bearer {forged('none')}",
        f"Bearer {forged('ES256')}",
        f"Bearer {forged('RS256')}",
        f"Bearer {token(key='x' * 32, algorithm='HS256')}",
        f"Bearer {token(exp=1)}",
        f"Bearer {token(iss='http://elsewhere')}",
        f"Bearer {token(aud='another')}",
        f"Bearer {token(nbf=int(time.time()) + 3600)}",
    ],
)
def test_anything_else_is_refused(authorization: str) -> None:
    with pytest.raises(SignInRequired):
        verify_bearer(authorization, settings())


@pytest.mark.parametrize("groups", [["officer", "agency.health"], "[officer agency.health]"])
def test_groups_come_as_a_list_or_as_the_gateway_writes_them(groups: Any) -> None:
    caller = caller_of({"sub": "s", "cognito:groups": groups})
    assert (caller.roles, caller.agency) == ({"officer"}, "health")


def test_an_unknown_group_gives_no_role() -> None:
    assert caller_of({"sub": "s", "cognito:groups": ["king"]}).roles == frozenset()


@pytest.mark.parametrize("given", [list, lambda groups: f"[{' '.join(groups)}]"])
def test_whoever_is_of_several_agencies_is_staff_of_none(given: Any) -> None:
    groups = ["participant", "auditor", "officer", "agency.health", "agency.transport"]
    caller = caller_of({"sub": "s", "cognito:groups": given(groups)})
    assert (caller.roles, caller.agency) == ({"participant"}, None)
    assert not caller.covers("health")
    assert not caller.covers("transport")


def test_an_issuer_that_does_not_answer_is_not_the_tokens_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody = "http://127.0.0.1:9/jwks.json"  # the discard port, where nobody listens
    monkeypatch.setattr(identity, "_jwks", lambda _url: jwt.PyJWKClient(nobody, timeout=1))
    with pytest.raises(Unavailable):
        verify_bearer(f"Bearer {token()}", settings())
