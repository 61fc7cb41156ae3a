"""What the workflow and the bus get: windows, counts, exports, events."""

import hashlib
import json
from typing import Any

import pytest

from services.comments.handlers import export, relay, store
from services.comments.handlers import set_window as set_window_handler
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.shared import aws, exports
from tests.integration.comments.conftest import QUESTIONS, Consultation
from tests.support.calls import LambdaContext, invoke, stream_records


def exported(consultation: Consultation, edition: str) -> dict[str, Any]:
    payload = {"topic_id": consultation.topic_id, "round": 1, "edition": edition}
    answer: dict[str, Any] = invoke(export.handler, payload)
    return answer


def one_of_each(consultation: Consultation) -> dict[str, str]:
    """Ids of comments in every status there is; the withdrawn one is an answered inquiry."""
    ids = {"published": consultation.published("نعم", author_name="فاطمة")}
    ids["held"] = consultation.held()
    ids["rejected"] = consultation.held("غبي")
    consultation.decide(ids["rejected"], "reject", reason_code="abusive")
    words = {"author_name": "مريم", "answers": [{"question_id": "q1", "text": "سدى"}]}
    withdrawn = consultation.post("سحبت", kind="inquiry", **words).json
    consultation.screen()
    consultation.answer(withdrawn["comment_id"], {"ar": "جواب رسمي", "en": "Official answer"})
    consultation.withdraw(withdrawn["comment_id"], withdrawn["receipt_secret"])
    erased = consultation.post("محوت", **words).json
    consultation.screen()
    consultation.erase(erased)
    return {**ids, "withdrawn": withdrawn["comment_id"], "erased": erased["comment_id"]}


def written_rows(consultation: Consultation) -> list[dict[str, Any]]:
    """Rows of both editions, exported now."""
    for edition in ("analysis", "record"):
        exported(consultation, edition)
    listed = aws.client("s3").list_objects_v2(Bucket="exports")["Contents"]
    keys = [item["Key"] for item in listed if "shard-" in item["Key"]]
    return [row for key in keys for row in exports.read_lines("exports", key)]


def test_setting_a_window_answers_what_stands(consultation: Consultation) -> None:
    answer = consultation.set_window(closes_at="2026-12-20T21:00:00Z")
    assert answer == {
        "topic_id": consultation.topic_id,
        "round": 1,
        "opens_at": "2026-12-01T08:00:00.000Z",
        "closes_at": "2026-12-20T21:00:00.000Z",
    }
    consultation.version = 0
    assert consultation.set_window(closes_at="2027-01-01T00:00:00Z") == answer


def test_shards_and_data_key_stay_what_they_were_at_first(consultation: Consultation) -> None:
    before = store().window(consultation.topic_id, 1)
    consultation.set_window(expected_participants=2_000_000)
    after = store().window(consultation.topic_id, 1)
    assert before is not None
    assert after is not None
    assert (after.shards, after.data_key) == (before.shards, before.data_key) == (4, after.data_key)


