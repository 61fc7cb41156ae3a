"""The errors of the domain; `services.shared.http` turns each into an RFC 9457 problem, once.

Messages are not here: an error carries a code and its parameters, and the catalogue
(`messages.json`) has the text in both languages.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of a request.

    Attributes
    ----------
    field : str
        JSON pointer of the place, e.g. ``"/timetable/closes_at"``; empty for the whole request.
    code : str
        Key in the message catalogue, e.g. ``"before_opening"``.
    values : mapping
        What the message's placeholders stand for.
    """

    field: str
    code: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class TashawurError(Exception):
    """Root of what a service refuses.

    Parameters
    ----------
    code : str, optional
        Key of the detail in the message catalogue; the class's slug by default.
    faults : sequence of Fault
        All the faults at once.
    extensions : mapping
        Further members of the problem document, e.g. ``{"allowed": ["extend"]}``.
    **values
        What the detail's placeholders stand for.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    retry_after: int | None = None
    """Seconds after which the same request may be sent again, where that helps."""

    def __init__(
        self,
        code: str | None = None,
        *,
        faults: Sequence[Fault] = (),
        extensions: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        self.code = code or self.slug
        self.faults = tuple(faults)
        self.extensions = dict(extensions or {})
        self.values = values
        super().__init__(self.code)


class Malformed(TashawurError):
    """The request cannot be read: not JSON, a cursor tampered with, an unknown query value."""

    status, slug = 400, "malformed"


class SignInRequired(TashawurError):
    """No valid bearer token."""

    status, slug = 401, "sign-in-required"


class Forbidden(TashawurError):
    """The caller's roles do not allow this."""

    status, slug = 403, "forbidden"


class NotFound(TashawurError):
    """Unknown, or not for this caller's eyes: the two cannot be told apart."""

    status, slug = 404, "not-found"


class Conflict(TashawurError):
    """Not allowed in the present state."""

    status, slug = 409, "conflict"


class PreconditionFailed(TashawurError):
    """Somebody else changed the object since it was read."""

    status, slug = 412, "precondition-failed"


class TooLarge(TashawurError):
    """The body is longer than the route takes."""

    status, slug = 413, "too-large"


class UnsupportedMediaType(TashawurError):
    """The body is not of the media type that the route takes."""

    status, slug = 415, "unsupported-media-type"


class Invalid(TashawurError):
    """The body was read but breaks rules; `faults` has every one."""

    status, slug = 422, "invalid"


class PreconditionRequired(TashawurError):
    """An edit without ``If-Match`` could overwrite somebody's work."""

    status, slug = 428, "precondition-required"


class ChallengeRequired(TashawurError):
    """Whoever is not signed in must first solve a challenge, each for one submission."""

    status, slug = 403, "challenge-required"


class TooManyRequests(TashawurError):
    """One sender has sent enough for now.

    Parameters
    ----------
    code : str
        Key of the detail in the message catalogue.
    retry_after : int
        Seconds to wait, also the value of the detail's ``{seconds}``.
    """

    status, slug = 429, "too-many-requests"

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, seconds=retry_after)
        self.retry_after = retry_after


class Unavailable(TashawurError):
    """A dependency is throttled or away; the same request may be sent again."""

    status, slug = 503, "unavailable"
    retry_after = 2


class TransientError(Exception):
    """Tells the state machine to try a task again (its ``Retry`` names this class)."""


class Unsettled(TransientError):
    """Tells the same where what a task waits for takes minutes: it has a ``Retry`` of its own."""
