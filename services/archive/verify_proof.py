"""Verify that a comment is in the tree of its consultation, without trusting whoever says so.

    python -m services.archive.verify_proof PROOF --keys KEYS [--earlier HEAD --consistency GROWTH]

PROOF: ``{"receipt": …, "inclusion": …}``, a receipt and the proof of its comment; other members are
left aside. KEYS: the list of keys (``/.well-known/tashawur-keys.json``). HEAD: a head that was
kept, or that somebody else saw, of the round or of the programme's log; GROWTH: the proof that the
one in PROOF grew from it. All are JSON files; nothing else is read, and no network.

This one file is all of it: it needs Python 3.11 and the package ``cryptography``, and was written
from ``docs/record.md``, whose sections it names, not from the service's code. It says in Arabic and
English what holds. Exit status 0: all that was looked at holds; 1: something does not; 2: a file
cannot be read, or has no proof.
"""

import argparse
import base64
import hashlib
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
_HASH, _ID, _COUNT = "[0-9a-f]{64}", "[a-z2-7]{26}", (0, 2**53 - 1)
_SIGNED = {"key_id": "[0-9a-f]{16}", "signature": "[A-Za-z0-9_-]{86}"}
_ROUND = {"topic_id": _ID, "round": (1, 999)}
_RECEIPT = {"version": (1, 1), "comment_id": _ID, "received_at": _INSTANT, "salt": _HASH}
_RECEIPT |= {"leaf_hash": _HASH, **_ROUND, **_SIGNED}
_TREE = {"tree_size": _COUNT, "root": _HASH, "time": _INSTANT, **_SIGNED}
_HEADS: dict[Any, dict[str, Any]] = {
    "tashawur-head/1": {"format": "tashawur-head/1", "previous": (None, _HASH), **_ROUND, **_TREE},
    "tashawur-log/1": {"format": "tashawur-log/1", **_TREE},
}
_INCLUSION = {"tree_size": _COUNT, "leaf_index": _COUNT, "path": [_HASH]}
_GROWTH = {"first_size": _COUNT, "second_size": _COUNT, "path": [_HASH]}
_NAMES = {
    "receipt": ("الإيصال", "the receipt"),
    "head": ("رأس الشجرة", "the tree head"),
    "log": ("رأس السجل", "the log head"),
    "earlier": ("الرأس الأقدم", "the earlier head"),
}
_MESSAGES = {
    "form": ("الحقل «{member}» على صورته الواحدة.", "“{member}” is of the one form it has."),
    "key": (
        "مفتاح {of} {key_id} منشور لهذا الغرض.",
        "The key of {of}, {key_id}, is published for such use.",
    ),
    "time": ("كان مفتاح {of} ساريًا في {at}.", "The key of {of} was valid at {at}."),
    "signature": ("وقّع البرنامج {of} حرفًا بحرف.", "The programme signed {of} to the letter."),
    "place": (
        "رأس الشجرة لموضوع الإيصال وجولته.",
        "The tree head is of the receipt's topic and round.",
    ),
    "after": (
        "رأس الشجرة ({time}) ليس قبل استلام المشاركة.",
        "The tree head ({time}) is not from before the comment was received.",
    ),
    "included": (
        "المشاركة هي الورقة {leaf_index} (والعدّ من 0) بين أوراق الشجرة وعددها {tree_size}.",
        "The comment is leaf {leaf_index} (from 0) of the tree's {tree_size}.",
    ),
    "logged": (
        "رأس الشجرة هو القيد {leaf_index} (والعدّ من 0) في سجل البرنامج وعدد قيوده {tree_size}.",
        "The tree head is entry {leaf_index} (from 0) of the {tree_size} in the programme's log.",
    ),
    "size": (
        "الإثبات لشجرة عدد أوراقها ما في {of}.",
        "The proof is for a tree of as many leaves as {of} says.",
    ),
    "same": (
        "الرأس الأقدم للشجرة نفسها، وليس بعد الرأس الآخر.",
        "The earlier head is of the same tree, and not from after the other.",
    ),
    "grew": (
        "من {first_size} إلى {second_size} أُضيفت أوراق فقط، ولم تُغيَّر ورقة ولم تُحذف.",
        "From {first_size} to {second_size} leaves were only added, none changed or removed.",
    ),
    "not_asked": (
        "أهي الشجرة التي رآها غيرك؟ أعطِ رأسًا أقدم مع --earlier ومع --consistency.",
        "Is it the tree that others saw? Give --earlier and --consistency.",
    ),
    "needs": ("يلزم تثبيت الحزمة cryptography.", "The package cryptography must be installed."),
    "unread": ("تعذرت قراءة الملف {file}.", "{file} cannot be read."),
    "not_json": ("الملف {file} ليس JSON سليمًا.", "{file} is not JSON (UTF-8, no member twice)."),
    "no_object": ("ليس في الملف {file} كائن JSON.", "{file} is no JSON object."),
    "no_proof": ("لا إثبات في الملف {file}.", "{file} has no proof (yet)."),
    "version": (
        "في الملف {file} صيغة لا يعرفها هذا البرنامج.",
        "{file} is of a format not known here.",
    ),
    "no_keys": ("الملف {file} ليس قائمة المفاتيح.", "{file} is not the list of published keys."),
}
_MARKS = {True: ("ثابت", "holds"), False: ("غير ثابت", "DOES NOT HOLD"), None: ("؟", "?")}
_VERDICTS = {
    HOLDS: "الإثبات صحيح. / The proof holds.",
    BROKEN: "الإثبات غير صحيح. / The proof does NOT hold.",
    UNUSABLE: "لم يمكن التحقق. / It could not be verified.",
}
Document = dict[str, Any]
Keys = Mapping[tuple[str, str], Document]


