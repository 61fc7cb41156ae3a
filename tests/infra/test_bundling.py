"""What a layer leaves out of the packages that it installs."""

from pathlib import Path

from infra.constructs.bundling import prune


def test_tests_headers_and_stubs_of_packages_are_left_out(tmp_path: Path) -> None:
    kept = {"numpy/__init__.py", "numpy/testing/tools.py", "numpy/core.so", "numpy/LICENSE.txt"}
    gone = {
        "numpy/tests/test_core.py",
        "numpy/lib/tests/data/big.npz",
        "numpy/include/array.h",
        "numpy/core.pyi",
        "scipy/linalg.pxd",
    }
    for name in kept | gone:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    prune(tmp_path)
    left = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert left == kept
