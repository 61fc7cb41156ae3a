"""Ids, pseudonyms and secrets follow from the service secret and from nothing else."""

from collections import Counter

import pytest

from services.comments.model import names
from services.comments.model.names import Keyring
from services.shared import ids
from services.shared.errors import Malformed

KEYRING = Keyring.of(b"s" * 64)


def comment_id(**parts: object) -> str:
    given = {"topic_id": "t", "round_": 1, "subject": "fatima", "key": "k1", **parts}
    return names.comment_id(KEYRING, **given)  # type: ignore[arg-type]


def test_the_same_submission_has_the_same_id_in_any_container() -> None:
    other = Keyring.of(b"s" * 64)
    assert comment_id() == names.comment_id(
        other, topic_id="t", round_=1, subject="fatima", key="k1"
    )


@pytest.mark.parametrize(
    "part", [{"topic_id": "u"}, {"round_": 2}, {"subject": "ali"}, {"subject": None}, {"key": "k2"}]
)
def test_another_topic_round_author_or_key_gives_another_id(part: dict[str, object]) -> None:
    assert comment_id(**part) != comment_id()


def test_another_secret_gives_another_id() -> None:
    other = names.comment_id(
        Keyring.of(b"x" * 64), topic_id="t", round_=1, subject="fatima", key="k1"
    )
    assert other != comment_id()


@pytest.mark.parametrize("header", ["", "a b", "مفتاح", "x" * 201, "a\n", "\x7f"])
def test_an_idempotency_key_is_visible_ascii(header: str) -> None:
    with pytest.raises(Malformed, match="bad_idempotency_key"):
        names.idempotency_key(header)


@pytest.mark.parametrize("header", ["1", "x" * 200, "8f2c-!~"])
def test_a_good_idempotency_key_is_taken(header: str) -> None:
    assert names.idempotency_key(header) == header


@pytest.mark.parametrize("shards", [1, 4, 16, 64])
def test_comments_spread_evenly_over_the_shards(shards: int) -> None:
    drawn = (ids.derived_id("spread", str(number)) for number in range(64 * 100))
    sizes = Counter(names.shard_of(drawn_id, shards) for drawn_id in drawn)
    assert set(sizes) == set(range(shards))
    assert max(sizes.values()) < 1.6 * 6400 / shards


def test_stripes_within_a_shard_are_all_used() -> None:
    drawn = [ids.derived_id("stripe", str(number)) for number in range(4000)]
    stripes = {names.stripe_of(i, 16) for i in drawn if names.shard_of(i, 16) == 3}
    assert stripes == set(range(16))


def test_the_receipt_secret_authorises_one_comment() -> None:
    one, other = ids.random_id(), ids.random_id()
    secret = names.receipt_secret(KEYRING, one)
    assert names.is_receipt_secret(KEYRING, one, secret)
    assert not names.is_receipt_secret(KEYRING, other, secret)
    assert not names.is_receipt_secret(KEYRING, one, "ليس سرًا")


def test_an_author_has_another_pseudonym_in_each_topic_and_nobody_has_none() -> None:
    in_one = names.subject_key(KEYRING, topic_id="t", subject="fatima")
    in_other = names.subject_key(KEYRING, topic_id="u", subject="fatima")
    assert in_one != in_other
    assert names.subject_key(KEYRING, topic_id="t", subject=None) is None
