"""The decision: attachments, versions, and who agrees to which of them."""

from typing import Any

import pytest

from services.topics.handlers import manage, read
from tests.support.calls import Answer, http
from tests.support.topics import APPROVER, OFFICER, act, decide, scheduled, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
TEXT = {"ar": "نص", "en": "A text"}
DECISION = {"summary": TEXT, "rationale": TEXT, "clauses": [{"id": "c1", "text": TEXT}]}
ATTACHMENT = {"title": TEXT, "url": "https://health.example.org/decision.pdf"}
APPROVING = {"groups": APPROVER, "subject": "approver-1"}
BOTH = (*OFFICER, "approver")


@pytest.fixture(autouse=True)
def _others_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate is open and the moderators' queue empty."""
    answer = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: answer)


@pytest.fixture
def draft_law(clock: Any) -> str:
    """Id of a topic whose plan has an approver agree to the decision, at that point."""
    timetable = {"publish_at": "2026-12-02", "closes_at": "2027-01-05"}
    plan = {"plan": "legislative", "participation": "registered"}
    topic_id = scheduled(clock(), timetable=timetable, **plan)
    for action, days in (("publish", 1), ("close_collection", 36)):
        clock.advance(days=days)
        task(topic_id, action)
    task(topic_id, "start_analysis", pending=0)
    task(topic_id, "analysed")
    return topic_id


def record(topic_id: str, *, subject: str = "officer-1", **changes: Any) -> Answer:
    return http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision",
        path={"topic": topic_id},
        body=DECISION | changes,
        groups=OFFICER,
        subject=subject,
    )


def approve(topic_id: str, version: int) -> Answer:
    """Agree to a version of the decision."""
    return act(topic_id, "approve", decision_version=version, **APPROVING)


def get(topic_id: str, *, part: str = "", **options: Any) -> Answer:
    route = "GET /v1/topics/{topic}/decision" + part
    return http(read.handler, route, path={"topic": topic_id}, **options)


def versions(topic_id: str, **options: Any) -> list[tuple[int, bool]]:
    """Numbers of the versions that are listed, and whether they were announced."""
    items = get(topic_id, part="/versions", **options).json["items"]
    return [(item["version"], item["announced_at"] is not None) for item in items]


