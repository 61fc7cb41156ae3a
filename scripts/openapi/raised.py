"""Which problems the code raises, and with which codes, read from its syntax trees."""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from scripts.openapi.declared import ROOT, SERVICES
from services.shared import errors

SLUGS: dict[str, str] = {
    name: value.slug
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.TashawurError)
}
"""Slug of each class of error."""
_FAULTS = {"Fault", "fault", "_fault"}
_TEXTS = {"bilingual", "message", "catalogue"}
PACKAGES = ("shared", *SERVICES)


@dataclass(frozen=True)
class Raised:
    """A code that a service tells, with the slug of the problem that it goes with."""

    service: str
    code: str
    slug: str


def slugs_raised() -> set[str]:
    """Slugs of all errors that some code makes."""
    names = {
        node.id
        for package in PACKAGES
        for tree in _trees(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return {slug for name, slug in SLUGS.items() if name in names}


def codes_raised() -> list[Raised]:
    """Codes that stand in calls which make errors and faults, whatever the catalogues have."""
    return sorted(
        {
            Raised(package, code, slug)
            for package in PACKAGES
            for tree in _trees(package)
            for code, slug in _codes(tree, _makers(package))
        },
        # What is the detail of another problem may be named once more as a fault of the request.
        key=lambda each: (each.slug == "invalid", each.slug, each.code, each.service),
    )


def catalogue(package: str) -> dict[str, dict[str, str]]:
    """Messages of a package by code."""
    path = ROOT / "services" / package / "messages.json"
    return dict(json.loads(path.read_text("utf-8")))


def codes_told() -> list[Raised]:
    """Codes of the catalogues that are told in problems: slugs and other texts are none."""
    direct: dict[tuple[str, str], str] = {}
    for each in codes_raised():
        owner = each.service if each.code in catalogue(each.service) else "shared"
        direct.setdefault((owner, each.code), each.slug)
    return [
        Raised(package, code, direct.get((package, code), "invalid"))
        for package in PACKAGES
        for code in catalogue(package)
        if code not in SLUGS.values() and not _is_text(package, code)
    ]


def literals(package: str) -> set[str]:
    """Texts that stand in a package's code; of ``shared``, in that of all packages."""
    where = PACKAGES if package == "shared" else (package,)
    return {
        node.value
        for each in where
        for tree in _trees(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _trees(package: str) -> tuple[ast.Module, ...]:
    paths = sorted((ROOT / "services" / package).rglob("*.py"))
    return tuple(ast.parse(p.read_text("utf-8")) for p in paths if "contracts" not in p.parts)


def _codes(tree: ast.Module, makers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for function in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))]:
        assigned = _assigned(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = _name(call.func)
            slug = "invalid" if name in _FAULTS else SLUGS.get(name) or makers.get(name)
            if slug:
                # `_fault` of the comments' questions has the code last, after the place.
                first = call.args[-1:] if name == "_fault" else call.args[:1]
                places = [*first, *(k.value for k in call.keywords if k.arg == "code")]
                for code in (c for place in places for c in _words(place, assigned)):
                    yield code, slug


@cache
def _makers(package: str) -> Mapping[str, str]:
    """Functions of a package that make an error of a code which they are given first."""
    return {
        node.name: SLUGS[node.returns.id]
        for tree in _trees(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.returns, ast.Name)
        and node.returns.id in SLUGS
        and node.args.args
        and node.args.args[0].arg == "code"
    }


def _assigned(function: ast.AST) -> dict[str, ast.expr]:
    return {
        node.targets[0].id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _words(value: ast.expr, assigned: dict[str, ast.expr]) -> Iterator[str]:
    """Codes that an expression may stand for."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        if value.value.isidentifier():
            yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _words(value.body, {})
        yield from _words(value.orelse, {})
    elif isinstance(value, ast.Name) and value.id in assigned:
        yield from _words(assigned[value.id], {})


def _is_text(package: str, code: str) -> bool:
    """Tell whether a message is no code of a problem but a text for something else."""
    return any(
        code == place.value
        if isinstance(place, ast.Constant)
        else isinstance(place, ast.JoinedStr) and code.startswith(_beginning(place))
        for place in _places_of_texts(package)
    )


@cache
def _places_of_texts(package: str) -> tuple[ast.expr, ...]:
    """Expressions by which a package chooses a text of its catalogue."""
    return tuple(place for tree in _trees(package) for place in _chosen(tree))


def _chosen(tree: ast.Module) -> Iterator[ast.expr]:
    for function in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))]:
        assigned = _assigned(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _name(node.func) in _TEXTS:
                for place in node.args:
                    yield assigned.get(place.id, place) if isinstance(place, ast.Name) else place
            elif (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Call)
                and _name(node.value.func) in _TEXTS
            ):
                yield node.slice


def _beginning(text: ast.JoinedStr) -> str:
    """What every text that an f-string makes begins with; if nothing, what none does."""
    first = text.values[0]
    return str(first.value) if isinstance(first, ast.Constant) else "\0"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def by_slug(codes: list[Raised]) -> dict[str, list[Raised]]:
    """Codes by the problem that they go with."""
    found: dict[str, list[Raised]] = defaultdict(list)
    for each in codes:
        found[each.slug].append(each)
    return found
