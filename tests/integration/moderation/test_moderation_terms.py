"""Officers say what a topic may speak of, and what they want to have looked at."""

from typing import Any

import pytest

from services.moderation.handlers import terms
from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import comment, screened, told
from tests.support.calls import Answer, http
from tests.support.topics import define, scheduled

pytestmark = pytest.mark.usefixtures("account")
OFFICER = ("officer", "agency.health")
WORDS = {"allow": ["عاهرة"], "hold": ["طابور خامس"]}
TALK = "القانون يحمي كل عاهرة تبلغ عن مستغليها"


def call(
    verb: str, topic_id: str, body: Any = None, *, groups: tuple[str, ...] = OFFICER, **headers: str
) -> Answer:
    route = f"{verb} /v1/topics/{{topic}}/moderation-terms"
    request = {"path": {"topic": topic_id}, "headers": headers, "groups": groups, "subject": "o1"}
    return http(terms.handler, route, body=body, **request)  # type: ignore[arg-type]


def outcome(topic_id: str, text: str) -> str:
    [found] = screened(comment("c" + str(abs(hash(text))), text), topic=topic_id)
    return str(found["outcome"])


def test_what_an_officer_allows_and_has_held_counts_for_that_topic(clock: FixedClock) -> None:
    topic_id, other = scheduled(clock()), scheduled(clock())
    assert outcome(topic_id, TALK) == "hold"
    answer = call("PUT", topic_id, WORDS)
    assert (answer.status, answer.json["version"]) == (200, 1)
    clock.advance(seconds=31)
    assert outcome(topic_id, TALK + " دائما") == "publish"
    assert outcome(topic_id, "هؤلاء طابور خامس بيننا") == "hold"
    assert outcome(other, TALK) == "hold"
    assert outcome(other, "هؤلاء طابور خامس بيننا") == "publish"
    changes = [event for event in told() if event["type"] == "TermsChanged"]
    assert [event["data"] for event in changes] == [{"version": 1, "allowed": 1, "held": 1}]
    assert "عاهرة" not in str(changes)


def test_a_topic_has_none_until_somebody_writes_some(clock: FixedClock) -> None:
    topic_id = scheduled(clock())
    assert call("GET", topic_id).json == {"allow": [], "hold": [], "version": 0}
    call("PUT", topic_id, WORDS)
    read = call("GET", topic_id, groups=("moderator",))
    assert read.json == {**WORDS, "version": 1}
    assert read.headers["etag"] == '"1"'
    assert call("PUT", topic_id, WORDS).json["version"] == 1


def test_two_officers_who_write_at_once_do_not_overwrite_each_other(clock: FixedClock) -> None:
    topic_id = scheduled(clock())
    call("PUT", topic_id, WORDS)
    mine = call("PUT", topic_id, {"allow": ["كلب"]}, **{"if-match": '"1"'})
    assert mine.json["version"] == 2
    theirs = call("PUT", topic_id, {"allow": ["قط"]}, **{"if-match": '"1"'})
    assert theirs.status == 412
    assert call("PUT", topic_id, {"allow": ["قط"]}, **{"if-match": "x"}).status == 400
    assert call("PUT", topic_id, {"allow": ["قط"]}).json["version"] == 3


def test_only_the_agencys_officers_write_and_nobody_knows_of_a_draft(clock: FixedClock) -> None:
    topic_id = scheduled(clock())
    foreign = ("officer", "agency.education")
    for verb in ("GET", "PUT"):
        body = WORDS if verb == "PUT" else None
        assert call(verb, topic_id, body, groups=foreign).status == 404
        assert call(verb, "x" * 26, body).status == 404
    assert call("PUT", topic_id, WORDS, groups=("moderator",)).status == 403
    draft = str(define(clock())["topic_id"])
    assert call("GET", draft).status == 404


def test_every_fault_of_the_words_is_told(clock: FixedClock) -> None:
    topic_id = scheduled(clock())
    bad = {"allow": ["...", "x" * 61, "a"], "hold": ["\u0000أ ب"], "more": 1}
    answer = call("PUT", topic_id, bad)
    assert answer.status == 422
    places = {fault["field"] for fault in answer.json["errors"]}
    assert places == {"/allow/0", "/allow/1", "/allow/2", "/hold/0", "/more"}
    assert call("PUT", topic_id, {"allow": ["كلمة"] * 201}).status == 422