def test_a_decision_has_attachments_as_links(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    assert record(topic_id, attachments=[ATTACHMENT] * 20).status == 200
    act(topic_id, "announce")
    task(topic_id, "announced")
    assert get(topic_id).json["attachments"] == [ATTACHMENT] * 20


def test_every_attachment_that_is_no_link_is_told(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    wrong = [ATTACHMENT | {"url": "http://health.example.org"}, {"title": {"ar": "نص"}}]
    refused = record(topic_id, attachments=wrong)
    fields = {error["field"] for error in refused.json["errors"]}
    assert refused.status == 422
    assert fields == {"/attachments/0/url", "/attachments/1/title/en", "/attachments/1/url"}
    many = record(topic_id, attachments=[ATTACHMENT] * 21)
    assert [error["field"] for error in many.json["errors"]] == ["/attachments"]


def test_staff_read_every_version_and_everybody_those_that_were_announced(
    clock: Any, token: Any
) -> None:
    topic_id = taken_to("deciding", clock)
    for number in ("one", "two"):
        record(topic_id, summary={"ar": "قرار", "en": number})
    assert (versions(topic_id), get(topic_id, query={"version": "1"}).status) == ([], 404)
    act(topic_id, "announce")
    task(topic_id, "announced")
    act(topic_id, "close")
    task(topic_id, "archived", record_root="ab" * 32)
    act(topic_id, "reopen", reason="a court has ruled")
    for number in ("three", "four"):
        record(topic_id, summary={"ar": "قرار", "en": number})
    staff = {"headers": token("officer-1", *OFFICER)}
    assert versions(topic_id) == [(2, True)]
    assert versions(topic_id, **staff) == [(1, False), (2, True), (3, False), (4, False)]
    act(topic_id, "announce")
    task(topic_id, "announced")
    assert versions(topic_id) == [(2, True), (4, True)]
    found = [get(topic_id, query={"version": str(number)}) for number in range(1, 6)]
    assert [answer.status for answer in found] == [404, 200, 404, 200, 404]
    assert (found[1].json["summary"]["en"], found[1].headers["etag"]) == ("two", '"2"')
    assert get(topic_id).json["version"] == 4
    assert get(topic_id, query={"version": "1"}, **staff).json["summary"]["en"] == "one"
    foreign = {"headers": token("officer-2", "officer", "agency.transport")}
    assert get(topic_id, query={"version": "1"}, **foreign).status == 404


@pytest.mark.parametrize("version", ["0", "-1", "latest", "1.0", "1234567", ""])
def test_what_is_no_version_is_refused(version: str, clock: Any) -> None:
    topic_id = taken_to("announced", clock)
    refused = get(topic_id, query={"version": version})
    assert (refused.status, refused.json["type"]) == (400, "/problems/malformed")


def test_an_edit_takes_back_what_was_submitted_and_what_was_agreed_to(draft_law: str) -> None:
    for agreed in (False, True):
        version = record(draft_law).json["version"]
        act(draft_law, "submit-decision")
        if agreed:
            assert approve(draft_law, version).status == 202
        assert record(draft_law).status == 200
        for action in ("approve", "return"):
            refused = act(draft_law, action, reason="r", decision_version=version, **APPROVING)
            assert (refused.status, refused.json["stage"]) == (409, "deciding")
            assert action not in refused.json["allowed"]
        assert act(draft_law, "announce").status == 409
    assert "approve" in act(draft_law, "submit-decision").json["allowed_transitions"]
    assert approve(draft_law, 4).status == 202
    assert act(draft_law, "announce").status == 202


def test_the_approver_sees_the_version_that_the_agreement_is_to(draft_law: str, token: Any) -> None:
    record(draft_law)
    act(draft_law, "submit-decision")
    record(draft_law, summary={"ar": "قرار", "en": "Another"})
    headers = token("approver-1", *APPROVER)
    shown = get(draft_law, headers=headers).json
    assert (shown["version"], shown["summary"]["en"]) == (2, "Another")
    act(draft_law, "submit-decision")
    approve(draft_law, shown["version"])
    route = "GET /v1/topics/{topic}/timeline"
    items = http(read.handler, route, path={"topic": draft_law}, headers=headers).json["items"]
    told = [(item["event"], item["data"].get("decision_version")) for item in items[-5:]]
    assert told == [
        ("DecisionRecorded", 1),
        ("DecisionSubmitted", 1),
        ("DecisionRecorded", 2),
        ("DecisionSubmitted", 2),
        ("DecisionApproved", 2),
    ]


@pytest.mark.parametrize("action", ["approve", "return"])
def test_nobody_decides_about_words_that_were_changed_while_they_read(
    draft_law: str, action: str
) -> None:
    record(draft_law)
    act(draft_law, "submit-decision")
    record(draft_law, summary={"ar": "قرار", "en": "Other words"})
    act(draft_law, "submit-decision")
    refused = act(draft_law, action, decision_version=1, reason="r", **APPROVING)
    assert (refused.status, refused.json["code"]) == (409, "decision_changed")
    assert (refused.json["decision_version"], refused.json["stage"]) == (2, "deciding")
    assert "changed" in refused.json["detail"]
    assert act(draft_law, action, decision_version=2, reason="r", **APPROVING).status == 202


def test_agreeing_names_the_version_that_was_read_and_returning_may(draft_law: str) -> None:
    record(draft_law)
    act(draft_law, "submit-decision")
    for body, code in (
        ({}, "missing"),
        ({"decision_version": 0}, "too_small"),
        ({"decision_version": "1"}, "wrong_type"),
    ):
        refused = act(draft_law, "approve", **body, **APPROVING)
        found = [(error["field"], error["code"]) for error in refused.json["errors"]]
        assert (refused.status, found) == (422, [("/decision_version", code)])
    assert act(draft_law, "return", reason="clause 1 is vague", **APPROVING).status == 202


def test_a_version_of_the_decision_belongs_to_decisions_alone(draft_law: str, clock: Any) -> None:
    submitted = taken_to("submitted", clock)
    for topic_id, action, who in (
        (submitted, "approve", APPROVING),
        (submitted, "return", APPROVING),
        (draft_law, "submit-decision", {}),
    ):
        refused = act(topic_id, action, reason="r", decision_version=1, **who)
        found = [(error["field"], error["code"]) for error in refused.json["errors"]]
        assert (refused.status, found) == (422, [("/decision_version", "unknown_field")])
    assert act(submitted, "approve", **APPROVING).status == 202


@pytest.mark.parametrize("action", ["approve", "return"])
def test_neither_who_wrote_last_nor_who_submitted_agrees(draft_law: str, action: str) -> None:
    record(draft_law, subject="writer")
    act(draft_law, "submit-decision", groups=OFFICER, subject="submitter")
    for person in ("writer", "submitter"):
        who = {"groups": BOTH, "subject": person}
        refused = act(draft_law, action, reason="r", decision_version=1, **who)
        assert (refused.status, refused.json["type"]) == (403, "/problems/forbidden")
        assert "recorded or submitted" in refused.json["detail"]
    third = {"groups": BOTH, "subject": "third"}
    assert act(draft_law, action, reason="r", decision_version=1, **third).status == 202


def test_a_decision_that_nobody_agreed_to_is_not_announced(draft_law: str) -> None:
    record(draft_law)
    not_submitted = act(draft_law, "announce")
    act(draft_law, "submit-decision")
    submitted = act(draft_law, "announce")
    act(draft_law, "return", reason="vague", **APPROVING)
    act(draft_law, "submit-decision")
    returned = act(draft_law, "announce")
    for refused in (not_submitted, submitted, returned):
        assert refused.status == 409
        assert "supervising authority" in refused.json["detail"]


def test_what_is_being_announced_is_not_announced_again(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    decide(topic_id)
    assert act(topic_id, "announce").status == 202
    for stage in ("announcing", "announced"):
        again = act(topic_id, "announce")
        assert (again.status, again.json["stage"]) == (409, stage)
        assert again.json["detail"] == f"The present stage ({stage}) does not allow this."
        assert record(topic_id).status == 409
        task(topic_id, "announced")


def test_everybody_reads_in_the_timeline_which_version_was_announced(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    record(topic_id)
    record(topic_id)
    act(topic_id, "announce")
    task(topic_id, "announced")
    route = "GET /v1/topics/{topic}/timeline"
    items = http(read.handler, route, path={"topic": topic_id}).json["items"]
    assert [item["title"]["en"] for item in items[-4:]] == [
        "Version 1 of the decision was recorded.",
        "Version 2 of the decision was recorded.",
        "The announcement of the decision was asked for.",
        "Version 2 of the decision was announced.",
    ]
    assert "الإصدار 2" in items[-1]["title"]["ar"]
