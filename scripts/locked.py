"""What ``uv.lock`` has, as a requirements file: every package pinned, with its hashes.

`infra.constructs.bundling` asks alike, but brings the CDK and Node along.
"""

import subprocess
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
_LAYERS = ("outreach", "calendar", "intake", "analysis", "charts")
SHIPPED = ("--no-dev", *(f"--group={name}" for name in _LAYERS))
"""Options of ``uv export`` for what the layers of all functions hold together."""


def locked(*selection: str) -> str:
    """Packages of a selection (options of ``uv export``); by default those of a checkout."""
    flags = ["--frozen", "--offline", "--no-annotate", "--no-header"]
    return subprocess.run(
        [find_uv_bin(), "export", *flags, *selection],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
