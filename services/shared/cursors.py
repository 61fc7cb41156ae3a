"""Opaque, signed cursors: where the next page of a list begins."""

import base64
import hashlib
import hmac
import json
from typing import Any

from services.shared.errors import Malformed

_TAG_BYTES = 16


def encode(position: Any, *, key: bytes, scope: str) -> str:
    """Text of a JSON-able position, bound to the list (`scope`) that it belongs to."""
    body = json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode()
    return _text(_tag(body, key, scope) + body)


def decode(cursor: str, *, key: bytes, scope: str) -> Any:
    """Position of a cursor that `encode` made.

    Raises
    ------
    Malformed
        If the cursor was altered, cut, or belongs to another list.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Malformed("bad_cursor") from error
    tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    # Several texts decode to the same bytes; only the one that was given out is ours.
    if _text(raw) != cursor or not hmac.compare_digest(tag, _tag(body, key, scope)):
        raise Malformed("bad_cursor")
    return json.loads(body)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _tag(body: bytes, key: bytes, scope: str) -> bytes:
    return hmac.new(key, scope.encode() + b"\x00" + body, hashlib.sha256).digest()[:_TAG_BYTES]
