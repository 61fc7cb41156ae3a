"""The leaves of comments as the archive gets them: of all that was received, each once."""

from typing import Any

import pytest

from services.comments.handlers import leaves
from services.shared import exports
from tests.integration.comments.conftest import Consultation
from tests.support.calls import invoke

BEGINNING = "2026-12-01T00:00:00.000Z"


def told(consultation: Consultation, *, after: str = BEGINNING, before: str) -> tuple[int, Any]:
    """How many were received before an instant, and the rows of all shards that came since."""
    (of,) = invoke(leaves.handler, {})["rounds"]
    assert (of["topic_id"], of["round"]) == (consultation.topic_id, consultation.round)
    span = {"topic_id": of["topic_id"], "round": of["round"], "after": after, "before": before}
    received, rows = 0, []
    for shard in range(of["shards"]):
        answer = invoke(leaves.handler, {**span, "shard": shard})
        part = exports.read_lines(answer["bucket"], answer["key"])
        assert part == sorted(part, key=lambda row: str(row["comment_id"]))
        assert answer["items"] == len(part)
        received, rows = received + answer["received"], rows + part
    return received, rows


def test_the_leaves_are_those_of_the_receipts_whatever_became_of_the_comments(
    consultation: Consultation, clock: Any
) -> None:
    texts = ["نعم", "You idiot", "liar", "Yes, please"]
    receipts = [consultation.post(text).json["receipt"] for text in texts[:3]]
    consultation.screen()
    receipts.append(consultation.post(texts[3]).json["receipt"])
    clock.advance(minutes=1)
    later = consultation.post("later").json["receipt"]
    received, rows = told(consultation, before=later["received_at"])
    expected = {receipt["comment_id"]: receipt["leaf_hash"] for receipt in receipts}
    assert {row["comment_id"]: row["leaf"] for row in rows} == expected
    assert received == len(rows) == 4


def test_a_span_begins_with_its_first_instant_and_ends_before_its_last(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post("one").json["receipt"]
    clock.advance(seconds=1)
    second = consultation.post("two").json["receipt"]
    span = {"after": first["received_at"], "before": second["received_at"]}
    received, rows = told(consultation, **span)
    assert [row["comment_id"] for row in rows] == [first["comment_id"]]
    clock.advance(seconds=1)
    end = "2026-12-01T09:00:02.000Z"
    received, rows = told(consultation, after=second["received_at"], before=end)
    assert [row["comment_id"] for row in rows] == [second["comment_id"]]
    assert received == 2


@pytest.mark.parametrize("change", [{"after": "yesterday"}, {"shard": -1}, {"texts": True}])
def test_what_is_no_such_question_is_refused(
    consultation: Consultation, change: dict[str, Any]
) -> None:
    of = {"topic_id": consultation.topic_id, "round": 1, "shard": 0}
    span = {"after": BEGINNING, "before": "2026-12-02T00:00:00.000Z"}
    with pytest.raises(ValueError, match="validation error"):
        invoke(leaves.handler, {**of, **span, **change})
