"""What one can subscribe to: a topic, what an agency consults on, or everything.

A scope is one text: a topic's id, ``agency.health``, or ``all``. Ids have no dot and are longer
than three characters, so that no scope can be taken for another.
"""

import re
from typing import Annotated

from pydantic import StringConstraints

EVERYTHING = "all"
AGENCY_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,31}$"
AgencyId = Annotated[str, StringConstraints(pattern=AGENCY_PATTERN)]
_AGENCY = "agency."


def of_agency(agency: str | None) -> str:
    """Scope of what an agency consults on, or of everything."""
    return f"{_AGENCY}{agency}" if agency else EVERYTHING


def is_topic(scope: str) -> bool:
    """Tell whether a scope is a single topic."""
    return scope != EVERYTHING and not scope.startswith(_AGENCY)


def is_wide(scope: str) -> bool:
    """Tell whether a text is the scope of an agency or of everything."""
    agency = scope.removeprefix(_AGENCY)
    return scope == EVERYTHING or (agency != scope and bool(re.fullmatch(AGENCY_PATTERN, agency)))


def around(topic_id: str, agency: str) -> tuple[str, ...]:
    """Scopes whose subscribers are told of a topic, the narrowest first."""
    return (topic_id, of_agency(agency), EVERYTHING)
