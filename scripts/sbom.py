"""List what the functions ship, as CycloneDX 1.6: ``python -m scripts.sbom``.

The locked packages of all layers are put into an environment of their own, for their metadata has
the licences, and cyclonedx-py reads it. boto3 is no part of it: it comes with Lambda's runtime.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from uv import find_uv_bin

from scripts.locked import ROOT, SHIPPED, locked

TARGET = ROOT / "build" / "sbom.cdx.json"


def write(target: Path) -> None:
    """Write the document; the same ``uv.lock`` gives the same document.

    Raises
    ------
    subprocess.CalledProcessError
        If a package cannot be had, or the document does not keep to CycloneDX's schema.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(locked(*SHIPPED), encoding="utf-8")
        uv, python = find_uv_bin(), str(environment / "bin" / "python")
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(environment))
        _run(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", requirements)
        options = ["--pyproject", ROOT / "pyproject.toml", "--spec-version", "1.6", "--of", "JSON"]
        options += ["--mc-type", "application", "--output-reproducible", "--output-file", target]
        _run(sys.executable, "-m", "cyclonedx_py", "environment", *options, environment)


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    write(TARGET)
    print(f"written: {TARGET.relative_to(ROOT)}")
