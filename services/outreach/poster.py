"""Posts to partners' endpoints, and to nothing that is not on the public Internet.

The host's name is resolved once, every address that it has must be public, and the connection is
made to one of those very addresses: a name that answers otherwise a moment later (DNS rebinding)
leads nowhere else. Redirects are not followed, and one time limit holds for all of an exchange.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from urllib.parse import SplitResult, urlsplit

from services.outreach.model.webhook import HTTPS_PORT, is_public, signed_headers
from services.outreach.transport import Later, Refused, Uncertain

_WAIT_SECONDS = 3.0
_EXCHANGE_SECONDS = 8.0
_MOST_ADDRESSES = 2
_ANSWER_LIMIT_BYTES = 4096
_PASSES = {408, 425, 429}
_SUCCESS, _REDIRECTION, _CLIENT_ERROR, _SERVER_ERROR = 200, 300, 400, 500
_GONE = 410


class Unresolved(Exception):
    """The host's name has no address, now."""


class NotPublic(Exception):
    """One of the host's addresses is not public."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, as the system's resolver gives them.

    Raises
    ------
    Unresolved
        If there is none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def public_addresses(url: str) -> list[str]:
    """Addresses of a URL's host, all of them public.

    Raises
    ------
    Unresolved, NotPublic
        If there is none, or one is not public.
    """
    parts = urlsplit(url)
    found = resolve(parts.hostname or "", parts.port or HTTPS_PORT)
    if not found:
        raise Unresolved
    if not all(is_public(address) for address in found):
        raise NotPublic
    return found


class Poster:
    """Posts signed messages.

    Parameters
    ----------
    now : callable
        Gives the present instant, for the signature.
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now

    def post(self, url: str, body: bytes, *, secret: str) -> None:
        """Post a body, once.

        Raises
        ------
        Later
            If it was certainly not taken, but may be a little later.
        Refused
            If it was not taken, and will not be.
        Uncertain
            If it may have been taken.
        """
        try:
            addresses = public_addresses(url)
        except Unresolved as error:
            raise Later from error
        except NotPublic as error:
            raise Refused("not_public") from error
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Tashawur-Webhook/1",
            "Connection": "close",
            **signed_headers(body, secret=secret, at=self._now()),
        }
        _judge(exchange(url, body, headers=headers, addresses=addresses))


def exchange(url: str, body: bytes, *, headers: Mapping[str, str], addresses: list[str]) -> int:
    """Status of the answer to a ``POST`` that goes to one of the given addresses.

    Raises
    ------
    Later
        If there was no connection.
    Refused
        ``bad_certificate``.
    Uncertain
        If the connection ended, or the time was over, before there was an answer.
    """
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(parts)
    limit = threading.Timer(_EXCHANGE_SECONDS, connection.cut)
    limit.daemon = True
    limit.start()
    try:
        connection.open(addresses)
        connection.request("POST", target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):
            answer.read(_ANSWER_LIMIT_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Uncertain from error
    else:
        return int(answer.status)
    finally:
        limit.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Speaks HTTP over TLS with one of some addresses, whatever the host's name leads to."""

    def __init__(self, parts: SplitResult) -> None:
        super().__init__(parts.hostname or "", parts.port or HTTPS_PORT)
        self.default_port = HTTPS_PORT
        # Without a connection a request must fail, and not look the name up again.
        self.auto_open = 0
        self._is_cut = False

    def open(self, addresses: list[str]) -> None:
        """Connect to the first address that answers, and check its certificate for the name."""
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                raw = socket.create_connection((address, self.port), _WAIT_SECONDS)
                self.sock = _tls().wrap_socket(
                    raw, server_hostname=self.host, do_handshake_on_connect=False
                )
                self.sock.do_handshake()
                self.sock.settimeout(_EXCHANGE_SECONDS)
            except ssl.SSLCertVerificationError as error:
                raise Refused("bad_certificate") from error
            except OSError:
                self.close()
                if self._is_cut:
                    break
            else:
                return
        raise Later

    def cut(self) -> None:
        """End the exchange from another thread, in the middle of whatever it waits for."""
        self._is_cut = True
        with suppress(OSError, TypeError):
            # Not the TLS connection's own method, which would take the keys from the reader.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _judge(status: int) -> None:
    if _SUCCESS <= status < _REDIRECTION:
        return
    if status in _PASSES or status >= _SERVER_ERROR:
        raise Later
    if status == _GONE:
        raise Refused("gone")
    raise Refused("redirected" if status < _CLIENT_ERROR else "refused_by_endpoint")
