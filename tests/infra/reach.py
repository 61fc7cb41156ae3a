"""Which AWS calls a handler can come to make: a walk over the source, from name to name.

Methods are found by their name alone, in the classes of the modules that the handler imports; so
the walk may find a little too much, never too little. A table's methods count only on a table.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.infra.architecture import ROOT

_TABLE = "services.shared.table"
_READS = {
    "get": "dynamodb:GetItem",
    "get_many": "dynamodb:BatchGetItem",
    "query": "dynamodb:Query",
    "items": "dynamodb:Query",
    "count": "dynamodb:Query",
}
_WRITES = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Check": "dynamodb:ConditionCheckItem",
    "audit": "dynamodb:PutItem",
}
_CALLS = {
    "abort_multipart_upload": "s3:AbortMultipartUpload",
    "complete_multipart_upload": "s3:PutObject",
    "create_multipart_upload": "s3:PutObject",
    "decrypt": "kms:Decrypt",
    "describe_secret": "secretsmanager:DescribeSecret",
    "describe_execution": "states:DescribeExecution",
    "generate_data_key": "kms:GenerateDataKey",
    "get_execution_history": "states:GetExecutionHistory",
    "get_metric_data": "cloudwatch:GetMetricData",
    "get_object": "s3:GetObject",
    "get_public_key": "kms:GetPublicKey",
    "get_secret_value": "secretsmanager:GetSecretValue",
    "invoke": "lambda:InvokeFunction",
    "publish": "sns:Publish",
    "put_events": "events:PutEvents",
    "put_object": "s3:PutObject",
    "put_secret_value": "secretsmanager:PutSecretValue",
    "scan": "dynamodb:Scan",
    "send_email": "ses:SendEmail",
    "send_task_success": "states:SendTaskSuccess",
    "sign": "kms:Sign",
    "start_execution": "states:StartExecution",
    "update_item": "dynamodb:UpdateItem",
    "upload_part": "s3:PutObject",
    "update_secret_version_stage": "secretsmanager:UpdateSecretVersionStage",
}
"""Methods of AWS clients that the services use, and the action that each one needs."""
_PAGINATORS = {
    "list_executions": "states:ListExecutions",
    "list_objects_v2": "s3:ListBucket",
    "query": "dynamodb:Query",
}
"""Paginators that the services use, by the method that they repeat."""
_INVOKED = "_function_name"
_CONTAINERS = {name for kind in (dict, list, set, str, bytes) for name in dir(kind)}
"""Methods that anything may have; one of a store counts only where a store is named."""


@dataclass
class Module:
    """What one module defines and imports."""

    name: str
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Reached:
    """What a handler can come to do."""

    actions: set[str] = field(default_factory=set)
    invoked: set[str] = field(default_factory=set)
    index: bool = False


@cache
def module(name: str) -> Module | None:
    """Module of the services, read but not run."""
    base = ROOT / Path(*name.split("."))
    path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    if not path.is_file():
        return None
    found = Module(name)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found.classes[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.values |= {t.id: node.value for t in targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services"):
            for alias in node.names:
                found.imports[alias.asname or alias.name] = (str(node.module), alias.name)
    return found


def closure(name: str) -> set[str]:
    """Modules of the services that importing one brings in."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        found = module(current)
        if found is None or current in seen:
            continue
        seen.add(current)
        waiting += [current.rpartition(".")[0]]
        for source, imported in found.imports.values():
            waiting += [source, f"{source}.{imported}"]
    return seen


def reach(handler: str) -> Reached:
    """What a handler's module (``services.topics.handlers.read``) can come to do."""
    modules = {name: found for name in closure(handler) if (found := module(name))}
    methods: dict[str, list[tuple[Module, ast.AST]]] = {}
    for found in modules.values():
        if found.name != _TABLE:
            for owner in found.classes.values():
                for part in owner.body:
                    if isinstance(part, ast.FunctionDef):
                        methods.setdefault(part.name, []).append((found, part))
    start = modules[handler]
    waiting: list[tuple[Module, ast.AST]] = [(start, node) for node in start.functions.values()]
    waiting += [(start, value) for value in start.values.values()]
    return _walk(waiting, methods)


def _walk(
    waiting: list[tuple[Module, ast.AST]], methods: dict[str, list[tuple[Module, ast.AST]]]
) -> Reached:
    result, seen, writes, written = Reached(), set[int](), False, set[str]()
    while waiting:
        home, part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                _note_paginator(node, result)
            if isinstance(node, ast.Call) and _on_table(node):
                writes |= _note(node, result)
            elif isinstance(node, ast.Attribute):
                _note_client(node, result)
                waiting += _of_module(home, node) or _methods(node, methods)
            elif isinstance(node, ast.Name):
                written |= {_WRITES[node.id]} if node.id in _WRITES else set()
                waiting += _definition(home, node.id)
    if writes:
        result.actions |= written | ({"dynamodb:GetItem"} if "Put" in str(written) else set())
    return result


def _methods(
    node: ast.Attribute, methods: dict[str, list[tuple[Module, ast.AST]]]
) -> list[tuple[Module, ast.AST]]:
    owner = ast.unparse(node.value)
    if owner.endswith(".meta") or (node.attr in _CONTAINERS and "store" not in owner):
        return []
    return methods.get(node.attr, [])


def _on_table(call: ast.Call) -> bool:
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    text = ast.unparse(receiver) if receiver else ""
    return text.endswith("_table") or text.startswith("Table(")


def _note(call: ast.Call, result: Reached) -> bool:
    """Note a read of a table; tell whether the call writes instead."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in _READS and any(keyword.arg == "index" for keyword in call.keywords):
        result.index = True
    elif method in _READS:
        result.actions.add(_READS[method])
    return method in {"write", "transact"}


def _note_paginator(call: ast.Call, result: Reached) -> None:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get_paginator":
        (operation,) = call.args
        assert isinstance(operation, ast.Constant)
        result.actions.add(_PAGINATORS[str(operation.value)])


def _note_client(node: ast.Attribute, result: Reached) -> None:
    if node.attr.endswith(_INVOKED):
        result.invoked.add(node.attr.removesuffix(_INVOKED))
    on_client = "client" in ast.unparse(node.value)
    if on_client and node.attr in _CALLS:
        result.actions.add(_CALLS[node.attr])


def _of_module(home: Module, node: ast.Attribute) -> list[tuple[Module, ast.AST]]:
    """Definition that ``module.name`` stands for."""
    if not isinstance(node.value, ast.Name) or node.value.id not in home.imports:
        return []
    source, name = home.imports[node.value.id]
    target = module(f"{source}.{name}")
    return list(_definition(target, node.attr)) if target else []


def _definition(home: Module, name: str) -> Iterator[tuple[Module, ast.AST]]:
    """Function, class or value that a name stands for in a module."""
    if name in home.functions:
        yield home, home.functions[name]
    elif name in home.values:
        yield home, home.values[name]
    elif name in home.classes:
        for part in home.classes[name].body:
            if isinstance(part, ast.FunctionDef) and part.name in {"__init__", "__post_init__"}:
                yield home, part
    elif name in home.imports:
        source, original = home.imports[name]
        target = module(source)
        if target and source != _TABLE:
            yield from _definition(target, original)
