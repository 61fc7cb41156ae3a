"""The linear model: what it takes from a text, what its file must be, and when it decides."""

import json

import pytest

from services.moderation.model.linear import FORMAT, LONGEST_GRAM, Model, buckets, model, pair_keys
from services.moderation.model.screening import screen

SIZE = 1 << 10
HEADER = {"format": FORMAT, "version": "1", "scale": 1.0, "bias": 0.5}


def small(*words: str, weight: int = 3) -> Model:
    """Model that knows nothing but some words."""
    weights = [0] * SIZE
    for word in words:
        weights[buckets(word)[-1] % SIZE] = weight
    return Model(json.dumps(HEADER).encode() + b"\n" + bytes(each % 256 for each in weights))


def test_a_text_without_words_tells_nothing() -> None:
    assert model().evidence("").logit == 0.0
    assert model().evidence("… 😀 !!").words == 0


def test_the_logit_is_the_weights_by_the_root_of_their_number() -> None:
    [count] = [len(buckets("bad"))]
    found = small("bad").evidence("bad")
    assert found.words == 1
    assert found.logit == pytest.approx(0.5 + 3 / count**0.5)


def test_a_pair_counts_in_its_order() -> None:
    key, _ = pair_keys("go")
    _, tail = pair_keys("home")
    from zlib import crc32

    weights = [0] * SIZE
    weights[crc32(tail, key) % SIZE] = 7
    known = Model(json.dumps(HEADER).encode() + b"\n" + bytes(weights))
    assert known.evidence("go home").logit > known.evidence("home go").logit


def test_names_and_addresses_are_no_words() -> None:
    assert small("bad").evidence("@bad x/bad a.bad").logit < small("bad").evidence("x bad").logit


def test_repeated_letters_and_long_words_are_bounded() -> None:
    assert buckets("baaaaad") == buckets("baad")
    assert len(buckets("2024")) == len(buckets("7"))
    most = LONGEST_GRAM * (24 + 2) + 1
    assert len(buckets(("abcdefgh" * 20)[:24])) <= most
    assert model().evidence("x" * 20_000).words == 1


def test_the_words_that_weigh_most_are_shown_in_the_order_of_the_text() -> None:
    known = small("bad", "worse")
    text = "worse than fine but bad"
    spans = known.strongest(text, 3)
    assert [text[start:end] for start, end in spans] == ["worse", "bad"]
    assert len(small().strongest(text, 3)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json\n" + bytes(SIZE),
        json.dumps(HEADER).encode() + b"\n" + bytes(SIZE - 1),
        json.dumps({**HEADER, "format": "other/1"}).encode() + b"\n" + bytes(SIZE),
    ],
)
def test_a_file_that_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Model(content)


def test_the_shipped_weights_are_small() -> None:
    from importlib import resources

    path = resources.files("services.moderation").joinpath("data", "model.bin")
    assert len(path.read_bytes()) <= 132_000


@pytest.mark.parametrize(
    "text",
    [
        "شعب مصر ده كله عايش على الشحاتة والنصب ومفيش فايدة فيهم",
        "these hoez aint loyal lil mama get them bands off that trap",
    ],
)
def test_where_no_word_is_listed_the_model_ranks_abuse_above_what_is_clean(text: str) -> None:
    clean = model().evidence("نقترح تمديد ساعات العمل في المركز الصحي").logit
    assert model().evidence(text).logit > clean


def test_the_model_alone_holds_for_a_reviewer_and_shows_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from services.moderation.model import abuse

    known = small("snorf", weight=120)
    monkeypatch.setattr(abuse, "model", lambda: known)
    text = "the SNÖRF of the town"
    found = screen(text)
    assert found.outcome == "hold"
    [reason] = found.reasons
    assert reason.code == "abusive"
    assert [text[a:b] for a, b in reason.spans] == ["SNÖRF"]
    assert reason.score < abuse.CLEAR, "the model alone is never clear"
    assert screen(text, mode="post").outcome == "publish-and-review"
    assert screen("snorf").outcome == "publish", "two words are too few for it"


def test_the_model_lifts_a_mild_word_and_sets_no_insult_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from services.moderation.model import abuse

    mild, soft = "the plan is stupid and so on", "the mayor is a liar and so on"
    monkeypatch.setattr(abuse, "model", lambda: small("plan", "mayor", weight=-120))
    assert screen(mild).outcome == "publish"
    assert screen(soft).outcome == "hold"
    monkeypatch.setattr(abuse, "model", lambda: small("plan", weight=9))
    assert screen(mild).outcome == "hold"
    assert screen(mild).reasons[0].spans == ((12, 18),)
