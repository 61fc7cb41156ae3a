"""The keys of heads in a list of public keys, and what they signed.

Signatures are verified by the package ``cryptography``; without it nothing else is missing.
"""

import base64
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

from services.archive.model.audit import canonical
from services.shared import signatures

_USE = "head"
_P_256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""How the DER of every public key on the curve begins."""
_DER_BYTES = 91
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)


class KnownKey(NamedTuple):
    """A public key, DER, and its time: ``valid_until`` ``None`` is no end."""

    der: bytes
    valid_from: str
    valid_until: str | None


HeadKeys = Mapping[str, KnownKey]
"""Keys by their id."""


def head_keys(document: Any) -> HeadKeys:
    """The keys of heads in a list of public keys; others are left aside.

    Raises
    ------
    ValueError
        If it is no list of public keys, or has no key of heads.
    """
    try:
        entries = [
            entry
            for entry in document["keys"]
            if (entry.get("use"), entry.get("algorithm")) == (_USE, signatures.ALGORITHM)
        ]
        found = {entry["key_id"]: _key(entry) for entry in entries}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("no list of keys") from error
    if not found or len(found) != len(entries):
        raise ValueError("no key of heads, or one twice")
    return found


def can_verify() -> bool:
    """Whether what verifies signatures is installed."""
    return find_spec("cryptography") is not None


def fault(document: Mapping[str, Any], label: bytes, keys: HeadKeys) -> str | None:
    """What is wrong with a signed document's signature; ``None`` if nothing is.

    Parameters
    ----------
    document : mapping
        With ``time``, ``key_id`` and ``signature``, and what else is signed.
    label : bytes
        What tells documents of its kind from others.
    """
    key_id, at = document["key_id"], document["time"]
    if key_id not in keys:
        return f"signed by key {key_id}, which is not in the list of keys"
    key = keys[key_id]
    if not key.valid_from <= at or (key.valid_until is not None and at >= key.valid_until):
        return f"signed by key {key_id}, which was not valid at {at}"
    claims = {name: value for name, value in document.items() if name != "signature"}
    message = label + b"\x00" + canonical(claims)
    if not signatures.is_signed(message, document["signature"], public_key=key.der):
        return f"not signed by key {key_id} as it stands"
    return None


def _key(entry: Mapping[str, Any]) -> KnownKey:
    der = base64.b64decode(entry["public_key"], validate=True)
    named = signatures.key_id_of(der) == entry["key_id"]
    if not named or len(der) != _DER_BYTES or not der.startswith(_P_256):
        raise ValueError("no key of ours")
    if can_verify():
        signatures.loaded(der)
    begin, end = entry["valid_from"], entry["valid_until"]
    if not INSTANT.fullmatch(begin) or not (end is None or INSTANT.fullmatch(end)):
        raise ValueError("no time of a key")
    return KnownKey(der, begin, end)
