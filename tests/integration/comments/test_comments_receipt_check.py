"""What becomes of a receipt that somebody shows, and the keys by which anybody verifies it."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.comments.handlers import signer, store
from services.comments.partitions import comment_key
from services.shared import aws, ids
from services.shared.exports import canonical
from services.shared.observability import logger
from tests.integration.comments.conftest import Consultation
from tests.integration.comments.test_comments_key_rotation import rotated

NOTHING = {
    "status": None,
    "reason": None,
    "appeal": None,
    "disposition": None,
    "inclusion": None,
}
HEADER = ("topic_id", "round", "comment_id", "received_at")


def signed(receipt: dict[str, Any], *, leaf: bytes = b"l" * 32, **changes: Any) -> dict[str, Any]:
    """A receipt that the service's own key signed, about something else."""
    header = {name: receipt[name] for name in HEADER} | changes
    given: dict[str, Any] = signer().sign(header, salt=b"s" * 32, leaf=leaf).model_dump()
    return given


def test_a_receipt_tells_the_status_and_the_reason_in_both_languages(
    consultation: Consultation,
) -> None:
    sent = consultation.post("You idiot").json
    consultation.screen()
    held = consultation.check(sent["receipt"]).json
    # The screening's doubt is no decision: there is no reason to be told yet.
    assert (held["valid"], held["status"], held["reason"]) == (True, "held", None)
    consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    checked = consultation.check(sent["receipt"]).json
    assert (checked["valid"], checked["status"]) == (True, "rejected")
    assert checked["reason"]["code"] == "abusive"
    assert set(checked["reason"]["text"]) == {"ar", "en"}
    assert (checked["disposition"], checked["inclusion"]) == (None, None)


def test_a_forged_receipt_is_told_nothing(consultation: Consultation) -> None:
    receipt = consultation.post().json["receipt"]
    forged = {**receipt, "received_at": "2026-11-30T09:00:00.000Z"}
    answer = consultation.check(forged)
    assert answer.status == 200
    assert answer.json == {"valid": False, **NOTHING}


def test_what_is_no_receipt_is_refused_with_all_its_faults(consultation: Consultation) -> None:
    answer = consultation.check({"version": 1, "colour": "red"})
    assert answer.status == 422
    assert len(answer.json["errors"]) == 9


def test_what_is_in_screening_and_what_was_published_has_no_reason(
    consultation: Consultation,
) -> None:
    sent = consultation.post().json
    assert consultation.check(sent["receipt"]).json == {
        "valid": True,
        **NOTHING,
        "status": "screening",
    }
    consultation.screen()
    assert consultation.check(sent["receipt"]).json == {
        "valid": True,
        **NOTHING,
        "status": "published",
    }


@pytest.mark.parametrize("text", ["You idiot", "Yes to evening clinics"])
def test_a_withdrawn_comment_is_told_as_such_and_no_more(
    consultation: Consultation, text: str
) -> None:
    sent = consultation.post(text).json
    consultation.screen()
    if text == "You idiot":
        consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    checked = consultation.check(sent["receipt"]).json
    assert checked == {"valid": True, **NOTHING, "status": "withdrawn"}


def test_the_receipt_of_an_erased_comment_stays_genuine(consultation: Consultation) -> None:
    sent = consultation.post().json
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    pk, sk = comment_key(window, sent["comment_id"])
    aws.client("dynamodb").update_item(
        TableName="comments",
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "erased"}},
    )
    checked = consultation.check(sent["receipt"]).json
    assert checked == {"valid": True, **NOTHING, "status": "erased"}


def test_a_receipt_that_names_no_topic_of_ours_is_not_valid(consultation: Consultation) -> None:
    receipt = consultation.post().json["receipt"]
    for change in ({"topic_id": ids.random_id()}, {"topic_id": "a#b"}, {"round": 0}):
        answer = consultation.check({**receipt, **change})
        assert (answer.status, answer.json) == (200, {"valid": False, **NOTHING})


