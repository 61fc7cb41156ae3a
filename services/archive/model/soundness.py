"""When a record is sound: the checks that it must pass, in their order.

Whoever checks a record does not trust it: paths, numbers and texts in it may be anything.
"""

from collections.abc import Callable, Iterator

from services.archive.model import (
    answers,
    apart,
    copied,
    course,
    figures,
    links,
    listing,
    moderated,
    questions,
    rooted,
    tallies,
    themed,
    trail,
)
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken

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
    "shapes": copied.shapes,
    "copies": copied.copies,
    "texts": apart.texts,
    "comments": tallies.comments,
    "counts": tallies.counts,
    "answers": answers.answers,
    "trail": trail.trail,
    "changes": tallies.changes,
    "results": figures.results,
    "campaigns": figures.campaigns,
    "citations": figures.citations,
    "questions": questions.questions,
    "participation": questions.participation,
    "themes": themed.themes,
    "moderation": moderated.moderation,
    "cases": links.cases,
    "replies": links.replies,
    "clauses": links.clauses,
    "notices": links.notices,
    "course": course.course,
    "leaves": rooted.leaves,
    "heads": rooted.heads,
    "signatures": rooted.signed,
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
        try:
            looked = check(record)
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            # Checks go by the form that the schemas say; what has another breaks them anywhere.
            raise Broken(record.reading, f"not in the form that {name!r} goes by") from error
        yield name, looked
