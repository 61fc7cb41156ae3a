"""Write the test vectors of receipts, ``docs/receipts-vectors.json``; ``--check`` only compares.

``python -m scripts.receipt_vectors [--check]``

The keys are made of seeds that stand here: they prove nothing about any real receipt.
"""

import base64
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.generated import keep
from services.comments.model.key_schedule import KeyDocument, KeySchedule
from services.comments.model.receipts import Receipt, leaf_hash, part_hash
from services.comments.model.submission import Submission
from services.shared.exports import canonical

TARGET = Path(__file__).parents[1] / "docs" / "receipts-vectors.json"
_ROTATED = datetime(2026, 12, 14, 9, tzinfo=UTC)
_FIRST, _SECOND = "first " * 8, "second" * 8
KEYS = KeySchedule(KeyDocument(seed=_FIRST).followed(seed=_SECOND, at=_ROTATED))
_CONSENT = {"publish": True, "privacy_notice": "2026-11"}
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SUBMISSIONS: dict[str, dict[str, Any]] = {
    "Arabic, with a name and answers of every kind; contact and demographics are not bound": {
        "kind": "comment",
        "text": "أقترح فتح العيادة المسائية يوم السبت أيضًا، حتى يتمكن الموظفون من الحضور.",
        "language": "ar",
        "author_name": "مريم",
        "answers": [
            {"question_id": "q1", "option_ids": ["yes", "weekends"]},
            {"question_id": "q2", "value": 4},
            {"question_id": "q3", "text": " قرب المنزل \n"},
        ],
        "consent": _CONSENT,
        "contact": {"email": "participant@example.org"},
        "demographics": {"age_band": "25-34", "area": "المحرق"},
    },
    "English, as little as can be sent": {
        "kind": "comment",
        "text": "Please keep the phone line.",
        "consent": _CONSENT,
    },
    "a reply, with members that are null or empty and white space around the text": {
        "kind": "reply",
        "text": "\u00a0\t Agreed — “quotes”, a \\ and a tab\there, 😀 and \u2028 inside.\r\n\u3000",
        "language": None,
        "parent_id": "al6cnj6jsttnbvwicnaz2y74sm",
        "author_name": "",
        "answers": [],
        "consent": _CONSENT,
        "contact": None,
        "attachment_ids": [],
    },
    "an inquiry in Arabic, received by the second key": {
        "kind": "inquiry",
        "text": "هل تشمل الخطة المراكز الصحية في المحافظة الشمالية؟",
        "consent": _CONSENT,
    },
    "answers alone, one with an empty list and one with a value of zero": {
        "kind": "comment",
        "answers": [
            {"question_id": "q2", "value": 0, "option_ids": []},
            {"question_id": "q4", "option_ids": ["no"], "text": None},
        ],
        "consent": _CONSENT,
    },
}


def document() -> dict[str, Any]:
    """All vectors."""
    vectors = [_vector(number, name, body) for number, (name, body) in _numbered()]
    receipt = vectors[0]["receipt"]
    return {
        "about": "Test vectors of docs/receipts.md; written by python -m scripts.receipt_vectors",
        "keys": KEYS.published(),
        "receipts": vectors,
        "not_receipts": [
            {"why": why, "receipt": {**receipt, **change(receipt)}} for why, change in _WRONG
        ],
    }


def _numbered() -> Any:
    return enumerate(SUBMISSIONS.items())


def _vector(number: int, name: str, body: dict[str, Any]) -> dict[str, Any]:
    submission = Submission.model_validate(body)
    public = {**submission.public_part(), "channel": "portal"}
    private = submission.private_part()
    salt = bytes((number * 32 + place) % 256 for place in range(32))
    day = 15 if "second key" in name else 14
    header = {
        "topic_id": "sq77ojosp4jxirnxa4i4vugtji",
        "round": 1 + number,
        "comment_id": "al6cnj6jsttnbvwicnaz2y74s" + "abcde"[number],
        "received_at": f"2026-12-{day}T09:00:00.0{number:02}Z",
    }
    leaf = leaf_hash(header, salt=salt, public=public, private=private)
    receipt = KEYS.sign(header, salt=salt, leaf=leaf)
    claims = receipt.model_dump(exclude={"signature"})
    return {
        "name": name,
        "submission": body,
        "public": public,
        "private": private,
        "public_hash": part_hash(public, part="public", salt=salt),
        "private_hash": part_hash(private, part="private", salt=salt),
        "signed_text": canonical(claims).decode(),
        "receipt": receipt.model_dump(),
    }


def _last_bits(receipt: dict[str, Any]) -> dict[str, str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = receipt["signature"]
    return {"signature": text[:-1] + alphabet[alphabet.index(text[-1]) + 1]}


def _high_s(receipt: dict[str, Any]) -> dict[str, str]:
    raw = base64.urlsafe_b64decode(receipt["signature"] + "==")
    other = raw[:32] + (_ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return {"signature": base64.urlsafe_b64encode(other).decode().rstrip("=")}


def _forged(receipt: dict[str, Any], *, seed: str, **changes: Any) -> dict[str, Any]:
    """What whoever has a key can sign at any time."""
    header = {n: receipt[n] for n in ("topic_id", "round", "comment_id", "received_at")}
    signed: Receipt = KeySchedule(KeyDocument(seed=seed)).sign(
        header | changes,
        salt=bytes.fromhex(receipt["salt"]),
        leaf=bytes.fromhex(receipt["leaf_hash"]),
    )
    return signed.model_dump()


_WRONG: tuple[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]], ...] = (
    ("another round than was signed", lambda _: {"round": 2}),
    ("another time than was signed", lambda _: {"received_at": "2026-12-14T08:59:59.999Z"}),
    ("the time in another form", lambda _: {"received_at": "2026-12-14T09:00:00Z"}),
    ("n - s instead of s", _high_s),
    ("other last bits of the base64url text", _last_bits),
    ("padding", lambda receipt: {"signature": receipt["signature"] + "=="}),
    ("upper-case hex", lambda receipt: {"leaf_hash": receipt["leaf_hash"].upper()}),
    (
        "signed by a key whose time had not come",
        lambda receipt: _forged(receipt, seed=_SECOND),
    ),
    (
        "signed by a key whose time was over",
        lambda receipt: _forged(receipt, seed=_FIRST, received_at="2026-12-15T09:00:00.000Z"),
    ),
    ("a key that nobody published", lambda _: {"key_id": "0" * 16}),
    ("one more member", lambda _: {"note": ""}),
)


def text() -> str:
    """The vectors as they are committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(keep(TARGET, text(), sys.argv[1:], program="scripts.receipt_vectors"))