@dataclass(frozen=True)
class Finding:
    """Something that holds, or does not, or was not looked at (``None``)."""

    holds: bool | None
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Unusable(Exception):
    """A file cannot be taken for what it should be."""

    def __init__(self, code: str, place: Path | str = "") -> None:
        super().__init__(code)
        self.finding = Finding(None, code, {"file": str(place)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, say what holds, and give the exit status."""
    parser = argparse.ArgumentParser(
        prog="verify_proof",
        description="Check by the published keys that a receipt's comment is in its tree.",
        epilog="Exit status: 0 holds, 1 does not, 2 unusable.",
    )
    parser.add_argument("proof", type=Path, metavar="PROOF")
    parser.add_argument("--keys", type=Path, required=True, metavar="KEYS")
    parser.add_argument("--earlier", type=Path, metavar="HEAD")
    parser.add_argument("--consistency", type=Path, metavar="GROWTH")
    options = parser.parse_args(arguments)
    if (options.earlier is None) != (options.consistency is None):
        parser.error("--earlier and --consistency go together")
    try:
        findings = list(_findings(options))
    except Unusable as unusable:
        return _say(UNUSABLE, [unusable.finding])
    return _say(BROKEN if any(f.holds is False for f in findings) else HOLDS, findings)


def _findings(options: argparse.Namespace) -> Iterator[Finding]:
    proof, keys = _proof(options.proof), _keys(options.keys)
    earlier = growth = None
    if options.earlier is not None:
        earlier, growth = _head(options.earlier), _object(options.consistency)
    wrong = [Finding(False, "form", {"member": name}) for name in _wrong(proof, earlier, growth)]
    if wrong:  # nothing more can be said of it
        yield from wrong
        return
    yield from _included(proof, keys)
    if earlier is None or growth is None:
        yield Finding(None, "not_asked")
        return
    yield from _signed("earlier", earlier, keys)
    yield from _grew(proof["inclusion"], earlier, growth)


def _included(proof: Document, keys: Keys) -> Iterator[Finding]:
    """Section “Proof of a comment”."""
    receipt, inclusion, log = proof["receipt"], proof["inclusion"], proof["inclusion"].get("log")
    head = inclusion["head"]
    yield from _signed("receipt", receipt, keys)
    yield from _signed("head", head, keys)
    yield Finding(all(receipt[name] == head[name] for name in _ROUND), "place")
    yield Finding(receipt["received_at"] <= head["time"], "after", head)
    leaf = bytes.fromhex(receipt["leaf_hash"])
    yield Finding(inclusion["tree_size"] == head["tree_size"], "size", {"of": "head"})
    yield Finding(_is_included(leaf, inclusion), "included", inclusion)
    if log is not None:
        yield from _signed("log", log["head"], keys)
        yield Finding(log["tree_size"] == log["head"]["tree_size"], "size", {"of": "log"})
        yield Finding(_is_included(_canonical(head), log), "logged", log)


def _signed(of: str, document: Document, keys: Keys) -> Iterator[Finding]:
    """Sections “Heads” and “The log”; docs/receipts.md, “The signature”."""
    kind = document.get("format", "tashawur-receipt/1")
    use = "receipt" if of == "receipt" else "head"
    key = keys.get((use, document["key_id"]))
    yield Finding(key is not None, "key", {"of": of, "key_id": document["key_id"]})
    if key is None:
        return
    at = document["received_at" if of == "receipt" else "time"]
    valid = key["valid_from"] <= at and (key["valid_until"] is None or at < key["valid_until"])
    yield Finding(valid, "time", {"of": of, "at": at})
    claims = {name: value for name, value in document.items() if name != "signature"}
    message = kind.replace("-", "/").encode() + b"\0" + _canonical(claims)
    signed = _is_signature(document["signature"], message, key["public_key"])
    yield Finding(signed, "signature", {"of": of})


def _is_signature(text: str, message: bytes, public_key: Any) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    raw = base64.urlsafe_b64decode(text + "==")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != text or s > _ORDER // 2:
        return False
    try:
        public_key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _is_included(leaf: bytes, proof: Document) -> bool:
    """RFC 9162, section 2.1.3.2, against the head in the proof."""
    place, last = proof["leaf_index"], proof["tree_size"] - 1
    if place > last:
        return False
    _, root = _climbed(place, last, hashlib.sha256(b"\0" + leaf).digest(), proof["path"])
    return root == str(proof["head"]["root"])


def _grew(inclusion: Document, earlier: Document, growth: Document) -> Iterator[Finding]:
    """Section “Proof of growth”."""
    heads = {"head": inclusion["head"]}
    if inclusion.get("log") is not None:
        heads["log"] = inclusion["log"]["head"]
    tree = ("format", *_ROUND)
    of = next((of for of, h in heads.items() if all(h.get(n) == earlier.get(n) for n in tree)), "")
    yield Finding(of != "" and earlier["time"] <= heads[of]["time"], "same")
    if of:
        yield Finding(growth["first_size"] == earlier["tree_size"], "size", {"of": "earlier"})
        yield Finding(growth["second_size"] == heads[of]["tree_size"], "size", {"of": of})
        yield Finding(_is_consistent(earlier["root"], heads[of]["root"], growth), "grew", growth)


def _is_consistent(first_root: str, second_root: str, growth: Document) -> bool:
    """RFC 9162, section 2.1.4.2; from no leaves, and from as many, no path leads."""
    first, second, path = growth["first_size"], growth["second_size"], growth["path"]
    if first == 0:
        return not path and first_root == hashlib.sha256().hexdigest()
    if first == second:
        return not path and first_root == second_root
    if first > second or not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root, *path]
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    return _climbed(place, last, bytes.fromhex(path[0]), path[1:]) == (first_root, second_root)


def _climbed(place: int, last: int, start: bytes, path: Sequence[str]) -> tuple[str, str]:
    """Roots to which a path leads, over what is left of it and over all; if to none, no texts."""
    before = after = start
    for each in map(bytes.fromhex, path):
        if last == 0:
            return "", ""
        if place % 2 or place == last:
            before, after = _node(each, before), _node(each, after)
            while place and place % 2 == 0:
                place, last = place >> 1, last >> 1
        else:
            after = _node(after, each)
        place, last = place >> 1, last >> 1
    return (before.hex(), after.hex()) if last == 0 else ("", "")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _canonical(document: Document) -> bytes:
    """Canonical JSON (RFC 8785) of what has forms: whole numbers, null, and texts in ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _wrong(proof: Document, earlier: Document | None, growth: Document | None) -> Iterator[str]:
    """Members that are missing, too many, or of another form."""
    yield from _wrong_members("receipt", proof["receipt"], _RECEIPT)
    inclusion = {name: part for name, part in proof["inclusion"].items() if name != "log"}
    yield from _wrong_inclusion("inclusion", inclusion, "tashawur-head/1")
    if proof["inclusion"].get("log") is not None:
        yield from _wrong_inclusion("inclusion.log", proof["inclusion"]["log"], "tashawur-log/1")
    if earlier is not None:
        yield from _wrong_members("earlier", earlier, _HEADS[earlier["format"]])
        yield from _wrong_members("consistency", growth, _GROWTH)


def _wrong_inclusion(where: str, inclusion: Any, kind: str) -> Iterator[str]:
    if not isinstance(inclusion, dict):
        yield where
        return
    own = {name: part for name, part in inclusion.items() if name != "head"}
    yield from _wrong_members(where, own, _INCLUSION)
    yield from _wrong_members(f"{where}.head", inclusion.get("head"), _HEADS[kind])


def _wrong_members(where: str, document: Any, forms: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document, dict):
        yield where
        return
    for name in sorted(document.keys() | forms.keys()):
        if name not in forms or name not in document or not _fits(document[name], forms[name]):
            yield f"{where}.{name}"


def _fits(value: Any, form: Any) -> bool:
    """Tell whether a value is of a form: an expression, a range, a list of, or null or one."""
    if isinstance(form, str):
        return isinstance(value, str) and re.fullmatch(form, value) is not None
    if isinstance(form, list):
        return isinstance(value, list) and all(_fits(each, form[0]) for each in value)
    least, most = form
    if least is None:
        return value is None or _fits(value, most)
    return type(value) is int and least <= value <= most


def _proof(place: Path) -> Document:
    document = _object(place)
    receipt, inclusion = document.get("receipt"), document.get("inclusion")
    if not isinstance(receipt, dict) or not isinstance(inclusion, dict):
        raise Unusable("no_proof", place)
    version = receipt.get("version")
    head = inclusion.get("head")
    if (type(version) is int and version > 1) or (
        isinstance(head, dict) and _is_of_another_format(head)
    ):
        raise Unusable("version", place)
    return document


def _head(place: Path) -> Document:
    head = _object(place)
    if "format" not in head or _is_of_another_format(head):
        raise Unusable("version", place)
    return head


def _is_of_another_format(head: Document) -> bool:
    return "format" in head and head["format"] not in tuple(_HEADS)


def _keys(place: Path) -> Keys:
    """Keys by use and id: docs/receipts.md, “The keys”."""
    try:
        entries = [
            entry
            for entry in _object(place)["keys"]
            if entry.get("use") in ("receipt", "head")
            and entry.get("algorithm") == "ECDSA-P256-SHA256"
        ]
        keys = {(entry["use"], entry["key_id"]): _key(entry) for entry in entries}
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise Unusable("no_keys", place) from error
    if not keys or len(keys) != len(entries):
        raise Unusable("no_keys", place)
    return keys


def _key(entry: Mapping[str, Any]) -> Document:
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
        and _fits(begin, _INSTANT)
        and _fits(end, (None, _INSTANT))
    )
    if not sound:
        raise ValueError("no key of ours")
    return {"public_key": key, "valid_from": begin, "valid_until": end}


def _object(place: Path) -> Document:
    try:
        document = json.loads(place.read_bytes().decode(), object_pairs_hook=_no_member_twice)
    except OSError as error:
        raise Unusable("unread", place) from error
    except (ValueError, RecursionError) as error:
        raise Unusable("not_json", place) from error
    if not isinstance(document, dict):
        raise Unusable("no_object", place)
    return document


def _no_member_twice(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _say(status: int, findings: Sequence[Finding]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # Arabic, whatever the terminal was told
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    for finding in findings:
        english, arabic = (_one_line(_said(finding, language)) for language in (1, 0))
        sys.stdout.write(f"{english}\n  {arabic}\n")
    sys.stdout.write(f"{_VERDICTS[status]}\n")
    return status


def _said(finding: Finding, language: int) -> str:
    values = dict(finding.values)
    if "of" in values:
        values["of"] = _NAMES[values["of"]][language]
    text = _MESSAGES[finding.code][language].format(**values)
    return f"{_MARKS[finding.holds][language]}: {text}"


def _one_line(text: str) -> str:
    """Names in a file may hold anything: what cannot be printed is shown escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    sys.exit(main())
