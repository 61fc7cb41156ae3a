"""What a round asks for holds for whatever is sent to it, and what people tell stays sealed."""

import json
from typing import Any

import pytest

from services.comments.data_keys import DataKeys
from services.comments.handlers import export, store
from services.comments.partitions import comment_key
from services.shared import aws, exports
from tests.integration.comments.conftest import Consultation
from tests.support.calls import Answer, invoke, stream_records

OFFERED = {"age_band": ["18-24", "65+"], "area": ["muharraq-zqx"]}
WORD = "zqx"
"""Part of every value that must not be found anywhere; no name of the system has it."""
TOLD = {"area": "muharraq-zqx", "gender": "gender-zqx", "disability": "hearing-zqx"}


def codes(answer: Answer) -> dict[str, str]:
    assert answer.status == 422
    return {fault["field"]: fault["code"] for fault in answer.json["errors"]}


def test_a_window_offers_what_its_order_says(consultation: Consultation) -> None:
    consultation.set_window(demographics=OFFERED)
    assert consultation.post(demographics={"age_band": "65+"}).status == 202
    assert consultation.post(demographics={"gender": "any word"}).status == 202
    told = {"age_band": "12", "area": "capital", "gender": "any word"}
    assert codes(consultation.post(demographics=told)) == {
        "/demographics/age_band": "not_offered",
        "/demographics/area": "not_offered",
    }


def test_a_newer_order_changes_what_is_asked_for(consultation: Consultation, clock: Any) -> None:
    consultation.set_window(demographics=OFFERED, author_names="required")
    assert codes(consultation.post()) == {"/author_name": "name_required"}
    consultation.set_window(demographics={}, author_names="none")
    clock.advance(seconds=31)
    assert consultation.post(demographics={"age_band": "12"}).status == 202
    assert codes(consultation.post(author_name="علي")) == {"/author_name": "names_not_shown"}


def test_a_reply_is_named_as_the_topic_has_it_too(consultation: Consultation) -> None:
    consultation.set_window(author_names="required")
    parent = consultation.published(author_name="فاطمة")
    reply = {"kind": "reply", "parent_id": parent}
    assert codes(consultation.post("رد", **reply)) == {"/author_name": "name_required"}
    assert consultation.post("رد", author_name="علي", **reply).status == 202