@pytest.mark.parametrize(
    "lost",
    [
        {"comment_id": "a" * 26},
        {"round": 7},
        {"topic_id": "b" * 26},
        {},
    ],
    ids=["its comment", "its round", "its topic", "its leaf is another"],
)
def test_a_genuine_receipt_of_what_is_not_there_shows_the_loss(
    consultation: Consultation, lost: dict[str, Any]
) -> None:
    receipt = consultation.post().json["receipt"]
    answer = consultation.check(signed(receipt, **lost))
    assert (answer.status, answer.json) == (200, {"valid": True, **NOTHING})


def test_a_loss_is_logged_by_its_ids_and_a_receipt_of_nobodys_is_not(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[tuple[str, dict[str, Any]]] = []
    log = logger("comments")
    monkeypatch.setattr(log, "error", lambda message, **values: logged.append((message, values)))
    receipt = consultation.post().json["receipt"]
    consultation.check(receipt)
    consultation.check({**receipt, "comment_id": "a" * 26})
    assert logged == []
    consultation.check(signed(receipt, comment_id="a" * 26))
    where = {"topic_id": consultation.topic_id, "comment_id": "a" * 26}
    assert logged == [("receipt_without_comment", where)]


def test_a_receipt_of_another_time_of_the_same_comment_shows_the_loss(
    consultation: Consultation,
) -> None:
    receipt = consultation.post().json["receipt"]
    leaf = bytes.fromhex(receipt["leaf_hash"])
    other = signed(receipt, leaf=leaf, received_at="2026-12-01T08:59:59.999Z")
    assert consultation.check(other).json == {"valid": True, **NOTHING}
    assert consultation.check(signed(receipt, leaf=leaf)).json["status"] == "screening"


@given(
    name=st.sampled_from(
        [*HEADER, "version", "salt", "leaf_hash", "key_id", "signature", "unknown"]
    ),
    value=st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=220),
        st.lists(st.integers(), max_size=2),
        st.sampled_from(["\ud800", "٢", "0001-01-01T00:00:00+23:59", 10**400, 2**63]),
    ),
)
@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_a_receipt_it_is_refused_or_not_valid(
    consultation: Consultation, name: str, value: Any
) -> None:
    receipt = consultation.__dict__.setdefault("sent", consultation.post(key="k").json["receipt"])
    answer = consultation.check({**receipt, name: value})
    if answer.status == 200 and receipt.get(name) != value:
        assert answer.json == {"valid": False, **NOTHING}
    else:
        assert answer.status in (200, 400, 422)


def test_anybody_verifies_a_receipt_by_the_published_keys_alone(
    consultation: Consultation,
) -> None:
    receipt = consultation.post().json["receipt"]
    answer = consultation.keys()
    assert answer.status == 200
    (key,) = (key for key in answer.json["keys"] if key["key_id"] == receipt["key_id"])
    assert key["valid_from"] <= receipt["received_at"]
    public_key = load_der_public_key(base64.b64decode(key["public_key"]))
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    raw = base64.urlsafe_b64decode(receipt.pop("signature") + "==")
    signature = encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    message = b"tashawur/receipt/1\x00" + canonical(receipt)
    public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_the_keys_may_be_kept_for_an_hour_and_a_new_one_is_listed_before_it_counts(
    consultation: Consultation, clock: Any
) -> None:
    clock.advance(days=400)  # whatever was read in another test is old
    before = consultation.keys()
    assert before.headers["cache-control"] == "public, max-age=3600"
    known = {"if-none-match": before.headers["etag"]}
    assert consultation.keys(**known).status == 304
    rotated()
    clock.advance(minutes=15)
    after = consultation.keys(**known)
    assert after.status == 200
    old, new, head = after.json["keys"]
    assert head == before.json["keys"][-1]
    assert old["key_id"] == before.json["keys"][0]["key_id"]
    assert old["valid_until"] == new["valid_from"] == "2028-01-06T09:00:00.000Z"
    assert new["valid_until"] is None


def test_the_key_that_signs_heads_is_listed_beside_them(consultation: Consultation) -> None:
    der = aws.client("kms").get_public_key(KeyId="alias/heads")["PublicKey"]
    (key,) = (key for key in consultation.keys().json["keys"] if key["use"] == "head")
    assert base64.b64decode(key["public_key"]) == der
    assert (key["valid_from"], key["valid_until"]) == ("1970-01-01T00:00:00.000Z", None)
