"""Isso, the comment server that the figures are compared with: installed, served, loaded, ended.

It has a virtual environment of its own under ``build/`` (from PyPI, once), listens on 127.0.0.1
only, and writes to a database in a temporary folder. All is as it comes, but for the guard against
many comments from one address, which the load would meet.
"""

import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.support.peers import installed

VERSION = "0.14.*"
_THREAD = "/consultation/"
_READY_SECONDS = 30
_TICKS = os.sysconf("SC_CLK_TCK")
_CONFIGURATION = """[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
"""


class Isso:
    """A running server.

    Parameters
    ----------
    process : subprocess.Popen
        Its process.
    port : int
        Where it listens on 127.0.0.1.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self._process = process
        self._port = port

    def cpu(self) -> float:
        """CPU (s) that the process has used, to a hundredth of a second; Linux only."""
        text = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8")
        fields = text.rpartition(")")[2].split()  # the name before may have spaces
        user, system = int(fields[11]), int(fields[12])
        return (user + system) / _TICKS

    def post(self, text: str, *, author: str) -> int:
        """Post a comment; the status of the answer (201)."""
        body = json.dumps({"text": text, "author": author, "title": "consultation"})
        return self.send("POST", f"/new?uri={_THREAD}", body)[0]

    def comments(self) -> list[dict[str, Any]]:
        """Its list of the comments, up to 100, with the texts as they were sent."""
        path = f"/?uri={_THREAD}&limit=100&nested_limit=0&plain=1"
        replies: list[dict[str, Any]] = json.loads(self.send("GET", path)[1])["replies"]
        return replies

    def number(self) -> int:
        """How many comments it has."""
        return int(json.loads(self.send("POST", "/count", json.dumps([_THREAD]))[1])[0])

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        """Status and body of the answer to one request; the server keeps no connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, body=body and body.encode(), headers=headers)
        reply = connection.getresponse()
        found = reply.status, reply.read()
        connection.close()
        return found


@contextmanager
def served() -> Iterator[Isso]:
    """A fresh server, until the end."""
    program = installed("isso", f"isso=={VERSION}") / "isso"
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        settings = Path(folder) / "isso.cfg"
        settings.write_text(_CONFIGURATION.format(folder=folder, port=port), "utf-8")
        with (Path(folder) / "log").open("wb") as log:
            command = [str(program), "-c", str(settings), "run"]
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                _wait_for(port)
                yield Isso(process, port)
            finally:
                process.terminate()
                process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("Isso does not listen")
