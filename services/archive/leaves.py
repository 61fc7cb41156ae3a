"""The comments service as ``comments-leaves`` answers for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.shared import aws, exports, side_by_side
from services.shared.invoke import invoke

Row = Mapping[str, Any]


class CommentLeaves:
    """Leaves of what rounds received.

    Parameters
    ----------
    function : str
        The function that has them.
    """

    def __init__(self, function: str) -> None:
        self._function = function

    def rounds(self) -> Sequence[Row]:
        """Rounds whose trees grow: ``topic_id``, ``round``, ``shards``."""
        return self._rounds({})

    def of_round(self, topic_id: str, round_: int) -> Row:
        """A round in the same form; one that never collected has no shards."""
        of = {"topic_id": topic_id, "round": round_}
        return next(iter(self._rounds(of)), {**of, "shards": 0})

    def came(self, of: Row, *, after: str, before: str) -> tuple[int, list[Iterable[Row]]]:
        """How many a round has received before an instant, and the rows that came, by shard."""
        span = {"topic_id": of["topic_id"], "round": of["round"], "after": after, "before": before}
        aws.client("lambda")  # made here, as the threads may only use it
        asked = [{**span, "shard": shard} for shard in range(of["shards"])]
        files = side_by_side.each(self._ask, asked)
        parts = [exports.read_lines(f["bucket"], f["key"]) for f in files if f["items"]]
        return sum(file["received"] for file in files), list(parts)

    def _rounds(self, of: dict[str, Any]) -> Sequence[Row]:
        found: Sequence[Row] = self._ask(of)["rounds"]
        return found

    def _ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = invoke(self._function, payload)
        return answer
