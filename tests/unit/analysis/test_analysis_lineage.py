"""Themes of a new run keep the ids of those that they are."""

from hypothesis import given
from hypothesis import strategies as st

from services.analysis.model.lineage import SAME, Common, inherit

_MEMBERS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(st.sampled_from("XYZ"), unique=True), max_size=8
)


def _of(members: dict[str, list[str]], theme: str) -> set[str]:
    return {comment for comment, themes in members.items() if theme in themes}


def _inherit(old: dict[str, list[str]], new: dict[str, list[str]]) -> dict[str, str]:
    common = Common(old.values())
    for comment, themes in new.items():
        common.add(old.get(comment, ()), themes)
    return inherit(common)


def test_the_most_alike_theme_takes_the_id() -> None:
    old = {c: ["old"] for c in "abcd"}
    new = {"a": ["n1"], "b": ["n1"], "c": ["n1"], "d": ["n2"]}
    assert _inherit(old, new) == {"n1": "old"}
    assert _inherit(old, {"a": ["n1"]}) == {}


@given(_MEMBERS, _MEMBERS)
def test_ids_go_one_to_one_to_alike_themes_only(
    old: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    found = _inherit(old, new)
    assert len(set(found.values())) == len(found)
    for later, former in found.items():
        a, b = _of(old, former), _of(new, later)
        assert len(a & b) / len(a | b) >= SAME


@given(_MEMBERS)
def test_the_same_themes_stay_who_they_are(members: dict[str, list[str]]) -> None:
    renamed = {c: [t.lower() for t in themes] for c, themes in members.items()}
    found = _inherit(members, renamed)
    assert {_of(members, f) == _of(renamed, n) for n, f in found.items()} <= {True}
    assert len(found) == len({t for themes in members.values() for t in themes})
