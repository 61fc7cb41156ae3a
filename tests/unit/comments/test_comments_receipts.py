"""A receipt can be checked by anybody, by the description alone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from services.comments.model.receipts import Receipt, Signer, leaf_hash, part_hash

SEED = b"k" * 32
SALT = bytes(range(32))
HEADER = {
    "topic_id": "t" * 26,
    "round": 1,
    "comment_id": "c" * 26,
    "received_at": "2026-12-01T09:00:00.000Z",
}
PUBLIC = {"kind": "comment", "text": "نعم", "channel": "portal"}
PRIVATE = {"consent": {"publish": True, "privacy_notice": "2026-11"}}


def written(label: str, document: Any) -> str:
    """A leaf or part as a participant would compute it with nothing of ours: all keys are ASCII."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(label.encode() + b"\x00" + text.encode()).hexdigest()


def expected_leaf(public: dict[str, Any], private: dict[str, Any]) -> str:
    parts = {
        name: written(
            "tashawur/part/1",
            {
                "part": name,
                "salt": hmac.new(SALT, name.encode(), hashlib.sha256).hexdigest(),
                "content": content,
            },
        )
        for name, content in (("public", public), ("private", private))
    }
    return written("tashawur/leaf/1", {**HEADER, **parts})


def receipt(seed: bytes = SEED) -> Receipt:
    leaf = leaf_hash(HEADER, salt=SALT, public=PUBLIC, private=PRIVATE)
    return Signer(seed).sign(HEADER, salt=SALT, leaf=leaf)


def test_the_leaf_is_what_the_description_says() -> None:
    leaf = leaf_hash(HEADER, salt=SALT, public=PUBLIC, private=PRIVATE)
    assert leaf.hex() == expected_leaf(PUBLIC, PRIVATE)


@pytest.mark.parametrize(
    ("public", "private"),
    [
        ({**PUBLIC, "text": "لا"}, PRIVATE),
        (PUBLIC, {"consent": {"publish": True, "privacy_notice": "2026-12"}}),
        ({**PUBLIC, **PRIVATE}, {}),
    ],
)
def test_any_change_of_what_was_received_changes_the_leaf(
    public: dict[str, Any], private: dict[str, Any]
) -> None:
    changed = leaf_hash(HEADER, salt=SALT, public=public, private=private)
    assert changed != leaf_hash(HEADER, salt=SALT, public=PUBLIC, private=PRIVATE)


def test_equal_contents_of_the_two_parts_have_different_hashes() -> None:
    hashed = {part_hash(PUBLIC, part=part, salt=SALT) for part in ("public", "private")}
    assert len(hashed) == 2


def test_the_signature_verifies_with_the_public_key_alone() -> None:
    signer, given = Signer(SEED), receipt()
    public_key = signer._key.public_key()
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert given.key_id == hashlib.sha256(der).hexdigest()[:16]
    raw = base64.urlsafe_b64decode(given.signature + "==")
    assert len(raw) == 64
    claims = given.model_dump(exclude={"signature"})
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"))
    public_key.verify(
        encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
        b"tashawur/receipt/1\x00" + text.encode(),
        ec.ECDSA(hashes.SHA256()),
    )


def test_the_same_receipt_is_given_each_time() -> None:
    assert receipt() == receipt()


def test_a_receipt_verifies_with_the_service_that_gave_it_only() -> None:
    assert Signer(SEED).verifies(receipt())
    assert not Signer(b"other" * 8).verifies(receipt())


@pytest.mark.parametrize(
    "change",
    [
        {"topic_id": "u" * 26},
        {"round": 2},
        {"comment_id": "d" * 26},
        {"received_at": "2026-11-01T09:00:00.000Z"},
        {"salt": "00" * 32},
        {"leaf_hash": "00" * 32},
        {"version": 2},
        {"signature": "A" * 86},
        {"signature": ""},
        {"signature": "نعم"},
        {"signature": "AAA=A"},
        {"comment_id": "\ud800"},
    ],
)
def test_a_receipt_that_was_changed_does_not_verify(change: dict[str, Any]) -> None:
    assert not Signer(SEED).verifies(receipt().model_copy(update=change))


@pytest.mark.parametrize("seed", [bytes([n]) * 32 for n in range(8)])
def test_any_secret_gives_a_key_of_its_own(seed: bytes) -> None:
    assert Signer(seed).verifies(receipt(seed))
    assert Signer(seed).key_id != Signer(SEED).key_id


def same_bytes(signature: str) -> str:
    """Another last character that base64 decoders take for the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]


def mirrored(signature: str) -> str:
    """The other signature that ECDSA takes for the same message: n - s instead of s."""
    raw = base64.urlsafe_b64decode(signature + "==")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = raw[:32] + (order - int.from_bytes(raw[32:])).to_bytes(32)
    return base64.urlsafe_b64encode(other).decode().rstrip("=")


@pytest.mark.parametrize(
    "form", [same_bytes, mirrored, lambda text: text + "==", lambda text: text + "\n"]
)
def test_a_signature_has_one_form(form: Callable[[str], str]) -> None:
    given = receipt()
    changed = given.model_copy(update={"signature": form(given.signature)})
    assert not Signer(SEED).verifies(changed)


@pytest.mark.parametrize("name", ["salt", "leaf_hash"])
@pytest.mark.parametrize("form", [str.upper, lambda text: "0x" + text, lambda text: text + " "])
def test_hashes_have_one_form(name: str, form: Callable[[str], str]) -> None:
    given = receipt()
    changed = given.model_copy(update={name: form(getattr(given, name))})
    assert not Signer(SEED).verifies(changed)


@pytest.mark.parametrize("name", ["version", "round"])
@pytest.mark.parametrize("value", [True, "1", 1.0])
def test_numbers_of_a_receipt_are_numbers(name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Receipt.model_validate({**receipt().model_dump(), name: value})
