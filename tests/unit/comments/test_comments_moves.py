"""Steps of a comment: how they count, and what moderation makes of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.comments.model.comment import (
    Comment,
    Move,
    count_changes,
    export_row,
    public_view,
    reply_changes,
)
from services.comments.model.moderation import ModerationDecided, Outcome, decided, screened
from services.comments.use_cases.screen import MOST_WRITES, batches

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
DECIDED = "2026-12-01T08:59:00.000Z"
COMMENT = Comment(
    topic_id="t",
    round=1,
    comment_id="a" * 26,
    kind="comment",
    status="screening",
    received_at="2026-12-01T08:59:00.000Z",
    language="ar",
    channel="portal",
    version=1,
    public={"text": "اتصل بي ٣٦٠٠", "author_name": "علي", "answers": [{"question_id": "q"}]},
    private={},
    body_digest=b"",
    leaf=b"\x01" * 32,
)


def comment(**changes: Any) -> Comment:
    return COMMENT._replace(**changes)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("screening", "published", {"received": 1, "published": 1}),
        ("screening", "held", {"received": 1, "held": 1}),
        ("screening", "withdrawn", {"received": 1, "withdrawn": 1}),
        ("held", "published", {"held": -1, "published": 1}),
        ("held", "rejected", {"held": -1, "rejected": 1}),
        ("published", "withdrawn", {"published": -1, "withdrawn": 1}),
        ("rejected", "withdrawn", {"rejected": -1, "withdrawn": 1}),
    ],
)
def test_received_is_always_the_sum_of_the_others(
    before: Any, after: Any, changes: dict[str, int]
) -> None:
    counted = count_changes([Move(comment=comment(status=before), to=after)])
    assert counted == changes
    received = counted.get("received", 0)
    assert received == sum(change for name, change in counted.items() if name != "received")


def test_a_published_reply_counts_on_its_parent_and_a_withdrawn_one_no_more() -> None:
    reply = comment(kind="reply", parent_id="p" * 26)
    published = reply._replace(status="published")
    moves = [Move(comment=reply, to="published"), Move(comment=reply, to="published")]
    assert reply_changes(moves) == {"p" * 26: 2}
    assert reply_changes([Move(comment=published, to="withdrawn")]) == {"p" * 26: -1}
    assert reply_changes([Move(comment=reply, to="held")]) == {}


def test_screening_publishes_masks_or_holds() -> None:
    def move(outcome: str, **members: Any) -> Move:
        whole = {"comment_id": COMMENT.comment_id, "outcome": outcome, **members}
        return screened(COMMENT, Outcome.model_validate(whole), at=AT)

    published = {"published_at": "2026-12-01T09:00:00.000Z"}
    assert (move("publish").to, move("publish").set) == ("published", published)
    redacted = move("redact-and-publish", public_text="█")
    assert redacted.set == {**published, "public_text": "█"}
    held = move("hold", case_id="c1", reasons=[{"code": "spam", "spans": [[0, 1]], "score": 0.9}])
    assert (held.to, held.set) == ("held", {"case_id": "c1", "reason_code": "spam"})


def test_a_moderator_publishes_masks_or_rejects() -> None:
    def move(decision: str, **members: Any) -> Move:
        case = {"case_id": "c1", "comment_id": COMMENT.comment_id, "edition": 2}
        whole = ModerationDecided.model_validate({**case, "decision": decision, **members})
        return decided(comment(status="held"), whole, decided_at=DECIDED, at=AT)

    assert move("publish").to == "published"
    assert move("redact", spans=[[8, 12]]).set["public_text"] == "اتصل بي ████"
    rejected = move("reject", reason_code="abusive")
    noted = {"case_id": "c1", "case_edition": 2, "decided_at": DECIDED}
    assert (rejected.to, rejected.set) == ("rejected", {**noted, "reason_code": "abusive"})


@pytest.mark.parametrize(
    "decision",
    [
        {"decision": "reject"},
        {"decision": "reject", "reason_code": "dislike"},
    ],
)
def test_a_rejection_without_its_ground_is_not_applied(decision: Any) -> None:
    case = {"case_id": "c", "comment_id": "a", "edition": 2}
    with pytest.raises(ValidationError):
        ModerationDecided.model_validate({**case, **decision})


@pytest.mark.parametrize("status", ["screening", "held", "rejected", "withdrawn"])
def test_no_word_of_an_unpublished_comment_is_exported(status: Any) -> None:
    row = export_row(comment(status=status, published_at="x", reason_code="abusive"))
    hidden = ("text", "author_name", "answers", "answer", "published_at")
    assert [row[name] for name in hidden] == [None] * len(hidden)
    assert row["reason_code"] == ("abusive" if status in ("held", "rejected") else None)
    assert row["leaf_hash"] == "01" * 32


def test_the_masked_text_is_shown_and_exported_instead_of_the_original() -> None:
    masked = comment(status="published", public_text="اتصل بي ████")
    assert public_view(masked, disposition=None)["text"] == "اتصل بي ████"
    assert export_row(masked)["text"] == "اتصل بي ████"


def test_a_batch_is_of_one_round_and_fits_into_one_transaction() -> None:
    many = [comment(comment_id=f"{number:026d}") for number in range(150)]
    other = [comment(comment_id="o" * 26, topic_id="u"), comment(comment_id="r" * 26, round=2)]
    sizes = [(b[0].topic_id, b[0].round, len(b)) for b in batches([*many, *other])]
    assert sizes == [("t", 1, MOST_WRITES), ("t", 1, 51), ("t", 2, 1), ("u", 1, 1)]


def test_replies_come_in_a_later_batch_than_their_parents_and_take_two_places() -> None:
    parent = comment()
    replies = [
        comment(comment_id=f"{n:026d}", depth=1, parent_id=parent.comment_id) for n in range(60)
    ]
    assert [len(batch) for batch in batches([*replies, parent])] == [1, 49, 11]


def test_a_comment_that_the_stream_brings_twice_is_in_a_batch_once() -> None:
    assert [len(batch) for batch in batches([COMMENT, COMMENT])] == [1]


def test_long_texts_make_smaller_batches() -> None:
    long = [comment(comment_id=f"{n:026d}", public={"text": "ا" * 20_000}) for n in range(90)]
    assert len(list(batches(long))) > 1


def test_what_stood_beside_a_redacted_text_is_neither_shown_nor_exported() -> None:
    answers = [{"question_id": "q1", "text": "غبي"}, {"question_id": "q2", "option_ids": ["a"]}]
    public = {"text": "اتصل بي", "author_name": "غبي", "answers": answers}
    hidden = comment(status="published", public=public, public_text="█", beside_hidden=True)
    assert public_view(hidden, disposition=None)["author_name"] is None
    row = export_row(hidden)
    assert row["author_name"] is None
    assert row["answers"] == [{"question_id": "q1"}, {"question_id": "q2", "option_ids": ["a"]}]
