"""Letters: near-identical comments are one campaign, whatever their order; others stay apart."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analysis.engine import pipeline
from services.analysis.engine.grouping import group
from services.analysis.engine.minhash import band_keys
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.engine.shingles import digests, shingled
from services.analysis.engine.variation import segments
from services.analysis.model.comment import ExportedComment
from services.analysis.model.text import normalised

LETTERS = (
    "Please keep the health centre in our quarter open until ten in the evening on all weekdays,"
    " since many parents work late and cannot come before six.",
    "نطالب بإبقاء المركز الصحي في حينا مفتوحًا حتى العاشرة مساءً في كل أيام الأسبوع،"
    " فكثير من الآباء يعملون حتى وقت متأخر ولا يستطيعون الحضور قبل السادسة.",
)
OTHER = (
    "The new parking meters at the old market are too expensive for those who sell there every day."
)


def _variant(letter: str, seed: int) -> str:
    """The letter with one in twelve words replaced."""
    words, chance = letter.split(), random.Random(seed)
    for place in chance.sample(range(len(words)), len(words) // 12):
        words[place] = f"{words[place][:2]}{chance.randrange(1000)}"
    return " ".join(words)


def _grouped(texts: list[str]) -> list[int]:
    folded = [normalised(text) for text in texts]
    shingles = shingled(folded)
    keys = band_keys(shingles)
    ids = np.array([f"{n:05d}".encode() for n in range(len(texts))])
    found = group(ids, digests=digests(folded), band=lambda n: keys[n], shingles=shingles)
    return [int(place) for place in found]


@pytest.mark.parametrize("letter", LETTERS, ids=["en", "ar"])
def test_a_letter_with_some_words_changed_is_the_same_letter(letter: str) -> None:
    found = _grouped([letter, *(_variant(letter, seed) for seed in range(9)), OTHER])
    assert found == [0] * 10 + [-1]


def test_marks_and_tatweel_make_no_other_letter() -> None:
    marked = LETTERS[1].replace("المركز", "المَرْكَز").replace("الصحي", "الصـــحي")
    assert _grouped([LETTERS[1], marked]) == [0, 0]


def test_two_letters_stay_two() -> None:
    texts = [_variant(LETTERS[n % 2], n) for n in range(10)]
    assert _grouped(texts) == [0, 1] * 5


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], []),
        (["only one"], [-1]),
        (["", " ", "…"], [-1, -1, -1]),
        (["same"] * 3, [0, 0, 0]),
        (["no to it", "No, to it!", "no to that"], [0, 0, -1]),
    ],
    ids=["none", "one", "blank", "identical", "few words"],
)
def test_too_little_to_compare_is_no_fault(texts: list[str], found: list[int]) -> None:
    assert _grouped(texts) == found


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(24)), st.integers(1, 6))
def test_neither_order_nor_shards_change_the_campaigns(order: list[int], shards: int) -> None:
    comments = [
        ExportedComment(
            comment_id=f"c{n:02d}",
            status="published",
            received_at=f"2026-11-{1 + n:02d}T08:00:00Z",
            channel="web",
            text=_variant(LETTERS[n % 2], n // 3) if n % 4 else f"{OTHER} {n} {n}",
        )
        for n in range(24)
    ]
    straight, shuffled = _run(comments, 1), _run([comments[n] for n in order], shards)
    assert straight == shuffled


def _run(comments: list[ExportedComment], shards: int) -> list[dict[str, object]]:
    slices = even_slices(len(comments), shards=shards)
    plan = Plan(topic_id="topic", round=1, slices=slices)
    found = pipeline.run(plan, lambda part: part.of(comments)).results["campaigns"]
    assert isinstance(found, list)
    return found


def test_a_campaign_is_told_both_ways_with_its_days_channels_and_what_varies() -> None:
    letter = LETTERS[0]
    texts = [letter, letter, letter, letter.replace("quarter", "village"), OTHER]
    comments = [
        ExportedComment(
            comment_id=f"c{n}",
            status="published",
            received_at=f"2026-11-{10 + n // 2}T08:00:00Z",
            channel="web" if n % 2 else "email",
            text=text,
        )
        for n, text in enumerate(texts)
    ]
    [campaign] = _run(comments, 2)
    assert (campaign["size"], campaign["distinct"]) == (4, 2)
    assert (campaign["representative"], campaign["text"]) == ("c0", letter)
    assert campaign["comment_ids"] == ["c0", "c1", "c2", "c3"]
    assert campaign["by_day"] == [
        {"day": "2026-11-10", "comments": 2, "distinct": 1},
        {"day": "2026-11-11", "comments": 2, "distinct": 2},
    ]
    assert campaign["by_channel"] == {"email": 2, "web": 2}
    assert campaign["distinct_by_channel"] == {"email": 1, "web": 2}
    varying = [each for each in segments(letter, texts[3:4]) if each["varies"]]
    assert [(each["text"], each["examples"]) for each in varying] == [("quarter", ["village"])]
    assert campaign["variation"] == segments(letter, texts[3:4])


@pytest.mark.parametrize("letter", LETTERS, ids=["en", "ar"])
def test_the_segments_of_a_letter_are_the_letter_word_for_word(letter: str) -> None:
    told = segments(letter, [_variant(letter, seed) for seed in range(5)])
    assert " ".join(each["text"] for each in told if each["text"]) == letter
