"""Whoever left an address is told that the answer to their comment was corrected, once for each."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from services.outreach.handlers import plan_store
from services.outreach.model.slices import SLICES
from services.outreach.plan_store import NOTICES_READ_AT_ONCE, Planned, noted
from services.outreach.store import DeliveryStore
from services.shared import aws, stream
from services.shared.table import Put, Table
from tests.conftest import FixedClock
from tests.integration.outreach import test_outreach_outcomes as outcomes
from tests.integration.outreach.outreach_scene import (
    DECISION,
    TOPIC_ID,
    CommentsService,
    Ses,
    Sns,
    TopicsService,
)
from tests.integration.outreach.test_outreach_askers import happened
from tests.integration.outreach.test_outreach_outcomes import (
    CLAUSE,
    NUMBER,
    PHONE,
    REASON,
    bring,
    commented,
    swept,
)
from tests.support.calls import stream_records

WHY = {"ar": "أخطأنا في قراءة البند.", "en": "We had misread the clause."}
FORMER_REASON = {"ar": "لا نستطيع ذلك.", "en": "We cannot do that."}
FORMER = {"outcome": "not_accepted", "reason": FORMER_REASON, "clause_ids": ["c2"]}
FORMER_CLAUSE = {"ar": "تُغلق العيادة مساء.", "en": "The clinic closes in the evening."}
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def _scene(topics: TopicsService, ses: Ses, sns: Sns) -> None:
    """A topic whose plan sends neither mails nor text messages, with a decision of two clauses."""
    topics.topics[TOPIC_ID]["channels"] = ["web"]
    clauses = [{"id": "c1", "text": CLAUSE}, {"id": "c2", "text": FORMER_CLAUSE}]
    topics.decision = {**DECISION, "clauses": clauses}


def corrected(
    comments: CommentsService,
    letter: str,
    *,
    version: int = 7,
    former: dict[str, Any] | None = FORMER,
    **contact: str,
) -> str:
    """A comment in the shard of a letter, whose answer a correction changed last."""
    comment_id = commented(comments, letter, **contact)
    answer = comments.dispositions[comment_id]
    assert answer
    answer |= {"corrected": {"version": version, "explanation": WHY}, "former": former}
    return comment_id


def told(target_kind: str, target_id: str | None = None, *, version: int = 7) -> None:
    """Outreach hears of a correction."""
    happened(
        "DispositionCorrected",
        target_kind=target_kind,
        target_id=target_id,
        outcome="accepted",
        clause_ids=["c1"],
        correction_version=version,
        changed=1,
    )


def due() -> list[dict[str, Any]]:
    return outcomes.due("corrected")


def bring_all() -> list[dict[str, Any]]:
    return outcomes.bring_all("corrected")


def test_an_author_reads_what_holds_why_and_what_was_told_before(
    comments: CommentsService, ses: Ses
) -> None:
    comment_id = corrected(comments, "a", email="a@example.org", language="en")
    told("comment", comment_id)
    assert bring_all() == []
    mail = ses.mail_to("a@example.org")
    subject = "The answer to your contribution was corrected: Health"
    assert mail["Subject"]["Data"].startswith(subject)
    text = mail["Body"]["Text"]["Data"]
    held = [
        "The answer now: Your contribution was accepted. Why: We took up what you proposed.",
        CLAUSE["en"],
        WHY["en"],
        "The former answer: Your contribution was not accepted. Why: We cannot do that.",
        FORMER_CLAUSE["en"],
    ]
    places = [text.index(each) for each in held]
    assert places == sorted(places)
    for arabic in (REASON, CLAUSE, WHY, FORMER_REASON, FORMER_CLAUSE):
        assert arabic["ar"] in text
        assert arabic["ar"] in mail["Body"]["Html"]["Data"]
    assert f"/v1/topics/{TOPIC_ID}/comments/{comment_id}" in text


def test_a_telephone_is_told_both_outcomes_and_why(comments: CommentsService, sns: Sns) -> None:
    comment_id = corrected(comments, "a", phone=PHONE)
    told("comment", comment_id)
    assert bring_all() == []
    text = sns.text_to(NUMBER)
    for each in ("أُخذ بمشاركتك.", "لم يُؤخذ بمشاركتك.", WHY["ar"], f"/comments/{comment_id}"):
        assert each in text


def test_who_had_no_answer_is_told_so(comments: CommentsService, ses: Ses, sns: Sns) -> None:
    told("comment", corrected(comments, "a", former=None, email="a@example.org", phone=PHONE))
    assert bring_all() == []
    assert "لم يكن قد رُد على مشاركتك." in ses.mail_to("a@example.org")["Body"]["Text"]["Data"]
    assert "لم يكن قد رُد على مشاركتك." in sns.text_to(NUMBER)


def test_of_one_comment_the_author_alone_is_told(comments: CommentsService, ses: Ses) -> None:
    corrected(comments, "b", email="other@example.org")
    told("comment", corrected(comments, "a", email="a@example.org"))
    assert len(due()) == 2
    assert bring_all() == []
    assert ses.accepted == ["a@example.org"]


@pytest.mark.parametrize("target_kind", ["theme", "campaign", "filter", "all_remaining"])
def test_of_many_comments_those_are_told_whose_answer_it_changed_last(
    comments: CommentsService, ses: Ses, target_kind: str
) -> None:
    comments.page = 1
    concerned = "abcdefghi"
    for letter in concerned:
        corrected(comments, letter, email=f"{letter}@example.org")
    corrected(comments, "j", version=8, email="corrected.since@example.org")
    corrected(comments, "k", version=6, email="corrected.before@example.org")
    commented(comments, "l", email="not.corrected@example.org")
    commented(comments, "m", outcome=None, email="not.answered@example.org")
    comments.inquiries[corrected(comments, "n", email="withdrawn@example.org")] = None
    told(target_kind, "t" * 26)
    assert len(due()) == 2 * SLICES
    assert bring_all() == []
    assert sorted(ses.accepted) == [f"{letter}@example.org" for letter in concerned]


def test_nobody_is_told_twice_of_one_correction(comments: CommentsService, ses: Ses) -> None:
    first = corrected(comments, "a", email="one@example.org")
    corrected(comments, "b", version=9, email="many@example.org")
    for _ in range(2):
        told("comment", first)
        told("theme", "t" * 26, version=9)
        bring_all()
        bring(*due())
    assert sorted(ses.accepted) == ["many@example.org", "one@example.org"]


def test_each_correction_is_told_and_the_later_one_supersedes_what_is_still_due(
    comments: CommentsService, ses: Ses
) -> None:
    comment_id = corrected(comments, "a", email="a@example.org")
    told("comment", comment_id)
    assert bring_all() == []
    corrected(comments, "a", version=8, email="a@example.org")
    told("comment", comment_id, version=8)
    corrected(comments, "a", version=9, email="a@example.org")
    told("theme", "t" * 26, version=9)
    assert bring_all() == []
    assert ses.accepted == ["a@example.org"] * 2
    assert [row["recipients"] for row in outcomes.reported("corrected")] == [2]


@pytest.mark.parametrize("target", ["comment", "theme"])
def test_who_left_no_address_or_took_the_comment_back_is_not_told(
    comments: CommentsService, ses: Ses, sns: Sns, target: str
) -> None:
    silent = corrected(comments, "a")
    gone = corrected(comments, "b", email="gone@example.org", phone=PHONE)
    comments.inquiries[gone] = None
    for number, comment_id in enumerate((silent, gone)):
        told(target, comment_id, version=7 + number)
    assert bring_all() == []
    assert ses.requests == []
    assert sns.texts == []
    assert outcomes.reported("corrected") == []


@pytest.mark.parametrize("target", ["comment", "theme"])
def test_after_a_crash_a_claim_is_unknown_and_nobody_is_told_twice(
    comments: CommentsService, ses: Ses, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    first = corrected(comments, "a", email="a@example.org")
    told(target, first)

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the container is gone")

    with monkeypatch.context() as patched:
        patched.setattr(DeliveryStore, "settle", crash)
        again = bring_all()
    assert len(again) == 1
    corrected(comments, "ab", email="b@example.org")
    assert bring(*again) == []
    assert bring(*due()) == []
    others = [] if target == "comment" else ["b@example.org"]
    assert ses.accepted == ["a@example.org", *others]
    [row] = outcomes.reported("corrected")
    assert (row["unknown"], row["recipients"]) == (1, len(others))


def test_a_lost_reply_sends_no_second_mail(comments: CommentsService, ses: Ses) -> None:
    ses.answers["a@example.org"] = [ReadTimeoutError(endpoint_url="https://email.invalid")]
    told("comment", corrected(comments, "a", email="a@example.org"))
    [again] = bring_all()
    assert bring(again) == []
    assert len(ses.requests) == 1


@pytest.mark.parametrize("target", ["comment", "theme"])
def test_no_telephone_rings_at_night(
    comments: CommentsService, sns: Sns, clock: FixedClock, target: str
) -> None:
    comment_id = corrected(comments, "a", phone=PHONE)
    clock.advance(hours=12)
    told(target, comment_id)
    assert bring_all() == []
    assert sns.texts == []
    clock.advance(hours=12)
    swept()
    bring_all()
    assert len(sns.texts) == 1
    assert not list(plan_store().unfinished())


@pytest.mark.parametrize("target", ["comment", "theme"])
def test_a_provider_that_is_down_is_asked_again_by_the_sweep(
    comments: CommentsService, ses: Ses, clock: FixedClock, target: str
) -> None:
    comment_id = corrected(comments, "a", email="a@example.org")
    ses.answers["a@example.org"] = [(403, "AccountSuspendedException")]
    told(target, comment_id)
    assert len(bring_all()) == 1
    clock.advance(hours=1, minutes=1)
    swept()
    bring_all()
    assert ses.accepted == ["a@example.org"]
    assert not list(plan_store().unfinished())


def test_who_reads_the_trail_or_the_report_cannot_tell_who_left_an_address(
    comments: CommentsService,
) -> None:
    told("comment", corrected(comments, "a", email="a@example.org"))
    told("comment", corrected(comments, "c", version=8), version=8)
    corrected(comments, "b", version=9, email="b@example.org")
    told("campaign", "t" * 26, version=9)
    assert bring_all() == []
    changes = stream.changes({"Records": stream_records("outreach")})
    kinds = {c.new["event"]["type"] for c in changes if c.new and "event" in c.new}
    assert kinds == {"NoticeDue"}
    [line], [row] = outcomes.lines("corrected"), outcomes.reported("corrected")
    for each in (line, row):
        assert (each["occasion"], each["channel"], each["recipients"]) == ("", "email", 2)
    assert line["complete"]


def test_the_report_is_complete_once_every_part_has_ended(comments: CommentsService) -> None:
    corrected(comments, "a", email="a@example.org")
    told("theme", "t" * 26)
    first, *_ = [each for each in due() if each["data"]["channel"] == "email"]
    assert bring(first) == []
    [line] = outcomes.lines("corrected")
    assert (line["recipients"], line["complete"]) == (1, False)
    bring_all()
    [line] = outcomes.lines("corrected")
    assert (line["recipients"], line["complete"]) == (1, True)


def test_the_report_does_not_read_what_is_due_for_single_comments() -> None:
    table = Table("outreach")
    for number in range(3 * NOTICES_READ_AT_ONCE):
        for letter in "bx":
            occasion = f"{letter * 23}{number:03d}.7"
            planned = Planned(topic_id=TOPIC_ID, round=1, notice="corrected", occasion=occasion)
            table.write(Put(item=noted(planned)))
    read: list[str] = []
    events = aws.client("dynamodb").meta.events

    def reading(parsed: dict[str, Any], **_: Any) -> None:
        keys = [item["sk"]["S"] for item in parsed["Items"]]
        read.extend(key for key in keys if key.startswith("O#"))

    events.register("after-call.dynamodb.Query", reading)
    assert outcomes.lines("corrected") == []
    events.unregister("after-call.dynamodb.Query", reading)
    assert len(read) == NOTICES_READ_AT_ONCE


def test_nobody_is_told_of_a_correction_while_a_later_announcement_is_not_heard_of(
    comments: CommentsService, ses: Ses
) -> None:
    comments.awaits_announcement = True
    told("comment", corrected(comments, "a", email="a@example.org"))
    again = bring_all()
    assert ses.accepted == []
    comments.awaits_announcement = False
    assert bring(*again) == []
    assert ses.accepted == ["a@example.org"]


def test_of_a_topic_that_is_withdrawn_nobody_is_told_a_correction(
    comments: CommentsService, topics: TopicsService, ses: Ses
) -> None:
    told("comment", corrected(comments, "a", email="a@example.org"))
    topics.topics[TOPIC_ID]["stage"] = "withdrawn"
    assert bring_all() == []
    assert ses.requests == []


def test_the_outcome_that_is_told_later_is_the_answer_as_it_stands(
    comments: CommentsService, ses: Ses
) -> None:
    comment_id = corrected(comments, "a", email="a@example.org")
    outcomes.announced()
    told("comment", comment_id)
    assert outcomes.bring_all() == []
    assert "أُخذ بمشاركتك." in ses.mail_to("a@example.org")["Body"]["Text"]["Data"]
    assert bring_all() == []
    assert ses.accepted == ["a@example.org"] * 2
