"""What goes into a function's package, made here: no Docker, the same bytes each time."""

import hashlib
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"
PYTHON = "3.13"
PLATFORM = "aarch64-manylinux2014"
NOT_IMPORTED = {".h", ".hpp", ".pxd", ".pyi", ".pyx"}
"""Files in packages for those who compile against them, or check types."""
NOT_SHIPPED = ("__pycache__", "*.pyc", "*.md", "contracts")
"""What of ``services/`` no function reads."""

SOURCE_ONLY = "feedgen"
"""The one package that is published without wheels; it is pure Python."""

Fill = Callable[[Path], None]


@jsii.implements(ILocalBundling)
class _Local:
    """Bundling by a Python function; CDK never falls back to Docker, since a failure raises."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill

    def try_bundle(self, output_dir: str, *_options: Any, **_named: Any) -> bool:
        """Fill the output folder (jsii calls this)."""
        self._fill(Path(output_dir))
        return True


def services_code(*, bundled: bool) -> lambda_.Code:
    """Code of every function: the ``services`` package, compiled.

    Parameters
    ----------
    bundled : bool
        False on one machine, where the handlers are imported from the checkout.
    """
    bundling = _bundling(copy_services) if bundled else None
    exclude = [f"**/{pattern}" for pattern in NOT_SHIPPED]
    return lambda_.Code.from_asset(str(SERVICES), exclude=exclude, bundling=bundling)


def layer_code(*selection: str) -> lambda_.Code:
    """Code of a layer: the locked packages that ``uv export`` lists for a selection of groups."""

    def install(output: Path) -> None:
        _install(output / "python", selection)

    lock = (ROOT / "uv.lock").read_bytes()
    origin = "\n".join([PLATFORM, PYTHON, *selection]).encode()
    return lambda_.Code.from_asset(
        str(SERVICES),
        asset_hash=hashlib.sha256(origin + lock).hexdigest(),
        bundling=_bundling(install),
    )


def _bundling(fill: Fill) -> BundlingOptions:
    """Options for local bundling; CDK's cache knows the result by the command, not by `fill`."""
    return BundlingOptions(
        image=DockerImage.from_registry("never-used"),
        command=[PLATFORM, PYTHON],
        local=_Local(fill),
    )


def copy_services(output: Path) -> None:
    """Fill a folder with what the functions' package holds."""
    target = output / "services"
    shutil.copytree(SERVICES, target, ignore=shutil.ignore_patterns(*NOT_SHIPPED))
    _compile(target)


def locked_requirements(*selection: str) -> str:
    """Packages that ``uv.lock`` has for a selection, with their hashes, as a requirements file."""
    flags = ["--frozen", "--offline", "--no-annotate", "--no-header"]
    return _uv("export", *flags, *selection)


def _install(target: Path, selection: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(locked_requirements(*selection), encoding="utf-8")
        _uv(
            *("pip", "install", "--requirement", str(requirements), "--require-hashes"),
            *("--target", str(target), "--no-deps", "--quiet"),
            *("--python-platform", PLATFORM, "--python-version", PYTHON),
            *("--only-binary", ":all:", "--no-binary", SOURCE_ONLY),
        )
    prune(target)
    _compile(target)


def prune(folder: Path) -> None:
    """Take out of installed packages what no function imports: their tests, headers, stubs.

    Of NumPy, SciPy and scikit-learn it is a quarter, with which the layer, compiled, is larger than
    the 250 MB that Lambda takes.
    """
    for found in sorted(folder.rglob("*"), reverse=True):
        if found.is_dir() and found.name == "tests":
            shutil.rmtree(found)
        elif found.suffix in NOT_IMPORTED and found.is_file():
            found.unlink()


def _compile(folder: Path) -> None:
    """Compile ahead of time, so that a cold start neither compiles nor asks for source times."""
    try:
        python = _uv("python", "find", PYTHON, "--no-python-downloads").strip()
    except subprocess.CalledProcessError:
        warnings.warn(f"no Python {PYTHON} here: packages go without .pyc", stacklevel=2)
        return
    compiler = [python, "-m", "compileall", "-q"]
    subprocess.run(
        [*compiler, "-s", str(folder), "--invalidation-mode", "unchecked-hash", str(folder)],
        check=True,
    )


def _uv(*arguments: str) -> str:
    """Run the uv that is locked with everything else, and give what it says."""
    done = subprocess.run(
        [find_uv_bin(), *arguments], check=True, cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout
