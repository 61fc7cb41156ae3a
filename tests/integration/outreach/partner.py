"""A partner's endpoint: a real TLS server on this machine that a public address is led to."""

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "partner.example"
PUBLIC = "8.8.8.8"


class Partner:
    """What the endpoint got, and what it shall answer.

    `answer` writes an answer to a handler; `connected` has the addresses that we connected to.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.connected: list[str] = []
        self.answer: Callable[[Any], None] = with_status(204)

    def connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        """Connect to this server instead of a public address."""
        self.connected.append(address[0])
        made = socket.socket(socket.AF_INET)
        made.settimeout(timeout)
        made.connect(("127.0.0.1", self.port))
        return made


def with_status(status: int, headers: dict[str, str] | None = None) -> Callable[[Any], None]:
    """An answer without a body."""

    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def standing(folder: Path, *, name: str = HOST) -> Iterator[tuple[Partner, ssl.SSLContext]]:
    """A partner's server, and the TLS context that trusts it."""
    certificate = _certificate(folder, name)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            partner.got.append((self.path, dict(self.headers), body))
            self.close_connection = True
            partner.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    partner = Partner(server.server_address[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    trusting = ssl.create_default_context(cafile=str(certificate))
    try:
        yield partner, trusting
    finally:
        server.shutdown()
        server.server_close()


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "partner.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
