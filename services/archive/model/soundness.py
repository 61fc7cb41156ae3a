"""When a record is sound: the checks that it must pass, in their order.

Whoever checks a record does not trust it: paths, numbers and texts in it may be anything.
"""

from collections.abc import Callable, Iterator

from services.archive.model import answers, apart, listing, tallies, trail
from services.archive.model.opened import Opened

Check = Callable[[Opened], str]
"""Says what it looked at (``"412 comments"``); raises `Broken` at the first thing that is wrong."""

CHECKS: dict[str, Check] = {
    "paths": listing.paths,
    "manifest": listing.manifest,
    "files": listing.files,
    "unlisted": listing.unlisted,
    "schemas": listing.schemas,
    "root": listing.root,
    "header": listing.header,
    "texts": apart.texts,
    "comments": tallies.comments,
    "counts": tallies.counts,
    "answers": answers.answers,
    "trail": trail.trail,
}
"""All checks by their name; each may go by what those before it found."""


def verify(record: Opened) -> Iterator[tuple[str, str]]:
    """Check a whole record, one check at a time.

    Yields
    ------
    tuple of str
        Name of a check that was passed, and what it looked at.

    Raises
    ------
    Broken
        At the first thing that is wrong.
    Unusable
        If there is no manifest, or it is of another format.
    """
    for name, check in CHECKS.items():
        yield name, check(record)
