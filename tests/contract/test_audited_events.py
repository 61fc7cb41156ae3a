"""Whatever the services tell on the bus has its entry in the audit trail, as it was told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.contracts import ROOT, contracts, events_of
from services.archive.handlers import audit, trail
from services.archive.model.audience import FOR_EVERYBODY
from services.archive.model.audit import verify
from services.shared import ids
from services.shared.events import Envelope, EventData
from services.topics.use_cases import read
from tests.support import calls

CONTRACTS = sorted(ROOT.glob("services/*/contracts/events/*.json"))


def example(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """A value that a contract allows: of choices the first, of lists two."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], root)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object" if "additionalProperties" in schema and "properties" not in schema:
            return {"name": example(schema["additionalProperties"], root)}
        case "object":
            return {n: example(s, root) for n, s in schema.get("properties", {}).items()}
        case "array" if "prefixItems" in schema:
            return [example(inner, root) for inner in schema["prefixItems"]]
        case "array":
            return [example(schema["items"], root)] * 2
        case "string" if "pattern" in schema:
            return "x"
        case "string":
            return "نص – text"
        case "integer":
            return 3
        case "number":
            return 2.5
        case "boolean":
            return True
        case "null":
            return None
    raise AssertionError(f"no example of {schema}")


def detail_of(contract: Path, topic_id: str) -> dict[str, Any]:
    schema = json.loads(contract.read_text("utf-8"))
    fields = {"id": contract.stem.lower().ljust(64, "0"), "topic_id": topic_id, "version": "1"}
    told = dict(example(schema, schema)) | fields
    # An envelope's contract has texts here; services tell instants and roles.
    actor = {**told["actor"], "role": "system"}
    return told | {"occurred_at": "2026-12-01T09:00:00.000Z", "actor": actor}


def models() -> Iterator[tuple[Path, type[EventData]]]:
    by_path = dict.fromkeys(path for path, _text in contracts())
    for path in by_path:
        service = path.parents[2].name
        yield path, next(model for model in events_of(service) if model.__name__ == path.stem)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_each_event_of_the_contracts_becomes_an_entry(
    contract: Path, account: None, clock: Any
) -> None:
    topic_id = ids.random_id()
    detail = detail_of(contract, topic_id)
    source = f"tashawur.{contract.parents[2].name}"
    event = calls.sqs_event((contract.stem, detail), source=source)
    answer = audit.handler(event, calls.LambdaContext())
    assert answer == {"batchItemFailures": []}
    [entry] = calls.http(
        trail.handler, "GET /v1/audit", query={"topic": topic_id}, groups=("auditor",)
    ).json["items"]
    verify([entry])
    assert (entry["type"], entry["source"]) == (contract.stem, source)
    assert entry["event_id"] == detail["id"]
    for name in ("topic_id", "round", "occurred_at", "data"):
        assert entry[name] == detail[name], name
    assert (entry["actor"]["role"], entry["actor"]["id"]) == tuple(
        detail["actor"][name] for name in ("role", "id")
    )


AMONG_STAFF = {"TopicReturned": {"reason"}, "DecisionReturned": {"reason"}}
"""Words that officials write for each other; the record withholds them, auditors read them."""
AMONG_THOSE_CONCERNED = {"ErasureCompleted": {"request_id"}}
"""Ids by which whoever has them learns more; the record withholds them."""

PREPARED = {"DispositionRecorded": {"target_kind", "target_id", "outcome", "clause_ids"}}
"""What officers prepare may never be announced; the record has what was in a file of its own."""
WITHHELD = AMONG_STAFF | AMONG_THOSE_CONCERNED | PREPARED


def has_numbers_alone(schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if "anyOf" in schema:
        return all(has_numbers_alone(each, root) for each in schema["anyOf"])
    return schema.get("type") in {"integer", "number", "boolean", "null"}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_of_each_field_of_an_event_it_is_known_whether_everybody_may_read_it(
    contract: Path,
) -> None:
    root = json.loads(contract.read_text("utf-8"))
    fields = root["$defs"][contract.stem]["properties"] if "$defs" in root else {}
    wordy = {name for name, schema in fields.items() if not has_numbers_alone(schema, root)}
    everybody, withheld = (
        FOR_EVERYBODY.get(contract.stem, set()),
        WITHHELD.get(contract.stem, set()),
    )
    assert wordy == everybody | withheld, "classify the field: for everybody, or withheld?"
    assert not everybody & withheld


def test_no_event_is_classified_that_there_is_not() -> None:
    assert {*FOR_EVERYBODY, *WITHHELD} <= {path.stem for path in CONTRACTS}


def test_a_topics_timeline_keeps_the_same_words_among_staff() -> None:
    assert {*AMONG_STAFF} == read.AMONG_STAFF


def test_the_examples_are_what_the_models_take() -> None:
    found = dict(models())
    assert sorted(found) == CONTRACTS
    for path, model in found.items():
        envelope = Envelope.model_validate(detail_of(path, ids.random_id()))
        model.model_validate(envelope.data)
