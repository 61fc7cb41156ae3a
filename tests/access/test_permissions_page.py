"""docs/permissions.md is the table, whole, and of today."""

import re
from pathlib import Path

import pytest

from scripts.permissions import TARGET, main, page
from services.shared.permissions import BY_ROUTE, ROLES

ROW = re.compile(
    r"^\| `([^`]+)` \| (\w+) \| ([\w, ]+) \| (public|own agency|programme) \|$", re.MULTILINE
)
PAGE = TARGET.read_text("utf-8")


def test_the_page_is_that_of_the_code() -> None:
    assert page() == PAGE, "python -m scripts.permissions"


def test_every_route_is_on_the_page_as_the_table_has_it() -> None:
    shown = {row[0]: row[1:] for row in ROW.findall(PAGE)}
    assert set(shown) == set(BY_ROUTE)
    for route, (sign_in, roles, scope) in shown.items():
        entry = BY_ROUTE[route]
        named = {role for role in ROLES if role in roles.split(", ")}
        assert (sign_in, named) == (entry.sign_in, entry.roles), route
        assert scope.replace(" ", "_") == entry.scope, route


def test_the_check_finds_drift(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "permissions.md"
    assert main(["--check"], target=target) == 1
    assert "python -m scripts.permissions" in capsys.readouterr().out
    assert main([], target=target) == 0
    assert main(["--check"], target=target) == 0
