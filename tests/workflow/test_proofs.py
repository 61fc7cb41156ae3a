"""What a receipt's holder is given holds for a verifier that has nothing but files."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.archive.verify_proof import BROKEN, HOLDS, UNUSABLE
from tests.workflow.journey import Journey

ROOT = Path(__file__).parents[2]
LOOK = timedelta(hours=7)
"""Time in which the trees have certainly grown."""


class Holder:
    """Somebody with a receipt, a folder, and the program that verifies."""

    def __init__(self, journey: Journey, folder: Path) -> None:
        self.journey, self.folder = journey, folder
        self.sent = journey.comment("نعم للعيادات المسائية").json
        journey.stack.settle()

    def checked(self) -> dict[str, Any]:
        """What the programme tells of the receipt."""
        receipt = self.sent["receipt"]
        answer = self.journey.citizen.post("/v1/receipts/check", receipt, expect=200)
        return dict(answer.json)

    def verify(self, inclusion: Any, *more: str) -> int:
        """Exit status for the receipt with a proof."""
        keys = self.journey.citizen.get("/.well-known/tashawur-keys.json").text
        self.save("keys", keys)
        self.save("proof", json.dumps({"receipt": self.sent["receipt"], **inclusion}))
        command = [sys.executable, "-m", "services.archive.verify_proof", "proof.json"]
        done = subprocess.run(
            [*command, "--keys", "keys.json", *more],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        return done.returncode

    def save(self, name: str, text: str) -> None:
        (self.folder / f"{name}.json").write_text(text, "utf-8")


@pytest.fixture
def holder(journey: Journey, tmp_path: Path) -> Holder:
    return Holder(journey.collecting(), tmp_path)


def grown(journey: Journey) -> None:
    journey.stack.advance(LOOK)


def test_before_the_tree_grows_there_is_only_the_receipt(holder: Holder) -> None:
    answer = holder.checked()
    assert (answer["valid"], answer["inclusion"]) == (True, None)
    assert holder.verify(answer) == UNUSABLE


def test_after_it_grew_the_answer_and_the_receipt_are_a_proof(holder: Holder) -> None:
    grown(holder.journey)
    answer = holder.checked()
    assert answer["inclusion"]["log"] is not None
    assert holder.verify(answer) == HOLDS


def test_the_proof_of_another_topic_is_none(holder: Holder, tmp_path: Path) -> None:
    other = Holder(Journey(holder.journey.stack).collecting(), tmp_path)
    grown(holder.journey)
    assert holder.verify(other.checked()) == BROKEN
    assert holder.verify(holder.checked()) == HOLDS


def test_a_later_head_is_consistent_with_the_one_that_was_kept(holder: Holder) -> None:
    grown(holder.journey)
    kept = holder.checked()["inclusion"]
    for number in range(5):
        holder.journey.comment(f"Evening clinics, please, {number}")
    grown(holder.journey)
    answer = holder.checked()
    later = answer["inclusion"]
    assert (kept["tree_size"], later["tree_size"]) == (1, 6)
    heads = holder.journey.citizen.get(f"{holder.journey.path}/heads?tree_size=1").json["items"]
    assert kept["head"] in heads
    logs = (kept["log"]["head"], later["log"]["head"])
    for where, first, second in (
        (f"{holder.journey.path}/heads", kept["head"], later["head"]),
        ("/v1/log", *logs),
    ):
        sizes = f"first={first['tree_size']}&second={second['tree_size']}"
        growth = holder.journey.citizen.get(f"{where}/consistency?{sizes}").text
        holder.save("earlier", json.dumps(first))
        holder.save("growth", growth)
        more = ("--earlier", "earlier.json", "--consistency", "growth.json")
        assert holder.verify(answer, *more) == HOLDS
        holder.save("earlier", json.dumps({**first, "root": "0" * 64}))
        assert holder.verify(answer, *more) == BROKEN


def test_a_withdrawn_comment_stays_in_the_tree(holder: Holder) -> None:
    path = f"{holder.journey.path}/comments/{holder.sent['comment_id']}/withdrawal"
    secret = {"receipt_secret": holder.sent["receipt_secret"]}
    holder.journey.citizen.post(path, secret, expect=200)
    grown(holder.journey)
    answer = holder.checked()
    assert answer["status"] == "withdrawn"
    assert holder.verify(answer) == HOLDS


def test_an_erased_comment_stays_in_the_tree(holder: Holder) -> None:
    shown = {name: holder.sent[name] for name in ("comment_id", "receipt_secret")}
    body = {"topic_id": holder.journey.topic_id, "comments": [shown]}
    holder.journey.citizen.post("/v1/erasure-requests", body, expect=202)
    grown(holder.journey)
    answer = holder.checked()
    assert (answer["valid"], answer["status"]) == (True, "erased")
    assert holder.verify(answer) == HOLDS


def test_the_head_of_the_record_proves_the_comment_and_grew_from_what_was_kept(
    holder: Holder,
) -> None:
    grown(holder.journey)
    kept = holder.checked()["inclusion"]["head"]
    holder.journey.pass_time(days=7)
    holder.journey.comment("Evening clinics, please")
    holder.journey.end()
    answer = holder.checked()
    record = holder.journey.citizen.get(f"{holder.journey.path}/record").json
    assert (answer["status"], answer["disposition"]["outcome"]) == ("published", "noted")
    assert answer["inclusion"]["head"] == record["head"]
    assert record["head"]["tree_size"] == 2 + len(record["files"])
    sizes = f"first={kept['tree_size']}&second={record['head']['tree_size']}"
    growth = holder.journey.citizen.get(f"{holder.journey.path}/heads/consistency?{sizes}").text
    holder.save("earlier", json.dumps(kept))
    holder.save("growth", growth)
    more = ("--earlier", "earlier.json", "--consistency", "growth.json")
    assert holder.verify(answer, *more) == HOLDS
    grown(holder.journey)
    answer = holder.checked()
    assert answer["inclusion"]["log"] is not None
    assert holder.verify(answer, *more) == HOLDS


def test_a_sealing_waits_for_a_comment_that_came_just_before(holder: Holder) -> None:
    holder.journey.move("withdraw", who=holder.journey.approver, reason="overtaken")
    holder.journey.pass_time(seconds=40)
    holder.journey.comment("Evening clinics, please")  # until all know, comments are taken
    holder.journey.pass_time(minutes=5)
    assert [each["status"] for each in holder.journey.executions()] == ["SUCCEEDED"]
    record = holder.journey.citizen.get(f"{holder.journey.path}/record").json
    assert record["head"]["tree_size"] == 2 + len(record["files"])
    assert holder.verify(holder.checked()) == HOLDS
