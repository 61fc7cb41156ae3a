"""Opaque cursors: where the next page of a list begins, sealed for that list alone.

The place may be that of an item which the caller must not know of, so that it is encrypted and not
only signed: AES-SIV (RFC 5297), which needs no nonce; the same place gives the same cursor.
"""

import base64
import json
from typing import Any

from services.shared.errors import Malformed


def encode(position: Any, *, key: bytes, scope: str) -> str:
    """Text of a JSON-able position, bound to the list (`scope`) that it belongs to."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    body = json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode()
    return _text(AESSIV(key).encrypt(body, [scope.encode()]))


def decode(cursor: str, *, key: bytes, scope: str) -> Any:
    """Position of a cursor that `encode` made.

    Raises
    ------
    Malformed
        If the cursor was altered, cut, or belongs to another list.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        # Several texts decode to the same bytes; only the one that was given out is ours.
        if _text(raw) != cursor:
            raise Malformed("bad_cursor")
        body = AESSIV(key).decrypt(raw, [scope.encode()])
    except (ValueError, InvalidTag) as error:
        raise Malformed("bad_cursor") from error
    return json.loads(body)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
