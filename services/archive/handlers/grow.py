"""Every six hours: the trees of the rounds that collect take up what came, and heads are signed."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.archive.handlers import tree_store
from services.archive.head_key import HeadKey
from services.archive.settings import settings
from services.archive.use_cases.grow import Grounds, Row, grow_all
from services.shared import aws, clock, exports, side_by_side
from services.shared.consumer import consume_messages, has_time
from services.shared.invoke import invoke
from services.shared.observability import logger

_RESERVE_MILLISECONDS = 240_000
"""What a large round may take."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``archive-grow``: the schedule's messages, from a queue."""

    def grow(_message: dict[str, Any]) -> None:
        # An alias of the key may have moved on: it is asked for anew each time.
        signer = HeadKey(settings().head_key_arn)
        grounds = Grounds(trees=tree_store(), signer=signer, leaves=_Comments())
        signed = grow_all(
            grounds,
            at=clock.now(),
            has_time=lambda: has_time(context, reserve=_RESERVE_MILLISECONDS),
        )
        logger("archive").info("heads_signed", heads=signed)

    return consume_messages(event, context, handle=grow)


class _Comments:
    """The comments service as ``comments-leaves`` answers for it."""

    def rounds(self) -> Sequence[Row]:
        """Rounds whose trees grow."""
        found: Sequence[Row] = self._ask({})["rounds"]
        return found

    def came(self, of: Row, *, after: str, before: str) -> tuple[int, list[Iterable[Row]]]:
        """How many a round has received, and the rows that came, by shard."""
        span = {
            "topic_id": of["topic_id"],
            "round": of["round"],
            "after": after,
            "before": before,
        }
        aws.client("lambda")  # made here, as the threads may only use it
        asked = [{**span, "shard": shard} for shard in range(of["shards"])]
        files = side_by_side.each(self._ask, asked)
        parts = [exports.read_lines(f["bucket"], f["key"]) for f in files if f["items"]]
        return sum(file["received"] for file in files), list(parts)

    def _ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = invoke(settings().comments_leaves_function_name, payload)
        return answer
