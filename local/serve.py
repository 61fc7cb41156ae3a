"""``python -m local.serve``: the local stack, until Ctrl-C."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said to whoever starts it with an older one
    sys.exit("Tashawur's local stack needs Python 3.11 or newer.")

import argparse
import signal
import threading
import time
from collections.abc import Sequence

from local.http import HOST, PortTaken
from local.stack import LocalStack
from local.synth import SynthesisFailed, assembly

DEFAULT_PORT = 8080
_ROLES = (
    ("officer", "health"),
    ("approver", None),
    ("moderator", None),
    ("senior_moderator", None),
    ("auditor", None),
    ("operator", None),
    ("participant", None),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port of {HOST}")
    parser.add_argument("--speed", type=float, default=1.0, help="local seconds per second")
    options = parser.parse_args(arguments)
    try:
        began = time.monotonic()
        print("Reading the templates (synthesizing them if something changed) ...", flush=True)
        templates = assembly()
        print("Creating the resources ...", flush=True)
        stack = LocalStack(templates, port=options.port, speed=options.speed)
    except PortTaken as error:
        print(f"{error} Choose another with --port.", file=sys.stderr)
        return 2
    except SynthesisFailed as error:
        print(error, file=sys.stderr)
        return 1
    _serve(stack, began)
    return 0


def _serve(stack: LocalStack, began: float) -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with stack:
        print(f"Ready after {time.monotonic() - began:.1f} s.\n")
        print(f"  API        {stack.url}/v1/topics")
        print(f"  health     {stack.url}/v1/health")
        print(f'  clock      curl -X POST {stack.url}/_local/clock -d \'{{"advance": "P14D"}}\'')
        print(f"  e-mails    {stack.url}/_local/outbox")
        print(f"  workflow   {stack.url}/_local/executions\n")
        for role, agency in _ROLES:
            print(f"{role}{f' of {agency}' if agency else ''}:\n{stack.token(role, agency)}\n")
        print("Ctrl-C stops it; nothing is kept.", flush=True)
        ended.wait()
        print("\nStopping ...", flush=True)


if __name__ == "__main__":
    sys.exit(main())
