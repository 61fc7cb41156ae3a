"""The record of a round is sealed once, from files that are what their services said."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from services.archive import verify
from services.archive.audit_store import AuditStore
from services.archive.growing import grounds
from services.archive.handlers import relay, store, tree_store
from services.archive.tree_files import round_folder
from services.archive.tree_store import TreeStore
from services.archive.use_cases.grow import grow, take_up
from services.shared import aws, exports
from services.shared.errors import Conflict, Unsettled
from services.shared.table import ConditionFailed, Table
from tests.integration.archive.parts import TITLE, Round
from tests.support import calls


def _objects(consultation: Round) -> dict[str, bytes]:
    """The record as it lies in the archive bucket, by path."""
    prefix = f"records/{consultation.topic_id}/r{consultation.round}/"
    found = aws.client("s3").list_objects_v2(Bucket="archive", Prefix=prefix)
    keys = [entry["Key"] for entry in found.get("Contents", [])]
    return {key.removeprefix(prefix): exports.read("archive", key) for key in keys}


def _lay_out(files: dict[str, bytes], folder: Path) -> Path:
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


def _events() -> list[dict[str, Any]]:
    images = [record["dynamodb"].get("NewImage", {}) for record in calls.stream_records("archive")]
    return [image["event"]["M"] for image in images if "event" in image]


def test_what_is_sealed_is_sound(consultation: Round, tmp_path: Path) -> None:
    sealed = consultation.seal()
    files = _objects(consultation)
    assert verify.main([str(_lay_out(files, tmp_path))]) == verify.SOUND
    manifest = json.loads(files["manifest.json"])
    assert sealed == {
        "record_root": manifest["root"],
        "record_key": f"records/{consultation.topic_id}/r1/manifest.json",
        "files": len(files) - len({"manifest.json", "head.json"}),
    }
    handed_in = {file["path"] for file in manifest["files"]} - set(_added(files))
    assert handed_in == {
        "analysis/dispositions.jsonl",
        "comments/counts.json",
        "comments/shard-00.jsonl",
        "moderation/report.json",
        "outreach/deliveries.jsonl",
        "topics/timeline.jsonl",
        "topics/topic.json",
    }


def _added(files: dict[str, bytes]) -> list[str]:
    """What the archive itself adds to a record."""
    folders = ("archive/", "csv/", "schemas/")
    return [path for path in files if path.startswith(folders) or "/" not in path]


def test_the_readme_explains_in_both_languages(consultation: Round) -> None:
    consultation.seal()
    readme = _objects(consultation)["README.txt"].decode()
    for expected in (*TITLE.values(), consultation.topic_id, "RFC 6962"):
        assert expected in readme
    assert readme.count("python -m services.archive.verify") == 2


def test_sealing_twice_is_sealing_once(consultation: Round, clock: Any) -> None:
    first, files = consultation.seal(), _objects(consultation)
    clock.advance(days=1)
    assert consultation.seal() == first
    assert _objects(consultation) == files
    assert len(_events()) == 1


def test_the_order_of_the_parts_does_not_matter(consultation: Round) -> None:
    first = consultation.seal()
    assert consultation.seal(consultation.parts()[::-1]) == first


def test_a_sealing_that_broke_off_is_repeated(
    consultation: Round, clock: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(TreeStore, "keep_round_tree", _crash)
        with pytest.raises(RuntimeError):
            consultation.seal()
    assert consultation.read().status == 404
    clock.advance(minutes=5)
    root = consultation.seal()["record_root"]
    assert root == json.loads(_objects(consultation)["manifest.json"])["root"]
    assert verify.main([str(_lay_out(_objects(consultation), tmp_path))]) == verify.SOUND


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("crash")


def test_of_two_sealings_at_once_one_waits_and_writes_nothing(
    consultation: Round, clock: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = AuditStore.chain  # looked for while the record is written
    quicker = iter([consultation])

    def late(self: AuditStore, *args: Any) -> Any:
        for other in quicker:
            clock.advance(seconds=1)
            before = _objects(consultation)
            with pytest.raises(Unsettled):
                other.seal()
            assert _objects(consultation) == before
        return real(self, *args)

    with monkeypatch.context() as racing:
        racing.setattr(AuditStore, "chain", late)
        first = consultation.seal()
    assert consultation.seal() == first
    assert len(_events()) == 1
    _in_its_tree(consultation, tmp_path / "first")
    clock.advance(days=30)
    consultation.published = 4
    consultation.seal()
    _in_its_tree(consultation, tmp_path / "second")


def _in_its_tree(consultation: Round, folder: Path) -> None:
    """The record is sound, and the tiles are those of the round's last head."""
    assert verify.main([str(_lay_out(_objects(consultation), folder))]) == verify.SOUND
    tree = tree_store().round_tree(consultation.topic_id, 1)
    assert tree is not None
    place = round_folder(consultation.topic_id, 1)
    assert take_up(place, tree.head, iter(()), 0, tree_store()).hex() == tree.head.root


