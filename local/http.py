"""The HTTP server: 127.0.0.1 only, connections kept alive, one thread each."""

import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.gateway import BODY_LIMIT_BYTES, Request, Response

HOST = "127.0.0.1"
_LOG = logging.getLogger(__name__)
Answer = Callable[[Request], Response]


class PortTaken(Exception):
    """Another program listens on the port."""


class Server:
    """Serves requests from a function until it is stopped.

    Parameters
    ----------
    answer : callable
        Gives the answer to a request.
    port : int
        Port to listen on; 0 for any free one.

    Raises
    ------
    PortTaken
        If another program listens there.
    """

    def __init__(self, answer: Answer, *, port: int) -> None:
        try:
            self._server = _Listener((HOST, port), answer)
        except OSError as error:
            raise PortTaken(f"Port {port} of {HOST} is taken by another program.") from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="http", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close the connections."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # A second server on the same port must fail and not share it.
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is no fault."""

    def close_connections(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer leaves in one piece, at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Listener

    def serve(self) -> None:
        request = self._request()
        if request is None:
            self.close_connection = True
            self._write(Response(status=413, body=b'{"message": "Request Entity Too Large"}'))
        else:
            self._write(self._answered(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = serve  # noqa: N815

    def _answered(self, request: Request) -> Response:
        try:
            return self.server.answer(request)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            _LOG.exception("%s %s", request.method, request.target)
            return Response(status=500, body=b'{"message": "Internal Server Error"}')

    def _request(self) -> Request | None:
        length = int(self.headers.get("content-length") or 0)
        if length > BODY_LIMIT_BYTES:
            return None
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]},{value}" if key in headers else value
        return Request(
            method=self.command,
            target=self.path,
            headers=headers,
            body=self.rfile.read(length) if length else b"",
            source_ip=self._source(headers),
        )

    def _source(self, headers: dict[str, str]) -> str:
        """Address of the caller; who plays many people on one machine names each one's."""
        return headers.get("x-forwarded-for", self.client_address[0])

    def _write(self, response: Response) -> None:
        lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        lines += [f"set-cookie: {cookie}" for cookie in response.cookies]
        if "content-length" not in response.headers and response.status not in (204, 304):
            lines.append(f"content-length: {len(response.body)}")
        if self.close_connection:
            lines.append("connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        self.wfile.write(head if self.command == "HEAD" else head + response.body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing: requests are the functions' to log."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
