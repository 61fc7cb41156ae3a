"""The list of what is shipped names what the layers hold, and nothing that only we use."""

import json
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.locked import locked
from scripts.sbom import write
from tests.infra.assembly import Assembly

pytestmark = pytest.mark.xdist_group("sbom")  # one environment, not one a worker
_EXPORT = "Tashawur: packages of uv export "


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = Path(tmp_path_factory.mktemp("sbom")) / "build" / "sbom.cdx.json"
    write(target)
    return dict(json.loads(target.read_text("utf-8")))


@pytest.fixture(scope="module")
def layered(dev: Assembly) -> dict[str, str]:
    """Versions of the packages of all layers of the template, by name."""
    layers = dev.of_type("AWS::Lambda::LayerVersion").values()
    selections = [layer["Description"].removeprefix(_EXPORT).split() for layer in layers]
    lines = [
        line for selection in selections for line in locked(*selection, "--no-hashes").split("\n")
    ]
    wanted = [Requirement(line) for line in lines if line]
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each in wanted
        if each.marker is None or each.marker.evaluate()
    }


def test_it_names_every_package_of_every_layer_and_no_other(
    document: dict[str, Any], layered: dict[str, str]
) -> None:
    named = {canonicalize_name(each["name"]): each["version"] for each in document["components"]}
    assert named == layered
    assert {"cryptography", "feedgen", "icalendar", "altcha"} <= set(named)


def test_every_package_has_its_licence_and_its_place_in_the_registry(
    document: dict[str, Any],
) -> None:
    for each in document["components"]:
        assert each["licenses"], each["name"]
        name = canonicalize_name(each["name"])
        assert each["purl"] == f"pkg:pypi/{name}@{each['version']}"


def test_it_is_about_this_system_and_says_what_depends_on_what(document: dict[str, Any]) -> None:
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == "tashawur"
    depending = {
        each["ref"].partition("==")[0]: each.get("dependsOn", [])
        for each in document["dependencies"]
    }
    assert any(name.startswith("cffi==") for name in depending["cryptography"])


def test_the_same_lock_gives_the_same_document(document: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text("utf-8")) == document
