"""From the stream to the public view: each comment is screened, moved and counted once."""

from typing import Any

import pytest

from services.comments.handlers import screen, store, windows
from services.comments.store import CommentStore
from services.comments.use_cases.screen import screen as screen_comments
from services.shared import aws, clock
from services.shared.errors import TransientError
from services.shared.table import Table
from tests.integration.comments.conftest import Consultation
from tests.support.calls import LambdaContext, stream_records

NOTHING = {"received": 0, "published": 0, "held": 0, "rejected": 0, "withdrawn": 0, "erased": 0}


def counts(consultation: Consultation) -> dict[str, Any]:
    listed: dict[str, Any] = consultation.list().json["counts"]
    return {name: value for name, value in listed.items() if name != "distinct" and value}


def test_what_is_clean_is_published_and_what_is_not_is_held(consultation: Consultation) -> None:
    clean = consultation.post("نعم للعيادات", author_name="فاطمة").json["comment_id"]
    consultation.post("You idiot")
    before = consultation.count()
    assert (before["received"], before["screening"], before["pending"]) == (2, 2, 2)
    consultation.screen()
    [item] = consultation.list().json["items"]
    assert item == {
        "comment_id": clean,
        "kind": "comment",
        "text": "نعم للعيادات",
        "redacted": False,
        "language": "ar",
        "author_name": "فاطمة",
        "published_at": "2026-12-01T09:00:00.000Z",
        "parent_id": None,
        "channel": "portal",
        "answer": None,
        "replies": 0,
        "disposition": None,
    }
    assert consultation.count() == {
        **NOTHING,
        "received": 2,
        "published": 1,
        "held": 1,
        "in_review": 0,
        "screening": 0,
        "pending": 1,
    }


def test_the_screening_gets_texts_and_name_and_neither_pseudonym_nor_contact(
    consultation: Consultation,
) -> None:
    answers = [{"question_id": "q1", "text": "قرب المسافة"}, {"question_id": "q3", "value": 4}]
    sent = consultation.post(
        "نعم", author_name="علي", subject="ali", answers=answers, contact={"email": "a@b.example"}
    )
    consultation.screen()
    [payload] = consultation.moderation.payloads
    assert (payload["topic_id"], payload["round"]) == (consultation.topic_id, 1)
    assert (payload["agency"], payload["publication_mode"]) == ("health", "pre")
    [comment] = payload["comments"]
    assert comment == {
        "comment_id": sent.json["comment_id"],
        "text": "نعم",
        "author_name": "علي",
        "answer_texts": ["قرب المسافة"],
        "language": "ar",
        "kind": "comment",
        "repeats_own": False,
    }


def test_a_masked_text_is_shown_masked(consultation: Consultation) -> None:
    comment_id = consultation.published("call 36000001 now")
    shown = consultation.get(comment_id).json
    assert (shown["text"], shown["redacted"]) == ("call ████████ now", True)


def test_the_stream_may_deliver_twice(consultation: Consultation) -> None:
    for text in ("نعم", "لا", "You idiot"):
        consultation.post(text)
    consultation.screen()
    before = consultation.count()
    consultation.screen(again=True)
    assert consultation.count() == before


def test_after_a_crash_between_two_batches_only_the_rest_is_committed(
    consultation: Consultation,
) -> None:
    for number in range(3):
        consultation.post(f"الأول {number}")
    consultation.screen()
    for number in range(4):
        consultation.post(f"الثاني {number}")
    consultation.screen(again=True)
    assert counts(consultation) == {"received": 7, "published": 7}
    assert len(consultation.list().json["items"]) == 7


def test_more_than_one_transaction_holds_are_committed_in_batches(
    consultation: Consultation,
) -> None:
    for number in range(120):
        consultation.post(f"رأي {number}")
    consultation.screen()
    assert [len(p["comments"]) for p in consultation.moderation.payloads] == [99, 21]
    assert counts(consultation) == {"received": 120, "published": 120}


def test_a_missing_outcome_fails_the_batch_and_commits_nothing(consultation: Consultation) -> None:
    consultation.post("نعم")
    consultation.post("لا")
    consultation.moderation.answer_first = 1
    with pytest.raises(TransientError):
        consultation.screen()
    assert consultation.count()["screening"] == 2
    consultation.moderation.answer_first = None
    consultation.screen(again=True)
    assert counts(consultation) == {"received": 2, "published": 2}


def test_a_comment_withdrawn_while_it_is_screened_stays_withdrawn(
    consultation: Consultation,
) -> None:
    sent = consultation.post("نعم").json
    consultation.post("لا")
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    consultation.screen()
    assert counts(consultation) == {"received": 2, "published": 1, "withdrawn": 1}
    assert consultation.get(sent["comment_id"]).status == 404


def test_replies_count_on_their_parent_once(consultation: Consultation) -> None:
    parent = consultation.published("أصل")
    for text in ("رد أول", "رد ثان", "You idiot"):
        consultation.post(text, kind="reply", parent_id=parent)
    consultation.screen()
    consultation.screen(again=True)
    assert consultation.get(parent).json["replies"] == 2


def test_two_rounds_of_different_topics_in_one_batch_keep_apart(consultation: Consultation) -> None:
    other = Consultation(moderation=consultation.moderation, token=consultation.token)
    other.set_window()
    consultation.post("نعم")
    other.post("لا")
    consultation.screen()
    assert [item["text"] for item in consultation.list().json["items"]] == ["نعم"]
    assert [item["text"] for item in other.list().json["items"]] == ["لا"]


class BusyTable(Table):
    """A table on which other transactions are in the way a number of times."""

    def __init__(self, name: str, *, busy: int) -> None:
        super().__init__(name)
        self.busy = busy
        self.stripes: list[str] = []

    def transact(self, *writes: Any) -> None:
        self.stripes.append(writes[-1].sk)
        if self.busy:
            self.busy -= 1
            reasons = [{"Code": "None"}] * (len(writes) - 1) + [{"Code": "TransactionConflict"}]
            raise aws.client("dynamodb").exceptions.TransactionCanceledException(
                {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons},
                "TransactWriteItems",
            )
        super().transact(*writes)


@pytest.mark.parametrize(("busy", "comes_through"), [(2, True), (9, False)])
def test_where_a_counter_is_busy_another_stripe_is_taken(
    consultation: Consultation, busy: int, comes_through: bool
) -> None:
    consultation.post("نعم")
    table = BusyTable("comments", busy=busy)
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    new = [c for shard in range(window.shards) for c in store().shard(shard, window=window)]

    def run() -> None:
        screen_comments(
            new,
            store=CommentStore(table),
            windows=windows(),
            ask=lambda payload: consultation.moderation("moderation-screen", payload),
            now=clock.now,
        )

    if comes_through:
        run()
        assert counts(consultation) == {"received": 1, "published": 1}
    else:
        with pytest.raises(TransientError):
            run()
        assert consultation.count()["screening"] == 1
    assert len(set(table.stripes)) == len(table.stripes) > 1


def test_windows_counters_and_audit_items_are_not_screened(consultation: Consultation) -> None:
    consultation.published()
    consultation.moderation.payloads.clear()
    others = [
        record
        for record in stream_records("comments")
        if not record["dynamodb"]["Keys"]["pk"]["S"].startswith("T#")
    ]
    assert others
    screen.handler({"Records": others}, LambdaContext())
    assert consultation.moderation.payloads == []
