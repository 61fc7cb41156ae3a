"""Corrections applied, one by one, to the themes that the machine found."""

from collections import Counter, defaultdict
from collections.abc import Iterable
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
)
from services.shared import ids

Theme = dict[str, Any]
_ROUNDED = 6


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
        self._moved: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, str | None] = {}
        self._touched: set[str] = set()
        self._members: dict[str, set[str]] = defaultdict(set)
        for each in assignments:
            for theme_id in each.theme_ids:
                self._members[theme_id].add(each.comment_id)

    def apply(self, recorded: Recorded, *, strict: bool = False) -> list[tuple[str, str]]:
        """Apply a correction, or nothing of it.

        Parameters
        ----------
        strict : bool
            Whether a comment that is not public stands in the way, as in a new correction.

        Returns
        -------
        list of tuple
            Every fault: JSON pointer inside the correction, and code; empty if it was applied.
        """
        correction = recorded.correction
        faults = self._faults(correction, strict=strict)
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
                theme_id = self._add(correction, recorded, number=0)
                self._themes[theme_id]["question_id"] = correction.question_id
        return []

    def follow(self) -> None:
        """Put comments that no correction names into the themes that corrections teach for them."""
        for each in self._assignments:
            for theme_id in each.learned:
                if theme_id in self._themes and each.comment_id not in self._named:
                    self._follow(each.comment_id, theme_id)

    def placed(self) -> list[tuple[str, str]]:
        """Comments, in their order, with the theme that corrections put each into last."""
        return [
            (comment_id, theme_id)
            for comment_id, theme_id in sorted(self._named.items())
            if theme_id and theme_id in self._themes
        ]

    def changed(self) -> dict[str, tuple[str, ...]]:
        """Themes of the comments whose themes changed."""
        return dict(self._moved)

    def themes(self) -> list[Theme]:
        """All themes, the largest first as in a run, those that changed counted anew."""
        found = [self._counted(theme) for theme in self._themes.values()]
        return sorted(found, key=lambda theme: -theme["size"]) if self._touched else found

    def _faults(self, correction: Correction, *, strict: bool) -> list[tuple[str, str]]:
        match correction:
            case Merge():
                named = [(f"/theme_ids/{n}", t) for n, t in enumerate(correction.theme_ids)]
            case Add():
                named = []
            case _:
                named = [("/theme_id", correction.theme_id)] if correction.theme_id else []
        faults = [(place, "unknown_theme") for place, t in named if t not in self._themes]
        groups: list[tuple[str, list[str], str | None]] = []
        match correction:
            case Split():
                groups = [
                    (f"/into/{n}/comment_ids", part.comment_ids, correction.theme_id)
                    for n, part in enumerate(correction.into)
                ]
            case Move() | Add():
                groups = [("/comment_ids", correction.comment_ids, None)]
        return faults + [
            fault
            for place, listed, theme_id in groups
            for fault in self._comment_faults(place, listed, within=theme_id, strict=strict)
        ]

    def _comment_faults(
        self, place: str, listed: list[str], *, within: str | None, strict: bool
    ) -> list[tuple[str, str]]:
        codes = [self._refusal(comment_id, within=within) for comment_id in listed]
        if strict:
            return [(f"{place}/{n}", code) for n, code in enumerate(codes) if code]
        return [(place, str(codes[0]))] if codes and all(codes) else []

    def _refusal(self, comment_id: str, *, within: str | None) -> str | None:
        known = self._assignments.get(comment_id)
        if known is None:
            return "unknown_comment"
        if known.status != "published":
            return "comment_not_public"
        if within in self._themes and comment_id not in self._members[str(within)]:
            return "not_in_theme"
        return None

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
        kept, *others = merge.theme_ids
        gone = [self._themes.pop(theme_id) for theme_id in others]
        for other in others:
            for comment_id in sorted(self._members[other]):
                self._place(comment_id, leave={other}, enter={kept})
        first = self._themes[kept]
        fields: Theme = {
            "merged": [
                *first.get("merged", []),
                *(m for each in gone for m in [each.get("machine", each), *each.get("merged", [])]),
            ],
            "languages": sorted({x for t in [first, *gone] for x in t["languages"]}),
            **({"title": merge.title.model_dump()} if merge.title else {}),
        }
        self._alter(kept, recorded, **fields)

    def _move(self, move: Move, recorded: Recorded) -> None:
        left: set[str] = set()
        for comment_id in self._usable(move.comment_ids):
            self._named[comment_id] = move.theme_id
            present = self._of(comment_id)
            left |= set(present)
            enter = {move.theme_id} if move.theme_id else set()
            self._place(comment_id, leave=set(present), enter=enter)
        for theme_id in sorted((left | {move.theme_id or ""}) & self._themes.keys()):
            self._alter(theme_id, recorded)

    def _split(self, split: Split, recorded: Recorded) -> None:
        for number, part in enumerate(split.into):
            theme_id = self._add(part, recorded, number=number, out_of=split.theme_id)
            self._themes[theme_id]["question_id"] = self._themes[split.theme_id]["question_id"]
        self._alter(split.theme_id, recorded)

    def _add(
        self, part: Part, recorded: Recorded, *, number: int, out_of: str | None = None
    ) -> str:
        first = (part.title.en, *part.terms, *part.comment_ids)
        theme_id = ids.derived_id("theme", recorded.at, str(recorded.version), str(number), *first)
        # A run since then has found it by its terms.
        self._themes.setdefault(theme_id, _empty(theme_id))
        self._touched.add(theme_id)
        for comment_id in self._usable(part.comment_ids):
            self._named[comment_id] = theme_id
            self._place(comment_id, leave={out_of} if out_of else set(), enter={theme_id})
        members = (self._assignments.get(each) for each in self._members[theme_id])
        languages = {member.language for member in members if member and member.language}
        self._alter(
            theme_id,
            recorded,
            title=part.title.model_dump(),
            label=part.title.en,
            languages=sorted({*self._themes[theme_id]["languages"], *languages}),
            seed_terms=part.terms,
        )
        return theme_id

    def _follow(self, comment_id: str, theme_id: str) -> None:
        asked = self._themes[theme_id]["question_id"]
        same = {each for each in self._of(comment_id) if self._question_of(each) == asked}
        if same != {theme_id}:
            self._place(comment_id, leave=same, enter={theme_id})
            theme = self._themes[theme_id]
            self._themes[theme_id] = {**theme, "learned": theme.get("learned", 0) + 1}

    def _question_of(self, theme_id: str) -> str | None:
        theme = self._themes.get(theme_id) or self._machine.get(theme_id)
        return theme["question_id"] if theme else None

    def _usable(self, comment_ids: Iterable[str]) -> list[str]:
        return [each for each in comment_ids if self._refusal(each, within=None) is None]

    def _of(self, comment_id: str) -> tuple[str, ...]:
        known = self._assignments.get(comment_id)
        return self._moved.get(comment_id, known.theme_ids if known else ())

    def _place(self, comment_id: str, *, leave: set[str], enter: set[str]) -> None:
        for theme_id in leave:
            self._members[theme_id].discard(comment_id)
        for theme_id in enter:
            self._members[theme_id].add(comment_id)
        self._touched |= leave | enter
        self._moved[comment_id] = tuple(sorted((set(self._of(comment_id)) - leave) | enter))

    def _counted(self, theme: Theme) -> Theme:
        """A theme whose members changed, its figures from the assignments.

        What only the texts could tell (how far it holds) is empty until the next run. The
        share is of the comments that the machine's shares of the same question are of.
        """
        theme_id = theme["theme_id"]
        if theme_id not in self._touched:
            return theme
        members = self._members[theme_id]
        known = [self._assignments.get(each) for each in members]
        letters = {(k.campaign_id or k.comment_id) for k in known if k}
        shared = Counter(other for each in members for other in self._of(each) if other != theme_id)
        quotes = {
            quote["comment_id"]: quote
            for each in self._machine.values()
            if each["question_id"] == theme["question_id"]
            for quote in each["quotes"]
            if quote["comment_id"] in members
        }
        return {
            **theme,
            "size": len(members),
            "distinct": len(letters),
            "share": self._share(theme, len(members)),
            "holds": [],
            "overlap": [{"theme_id": t, "comments": n} for t, n in sorted(shared.items())],
            "quotes": list(quotes.values())[:5],
        }

    def _share(self, theme: Theme, size: int) -> float | None:
        own = self._machine.get(theme["theme_id"])
        asked = theme["question_id"]
        alike = [own] if own else [t for t in self._machine.values() if t["question_id"] == asked]
        # Of statements in other languages the next run tells the share.
        same = (t for t in alike if t["languages"] == theme["languages"])
        one = next((t for t in same if t["size"] and t["share"]), None)
        return round(size * one["share"] / one["size"], _ROUNDED) if one else None


def _empty(theme_id: str) -> Theme:
    return {
        "theme_id": theme_id,
        "question_id": None,
        "languages": [],
        "seed": None,
        "terms": [],
        "quotes": [],
    }
