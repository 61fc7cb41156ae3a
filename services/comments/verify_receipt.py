"""Verify a receipt without asking, or trusting, whoever gave it.

    python -m services.comments.verify_receipt RECEIPT --keys KEYS [--submission BODY]

RECEIPT: the receipt, or the whole reply that it came in. KEYS: what
``/.well-known/tashawur-keys.json`` answers. BODY: what was sent, as it was sent; with it, whether
the receipt is for that. All are JSON files; nothing else is read, and no network.

This one file is all of it: it needs Python 3.11 and the package ``cryptography``, and was written
from ``docs/receipts.md``, whose sections it names, not from the service's code. It says in Arabic
and English what holds. Exit status 0: all that was looked at holds; 1: something does not; 2: a
file cannot be read.
"""

import argparse
import base64
import hashlib
import hmac
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOLDS, BROKEN, UNUSABLE = 0, 1, 2
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
_FORMS = {
    "topic_id": "[a-z2-7]{26}",
    "comment_id": "[a-z2-7]{26}",
    "received_at": _INSTANT,
    "salt": "[0-9a-f]{64}",
    "leaf_hash": "[0-9a-f]{64}",
    "key_id": "[0-9a-f]{16}",
    "signature": "[A-Za-z0-9_-]{86}",
}
_NUMBERS = {"version": (1, 1), "round": (1, 999)}
_MESSAGES = {
    "form": ("الحقل «{member}» على صورته الواحدة.", "“{member}” is of the one form it has."),
    "key": ("المفتاح {key_id} منشور.", "The key {key_id} is a published one."),
    "time": ("كان المفتاح ساريًا في {received_at}.", "The key was valid at {received_at}."),
    "signature": ("وقّعه البرنامج حرفًا بحرف.", "The programme signed it to the letter."),
    "submission": ("هو إيصال المشاركة المعطاة نفسها.", "It is for the very submission given."),
    "not_asked": (
        "أهو إيصال ما أرسلتَه؟ أعطِه مع --submission.",
        "Is it for what you sent? Give --submission.",
    ),
    "needs": ("يلزم تثبيت الحزمة cryptography.", "The package cryptography must be installed."),
    "unread": ("تعذرت قراءة الملف {file}.", "{file} cannot be read."),
    "not_json": ("الملف {file} ليس JSON سليمًا.", "{file} is not JSON (UTF-8, no member twice)."),
    "no_receipt": ("لا إيصال في الملف {file}.", "{file} has no receipt."),
    "version": (
        "الإيصال من إصدار لا يعرفه هذا البرنامج.",
        "The receipt is of a version not known here.",
    ),
    "no_keys": ("الملف {file} ليس قائمة المفاتيح.", "{file} is not the list of published keys."),
    "no_submission": ("الملف {file} ليس مشاركة.", "{file} is no submission that is ever taken."),
}
_MARKS = {True: ("ثابت", "holds"), False: ("غير ثابت", "DOES NOT HOLD"), None: ("؟", "?")}
_VERDICTS = {
    HOLDS: "الإيصال صحيح. / The receipt holds.",
    BROKEN: "الإيصال غير صحيح. / The receipt does NOT hold.",
    UNUSABLE: "لم يمكن التحقق. / It could not be verified.",
}


@dataclass(frozen=True)
class Finding:
    """Something that holds, or does not, or was not looked at (``None``)."""

    holds: bool | None
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


