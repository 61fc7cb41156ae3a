"""Canonical JSON without the library: the same bytes, or none."""

import json
from random import Random
from typing import Any

import pytest
import rfc8785

from services.shared.exports import canonical
from services.shared.plain_json import plain_json

_TEXTS = ("", "نعم", 'a"b\\c', "\x00\x1f\x7f\u2028\n\r\t\b\f", "𝔸é", "/", "</script>")
_NAMES = ("a", "B", "aa", "_", "z1", "~", "")


def anything(random: Random, depth: int = 3) -> Any:
    """A value of JSON, nested by chance."""
    kind = random.randrange(7 if depth else 5)
    if kind == 5:
        return [anything(random, depth - 1) for _ in range(random.randrange(4))]
    if kind == 6:
        names = random.sample(_NAMES, random.randrange(len(_NAMES)))
        return {name: anything(random, depth - 1) for name in names}
    edges = (0, -1, 2**53 - 1, 1 - 2**53, random.randrange(10**6))
    return (None, True, False, random.choice(_TEXTS), random.choice(edges))[kind]


def test_what_is_plain_has_the_bytes_that_the_library_gives_it() -> None:
    random = Random(7)
    for _ in range(2_000):
        value = anything(random)
        assert plain_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [0.5, 1.0, [1e21], {"a": {"b": [None, -0.0]}}, {"é": 1}, {"a": {"ﬀ": 1, "𝔸": 2}}],
    ids=str,
)
def test_what_is_not_plain_is_left_to_the_library(value: Any) -> None:
    assert plain_json(value) is None
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), {1: 2}, {None: 1}, b"bytes", {"a": {1}}])
def test_what_no_canonical_json_has_is_refused(value: Any) -> None:
    assert plain_json(value) is None
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        canonical({"a": json.loads('"\\ud800"')})
