"""The local OIDC issuer: a key made at the start, and access tokens for whoever is asked for.

The tokens' life is on the wall clock, as it is verified there by libraries that know no other.
"""

import json
import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "http://localhost/_local/oidc"
AUDIENCE = "tashawur-local"
LIFE_SECONDS = 12 * 3600
_USE = "access"  # of the two tokens that Cognito gives, the one for an API
_KEY_ID = "local"


class Issuer:
    """Issues tokens that the JWT authorizer and the handlers verify.

    Parameters
    ----------
    issuer, audience : str
        Values of ``iss``, and of ``aud`` and ``client_id``.
    """

    def __init__(self, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        self.issuer = issuer
        self.audience = audience
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> dict[str, Any]:
        """Public key as a JSON Web Key Set."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}

    def configuration(self, base_url: str) -> dict[str, Any]:
        """OpenID provider metadata, the issuer being reached at `base_url`."""
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{base_url}/.well-known/jwks.json",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    def token(self, *groups: str, subject: str, **claims: Any) -> str:
        """Access token of a subject in these groups; `claims` are added or replace others."""
        now = int(time.time())
        payload = {
            "iss": self.issuer,
            "aud": self.audience,
            "client_id": self.audience,
            "sub": subject,
            "username": subject,
            "cognito:groups": list(groups),
            "token_use": _USE,
            "scope": "openid",
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "jti": str(uuid.uuid4()),
            **claims,
        }
        return jwt.encode(payload, self._key, algorithm="RS256", headers={"kid": _KEY_ID})