def test_sending_again_what_was_taken_gets_the_reply_though_the_form_changed(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post(key="k", author_name="علي", demographics={"area": "here"})
    consultation.set_window(demographics=OFFERED, author_names="none")
    clock.advance(seconds=31)
    again = consultation.post(key="k", author_name="علي", demographics={"area": "here"})
    assert (again.status, again.json) == (202, first.json)


def test_a_window_written_before_rounds_asked_for_more_asks_for_no_more(
    consultation: Consultation,
) -> None:
    key = {"pk": {"S": f"W#{consultation.topic_id}#1"}, "sk": {"S": "window"}}
    aws.client("dynamodb").update_item(
        TableName="comments", Key=key, UpdateExpression="REMOVE demographics, author_names"
    )
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    assert (window.form.demographics, window.form.author_names) == ({}, "optional")
    assert consultation.post(demographics={"area": "here"}).status == 202
    consultation.set_window(demographics=OFFERED)
    after = store().window(consultation.topic_id, 1)
    assert after is not None
    assert after.form.demographics == {name: tuple(ids) for name, ids in OFFERED.items()}


@pytest.mark.parametrize(
    "order", [{"author_names": "sometimes"}, {"demographics": ["area"]}, {"demographics": None}]
)
def test_an_order_that_asks_for_what_is_not_known_is_an_error_of_the_caller(
    consultation: Consultation, order: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="validation error"):
        consultation.set_window(**order)


def test_what_people_tell_of_themselves_is_nowhere_but_in_the_sealed_part(
    consultation: Consultation, capfd: pytest.CaptureFixture[str]
) -> None:
    consultation.set_window(demographics=OFFERED)
    sent = consultation.post("نعم", demographics=TOLD, contact={"email": "zqx@example.org"})
    refused = consultation.post("نعم", demographics={"area": f"other-{WORD}"})
    consultation.screen()
    consultation.relay()
    payload = {"topic_id": consultation.topic_id, "round": 1}
    for edition in ("analysis", "record"):
        invoke(export.handler, {**payload, "edition": edition})
    (item,) = consultation.list().json["items"]
    assert not {"demographics", "consent", "contact"} & set(item)
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    stored = store().comment(item["comment_id"], window=window)
    assert stored is not None
    seen = [
        str([stored.public, stored.private]),
        sent.text,
        refused.text,
        json.dumps([item, consultation.get(item["comment_id"]).json]),
        consultation.check(sent.json["receipt"]).text,
        *_exported(),
        str([record for record in _records() if not _is_window(record)]),
        str(consultation.moderation.payloads),
        *capfd.readouterr(),
    ]
    counted = f'{{"count":1,"value":"{TOLD["area"]}"}}'
    seen = [text.replace(counted, "") for text in seen]
    assert [place for place, text in enumerate(seen) if WORD in text] == []


def _counted(consultation: Consultation) -> dict[str, Any]:
    """Who took part, as the manifest for the analysis says."""
    payload = {"topic_id": consultation.topic_id, "round": 1, "edition": "analysis"}
    answer = invoke(export.handler, payload)
    manifest = json.loads(exports.read("exports", answer["manifest_key"]))
    found: dict[str, Any] = manifest["participation"]
    return found


def test_the_analysis_gets_sums_of_what_authors_of_published_comments_told(
    consultation: Consultation,
) -> None:
    groups = [{"id": "elders", "asked_as": "age_band", "values": ["65+"], "population_share": 0.1}]
    consultation.set_window(demographics=OFFERED, target_groups=groups)
    for told in ({"age_band": "65+"}, {"age_band": "65+", "gender": "gender-zqx"}, {}, None):
        consultation.published(demographics=told)
    consultation.held()
    consultation.post("في الطريق", demographics={"age_band": "18-24"})
    gone = consultation.post("سحبت", demographics={"age_band": "18-24"}).json
    consultation.screen()
    consultation.withdraw(gone["comment_id"], gone["receipt_secret"])
    refused = consultation.published("سيُرفض", demographics={"age_band": "18-24"})
    consultation.decide(refused, "reject", reason_code="abusive")
    assert _counted(consultation) == {
        "submissions": 5,
        "lists": [
            {
                "name": "age_band",
                "values": [{"value": "18-24", "count": 1}, {"value": "65+", "count": 2}],
                "not_told": 2,
            },
            {"name": "area", "values": [{"value": "muharraq-zqx", "count": 0}], "not_told": 5},
        ],
        "target_groups": groups,
    }


def test_what_cannot_be_opened_counts_as_not_told_and_the_others_are_counted(
    consultation: Consultation, caplog: pytest.LogCaptureFixture
) -> None:
    consultation.set_window(demographics=OFFERED)
    consultation.published(demographics={"age_band": "65+"})
    broken = consultation.published(demographics={"age_band": "65+"})
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    pk, sk = comment_key(window, broken)
    aws.client("dynamodb").update_item(
        TableName="comments",
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET #p = :p",
        ExpressionAttributeNames={"#p": "private"},
        ExpressionAttributeValues={":p": {"B": b"not what was sealed"}},
    )
    [ages, _areas] = _counted(consultation)["lists"]
    assert (ages["values"][1]["count"], ages["not_told"]) == (1, 1)
    assert "personal_data_unreadable" in caplog.messages


def test_where_nothing_is_offered_no_words_of_anybody_are_counted(
    consultation: Consultation,
) -> None:
    consultation.published(demographics={"gender": "gender-zqx"})
    assert _counted(consultation) == {"submissions": 1, "lists": [], "target_groups": []}


def test_the_rounds_key_is_unwrapped_once_and_for_the_analysis_alone(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation.set_window(demographics=OFFERED)
    for _ in range(3):
        consultation.published(demographics={"age_band": "65+"})
    asked: list[str] = []
    keys = DataKeys("alias/topics")
    monkeypatch.setattr(export, "data_keys", lambda: asked.append("keys") or keys)
    payload = {"topic_id": consultation.topic_id, "round": 1}
    invoke(export.handler, {**payload, "edition": "record"})
    assert asked == []
    kms = aws.client("kms")
    decrypted: list[str] = []
    kms.meta.events.register("before-call.kms.Decrypt", lambda **_: decrypted.append("kms"))
    invoke(export.handler, {**payload, "edition": "analysis"})
    assert decrypted == ["kms"]


def test_the_notice_that_was_shown_is_recorded_and_exported_nowhere(
    consultation: Consultation,
) -> None:
    consent = {"publish": True, "privacy_notice": "notice-zqx"}
    sent = consultation.post(body={"kind": "comment", "text": "نعم", "consent": consent}).json
    consultation.screen()
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    comment = store().comment(sent["comment_id"], window=window)
    assert comment is not None
    assert comment.private == {"consent": consent}
    payload = {"topic_id": consultation.topic_id, "round": 1}
    for edition in ("analysis", "record"):
        invoke(export.handler, {**payload, "edition": edition})
    shown = [consultation.list().text, *_exported(), str(consultation.moderation.payloads)]
    assert [text for text in shown if WORD in text] == []


def _exported() -> list[str]:
    s3 = aws.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="exports")["Contents"]]
    return [s3.get_object(Bucket="exports", Key=key)["Body"].read().decode() for key in keys]


def _records() -> list[dict[str, Any]]:
    return list(stream_records("comments"))


def _is_window(record: dict[str, Any]) -> bool:
    """Tell whether a change is of a window: that has what is offered, and nobody's choice."""
    return bool(record["dynamodb"]["Keys"]["pk"]["S"].startswith("W#"))
