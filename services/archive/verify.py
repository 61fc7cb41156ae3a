"""Verify a record without trusting whoever handed it over.

    python -m services.archive.verify RECORD

RECORD is a folder or a zip file. Needs the standard library only: no network, no account, no key.
Exit status 0: sound; 1: broken, and the first item that is wrong is named; 2: no record, or none
that can be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from services.archive.model.reading import Broken, Unusable
from services.archive.model.soundness import verify
from services.archive.sources import source_at

SOUND, BROKEN, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the record that the command line names, say how it is, and give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m services.archive.verify",
        description="Check every file, every count and the root of a consultation's record.",
        epilog="Exit status: 0 sound, 1 broken, 2 unusable.",
    )
    parser.add_argument("record", type=Path, metavar="RECORD", help="a folder or a zip file")
    place = parser.parse_args(arguments).record
    try:
        source = source_at(place)
        found = verify(source.names(), source.chunks)
    except Broken as broken:
        return say(BROKEN, f"broken: {broken}")
    except Unusable as unusable:
        return say(UNUSABLE, f"unusable: {place}: {unusable}")
    trail = f", audit trail of {found.trail.count} entries" if found.trail else ""
    return say(
        SOUND,
        f"sound: topic {found.topic_id}, round {found.round}, edition {found.edition}, "
        f"sealed {found.sealed_at}: {found.files} files, {found.comments} comments, "
        f"root {found.root}{trail}",
    )


def say(status: int, verdict: str) -> int:
    """Print a verdict and give the exit status."""
    # Names in a record may hold anything: escape what cannot be printed, and it stays one line.
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in verdict)
    sys.stdout.write(f"{shown}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