def test_a_newer_order_that_gets_in_between_wins(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = CommentStore.put_window
    raced = []

    def write_late(self: CommentStore, window: Window, *, replaces: Window | None) -> None:
        if not raced:
            raced.append(True)
            consultation.set_window(closes_at="2026-12-20T21:00:00Z")
        write(self, window, replaces=replaces)

    monkeypatch.setattr(CommentStore, "put_window", write_late)
    answer = consultation.set_window(closes_at="2026-12-25T21:00:00Z")
    assert answer["closes_at"] == "2026-12-20T21:00:00.000Z"


def test_a_window_that_lacks_something_is_an_error_of_the_caller(account: None) -> None:
    with pytest.raises(ValueError, match="opens_at"):
        set_window_handler.handler({"topic_id": "t", "round": 1}, LambdaContext())


def test_a_round_that_never_opened_has_no_comments(consultation: Consultation) -> None:
    consultation.round = 7
    assert set(consultation.count().values()) == {0}


def test_the_counts_add_up_in_every_status(consultation: Consultation) -> None:
    one_of_each(consultation)
    consultation.post("قيد الفحص")
    assert consultation.count() == {
        "received": 6,
        "published": 1,
        "held": 1,
        "rejected": 1,
        "withdrawn": 1,
        "erased": 1,
        "in_review": 0,
        "screening": 1,
        "pending": 2,
    }


def test_the_analysis_edition_is_listed_in_its_manifest(consultation: Consultation) -> None:
    ids = one_of_each(consultation)
    answer = exported(consultation, "analysis")
    assert set(answer) == {"bucket", "prefix", "manifest_key", "counts"}
    manifest = json.loads(exports.read("exports", answer["manifest_key"]))
    assert manifest["counts"] == answer["counts"] == consultation.count()
    assert [shard["key"] for shard in manifest["shards"]] == [
        f"comments/{consultation.topic_id}/1/analysis/shard-{n:02d}.jsonl" for n in range(4)
    ]
    rows = []
    for shard in manifest["shards"]:
        body = exports.read("exports", shard["key"])
        assert hashlib.sha256(body).hexdigest() == shard["sha256"]
        found = exports.read_lines("exports", shard["key"])
        assert [row["comment_id"] for row in found] == sorted(row["comment_id"] for row in found)
        assert len(found) == shard["items"]
        rows += found
    assert {row["comment_id"]: row["status"] for row in rows} == {v: k for k, v in ids.items()}


def test_no_export_has_a_word_of_what_is_not_published(consultation: Consultation) -> None:
    one_of_each(consultation)
    for edition in ("analysis", "record"):
        exported(consultation, edition)
    keys = [item["Key"] for item in aws.client("s3").list_objects_v2(Bucket="exports")["Contents"]]
    written = "".join(exports.read("exports", key).decode() for key in keys)
    assert "نعم" in written
    assert "فاطمة" in written
    for hidden in ("idiot", "غبي", "سحبت", "محوت", "مريم", "سدى", "جواب رسمي", "Official answer"):
        assert hidden not in written


def test_of_what_is_not_published_a_row_says_that_it_was_sent_and_no_more(
    consultation: Consultation,
) -> None:
    ids = one_of_each(consultation)
    told = {"comment_id", "kind", "status", "received_at", "language", "channel", "leaf_hash"}
    rows = [row for row in written_rows(consultation) if row["status"] != "published"]
    assert sorted(row["comment_id"] for row in rows) == sorted([*ids.values()][1:] * 2)
    for row in rows:
        reason = {"reason_code"} if row["status"] in ("held", "rejected") else set()
        assert {name for name, value in row.items() if value is not None} == told | reason


def test_whoever_takes_back_what_was_refused_is_not_told_on(consultation: Consultation) -> None:
    sent = consultation.post("You idiot").json
    consultation.screen()
    consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    assert [row["reason_code"] for row in written_rows(consultation)] == ["abusive"] * 2
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    rows = written_rows(consultation)
    assert [(row["status"], row["reason_code"]) for row in rows] == [("withdrawn", None)] * 2


def test_the_record_edition_answers_as_every_services_export_does(
    consultation: Consultation,
) -> None:
    one_of_each(consultation)
    answer = exported(consultation, "record")
    assert answer["service"] == "comments"
    prefix = f"parts/{consultation.topic_id}/1/comments/"
    names = [file["key"].removeprefix(prefix) for file in answer["files"]]
    assert names == [*(f"shard-{n:02d}.jsonl" for n in range(4)), "counts.json"]
    counts = json.loads(exports.read("exports", prefix + "counts.json"))
    assert counts == consultation.count()
    assert sum(file["items"] for file in answer["files"][:-1]) == counts["received"]
    assert exported(consultation, "record") == answer


def test_an_exported_row_has_the_members_of_the_contract(consultation: Consultation) -> None:
    answers = [{"question_id": "q1", "text": "قربها"}, {"question_id": "q3", "value": 4}]
    sent = consultation.post("متى؟", kind="inquiry", answers=answers).json
    consultation.screen()
    text = {"ar": "غدًا", "en": "Tomorrow"}
    consultation.answer(sent["comment_id"], text)
    files = exported(consultation, "record")["files"][:-1]
    [row] = [row for file in files for row in exports.read_lines("exports", file["key"])]
    assert row == {
        "comment_id": sent["comment_id"],
        "kind": "inquiry",
        "parent_id": None,
        "status": "published",
        "received_at": "2026-12-01T09:00:00.000Z",
        "published_at": "2026-12-01T09:00:00.000Z",
        "language": "ar",
        "channel": "portal",
        "text": "متى؟",
        "author_name": None,
        "answers": answers[:1],
        "answer": {"text": text, "answered_at": "2026-12-01T09:00:00.000Z"},
        "reason_code": None,
        "leaf_hash": sent["receipt"]["leaf_hash"],
    }


@pytest.fixture
def bus(consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reaches the bus, in order; `put_events` itself runs."""
    entries: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        entries.extend(params["Entries"])

    hooks = aws.client("events").meta.events
    hooks.register("provide-client-params.events.PutEvents", note, unique_id="bus-of-a-test")
    yield entries
    hooks.unregister("provide-client-params.events.PutEvents", unique_id="bus-of-a-test")


def test_new_comments_are_told_by_their_ids_alone(
    consultation: Consultation, bus: list[dict[str, Any]]
) -> None:
    other = Consultation(moderation=consultation.moderation, token=consultation.token)
    other.set_window()
    own = [consultation.post(f"سري {n}", author_name="فاطمة").json["comment_id"] for n in range(3)]
    others = other.post("سري").json["comment_id"]
    assert consultation.relay() == {"batchItemFailures": []}
    assert {entry["DetailType"] for entry in bus} == {"CommentsReceived"}
    assert {entry["Source"] for entry in bus} == {"tashawur.comments"}
    details = {d["topic_id"]: d for d in (json.loads(entry["Detail"]) for entry in bus)}
    assert details[other.topic_id]["data"] == {"comment_ids": [others]}
    detail = details[consultation.topic_id]
    assert detail["data"] == {"comment_ids": own}
    assert detail["id"] == hashlib.sha256("\n".join(own).encode()).hexdigest()
    assert set(detail) == {"version", "id", "occurred_at", "topic_id", "round", "actor", "data"}
    assert "سري" not in str(bus)
    assert "فاطمة" not in str(bus)


def test_the_same_batch_again_is_the_same_events(
    consultation: Consultation, bus: list[dict[str, Any]]
) -> None:
    sent = consultation.post("نعم").json
    consultation.screen()
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    consultation.relay()
    first = list(bus)
    bus.clear()
    consultation.relay()
    assert bus == first
    assert [entry["DetailType"] for entry in first] == ["CommentsReceived", "CommentWithdrawn"]


def test_an_event_that_is_not_taken_is_tried_again_from_its_record_on(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = consultation.post("نعم").json
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    records = stream_records("comments")

    class BusThatTakesTheFirst:
        def put_events(self, **request: Any) -> Any:
            kinds = [entry["DetailType"] for entry in request["Entries"]]
            assert kinds == ["CommentsReceived", "CommentWithdrawn"]
            return {"Entries": [{"EventId": "1"}, {"ErrorCode": "InternalFailure"}]}

    monkeypatch.setattr(aws, "client", lambda _service: BusThatTakesTheFirst())
    answer = relay.handler({"Records": records}, LambdaContext())
    [audit] = [record for record in records if "event" in record["dynamodb"]["NewImage"]]
    number = audit["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}


def test_what_each_person_chose_is_for_the_analysis_alone(consultation: Consultation) -> None:
    answers = [{"question_id": "q2", "option_ids": ["support"]}, {"question_id": "q3", "value": 4}]
    consultation.published("نعم", answers=answers)
    rows = {}
    for edition, shards in (("analysis", "comments"), ("record", "parts")):
        exported(consultation, edition)
        listed = aws.client("s3").list_objects_v2(Bucket="exports", Prefix=f"{shards}/")["Contents"]
        keys = [item["Key"] for item in listed if "shard-" in item["Key"]]
        [rows[edition]] = [row for key in keys for row in exports.read_lines("exports", key)]
    assert rows["analysis"]["answers"] == answers
    assert rows["record"]["answers"] == []


def test_the_manifest_tells_the_analysis_what_was_asked(consultation: Consultation) -> None:
    answer = exported(consultation, "analysis")
    manifest = json.loads(exports.read("exports", answer["manifest_key"]))
    assert manifest["questions"] == QUESTIONS
