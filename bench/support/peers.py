"""Libraries that the figures are compared with: each in a virtual environment of its own.

They come from PyPI, once, into a folder under ``build/``; nothing of the project needs them.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_BUILD = Path(__file__).parents[2] / "build"


def installed(name: str, *requirements: str) -> Path:
    """Folder of the programs of an environment with these packages."""
    home = _BUILD / name
    if not (home / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True)
        (home / ".done").touch()
    return home / "bin"


def asked(python: Path, program: Path, question: Any) -> Any:
    """What a program answers in another environment: JSON in, JSON out."""
    reply = subprocess.run(
        [str(python), str(program)],
        input=json.dumps(question).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(reply.stdout)
