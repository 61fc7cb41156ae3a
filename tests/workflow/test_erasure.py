"""What was erased is nowhere any more, though it was counted, analysed beside others and sealed."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.demo import record
from services.archive import verify
from services.shared.items import Item
from tests.faults.ground import rows
from tests.workflow.journey import Journey

MARK = "Zyxomark"
CONTACT = "zyxomark@example.org"
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")
_GZIP = zlib.MAX_WBITS | 16


def say(journey: Journey, text: str) -> dict[str, Any]:
    """A comment with a name and an address."""
    body = {
        "kind": "comment",
        "text": text,
        "author_name": f"{MARK} bin Ali",
        "contact": {"email": CONTACT},
        "consent": {"publish": True, "privacy_notice": "2026-11"},
    }
    sent: dict[str, Any] = journey.participant.post(
        f"{journey.path}/comments", body, expect=202
    ).json
    journey.stack.settle()
    return sent


def erase(journey: Journey, *sent: dict[str, Any]) -> None:
    shown = [{name: each[name] for name in ("comment_id", "receipt_secret")} for each in sent]
    body = {"topic_id": journey.topic_id, "comments": shown}
    answer = journey.citizen.post("/v1/erasure-requests", body, expect=202).json
    assert (answer["status"], answer["comments"]) == ("completed", len(sent))
    journey.stack.settle()


def archived(journey: Journey) -> None:
    """From the collection to the record."""
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    assert journey.stage == "deciding"
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.move("close")
    journey.pass_time(minutes=2)
    assert journey.stage == "archived"


def sound(journey: Journey, folder: Path) -> None:
    record.download(journey.citizen, topic_id=journey.topic_id, folder=folder)
    assert verify.main([str(folder)]) == verify.SOUND


def places_with(journey: Journey, words: str) -> set[str]:
    """Where words stand by now: tables, and files by their first prefix, older versions apart."""
    found = {
        service
        for service in SERVICES
        for row in rows(journey.stack, service, of="")
        if words.lower() in _readable(row)
    }
    return found | {
        f"{age} {key.partition('/')[0]}/"
        for age, key, body in _files(journey)
        if words.lower() in body
    }


def _readable(row: Item) -> str:
    unpacked = zlib.decompress(row["body"]).decode() if isinstance(row.get("body"), bytes) else ""
    return f"{row}{unpacked}".lower()


def _files(journey: Journey) -> Iterator[tuple[str, str, str]]:
    client = journey.stack.client("s3")
    for bucket in (each["Name"] for each in client.list_buckets()["Buckets"]):
        for each in client.list_object_versions(Bucket=bucket).get("Versions", ()):
            of = {"Bucket": bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
            body = client.get_object(**of)["Body"].read()
            if each["Key"].endswith(".gz"):
                body = zlib.decompress(body, _GZIP)
            age = "newest" if each["IsLatest"] else "older"
            yield age, each["Key"], body.decode(errors="replace").lower()


def test_what_is_erased_before_closing_is_in_no_table_and_no_file(
    journey: Journey, tmp_path: Path
) -> None:
    journey.collecting()
    journey.pass_time(days=7)
    journey.comment("Please keep walk-in hours")
    sent = say(journey, f"{MARK}, {MARK}: longer hours please")
    held = say(journey, f"{MARK}: you are all idiots and bastards")
    assert places_with(journey, MARK) == {"comments", "moderation"}
    erase(journey, sent, held)
    counts = journey.counts()
    assert (counts["received"], counts["published"], counts["erased"]) == (3, 1, 2)
    archived(journey)
    sound(journey, tmp_path)
    told = json.loads((tmp_path / "comments/counts.json").read_text("utf-8"))
    assert (told["received"], told["published"], told["erased"]) == (3, 1, 2)
    assert places_with(journey, MARK) == set()
    assert places_with(journey, CONTACT) == set()
    for each in (sent, held):
        checked = journey.citizen.post("/v1/receipts/check", each["receipt"], expect=200).json
        assert (checked["valid"], checked["status"]) == (True, "erased")


def test_what_is_erased_afterwards_goes_out_of_the_sealed_record_which_verifies_as_before(
    journey: Journey, tmp_path: Path
) -> None:
    journey.collecting()
    journey.pass_time(days=7)
    journey.comment("Please keep walk-in hours")
    sent = say(journey, f"{MARK}, {MARK}: longer hours please")
    archived(journey)
    before, after = tmp_path / "before", tmp_path / "after"
    assert {path.parent.name for path in _with_words(journey, before)} == {"comments", "analysis"}
    erase(journey, sent)
    assert MARK not in str(journey.citizen.get(f"{journey.path}/results").json)
    of_a_week = {"newest comments/", "newest parts/", "newest work/"}
    of_a_day = {"older analysis/", "older records/"}
    assert places_with(journey, MARK) == of_a_week | of_a_day
    assert places_with(journey, CONTACT) == set()
    assert _with_words(journey, after) == []
    roots = {json.loads((each / "manifest.json").read_bytes())["root"] for each in (before, after)}
    assert len(roots) == 1
    checked = journey.citizen.post("/v1/receipts/check", sent["receipt"], expect=200).json
    assert (checked["valid"], checked["status"]) == (True, "erased")


def _with_words(journey: Journey, folder: Path) -> list[Path]:
    """Files of the sealed record that have the words; it is sound."""
    sound(journey, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if MARK in path.read_text("utf-8")]
