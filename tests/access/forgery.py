"""Tokens that nobody must be let in by: each is made as an attacker would make it, or a mistake."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.identity import Issuer

Json = dict[str, Any]
ATTACKER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ATTACKERS_CURVE = ec.generate_private_key(ec.SECP256R1())
_HOUR = 3600


class Forger:
    """Makes tokens that look like an issuer's; `url` is where the attacker's keys are served."""

    def __init__(self, issuer: Issuer, *, url: str) -> None:
        self._issuer = issuer
        self._url = url
        self._jwk = issuer.jwks()["keys"][0]

    def forged(self) -> Iterator[tuple[str, str]]:
        """Name and text of each token."""
        yield from self._unsigned()
        yield from self._signed_with_what_is_public()
        yield from self._by_another_key()
        yield from self._by_named_keys()
        yield from self._true_but_not_for_us()
        yield from self._spoiled()

    def attackers_jwks(self) -> Json:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(ATTACKER.public_key()))
        return {"keys": [{**jwk, "kid": self._jwk["kid"], "alg": "RS256", "use": "sig"}]}

    def claims(self, **changes: Any) -> Json:
        """Claims of an officer; one that is changed to ``None`` is left out."""
        now = int(time.time())
        whole = {
            "iss": self._issuer.issuer,
            "aud": self._issuer.audience,
            "client_id": self._issuer.audience,
            "sub": "attacker",
            "cognito:groups": ["officer", "operator", "agency.health"],
            "token_use": "access",
            "iat": now,
            "exp": now + _HOUR,
        }
        return {name: value for name, value in (whole | changes).items() if value is not None}

    def true(self, *, algorithm: str = "RS256", headers: Json | None = None, **changes: Any) -> str:
        """A token that the issuer really signed."""
        named = {"kid": self._jwk["kid"], **(headers or {})}
        key = self._issuer._key
        return jwt.encode(self.claims(**changes), key, algorithm=algorithm, headers=named)

    def _unsigned(self) -> Iterator[tuple[str, str]]:
        for name in ("none", "None", "NONE", "nOnE", ""):
            text = self._text({"alg": name, "kid": self._jwk["kid"]})
            yield f"alg {name!r}, no signature", f"{text}."
            yield f"alg {name!r}, some signature", f"{text}.{_part(b'x' * 256)}"
        yield "no alg at all", f"{self._text({'kid': self._jwk['kid']})}."

    def _signed_with_what_is_public(self) -> Iterator[tuple[str, str]]:
        public = self._issuer._key.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        secrets = {
            "PEM": pem,
            "PEM without its last line break": pem.strip(),
            "PKCS1": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
            "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            "JWK": json.dumps(self._jwk).encode(),
            "compact JWK": json.dumps(self._jwk, separators=(",", ":")).encode(),
            "JWKS": json.dumps(self._issuer.jwks()).encode(),
            "modulus": self._jwk["n"].encode(),
            "nothing": b"",
        }
        for name, secret in secrets.items():
            for algorithm in ("HS256", "HS512"):
                text = self._text({"alg": algorithm, "typ": "JWT", "kid": self._jwk["kid"]})
                digest = hashlib.sha256 if algorithm == "HS256" else hashlib.sha512
                tag = hmac.new(secret, text.encode(), digest).digest()
                yield f"{algorithm} by the public key as {name}", f"{text}.{_part(tag)}"

    def _by_another_key(self) -> Iterator[tuple[str, str]]:
        own = {"kid": self._jwk["kid"]}
        jwk = self.attackers_jwks()["keys"][0]
        tricks: dict[str, Json] = {
            "the same kid": own,
            "a jwk in the header": {**own, "jwk": jwk},
            "a jku": {**own, "jku": self._url},
            "an x5u": {**own, "x5u": self._url},
            "an x5c": {**own, "x5c": [base64.b64encode(b"certificate").decode()]},
            "a jku and its kid": {"kid": "attacker", "jku": self._url, "jwk": jwk},
        }
        for name, headers in tricks.items():
            yield f"by another key, with {name}", self._attackers(headers)
        ecdsa = jwt.encode(self.claims(), ATTACKERS_CURVE, algorithm="ES256", headers=own)
        yield "by another kind of key", ecdsa

    def _by_named_keys(self) -> Iterator[tuple[str, str]]:
        kids: list[Any] = [
            *("unknown", "", "../../../../../../dev/null", "/dev/null", "file:///dev/null"),
            *("local' UNION SELECT 'x' --", "' OR '1'='1", "local\x00", "local\r\nX: y", "LOCAL"),
            *(self._url, "x" * 100_000, "$(id)", "{{7*7}}", "%6c%6f%63%61%6c"),
        ]
        for kid in kids:
            yield f"kid {kid[:30]!r}", self._attackers({"kid": kid})
            # As if the path or the query gave an empty or a known key.
            text = self._text({"alg": "HS256", "kid": kid})
            tag = hmac.new(b"x", text.encode(), hashlib.sha256).digest()
            yield f"HS256, kid {kid[:30]!r}", f"{text}.{_part(tag)}"
        yield "no kid", self._attackers({})
        for odd in (None, 1, True, ["local"], {"local": 1}):
            signed = self._attackers({"kid": "k"}).split(".")
            header = _part(json.dumps({"alg": "RS256", "kid": odd}).encode())
            yield f"kid {odd!r}", ".".join((header, *signed[1:]))

    def _true_but_not_for_us(self) -> Iterator[tuple[str, str]]:
        now, ours = int(time.time()), self._issuer
        yield "expired", self.true(exp=now - _HOUR)
        yield "without an end", self.true(exp=None)
        yield "not valid yet", self.true(nbf=now + _HOUR)
        yield "issued in the future", self.true(iat=now + _HOUR)
        yield "another issuer's", self.true(iss="https://issuer.example")
        yield "almost our issuer's", self.true(iss=f"{ours.issuer}/")
        yield "without an issuer", self.true(iss=None)
        yield "for another client", self.true(aud="another", client_id="another")
        yield "for other clients", self.true(aud=["another", "third"], client_id=None)
        yield "for almost our client", self.true(aud=f"{ours.audience}-2", client_id=None)
        yield "for nobody", self.true(aud=None, client_id=None)
        yield "for our client and for another audience", self.true(aud="another")
        yield "of nobody", self.true(sub=None)
        yield "of an empty name", self.true(sub="")
        for algorithm in ("RS384", "RS512", "PS256"):
            yield f"by the true key in {algorithm}", self.true(algorithm=algorithm)
        yield "with an extension that nobody knows", self.true(headers={"crit": ["b64"]})

    def _spoiled(self) -> Iterator[tuple[str, str]]:
        header, payload, signature = self.true().split(".")
        wider = _part(json.dumps(self.claims(**{"cognito:groups": ["approver"]})).encode())
        yield "other claims under a true signature", f"{header}.{wider}.{signature}"
        yield "without its signature", f"{header}.{payload}."
        yield "of two parts", f"{header}.{payload}"
        yield "of four parts", f"{header}.{payload}.{signature}.{signature}"
        yield "of five parts", ".".join([header, "", payload, signature, signature])
        yield "cut short", f"{header}.{payload}.{signature[:-8]}"
        yield "no JSON", f"{_part(b'{')}.{payload}.{signature}"
        yield "a list for claims", f"{header}.{_part(b'[]')}.{signature}"
        yield "twice", f"{self.true()},{self.true()}"
        yield "no token", "null"

    def _attackers(self, headers: Json) -> str:
        return jwt.encode(self.claims(), ATTACKER, algorithm="RS256", headers=headers)

    def _text(self, header: Json) -> str:
        return f"{_part(json.dumps(header).encode())}.{_part(json.dumps(self.claims()).encode())}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
