"""A comment's place is found in its batch, of whatever size, by reading little of it."""

import json
from itertools import pairwise

import pytest

from services.archive.model.batches import index_in
from services.shared.ids import derived_id

FIRST = 4_000


class Batch:
    """Rows of so many comments, and what is read of them."""

    def __init__(self, count: int) -> None:
        self.ids = sorted(derived_id("batch", str(number)) for number in range(count))
        rows = [
            {"comment_id": comment_id, "index": FIRST + n, "leaf": "0" * 64}
            for n, comment_id in enumerate(self.ids)
        ]
        lines = [json.dumps(row, separators=(",", ":")) for row in rows]
        self.body = "".join(f"{line}\n" for line in lines).encode()
        self.read_bytes = 0

    def read(self, begin: int, end: int) -> bytes:
        piece = self.body[begin:end]
        self.read_bytes += len(piece)
        return piece

    def index(self, comment_id: str) -> int | None:
        return index_in(self.read, len(self.body), comment_id)


@pytest.mark.parametrize("count", [1, 2, 480, 500, 1_000, 3_001])
def test_every_comment_has_the_place_that_its_row_says(count: int) -> None:
    batch = Batch(count)
    assert [batch.index(each) for each in batch.ids] == [FIRST + n for n in range(count)]


@pytest.mark.parametrize("count", [1, 2_000])
def test_what_is_not_in_the_batch_has_no_place(count: int) -> None:
    batch = Batch(count)
    between = [f"{left[:-1]}z" for left, right in pairwise(batch.ids) if f"{left[:-1]}z" < right]
    for comment_id in ["2" * 26, "z" * 26, *between[:50]]:
        assert comment_id in batch.ids or batch.index(comment_id) is None


def test_of_a_hundred_thousand_little_is_read() -> None:
    batch = Batch(100_000)
    assert batch.index(batch.ids[77_777]) == FIRST + 77_777
    assert batch.read_bytes < 100_000
