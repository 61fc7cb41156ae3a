"""Clean comments of ours, in every dialect and in languages that share our scripts: published."""

from pathlib import Path

import pytest

from services.moderation.model.screening import screen

CLEAN = Path(__file__).parents[3] / "examples" / "clean"


def lines(name: str) -> list[str]:
    found = CLEAN.joinpath(name).read_text("utf-8").splitlines()
    return [line for line in found if line and not line.startswith("#")]


@pytest.mark.parametrize(("name", "least", "share"), [("ar.txt", 250, 0.01), ("en.txt", 50, 0.02)])
def test_hardly_a_clean_comment_is_held(name: str, least: int, share: float) -> None:
    comments = lines(name)
    assert len(comments) >= least
    held = [comment for comment in comments if screen(comment).outcome != "publish"]
    assert len(held) / len(comments) <= share, held


@pytest.mark.parametrize("text", lines("other.txt"))
def test_another_language_is_no_abuse(text: str) -> None:
    assert screen(text).outcome == "publish", screen(text).reasons


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("یہ ہے کس امك", "کس امك"),
        ("این است حمار", "حمار"),
        ("کس امک", "کس امک"),
    ],
)
def test_foreign_words_around_an_insult_do_not_hide_it(text: str, shown: str) -> None:
    found = screen(text)
    assert found.outcome == "hold"
    assert shown in [text[a:b] for reason in found.reasons for a, b in reason.spans]


@pytest.mark.parametrize("text", ["", " ", "😀" * 300, "؟!", "\u200f\u202b\u2066", "\u064b" * 500])
def test_nothing_to_read_is_published(text: str) -> None:
    assert screen(text).outcome == "publish"


def test_mixed_directions_keep_their_spans() -> None:
    text = "hello \u202bيا حقير\u202c and \u2067moron\u2069"
    shown = [text[a:b] for reason in screen(text).reasons for a, b in reason.spans]
    assert shown == ["حقير\u202c", "moron\u2069"] or shown == ["حقير", "moron"]
