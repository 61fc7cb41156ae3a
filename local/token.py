"""``python -m local.token``: an access token from the local stack that is running."""

import argparse
import http.client
import json
import sys
from collections.abc import Sequence

from local.http import HOST

_DEFAULT_PORT = 8080


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a token; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.token", description=__doc__)
    parser.add_argument("--role", required=True)
    parser.add_argument("--agency")
    parser.add_argument("--sub", help="the account's identifier; one per role by default")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT)
    options = parser.parse_args(arguments)
    asked = {"role": options.role, "agency": options.agency, "sub": options.sub}
    connection = http.client.HTTPConnection(HOST, options.port, timeout=10)
    try:
        connection.request("POST", "/_local/token", json.dumps(asked))
        print(json.loads(connection.getresponse().read())["token"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        print(
            f"No local stack answers on port {options.port}; `python -m local.serve` starts one.",
            file=sys.stderr,
        )
        return 1
    finally:
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
