"""Check moderation's tables of words; take over edited ones only if nothing is wrong with them.

``python -m scripts.lexicons --check`` checks the tables in `services/moderation/data`.
``python -m scripts.lexicons FILE …`` checks edited copies (named as the tables are) together with
the other tables, and puts them in their place if there is no fault; otherwise every fault is told
and nothing changes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from services.moderation.tables import TABLES, faults

DATA = Path(__file__).parents[1] / "services" / "moderation" / "data"


def main(arguments: Sequence[str], *, folder: Path = DATA) -> int:
    """Check, or take over; 1 if there is a fault, 2 if a file is none of the tables."""
    parser = argparse.ArgumentParser(description="Check moderation's tables of words.")
    parser.add_argument("--check", action="store_true", help="check the tables as they are")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="an edited table")
    options = parser.parse_args(arguments)
    unknown = [path for path in options.files if path.name not in TABLES or not path.is_file()]
    if unknown or options.check == bool(options.files):
        known = ", ".join(TABLES)
        print(f"Give --check, or files that are there and are named as one of {known}.")
        return 2
    edited = {path.name: path.read_bytes() for path in options.files}
    present = {name: folder / name for name in TABLES if (folder / name).is_file()}
    found = faults({name: path.read_bytes() for name, path in present.items()} | edited)
    for fault in found:
        print(fault)
    if found:
        print(f"{len(found)} faults" + ("; the tables stay as they were" if edited else ""))
        return 1
    for name, content in edited.items():
        (folder / name).write_bytes(content)
        print(f"{name}: taken over")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
