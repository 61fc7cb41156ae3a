"""Corrections applied, one by one, to the themes that the machine found."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.correction import (
    Add,
    Correction,
    MarkTheme,
    Merge,
    Move,
    Part,
    Recorded,
    Rename,
    Split,
    new_themes,
)
from services.analysis.model.membership import Membership
from services.analysis.model.recount import Recount, Theme

_FEWEST_MERGED = 2
_Faults = list[tuple[str, str]]
"""JSON pointers inside a correction, each with a code."""


class Overlay:
    """Themes of a run while corrections are applied to them.

    Parameters
    ----------
    themes : iterable of dict
        The machine's.
    assignments : Assignments
        Comments of the run as they were at the analysis.
    """

    def __init__(self, themes: Iterable[Theme], assignments: Assignments) -> None:
        self._machine = {theme["theme_id"]: theme for theme in themes}
        self._themes = dict(self._machine)
        self._assignments = assignments
        self._named: dict[str, str | None] = {}
        self._membership = Membership(assignments)

    def lay(self, corrections: Iterable[Recorded], *, analysed_version: int) -> dict[int, str]:
        """Apply those on record, in their order, and what they taught; see `corrected`.

        Returns
        -------
        dict
            Why one did not apply (a code), by version.
        """
        standing = list(corrections)
        before = sum(each.version < analysed_version for each in standing)
        why = [self.apply(each) for each in standing[:before]]
        self._follow_all()
        why += [self.apply(each) for each in standing[before:]]
        return {
            each.version: faults[0][1] for each, faults in zip(standing, why, strict=True) if faults
        }

    def apply(self, recorded: Recorded, *, today: Assignments | None = None) -> _Faults:
        """Apply a correction, or nothing of it.

        One that is on record is applied as far as there still is what it names.

        Parameters
        ----------
        today : Assignments or None
            Of a correction that is new, the comments as they stand now: none that it names may be
            gone, rejected, held or in another theme than it says.

        Returns
        -------
        list of tuple
            Every fault: JSON pointer inside the correction, and code; empty if it was applied.
        """
        correction = recorded.correction
        faults = self._theme_faults(recorded, is_new=today is not None)
        faults += self._comment_faults(correction, today)
        if faults:
            return faults
        match correction:
            case Rename():
                self._alter(correction.theme_id, recorded, title=correction.title.model_dump())
            case MarkTheme():
                mark = {"mark": correction.mark, "note": correction.note}
                self._alter(correction.theme_id, recorded, mark=mark)
            case Merge():
                self._merge(correction, recorded)
            case Move():
                self._move(correction, recorded)
            case Split():
                self._split(correction, recorded)
            case Add():
                [theme_id] = new_themes(recorded)
                self._add(theme_id, correction, recorded, question_id=correction.question_id)
        return []

    def placed(self) -> list[tuple[str, str]]:
        """Comments, in their order, with the theme that corrections put each into last."""
        found = ((each, self._membership.now(to)) for each, to in self._named.items() if to)
        return sorted((each, theme_id) for each, theme_id in found if theme_id in self._themes)

    @property
    def changed(self) -> Mapping[str, tuple[str, ...]]:
        """Themes of the comments whose themes changed."""
        return self._membership.changed

    def themes(self) -> list[Theme]:
        """All themes, the largest first, those that changed counted anew."""
        recount = self._recount()
        found = [recount.of(theme) for theme in self._themes.values()]
        return sorted(found, key=lambda theme: -theme["size"])

    def now(self) -> dict[str, str | None]:
        """Under which id what the texts told of each theme of the machine's stands now."""
        recount = self._recount()
        return {theme_id: recount.told_under(theme_id) for theme_id in self._machine}

    def _recount(self) -> Recount:
        return Recount(self._machine, self._membership, self._assignments)

    def _theme_faults(self, recorded: Recorded, *, is_new: bool) -> _Faults:
        correction = recorded.correction
        match correction:
            case Merge():
                named = [(f"/theme_ids/{n}", t) for n, t in enumerate(correction.theme_ids)]
                is_enough = len(self._known(correction.theme_ids)) >= _FEWEST_MERGED
            case Split():
                named = [("/theme_id", correction.theme_id)]
                is_enough = bool(self._known(new_themes(recorded)))
            case Add():
                return []
            case _:
                named = [("/theme_id", correction.theme_id)] if correction.theme_id else []
                is_enough = False
        if is_enough and not is_new:
            return []
        return [(place, "unknown_theme") for place, t in named if t not in self._themes]

    def _known(self, theme_ids: Iterable[str]) -> list[str]:
        return [theme_id for theme_id in theme_ids if theme_id in self._themes]

    def _comment_faults(self, correction: Correction, today: Assignments | None) -> _Faults:
        match correction:
            case Split():
                parts = [(f"/into/{n}", part.comment_ids) for n, part in enumerate(correction.into)]
                within = correction.theme_id if correction.theme_id in self._themes else None
            case Move() | Add():
                parts, within = [("", correction.comment_ids)], None
            case _:
                return []
        if today is None:
            lost = [
                (place, listed) for place, listed in parts if listed and not self._usable(listed)
            ]
            return [(f"{place}/comment_ids", str(self._refusal(of[0]))) for place, of in lost]
        return [
            (f"{place}/comment_ids/{n}", code)
            for place, listed in parts
            for n, comment_id in enumerate(listed)
            if (code := self._refusal(comment_id, today, within=within))
        ]

    def _refusal(
        self, comment_id: str, today: Assignments | None = None, *, within: str | None = None
    ) -> str | None:
        known = (today or self._assignments).get(comment_id)
        if known is None:
            return "unknown_comment"
        if known.status != "published":
            return "comment_not_public"
        if within and comment_id not in self._membership.members(within):
            return "not_in_theme"
        return None

    def _usable(self, comment_ids: Iterable[str]) -> list[str]:
        return [each for each in comment_ids if self._refusal(each) is None]

    def _alter(self, theme_id: str, recorded: Recorded, **fields: Any) -> None:
        former = self._themes[theme_id]
        entry = {
            "op": recorded.correction.op,
            "by": recorded.role,
            "at": recorded.at,
            "reason": recorded.correction.reason,
        }
        self._themes[theme_id] = {
            **former,
            "machine": self._machine.get(theme_id),
            "corrected": True,
            "history": [*former.get("history", []), entry],
            **fields,
        }

    def _merge(self, merge: Merge, recorded: Recorded) -> None:
        kept, *others = self._known(merge.theme_ids)
        gone = [self._themes.pop(theme_id) for theme_id in others]
        for other in others:
            self._membership.merge(kept, other)
        first = self._themes[kept]
        found = [m for t in gone for m in (t.get("machine", t), *t.get("merged", []))]
        fields: Theme = {
            # Of one that officers added there is no machine's version.
            "merged": [*first.get("merged", []), *filter(None, found)],
            "languages": sorted({x for t in [first, *gone] for x in t["languages"]}),
            **({"title": merge.title.model_dump()} if merge.title else {}),
        }
        self._alter(kept, recorded, **fields)

    def _move(self, move: Move, recorded: Recorded) -> None:
        concerned = {move.theme_id} if move.theme_id else set()
        for comment_id in self._usable(move.comment_ids):
            present = self._membership.of(comment_id)
            concerned |= {*present}
            self._named[comment_id] = move.theme_id
            self._membership.place(comment_id, leave=present, enter=move.theme_id)
        for theme_id in sorted(each for each in concerned if each in self._themes):
            self._alter(theme_id, recorded)

    def _split(self, split: Split, recorded: Recorded) -> None:
        parts = new_themes(recorded)
        # The theme may have gone in a later run, once its parts were found by themselves.
        [one, *_] = self._known([split.theme_id, *parts])
        question_id = self._themes[one]["question_id"]
        for theme_id, part in zip(parts, split.into, strict=True):
            self._add(theme_id, part, recorded, question_id=question_id, out_of=split.theme_id)
        if split.theme_id in self._themes:
            self._alter(split.theme_id, recorded)

    def _add(
        self,
        theme_id: str,
        part: Part,
        recorded: Recorded,
        *,
        question_id: str | None,
        out_of: str | None = None,
    ) -> None:
        # A run since then has found it by its terms.
        self._themes.setdefault(theme_id, _empty(theme_id, question_id))
        for comment_id in self._usable(part.comment_ids):
            self._named[comment_id] = theme_id
            leave = self._left_for(comment_id, out_of, question_id) if out_of else ()
            self._membership.place(comment_id, leave=leave, enter=theme_id)
        members = (self._assignments.get(each) for each in self._membership.members(theme_id))
        languages = {each.language for each in members if each and each.language}
        self._alter(
            theme_id,
            recorded,
            title=part.title.model_dump(),
            label=part.title.en,
            languages=sorted({*self._themes[theme_id]["languages"], *languages}),
            seed_terms=part.terms,
        )

    def _left_for(self, comment_id: str, out_of: str, question_id: str | None) -> set[str]:
        """The theme that a comment is split off; if a later run put it into others, these."""
        if comment_id in self._membership.members(out_of):
            return {out_of}
        return self._on(question_id, comment_id)

    def _follow_all(self) -> None:
        """Put comments that no correction named so far into the themes that these teach."""
        for each in self._assignments:
            for learned in each.learned:
                theme_id = self._membership.now(learned)
                if theme_id in self._themes and each.comment_id not in self._named:
                    self._follow(each.comment_id, theme_id)

    def _follow(self, comment_id: str, theme_id: str) -> None:
        same = self._on(self._themes[theme_id]["question_id"], comment_id)
        if same != {theme_id}:
            self._membership.place(comment_id, leave=same, enter=theme_id)
            theme = self._themes[theme_id]
            self._themes[theme_id] = {**theme, "learned": theme.get("learned", 0) + 1}

    def _on(self, question_id: str | None, comment_id: str) -> set[str]:
        """Themes of a comment that are about a question."""
        present = self._membership.of(comment_id)
        return {each for each in present if self._themes[each]["question_id"] == question_id}


def _empty(theme_id: str, question_id: str | None) -> Theme:
    return {
        "theme_id": theme_id,
        "question_id": question_id,
        "languages": [],
        "seed": None,
        "overlap": [],
        "terms": [],
        "quotes": [],
    }
