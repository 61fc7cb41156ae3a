"""The author of a comment hears what moderators decided of it, why, and how to appeal."""

from typing import Any

import pytest

from tests.integration.outreach.outreach_scene import (
    TOPIC_ID,
    CommentsService,
    Ses,
    Sns,
    TopicsService,
)
from tests.integration.outreach.test_outreach_askers import bring, due, happened, report

COMMENT = "a" * 26
ADDRESS = "sentinel.author@example.org"
HOW = {"ar": "يمكنك التظلم خلال أربعة عشر يومًا.", "en": "You may appeal within fourteen days."}
REASON = {"ar": "تتضمن المشاركة إساءة.", "en": "The contribution insults somebody."}
RULE = {"ar": "لا تُنشر مشاركة تسب أحدًا.", "en": "No contribution is published that insults."}
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def _scene(topics: TopicsService, ses: Ses, sns: Sns) -> None:
    topics.topics[TOPIC_ID]["channels"] = ["web"]


def followed(comments: CommentsService, edition: int = 2, **fields: Any) -> None:
    """The comment is as moderation decided."""
    comment = comments.inquiries[COMMENT]
    assert comment
    comment["moderation"] = {
        "edition": edition,
        "status": "rejected",
        "masked": False,
        "final": False,
        "reason": REASON,
        "rule": RULE,
        "how_to_appeal": HOW,
        **fields,
    }


def decided(decision: str = "reject", edition: int = 2, *, final: bool = False) -> None:
    happened(
        "ModerationDecided",
        comment_id=COMMENT,
        case_id="c" * 26,
        decision=decision,
        reason_code="abusive",
        edition=edition,
        final=final,
    )


def test_who_was_refused_learns_why_by_which_rule_and_how_to_appeal(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(COMMENT, email=ADDRESS)
    followed(comments)
    decided()
    assert bring(*due("moderated")) == []
    mail = ses.mail_to(ADDRESS)
    assert mail["Subject"]["Data"].startswith("قرار بشأن مشاركتك")
    for kind in ("Text", "Html"):
        body = mail["Body"][kind]["Data"]
        for text in (REASON, RULE, HOW):
            assert text["ar"] in body
            assert text["en"] in body
    assert {asked["moderated"] for asked in comments.asked} == {True}


def test_each_decision_is_told_once_and_only_the_last(comments: CommentsService, ses: Ses) -> None:
    comments.left(COMMENT, email=ADDRESS)
    followed(comments, edition=4)
    decided(edition=2)
    decided("redact", edition=4)
    decided("redact", edition=4)
    for _ in range(2):
        assert bring(*due("moderated")) == []
    assert len(ses.accepted) == 1


def test_it_waits_until_the_comment_has_followed(comments: CommentsService, ses: Ses) -> None:
    comments.left(COMMENT, email=ADDRESS)
    decided()
    assert set(bring(*due("moderated"))) == {"email"}
    followed(comments)
    assert bring(*due("moderated")) == []
    assert len(ses.accepted) == 1


def test_what_is_published_as_it_came_is_told_only_as_the_end_of_an_appeal(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(COMMENT, email=ADDRESS)
    decided("publish")
    assert due("moderated") == []
    followed(comments, edition=4, status="published", final=True, reason=None, rule=None)
    decided("publish", edition=4, final=True)
    assert bring(*due("moderated")) == []
    assert "قُبل تظلمك" in ses.mail_to(ADDRESS)["Body"]["Text"]["Data"]


def test_a_final_refusal_says_that_it_is(comments: CommentsService, ses: Ses) -> None:
    comments.left(COMMENT, email=ADDRESS)
    followed(comments, edition=4, final=True)
    decided(edition=4, final=True)
    bring(*due("moderated"))
    text = ses.mail_to(ADDRESS)["Body"]["Text"]["Data"]
    assert "This decision is final." in text
    assert HOW["en"] not in text


def test_a_telephone_is_told_too_and_the_record_counts_them_all_together(
    comments: CommentsService, ses: Ses, sns: Sns
) -> None:
    comments.left(COMMENT, email=ADDRESS, phone="+97336007777")
    followed(comments, status="published", masked=True)
    decided("redact")
    assert bring(*due("moderated")) == []
    assert len(sns.texts) == 1
    rows = {key: row["recipients"] for key, row in report("moderated").items()}
    assert rows == {("moderated", "email"): 1, ("moderated", "sms"): 1}