def test_of_a_sealing_that_was_killed_the_tree_is_free_when_none_so_old_runs(
    consultation: Round, clock: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(TreeStore, "keep_round_tree", _killed)
        with pytest.raises(KeyboardInterrupt):
            consultation.seal()
    clock.advance(minutes=14)
    with pytest.raises(Unsettled):
        consultation.seal()
    clock.advance(minutes=1)
    consultation.seal()
    _in_its_tree(consultation, tmp_path)


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt  # nothing of the function runs any more


def test_heads_of_other_topics_meanwhile_do_not_hold_a_sealing(
    consultation: Round, clock: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real, others = TreeStore.logging, iter([Round(), Round()])

    def late(self: TreeStore, head: Any, entry: int) -> Any:
        if head.topic_id == consultation.topic_id:
            for other in others:
                of = {"topic_id": other.topic_id, "round": 1, "shards": 0}
                grow(of, grounds(clock()), at=clock())
                break
        return real(self, head, entry)

    with monkeypatch.context() as racing:
        racing.setattr(TreeStore, "logging", late)
        consultation.seal()
    _in_its_tree(consultation, tmp_path)
    logged = list(tree_store().entries(0, tree_store().logged()))
    assert len({head.topic_id for head in logged}) == 3
    assert logged[-1].model_dump() == consultation.read().json["head"]


def test_a_next_edition_that_broke_off_shows_no_head_that_was_not_logged(
    consultation: Round, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation.seal()
    first = consultation.read().json["head"]
    clock.advance(days=30)
    consultation.published = 4
    with monkeypatch.context() as broken:
        broken.setattr(TreeStore, "keep_round_tree", _crash)
        with pytest.raises(RuntimeError):
            consultation.seal()
    assert consultation.read().json["head"] == first
    assert json.loads(consultation.read(path="head.json").text)["head"] == first
    assert json.loads(_objects(consultation)["head.json"])["head"] == first
    consultation.seal()
    *_, last = tree_store().entries(0, tree_store().logged())
    assert consultation.read().json["head"] == last.model_dump()


def test_an_edition_sealed_meanwhile_is_not_overwritten(consultation: Round, clock: Any) -> None:
    consultation.seal()
    record = store().record(consultation.topic_id, 1)
    assert record is not None
    other = record.model_copy(update={"record_root": "0" * 64})
    with pytest.raises(ConditionFailed):
        Table("archive").transact(*store().writes(other, at=clock()))
    assert store().record(consultation.topic_id, 1) == record


def test_a_reopened_round_is_sealed_again_as_the_next_edition(
    consultation: Round, clock: Any, tmp_path: Path
) -> None:
    first = consultation.seal()
    clock.advance(days=30)
    consultation.published = 4
    second = consultation.seal()
    assert second["record_root"] != first["record_root"]
    answer = consultation.read().json
    assert (answer["edition"], answer["sealed_at"]) == (2, "2026-12-31T09:00:00.000Z")
    assert verify.main([str(_lay_out(_objects(consultation), tmp_path))]) == verify.SOUND
    assert [event["data"]["M"]["edition"]["N"] for event in _events()] == ["1", "2"]


def test_the_event_carries_root_and_number_of_files(consultation: Round) -> None:
    sealed = consultation.seal()
    [event] = _events()
    assert event["type"]["S"] == "RecordSealed"
    assert event["data"]["M"] == {
        "root": {"S": sealed["record_root"]},
        "files": {"N": str(sealed["files"])},
        "edition": {"N": "1"},
    }
    answer = relay.handler({"Records": calls.stream_records("archive")}, None)
    assert answer == {"batchItemFailures": []}


def test_a_file_changed_after_it_was_handed_in_is_not_sealed(consultation: Round) -> None:
    parts = consultation.parts()
    shard = parts[1]["files"][0]
    aws.client("s3").put_object(Bucket="exports", Key=shard["key"], Body=b"{}\n")
    with pytest.raises(Conflict, match="part_mismatch"):
        consultation.seal(parts)
    assert consultation.read().status == 404
    assert "manifest.json" not in _objects(consultation)


@pytest.mark.parametrize(
    ("field", "value"), [("items", 9), ("bytes", 1), ("media_type", "text/plain")]
)
def test_a_file_described_wrongly_is_not_sealed(
    field: str, value: Any, consultation: Round
) -> None:
    parts = consultation.parts()
    parts[3]["files"][0][field] = value
    with pytest.raises(Conflict, match="part_mismatch"):
        consultation.seal(parts)


@pytest.mark.parametrize("name", ["shard.exe", "سجل.json", "shard-00.jsonl"])
def test_a_file_without_a_name_of_its_own_is_not_sealed(name: str, consultation: Round) -> None:
    parts = consultation.parts()
    file = dict(parts[1]["files"][0])
    parts[1]["files"].append(file | {"key": f"elsewhere/{name}"})
    with pytest.raises(Conflict, match="bad_part"):
        consultation.seal(parts)


def test_a_record_without_its_topic_is_not_sealed(consultation: Round) -> None:
    with pytest.raises(Conflict, match="no_topic"):
        consultation.seal(consultation.parts("topics"))


def test_a_topic_withdrawn_early_is_archived_all_the_same(
    consultation: Round, tmp_path: Path
) -> None:
    consultation.stage, consultation.published = "withdrawn", 0
    consultation.seal(consultation.parts("analysis", "comments"))
    assert verify.main([str(_lay_out(_objects(consultation), tmp_path))]) == verify.SOUND


def test_the_digests_are_those_of_the_bytes(consultation: Round) -> None:
    consultation.seal()
    files = _objects(consultation)
    listed = json.loads(files["manifest.json"])["files"]
    for file in listed:
        assert hashlib.sha256(files[file["path"]]).hexdigest() == file["sha256"]
