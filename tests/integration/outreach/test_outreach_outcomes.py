"""Whoever left an address with a comment is told what became of it, once, part by part."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from services.outreach.handlers import consume, export, notify, plan_store, read, remind
from services.outreach.model.slices import SLICES
from services.shared import events, exports, stream
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import (
    DECISION,
    TOPIC_ID,
    CommentsService,
    Ses,
    Sns,
    TopicsService,
)
from tests.support.calls import LambdaContext, http, invoke, sqs_event, stream_records

REASON = {"ar": "أخذنا بما اقترحت.", "en": "We took up what you proposed."}
CLAUSE = {"ar": "تُفتح العيادة مساء.", "en": "The clinic opens in the evening."}
PHONE, NUMBER = "+973 3600-7777", "+97336007777"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def _scene(topics: TopicsService, ses: Ses, sns: Sns) -> None:
    """A topic whose plan sends neither mails nor text messages, with a decision of one clause."""
    topics.topics[TOPIC_ID]["channels"] = ["web"]
    topics.decision = {**DECISION, "clauses": [{"id": "c1", "text": CLAUSE}]}


def commented(
    comments: CommentsService,
    letter: str,
    *,
    outcome: str | None = "accepted",
    clause_ids: tuple[str, ...] = ("c1",),
    **contact: str,
) -> str:
    """A comment in the shard of a letter, answered with an outcome, or not at all."""
    comment_id = comments.left(letter * 26, **contact)
    answer = {"outcome": outcome, "reason": REASON, "clause_ids": list(clause_ids)}
    comments.dispositions[comment_id] = answer if outcome else None
    return comment_id


def announced(*, event_id: str = "e" * 64) -> None:
    detail = {
        "version": "1",
        "id": event_id,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": TOPIC_ID,
        "round": 1,
        "actor": {"role": "officer", "id": "o"},
        "data": {"decision_version": 1},
    }
    answer = consume.handler(sqs_event(("DecisionAnnounced", detail)), LambdaContext())
    assert answer == {"batchItemFailures": []}


def due(notice: str = "outcome") -> list[dict[str, Any]]:
    """Details of what is due to authors, oldest first."""
    changes = stream.changes({"Records": stream_records("outreach")})
    items = [c.new for c in changes if c.kind == "INSERT" and "event" in c.new]
    details = [events.detail(item) for item in items if item["event"]["type"] == "NoticeDue"]
    return [detail for detail in details if detail["data"]["notice"] == notice]


class Late(LambdaContext):
    """A function whose time is over."""

    def get_remaining_time_in_millis(self) -> int:
        return 1_000


def bring(*details: dict[str, Any], late: bool = False) -> list[dict[str, Any]]:
    """Bring what is due to its queue; answer what is to come again."""
    event = sqs_event(*(("NoticeDue", detail) for detail in details))
    context = Late() if late else LambdaContext()
    failed = notify.handler(event, context)["batchItemFailures"]
    return [details[int(each["itemIdentifier"])] for each in failed]


def bring_all(notice: str = "outcome") -> list[dict[str, Any]]:
    """Bring all that is due, and what comes of that; answer what is to come again."""
    brought: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    while new := [each for each in due(notice) if each not in brought]:
        again += bring(*new)
        brought += new
    return again


def test_an_author_reads_outcome_reason_and_clause(comments: CommentsService, ses: Ses) -> None:
    comment_id = commented(comments, "a", email="a@example.org", language="en")
    announced()
    assert bring_all() == []
    mail = ses.mail_to("a@example.org")
    assert mail["Subject"]["Data"].startswith("What became of your contribution: Health")
    text = mail["Body"]["Text"]["Data"]
    for told in ("Your contribution was accepted.", REASON["en"], CLAUSE["en"], CLAUSE["ar"]):
        assert told in text
    assert f"/v1/topics/{TOPIC_ID}/comments/{comment_id}" in text


def test_the_topics_service_is_asked_once_for_each_page(
    comments: CommentsService, topics: TopicsService, ses: Ses
) -> None:
    commented(comments, "a", email="a@example.org")
    announced()
    topics.asked.clear()
    [first, *_] = due()
    assert bring(first) == []
    assert ses.mail_to("a@example.org")
    assert topics.asked == [["topic", "announcement"]]


def test_a_telephone_gets_it_as_a_text_message(comments: CommentsService, sns: Sns) -> None:
    commented(comments, "a", outcome="not_accepted", clause_ids=(), phone=PHONE)
    announced()
    bring_all()
    assert "لم يُؤخذ بمشاركتك." in sns.text_to(NUMBER)


@pytest.mark.parametrize(
    "outcome",
    ["accepted", "partly_accepted", "not_accepted", "out_of_scope", "already_covered", "noted"],
)
def test_every_outcome_has_its_words(comments: CommentsService, ses: Ses, outcome: str) -> None:
    commented(comments, "a", outcome=outcome, clause_ids=("gone",), email="a@example.org")
    announced()
    assert bring_all() == []
    assert REASON["ar"] in ses.mail_to("a@example.org")["Body"]["Text"]["Data"]


def test_all_shards_are_gone_through_page_by_page(comments: CommentsService, ses: Ses) -> None:
    comments.page = 1
    letters = "abcdefghijklmnop"
    for letter in letters:
        commented(comments, letter, email=f"{letter}@example.org")
    announced()
    assert len(due()) == 2 * SLICES
    assert bring_all() == []
    assert sorted(ses.accepted) == [f"{letter}@example.org" for letter in letters]


def test_nobody_is_told_twice(comments: CommentsService, ses: Ses) -> None:
    for letter in "abi":
        commented(comments, letter, email="same@example.org")
    for _ in range(2):
        announced()
        bring_all()
        bring(*due())
    assert ses.accepted == ["same@example.org"] * 3


def test_who_has_no_answer_or_left_is_not_told(comments: CommentsService, ses: Ses) -> None:
    commented(comments, "a", outcome=None, email="rejected@example.org")
    comments.inquiries[commented(comments, "b", email="left@example.org")] = None
    announced()
    assert bring_all() == []
    assert ses.requests == []


def test_a_part_that_runs_out_of_time_goes_on(comments: CommentsService, ses: Ses) -> None:
    commented(comments, "a", email="a@example.org")
    announced()
    [first, *_] = [each for each in due() if each["data"]["channel"] == "email"]
    assert bring(first, late=True) == []
    assert ses.accepted == []
    [rest] = [each for each in due() if each["data"]["part"] == 2]
    assert rest["data"]["place"] == "0."
    bring_all()
    assert ses.accepted == ["a@example.org"]


def test_a_lost_reply_leaves_one_unknown_and_stops_nobody_else(
    comments: CommentsService, ses: Ses
) -> None:
    for letter in "ab":
        commented(comments, letter, email=f"{letter}@example.org")
    ses.answers["a@example.org"] = [ReadTimeoutError(endpoint_url="https://email.invalid")]
    announced()
    again = bring_all()
    assert len(again) == 1
    assert bring(*again) == []
    bring_all()
    assert ses.accepted == ["b@example.org"]
    [row] = reported()
    assert (row["channel"], row["recipients"], row["unknown"]) == ("email", 1, 1)


def test_nobody_can_tell_from_the_audit_trail_who_left_an_address(
    comments: CommentsService, ses: Ses
) -> None:
    commented(comments, "a", email="a@example.org")
    announced()
    bring_all()
    changes = stream.changes({"Records": stream_records("outreach")})
    kinds = {c.new["event"]["type"] for c in changes if c.new and "event" in c.new}
    assert kinds == {"NoticeDue"}
    assert [row["recipients"] for row in reported()] == [1]


def reported(notice: str = "outcome") -> list[dict[str, Any]]:
    """What the record says of the authors who were told."""
    (file, *_) = invoke(export.handler, {"topic_id": TOPIC_ID, "round": 1})["files"]
    rows = exports.read_lines(file["bucket"], file["key"])
    return [row for row in rows if row["notice"] == notice]


def lines(notice: str = "outcome") -> list[dict[str, Any]]:
    """What the report says of the authors who were told."""
    answer = http(
        read.handler,
        "GET /v1/topics/{topic}/deliveries",
        path={"topic": TOPIC_ID},
        groups=("auditor",),
    )
    return [line for line in answer.json["items"] if line["notice"] == notice]


def test_the_telling_is_complete_once_every_part_has_ended(comments: CommentsService) -> None:
    comments.page = 1
    for number, letter in enumerate("aaii"):
        comment_id = comments.left(f"{letter * 25}{number}", email=f"{number}@example.org")
        comments.dispositions[comment_id] = {"outcome": "noted", "reason": REASON, "clause_ids": []}
    announced()
    [first, *_] = [each for each in due() if each["data"]["channel"] == "email"]
    assert bring(first) == []
    [line] = lines()
    assert (line["recipients"], line["complete"], line["going_on"]) == (1, False, True)
    [row] = reported()
    assert (row["outcome"], row["reason"], row["recipients"]) == ("partial", "unavailable", 1)
    bring_all()
    [line] = lines()
    assert (line["recipients"], line["complete"], line["going_on"]) == (4, True, False)
    [row] = reported()
    assert (row["outcome"], row["reason"], row["recipients"]) == ("sent", None, 4)


def test_what_was_left_goes_on_for_a_day_and_then_no_more(
    comments: CommentsService, ses: Ses, clock: FixedClock
) -> None:
    for letter in "ab":
        commented(comments, letter, email=f"{letter}@example.org")
    ses.answers["b@example.org"] = [(403, "AccountSuspendedException")] * 99
    announced()
    bring_all()
    clock.advance(hours=23)
    [line] = lines()
    assert (line["recipients"], line["complete"], line["going_on"]) == (1, False, True)
    swept()
    bring_all()
    clock.advance(hours=1)
    [line] = lines()
    assert (line["recipients"], line["complete"], line["going_on"]) == (1, False, False)


def test_what_authors_were_told_is_named_after_the_announcement(comments: CommentsService) -> None:
    commented(comments, "a", email="a@example.org")
    announced()
    bring_all()
    assert [each["occasion"] for each in lines() + reported()] == ["e" * 60] * 2


def test_a_provider_that_takes_nothing_is_asked_again_later(
    comments: CommentsService, ses: Ses
) -> None:
    commented(comments, "a", email="a@example.org")
    ses.answers["a@example.org"] = [(403, "AccountSuspendedException")]
    announced()
    [again] = bring_all()
    assert ses.accepted == []
    assert bring(again) == []
    assert ses.accepted == ["a@example.org"]


def test_a_provider_that_is_down_for_an_hour_is_asked_again_by_the_sweep(
    comments: CommentsService, ses: Ses, clock: FixedClock
) -> None:
    comments.page = 1
    for number in range(3):
        comment_id = comments.left("a" * 25 + "bcd"[number], email=f"{number}@example.org")
        comments.dispositions[comment_id] = {"outcome": "noted", "reason": REASON, "clause_ids": []}
    ses.answers["1@example.org"] = [(403, "AccountSuspendedException")] * 6
    announced()
    [down] = bring_all()
    for _ in range(5):
        assert bring(down) == [down]
    assert ses.accepted == ["0@example.org"]
    clock.advance(hours=1, minutes=1)
    swept()
    assert bring_all()[1:] == []
    assert ses.accepted == [f"{number}@example.org" for number in range(3)]
    assert not list(plan_store().unfinished())


def test_no_telephone_rings_at_night(
    comments: CommentsService, sns: Sns, clock: FixedClock
) -> None:
    commented(comments, "a", phone=PHONE)
    clock.advance(hours=12)
    announced()
    bring_all()
    assert sns.texts == []
    clock.advance(hours=12)
    swept()
    bring_all()
    assert len(sns.texts) == 1


def swept() -> None:
    """Let the sweep of every hour look for what is to go on."""
    answer = remind.handler(sqs_event(("Scheduled Event", {})), LambdaContext())
    assert answer == {"batchItemFailures": []}


def test_a_round_that_is_announced_anew_is_told_anew(comments: CommentsService, ses: Ses) -> None:
    commented(comments, "a", email="a@example.org")
    announced()
    bring_all()
    announced(event_id="f" * 64)
    bring_all()
    assert ses.accepted == ["a@example.org"] * 2


def test_answers_too_long_for_one_answer_of_the_analysis_are_asked_for_again(
    comments: CommentsService, ses: Ses
) -> None:
    comments.page, comments.at_once = 5, 2
    for number in range(5):
        commented(comments, f"a{number}", email=f"a{number}@example.org")
    announced()
    bring_all()
    assert sorted(ses.accepted) == [f"a{number}@example.org" for number in range(5)]


def test_nobody_is_told_the_answers_from_before_the_announcement(
    comments: CommentsService, ses: Ses
) -> None:
    commented(comments, "a", email="a@example.org")
    comments.awaits_announcement = True
    announced()
    again = bring_all()
    assert ses.accepted == []
    comments.awaits_announcement = False
    assert bring(*again) == []
    assert ses.accepted == ["a@example.org"]
