"""The house rules, walked: imports point inward, one reader of the environment, short modules."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.permissions import PERMISSIONS
from services.topics.handlers import read as topics_read

ROOT = Path(__file__).parents[2]
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")
MODULES = sorted((ROOT / "services").rglob("*.py"))
CODE = sorted(
    path
    for folder in ("services", "infra", "local", "scripts")
    for path in (ROOT / folder).rglob("*.py")
)
TAKEN_ALONE = {"services.archive.verify_proof"}
"""Verifiers that people take away as one file, with all that it needs."""
LAYERS = {"model": 0, "store": 1, "use_cases": 2, "handlers": 3}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int | None:
    parts = module.split(".")
    return LAYERS.get(parts[2]) if len(parts) > 2 and parts[0] == "services" else None


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_service_imports_another_and_shared_imports_none(path: Path) -> None:
    own = path.relative_to(ROOT / "services").parts[0]
    foreign = [
        module
        for module in imports(path)
        if module.startswith("services.") and module.split(".")[1] in set(SERVICES) - {own}
    ]
    assert foreign == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_inward(path: Path) -> None:
    own = layer(name_of(path))
    if own is None:
        return
    outward = [m for m in imports(path) if (found := layer(m)) is not None and found > own]
    assert outward == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_settings_read_the_environment(path: Path) -> None:
    if path.name == "settings.py":
        return
    text = path.read_text("utf-8")
    assert "os.environ" not in text
    assert "getenv" not in text


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_model_knows_neither_aws_nor_the_time(path: Path) -> None:
    if layer(name_of(path)) != LAYERS["model"]:
        return
    text = path.read_text("utf-8")
    assert not {"boto3", "services.shared.aws", "services.shared.table"} & set(imports(path))
    assert "clock.now()" not in text
    assert "datetime.now" not in text


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") < (450 if name_of(path) in TAKEN_ALONE else 300)
    long = [
        f"{node.name} ({_code_lines(node)})"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and _code_lines(node) > 30
    ]
    assert long == []


def test_functions_load_the_router_and_the_sdk_only_where_they_need_them() -> None:
    answers_requests = "from services.shared.http import"
    handlers = (ROOT / "services").glob("*/handlers/[a-z]*.py")
    quiet = [name_of(path) for path in handlers if answers_requests not in path.read_text("utf-8")]
    heavy = ("aws_lambda_powertools.event_handler", "boto3", "botocore.session")
    code = f"import sys, {', '.join(quiet)}; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_common_shape(service: str) -> None:
    folder = ROOT / "services" / service
    for name in ("README.md", "settings.py", "store.py", "events.py", "messages.json"):
        assert (folder / name).is_file(), name
    assert (folder / "model").is_dir() or (folder / "model.py").is_file()
    assert (folder / "use_cases").is_dir() or (folder / "use_cases.py").is_file()
    assert (folder / "handlers" / "relay.py").is_file()


@pytest.mark.parametrize("service", [*SERVICES, "shared"])
def test_every_message_is_in_both_languages(service: str) -> None:
    entries = json.loads((ROOT / "services" / service / "messages.json").read_text("utf-8"))
    for code, texts in entries.items():
        assert texts.keys() == {"ar", "en"}, code
        assert all(text.strip() for text in texts.values()), code


def test_every_route_is_registered_by_the_function_that_the_table_names() -> None:
    assert topics_read.api.routes
    for permission in PERMISSIONS:
        if permission.route == "$default":
            continue  # answered by the resolver's own not-found
        service, _, handler = permission.function.partition("-")
        module = __import__(f"services.{service}.handlers.{handler}", fromlist=["api"])
        assert permission.route in module.api.routes, permission.route


def _code_lines(node: ast.FunctionDef) -> int:
    """Lines of a function's statements, without signature and docstring."""
    documented = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    statements = node.body[1:] if documented else node.body
    return (node.end_lineno or 0) - statements[0].lineno + 1 if statements else 0
