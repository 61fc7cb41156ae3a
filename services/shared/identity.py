"""Who is calling: roles and agency out of a verified access token."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, get_args

from services.shared.errors import SignInRequired, Unavailable
from services.shared.events import Actor
from services.shared.permissions import STAFF, Role
from services.shared.settings import Settings

_AGENCY_PREFIX = "agency."
_ALGORITHMS = ["RS256", "ES256"]
_LEEWAY_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The one who sent a request.

    Attributes
    ----------
    subject : str or None
        The account's identifier at the issuer; ``None`` if not signed in.
    roles : frozenset of Role
        Roles that the token's groups name.
    agency : str or None
        Agency that the token's groups name (``agency.health`` → ``health``).
    """

    subject: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    agency: str | None = None

    def covers(self, agency: str) -> bool:
        """Tell whether a staff member may see what is not public of an agency.

        An officer acts for the agency in the token alone; the other roles for the whole programme
        unless their token names an agency.
        """
        if self.agency is not None:
            return bool(self.roles & STAFF) and self.agency == agency
        return bool(self.roles & (STAFF - {"officer"}))

    def limited_to(self, roles: frozenset[Role]) -> "Caller":
        """The caller with only some of the roles: what one allows, another must not widen."""
        return replace(self, roles=self.roles & roles)

    def acting_as(self, *roles: Role) -> Actor:
        """Actor for the audit trail, in the first of the given roles that the caller has."""
        role = next((role for role in roles if role in self.roles), "participant")
        return Actor(role=role, id=self.subject or "anonymous")


ANONYMOUS = Caller()


def caller_of(claims: dict[str, Any]) -> Caller:
    """Caller that verified claims describe.

    Whoever is in the groups of several agencies is staff of none: which of them a request is for
    nothing tells, and to take one, or none, would widen what some role may.

    Raises
    ------
    SignInRequired
        If the claims are about nobody.
    """
    if not claims.get("sub"):
        raise SignInRequired("bad_token")
    groups = _groups(claims.get("cognito:groups", claims.get("groups")))
    roles = frozenset(role for role in get_args(Role) if role in groups)
    agencies = {
        name.removeprefix(_AGENCY_PREFIX) for name in groups if name.startswith(_AGENCY_PREFIX)
    }
    if len(agencies) > 1:
        return Caller(subject=str(claims["sub"]), roles=roles - STAFF)
    return Caller(subject=str(claims["sub"]), roles=roles, agency=next(iter(agencies), None))


def verify_bearer(authorization: str, settings: Settings) -> Caller:
    """Caller of a bearer token that the gateway did not check (routes that also work without).

    Raises
    ------
    SignInRequired
        If the token is not valid: a token that was sent must hold, even where none is needed.
    Unavailable
        If the issuer does not tell its keys now.
    """
    import jwt

    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInRequired("bad_token")
    try:
        # By the header alone: for a whole token the client reads its claims, and we do so again.
        key_id = jwt.get_unverified_header(token).get("kid")
        key = _jwks(settings.oidc_jwks_url).get_signing_key(key_id)
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm_name] if key.algorithm_name in _ALGORITHMS else [],
            issuer=settings.oidc_issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "sub"], "verify_aud": False},
        )
    except jwt.PyJWKClientConnectionError as error:
        raise Unavailable from error
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise SignInRequired("bad_token") from error
    # Cognito's access tokens carry the client in `client_id`, other issuers' in `aud`.
    audience = claims.get("aud", claims.get("client_id"))
    if settings.oidc_audience not in ([audience] if isinstance(audience, str) else audience or []):
        raise SignInRequired("bad_token")
    return caller_of(claims)


@cache
def _jwks(url: str) -> Any:
    import jwt

    return jwt.PyJWKClient(url, cache_keys=True, lifespan=600, timeout=5)


def _groups(claim: Any) -> frozenset[str]:
    """Names of groups; HTTP API hands an array claim over as the text ``"[a b]"``.

    Read to the letter: what merely looks like some names must not be taken for them. That a name
    has no space in it is the issuer's to see to, as Cognito does; this text does not show it.
    """
    if isinstance(claim, str):
        is_array = claim.startswith("[") and claim.endswith("]")
        return frozenset(claim[1:-1].split(" ") if is_array else [claim])
    names = claim if isinstance(claim, list) else ()
    return frozenset(name for name in names if isinstance(name, str))