class Unusable(Exception):
    """A file cannot be taken for what it should be."""

    def __init__(self, code: str, place: Path | str = "") -> None:
        super().__init__(code)
        self.finding = Finding(None, code, {"file": str(place)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, say what holds, and give the exit status."""
    parser = argparse.ArgumentParser(
        prog="verify_receipt",
        description="Check a receipt by the published keys, and by what was sent.",
        epilog="Exit status: 0 holds, 1 does not, 2 unusable.",
    )
    parser.add_argument("receipt", type=Path, metavar="RECEIPT")
    parser.add_argument("--keys", type=Path, required=True, metavar="KEYS")
    parser.add_argument("--submission", type=Path, metavar="BODY")
    options = parser.parse_args(arguments)
    try:
        findings = list(_findings(options.receipt, options.keys, options.submission))
    except Unusable as unusable:
        return _say(UNUSABLE, [unusable.finding])
    return _say(BROKEN if any(f.holds is False for f in findings) else HOLDS, findings)


def _findings(receipt_file: Path, keys_file: Path, body_file: Path | None) -> Iterator[Finding]:
    receipt, keys = _receipt(receipt_file), _keys(keys_file)
    wrong = sorted(_wrong_members(receipt))
    if wrong:  # nothing more can be said of it
        yield from (Finding(False, "form", {"member": member}) for member in wrong)
        return
    key = keys.get(receipt["key_id"])
    yield Finding(key is not None, "key", receipt)
    if key is not None:
        begin, end = key["valid_from"], key["valid_until"]
        at = receipt["received_at"]
        yield Finding(begin <= at and (end is None or at < end), "time", receipt)
        yield Finding(_is_signed(receipt, key["public_key"]), "signature")
    if body_file is None:
        yield Finding(None, "not_asked")
        return
    try:
        leaf = leaf_of(receipt, _read(body_file))
    except (TypeError, KeyError, AttributeError, ValueError, RecursionError) as error:
        raise Unusable("no_submission", body_file) from error
    yield Finding(leaf == receipt["leaf_hash"], "submission")


def leaf_of(receipt: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """Leaf (hex) of a submission under a receipt's salt: section “The leaf”."""
    public = _present(body, "kind", "language", "parent_id", texts=("text", "author_name"))
    answers = [
        _present(answer, "question_id", "option_ids", "value", texts=("text",))
        for answer in body.get("answers", [])
    ]
    if answers:
        public["answers"] = answers
    public["channel"] = "portal"
    consent = {name: body["consent"][name] for name in ("publish", "privacy_notice")}
    salt = bytes.fromhex(receipt["salt"])
    header = {name: receipt[name] for name in ("topic_id", "round", "comment_id", "received_at")}
    parts = {
        "public": _part("public", public, salt),
        "private": _part("private", {"consent": consent}, salt),
    }
    return _hash("tashawur/leaf/1", {**header, **parts})


def _present(given: Mapping[str, Any], *plain: str, texts: Sequence[str]) -> dict[str, Any]:
    """Members that are there, texts without the white space around them."""
    found = {name: given[name] for name in plain if given.get(name) is not None}
    stripped = {name: given[name].strip() for name in texts if given.get(name) is not None}
    return found | {name: text for name, text in stripped.items() if text}


def _part(name: str, content: Mapping[str, Any], salt: bytes) -> str:
    own_salt = hmac.new(salt, name.encode(), hashlib.sha256).hexdigest()
    return _hash("tashawur/part/1", {"part": name, "salt": own_salt, "content": content})


def _hash(label: str, document: Mapping[str, Any]) -> str:
    return hashlib.sha256(label.encode() + b"\0" + canonical(document)).hexdigest()


def canonical(document: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what receipts need: ASCII names, no fractions."""
    text = json.dumps(
        _without_fractions(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _without_fractions(value: Any) -> Any:
    if isinstance(value, dict) and all(name.isascii() for name in value):
        return {name: _without_fractions(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_fractions(member) for member in value]
    if isinstance(value, str | int):
        return value
    raise ValueError("not in a receipt")


def _is_signed(receipt: Mapping[str, Any], public_key: Any) -> bool:
    """Section “The signature”; of its forms only the one that is given counts."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    text = receipt["signature"]
    raw = base64.urlsafe_b64decode(text + "==")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != text or s > _ORDER // 2:
        return False
    claims = {name: value for name, value in receipt.items() if name != "signature"}
    message = b"tashawur/receipt/1\0" + canonical(claims)
    try:
        public_key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _wrong_members(receipt: Mapping[str, Any]) -> Iterator[str]:
    """Members that are missing, too many, or of another form: section “The receipt”."""
    yield from receipt.keys() ^ (_FORMS.keys() | _NUMBERS.keys())
    for name, form in _FORMS.items():
        value = receipt.get(name, "")
        if name in receipt and not (isinstance(value, str) and re.fullmatch(form, value)):
            yield name
    for name, (least, most) in _NUMBERS.items():
        value = receipt.get(name, least)
        if type(value) is not int or not least <= value <= most:
            yield name


def _receipt(place: Path) -> dict[str, Any]:
    document = _read(place)
    if isinstance(document, dict) and "receipt" in document:
        document = document["receipt"]
    if not isinstance(document, dict):
        raise Unusable("no_receipt", place)
    if type(document.get("version")) is int and document["version"] > 1:
        raise Unusable("version")
    return document


def _keys(place: Path) -> dict[str, dict[str, Any]]:
    """Keys of receipts by their ids: section “The keys”."""
    try:
        entries = [
            entry
            for entry in _read(place)["keys"]
            if (entry.get("use"), entry.get("algorithm")) == ("receipt", "ECDSA-P256-SHA256")
        ]
        keys = {entry["key_id"]: _key(entry) for entry in entries}
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise Unusable("no_keys", place) from error
    if not keys or len(keys) != len(entries):
        raise Unusable("no_keys", place)
    return keys


def _key(entry: Mapping[str, Any]) -> dict[str, Any]:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError as error:
        raise Unusable("needs") from error
    begin, end = entry["valid_from"], entry["valid_until"]
    der = base64.b64decode(entry["public_key"], validate=True)
    try:
        key = load_der_public_key(der)
    except UnsupportedAlgorithm as error:
        raise ValueError("no key of ours") from error
    sound = (
        hashlib.sha256(der).hexdigest()[:16] == entry["key_id"]
        and isinstance(key, EllipticCurvePublicKey)
        and key.curve.name == "secp256r1"
        and all(re.fullmatch(_INSTANT, at) for at in (begin, *([] if end is None else [end])))
    )
    if not sound:
        raise ValueError("no key of ours")
    return {"public_key": key, "valid_from": begin, "valid_until": end}


def _read(place: Path) -> Any:
    try:
        return json.loads(place.read_bytes().decode(), object_pairs_hook=_no_member_twice)
    except OSError as error:
        raise Unusable("unread", place) from error
    except (ValueError, RecursionError) as error:
        raise Unusable("not_json", place) from error


def _no_member_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _say(status: int, findings: Sequence[Finding]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # Arabic, whatever the terminal was told
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    for finding in findings:
        said = zip(_MARKS[finding.holds], _MESSAGES[finding.code], strict=True)
        arabic, english = (f"{mark}: {text.format(**finding.values)}" for mark, text in said)
        sys.stdout.write(f"{_one_line(english)}\n  {_one_line(arabic)}\n")
    sys.stdout.write(f"{_VERDICTS[status]}\n")
    return status


def _one_line(text: str) -> str:
    """Names in a file may hold anything: what cannot be printed is shown escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    sys.exit(main())
