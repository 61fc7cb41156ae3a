"""Everybody who may come: each role with each agency and with none, and people without any."""

from dataclasses import dataclass, replace

from local.demo.client import Client
from local.stack import LocalStack
from services.shared.permissions import ROLES, STAFF, Permission, Role

OWN, OTHER = "health", "transport"
"""The agency whose objects the scene has, and one that has none."""


@dataclass(frozen=True)
class Person:
    """Somebody with or without a token.

    Attributes
    ----------
    roles : tuple of str
        Groups of the token; ``None`` for a person without one.
    agencies : tuple of str
        Agencies that the token names.
    """

    roles: tuple[Role, ...] | None
    agencies: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.roles is None:
            return "nobody signed in"
        return "+".join((*self.roles, *(f"agency.{each}" for each in self.agencies))) or "roleless"

    @property
    def named(self) -> frozenset[Role]:
        return frozenset(self.roles or ())

    @property
    def agency(self) -> str | None:
        return self.agencies[0] if self.agencies else None

    def may_call(self, permission: Permission) -> bool:
        """Whether the table lets somebody like this through, whatever is asked for."""
        if permission.sign_in != "required":
            return True
        fits = permission.scope != "programme" or self.agency is None
        return bool(self.named & permission.roles) and fits

    def limited_to(self, permission: Permission) -> "Person":
        """The same person with the roles that a route names, where it names any."""
        if self.roles is None or permission.sign_in != "required":
            return self
        kept = tuple(role for role in self.roles if role in permission.roles)
        return replace(self, roles=kept)

    def covers(self, agency: str) -> bool:
        """Whether what is not public of an agency is for this person's eyes.

        Written from the design's sentence and not from the code: officers for the agency in the
        token alone, other staff for all unless the token names one.
        """
        staff = self.named & STAFF
        if self.agency is not None:
            return bool(staff) and self.agency == agency
        return bool(staff - {"officer"})

    def token(self, stack: LocalStack) -> str | None:
        """Their access token."""
        if self.roles is None:
            return None
        groups = (*self.roles, *(f"agency.{each}" for each in self.agencies))
        return stack.issuer.token(*groups, subject=f"matrix {self}")

    def client(self, stack: LocalStack) -> Client:
        """Their way to the API."""
        return Client(stack.url, token=self.token(stack))


NOBODY = Person(None)
ROLELESS = Person(())
EVERYBODY: tuple[Person, ...] = (
    NOBODY,
    ROLELESS,
    Person((), (OWN,)),
    *(Person((role,), agencies) for role in ROLES for agencies in ((), (OWN,), (OTHER,))),
    # What one role allows, another must not widen.
    Person(("officer", "auditor")),
    Person(("officer", "auditor", "operator"), (OTHER,)),
    Person(("participant", "officer"), (OWN,)),
)
SOME = (NOBODY, ROLELESS, Person(("officer",), (OWN,)), Person(("operator",)))
"""A few of them, for routes on which it must not matter who comes."""
