"""Files that programs make from the code, and that are committed beside it."""

from pathlib import Path


def keep(target: Path, wanted: str, arguments: list[str], *, program: str) -> int:
    """Write a file; with ``--check`` as the argument only compare.

    Returns
    -------
    int
        1 if a check finds drift, which is said with the program to run.
    """
    if arguments != ["--check"]:
        target.write_text(wanted, encoding="utf-8")
        return 0
    fresh = target.is_file() and target.read_text("utf-8") == wanted
    if not fresh:
        print(f"{target.name} differs from the code: python -m {program}")
    return 0 if fresh else 1
