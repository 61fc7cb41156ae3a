"""Write docs/permissions.md, who may call what; ``--check`` only compares.

``python -m scripts.permissions [--check]``
"""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from scripts.generated import keep
from scripts.openapi.declared import ROOT
from services.shared.permissions import PERMISSIONS, ROLES, Permission
from services.topics.model.stages import TRANSITIONS, Transition

TARGET = ROOT / "docs" / "permissions.md"
_HEAD = """# Permissions: who may call what

Sign-in:

- **none**: nobody is asked who they are; a token that is sent changes nothing.
- **optional**: works without a token; one that is sent must hold (else 401), and shows staff what
  is not public yet.
- **required**: 401 without a valid token, 403 for a role that is not named here.

Scope:

- **public**: what is public, for everybody.
- **own agency**: an officer acts for the agency that the token names, and for none without; the
  other roles for the whole programme, unless their token names an agency. Another agency's object
  answers 404, to the byte as one that does not exist.
- **programme**: has something of all agencies: 403 for a token that names one.

Roles and agency are groups of the access token (`officer`, `agency.health`). A token that names
several agencies acts for none: whatever staff roles it has count for nothing. What a caller may not
do is refused before anything is said about the body. Whoever submitted a topic or a decision, or
recorded that decision, may not approve it.

`services/shared/permissions.py` is the one table: the routes of the gateway are made from it, every
function enforces it, and `tests/access/` tries each route as everybody. This page is made from it:
`python -m scripts.permissions`.
"""
_COLUMNS = "| route | sign-in | roles | scope |\n|---|---|---|---|"
_ACTIONS = """## `POST /v1/topics/{topic}/transitions`: the actions

| action | in the stages | role | needs a reason |
|---|---|---|---|"""


def page() -> str:
    """The table as Markdown, a section per function in the table's order."""
    functions = dict.fromkeys(entry.function for entry in PERMISSIONS)
    ordered = sorted(PERMISSIONS, key=lambda entry: list(functions).index(entry.function))
    sections = groupby(ordered, key=lambda entry: entry.function)
    parts = ["\n".join(_section(*section)) for section in sections]
    return "\n".join([_HEAD, *parts, _ACTIONS, *map(_action, TRANSITIONS), ""])


def _section(function: str, entries: Iterator[Permission]) -> Iterator[str]:
    yield f"## {function}\n"
    yield _COLUMNS
    yield from (_row(entry) for entry in entries)
    yield ""


def _row(entry: Permission) -> str:
    roles = ", ".join(role for role in ROLES if role in entry.roles) or "everybody"
    return f"| `{entry.route}` | {entry.sign_in} | {roles} | {entry.scope.replace('_', ' ')} |"


def _action(act: Transition) -> str:
    reason = "yes" if act.reason else ""
    return f"| `{act.action}` | {', '.join(act.stages)} | {act.role} | {reason} |"


def main(arguments: list[str], *, target: Path = TARGET) -> int:
    """Write or check the page; 1 if a check finds drift."""
    return keep(target, page(), arguments, program="scripts.permissions")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
