"""The test vectors hold, by the code and by a verifier written from docs/receipts.md alone."""

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts import receipt_vectors

DOCUMENT: dict[str, Any] = json.loads(receipt_vectors.TARGET.read_text("utf-8"))
PAGE = (Path(__file__).parents[3] / "docs" / "receipts.md").read_text("utf-8")
RECEIPTS = [pytest.param(each, id=each["name"]) for each in DOCUMENT["receipts"]]

# --- a verifier by the page, with nothing of ours and no library -----------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t"}
ESCAPES |= {"\n": "\\n", "\f": "\\f", "\r": "\\r"}
ENDS = (
    "".join(
        map(chr, [*range(9, 14), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)])
    )
    + "\u2028\u2029\u202f\u205f\u3000"
)
MEMBERS = {
    "topic_id": "[a-z2-7]{26}",
    "comment_id": "[a-z2-7]{26}",
    "received_at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",
    "salt": "[0-9a-f]{64}",
    "leaf_hash": "[0-9a-f]{64}",
    "key_id": "[0-9a-f]{16}",
    "signature": "[A-Za-z0-9_-]{85}[AQgw]",
}


def canonical(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        members = (f"{canonical(name)}:{canonical(value[name])}" for name in sorted(value))
        return "{" + ",".join(members) + "}"
    escaped = (ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value)
    return '"' + "".join(escaped) + '"'


def labelled(label: str, document: Any) -> bytes:
    return label.encode() + b"\x00" + canonical(document).encode()


def added(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(factor: int, point: Any) -> Any:
    total = None
    while factor:
        if factor & 1:
            total = added(total, point)
        factor, point = factor >> 1, added(point, point)
    return total


def is_signature(text: str, message: bytes, der: bytes) -> bool:
    raw = base64.urlsafe_b64decode(text + "==")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    assert der.startswith(SPKI)
    assert len(der) == len(SPKI) + 64
    key = int.from_bytes(der[-64:-32], "big"), int.from_bytes(der[-32:], "big")
    if not (0 < r < N and 0 < s <= (N - 1) // 2):
        return False
    digest, inverse = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, -1, N)
    point = added(times(digest * inverse % N, G), times(r * inverse % N, key))
    return point is not None and point[0] % N == r


def holds(receipt: dict[str, Any], keys: list[dict[str, Any]]) -> bool:
    if receipt.keys() != {"version", "round", *MEMBERS}:
        return False
    if receipt["version"] != 1 or receipt["round"] not in range(1, 1000):
        return False
    if not all(re.fullmatch(form, receipt[name]) for name, form in MEMBERS.items()):
        return False
    good = [
        base64.b64decode(key["public_key"])
        for key in keys
        if (key["key_id"], key["use"]) == (receipt["key_id"], "receipt")
        and key["valid_from"] <= receipt["received_at"]
        and (key["valid_until"] is None or receipt["received_at"] < key["valid_until"])
    ]
    claims = {name: value for name, value in receipt.items() if name != "signature"}
    message = labelled("tashawur/receipt/1", claims)
    return any(
        hashlib.sha256(der).hexdigest()[:16] == receipt["key_id"]
        and is_signature(receipt["signature"], message, der)
        for der in good
    )


def contents(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    def kept(given: dict[str, Any], *names: str) -> dict[str, Any]:
        found = {}
        for name in names:
            value = given.get(name)
            if name in ("text", "author_name") and value is not None:
                value = value.strip(ENDS) or None
            if value is not None:
                found[name] = value
        return found

    public = kept(body, "kind", "text", "language", "parent_id", "author_name")
    answers = [
        kept(each, "question_id", "option_ids", "value", "text") for each in body.get("answers", [])
    ]
    consent = kept(body["consent"], "publish", "privacy_notice")
    bound = {"answers": answers} if answers else {}
    return {
        "public": {**public, **bound, "channel": "portal"},
        "private": {"consent": consent},
    }


def part(name: str, content: Any, salt: bytes) -> str:
    own = hmac.new(salt, name.encode(), hashlib.sha256).hexdigest()
    document = {"part": name, "salt": own, "content": content}
    return hashlib.sha256(labelled("tashawur/part/1", document)).hexdigest()


# --- what is held to it ----------------------------------------------------------------------


def test_the_vectors_are_what_the_code_makes() -> None:
    assert receipt_vectors.TARGET.read_text("utf-8") == receipt_vectors.text()


@pytest.mark.parametrize("vector", RECEIPTS)
def test_every_receipt_holds_by_the_page_alone(vector: dict[str, Any]) -> None:
    receipt = vector["receipt"]
    claims = {name: value for name, value in receipt.items() if name != "signature"}
    assert canonical(claims) == vector["signed_text"]
    assert holds(receipt, DOCUMENT["keys"])


@pytest.mark.parametrize("vector", RECEIPTS)
def test_every_leaf_follows_from_what_was_sent_by_the_page_alone(vector: dict[str, Any]) -> None:
    receipt, found = vector["receipt"], contents(vector["submission"])
    assert found == {"public": vector["public"], "private": vector["private"]}
    salt = bytes.fromhex(receipt["salt"])
    hashes = {name: part(name, content, salt) for name, content in found.items()}
    assert hashes == {"public": vector["public_hash"], "private": vector["private_hash"]}
    header = {n: receipt[n] for n in ("topic_id", "round", "comment_id", "received_at")}
    leaf = hashlib.sha256(labelled("tashawur/leaf/1", {**header, **hashes})).hexdigest()
    assert leaf == receipt["leaf_hash"]


@pytest.mark.parametrize(
    "wrong", [pytest.param(each, id=each["why"]) for each in DOCUMENT["not_receipts"]]
)
def test_what_is_no_receipt_is_refused_by_the_page_and_by_the_code(wrong: dict[str, Any]) -> None:
    from services.comments.model.receipts import Receipt

    receipt = wrong["receipt"]
    assert not holds(receipt, DOCUMENT["keys"])
    if set(receipt) == set(Receipt.model_fields):
        assert not receipt_vectors.KEYS.verifies(Receipt.model_validate(receipt))


def test_the_vectors_have_both_languages_answers_absent_members_and_both_keys() -> None:
    bodies = [each["submission"] for each in DOCUMENT["receipts"]]
    assert {"ar", None} <= {body.get("language") for body in bodies}
    assert any(body.get("answers") for body in bodies)
    assert any("text" not in body for body in bodies)
    used = {each["receipt"]["key_id"] for each in DOCUMENT["receipts"]}
    assert used == {key["key_id"] for key in DOCUMENT["keys"]}


def test_the_page_names_every_member_of_a_receipt_and_of_a_key() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE)) | set(re.findall(r'"(\w+)"', PAGE))
    assert set(DOCUMENT["receipts"][0]["receipt"]) <= named
    assert set(DOCUMENT["keys"][0]) <= named
