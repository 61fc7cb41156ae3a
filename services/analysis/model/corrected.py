"""Themes as officers corrected them, beside those that the machine found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.analysis.model.assignment import Assignments
from services.analysis.model.correction import Recorded
from services.analysis.model.overlay import Overlay, Theme

_STAFF_ONLY = ("machine", "merged", "history", "mark", "seed_terms")


@dataclass(frozen=True, kw_only=True)
class Overlaid:
    """What comes of corrections.

    Attributes
    ----------
    themes : list of dict
        As in ``results.json``; a corrected one has also ``corrected``, ``machine`` (its version of
        the machine; ``None`` if officers added it), ``merged`` (those of the others that went into
        it), ``history`` and, where given, ``mark``.
    theme_ids : mapping
        By comment id, of comments whose themes are others than the machine's.
    not_applied : mapping
        Why (a code), by version of the correction.
    placed : list of tuple
        Comments with the theme that corrections put each into last.
    """

    themes: list[Theme]
    theme_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_applied: Mapping[int, str] = field(default_factory=dict)
    placed: list[tuple[str, str]] = field(default_factory=list)


def corrected(
    themes: Iterable[Theme], assignments: Assignments, corrections: Iterable[Recorded]
) -> Overlaid:
    """Apply corrections in their order, and what they teach of other comments.

    One that applies no more is reported, never lost.

    Of comments that are not public any more a correction is kept for the others.
    """
    overlay = Overlay(themes, assignments)
    not_applied: dict[int, str] = {}
    for recorded in corrections:
        faults = overlay.apply(recorded)
        if faults:
            not_applied[recorded.version] = faults[0][1]
    overlay.follow()
    return Overlaid(
        themes=overlay.themes(),
        theme_ids=overlay.changed(),
        not_applied=not_applied,
        placed=overlay.placed(),
    )


def publicly(theme: Theme) -> Theme:
    """A theme as everybody sees it: without the machine's version and what officers noted."""
    return {name: value for name, value in theme.items() if name not in _STAFF_ONLY}
