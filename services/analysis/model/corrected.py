"""Themes as officers corrected them, beside those that the machine found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.analysis.model.assignment import Assignments
from services.analysis.model.correction import Recorded
from services.analysis.model.overlay import Overlay
from services.analysis.model.recount import Theme

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
    now : mapping
        Under which id what the texts told of a theme of the machine's stands now, by its own id;
        ``None`` where comments were put into it or taken out of it.
    """

    themes: list[Theme]
    theme_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_applied: Mapping[int, str] = field(default_factory=dict)
    placed: list[tuple[str, str]] = field(default_factory=list)
    now: Mapping[str, str | None] = field(default_factory=dict)


def corrected(
    themes: Iterable[Theme],
    assignments: Assignments,
    corrections: Iterable[Recorded],
    *,
    analysed_version: int,
) -> Overlaid:
    """Apply corrections in their order, and what they taught the run of other comments.

    What was taught comes after the corrections that taught it, and before those that officers made
    when they saw it. One that applies no more is reported, never lost. Of comments that are not
    public any more a correction is kept for the others.

    Parameters
    ----------
    analysed_version : int
        Version of the row with the run: later corrections were made on what it showed.
    """
    overlay = Overlay(themes, assignments)
    not_applied = overlay.lay(corrections, analysed_version=analysed_version)
    return Overlaid(
        themes=overlay.themes(),
        theme_ids=overlay.changed,
        not_applied=not_applied,
        placed=overlay.placed(),
        now=overlay.now(),
    )


def publicly(theme: Theme) -> Theme:
    """A theme as everybody sees it: without the machine's version and what officers noted."""
    return {name: value for name, value in theme.items() if name not in _STAFF_ONLY}
