"""Officers, approvers and everybody, through the real handlers on a real table."""

from typing import Any

import pytest

from services.comments.handlers import submit
from services.shared import aws
from services.topics.handlers import bell, manage, read
from services.topics.use_cases import read as use_cases_read
from tests.support.calls import Answer, http, stream_records
from tests.support.topics import (
    APPROVER,
    OFFICER,
    act,
    define,
    definition,
    scheduled,
    taken_to,
    task,
)

pytestmark = pytest.mark.usefixtures("account")


def get(topic_id: str, *, part: str = "", **options: Any) -> Answer:
    route = "GET /v1/topics/{topic}" + part
    return http(read.handler, route, path={"topic": topic_id}, **options)


def put(topic_id: str, body: Any, **options: Any) -> Answer:
    options = {"groups": OFFICER, "subject": "officer-1"} | options
    return http(
        manage.handler, "PUT /v1/topics/{topic}", path={"topic": topic_id}, body=body, **options
    )


def late_comment(topic_id: str) -> Answer:
    """What the comments service, which has the window, answers to a comment outside of it."""
    body = {"kind": "comment", "text": "A", "consent": {"publish": True, "privacy_notice": "1"}}
    path = {"topic": topic_id}
    return http(submit.handler, "POST /v1/topics/{topic}/comments", path=path, body=body)


def test_a_defined_topic_is_a_draft_with_its_version_as_etag(clock: Any) -> None:
    answer = http(manage.handler, "POST /v1/topics", body=definition(clock()), groups=OFFICER)
    assert answer.status == 201
    assert answer.json["stage"], answer.json["step"] == ("draft", "define")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/v1/topics/{answer.json['topic_id']}"
    assert answer.json["allowed_transitions"] == ["submit", "withdraw"]
    assert answer.json["title"] == definition(clock())["title"]


def test_a_draft_is_not_there_for_the_public_nor_for_another_agency(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    assert get(topic_id).status == 404
    unknown = act("unknown", "submit", groups=("officer", "agency.transport"))
    foreign = act(topic_id, "submit", groups=("officer", "agency.transport"))
    without_agency = act(topic_id, "submit", groups=("officer",))
    assert (unknown.status, foreign.status, without_agency.status) == (404, 404, 404)
    assert foreign.json["detail"] == unknown.json["detail"]


def test_an_officer_defines_for_the_own_agency_only(clock: Any) -> None:
    foreign = ("officer", "agency.transport")
    answer = http(manage.handler, "POST /v1/topics", body=definition(clock()), groups=foreign)
    assert (answer.status, answer.json["type"]) == (403, "/problems/forbidden")


def test_without_a_named_role_everything_is_refused(clock: Any) -> None:
    body = definition(clock())
    nobody = http(manage.handler, "POST /v1/topics", body=body)
    moderator = http(manage.handler, "POST /v1/topics", body=body, groups=("moderator",))
    assert (nobody.status, moderator.status) == (401, 403)


def test_faults_are_told_in_the_callers_language(clock: Any) -> None:
    body = definition(clock(), plan="quick")
    for language, word in (("ar", "خطة"), ("en", "plan"), ("fr, en;q=0.5", "plan"), ("", "خطة")):
        answer = http(
            manage.handler,
            "POST /v1/topics",
            body=body,
            groups=OFFICER,
            headers={"accept-language": language},
        )
        assert answer.status == 422
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert word in answer.json["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", {}, 400),
        ('{"a": 1, "a": 2}', {}, 400),
        ('{"a": NaN}', {}, 400),
        ("[" * 100_000, {}, 400),
        ("[]", {}, 422),
        ("x" * 300_000, {}, 413),
        ("{}", {"content-type": "text/plain"}, 415),
    ],
)
def test_what_is_no_json_object_is_refused_clearly(
    body: str, headers: dict[str, str], status: int
) -> None:
    answer = http(manage.handler, "POST /v1/topics", body=body, headers=headers, groups=OFFICER)
    assert (answer.status, answer.json["status"]) == (status, status)


def test_two_officers_editing_at_once_do_not_overwrite_each_other(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    title = {"ar": "عنوان جديد", "en": "A new title"}
    first = put(topic_id, definition(clock(), title=title), headers={"if-match": '"1"'})
    second = put(topic_id, definition(clock()), headers={"if-match": '"1"'})
    blind = put(topic_id, definition(clock()))
    assert (first.status, second.status, blind.status) == (200, 412, 428)
    for garbled in ("latest", '"-1"', "9" * 5000):
        assert put(topic_id, definition(clock()), headers={"if-match": garbled}).status == 400
    assert first.json["title"] == title


def test_only_a_draft_is_edited(clock: Any) -> None:
    topic_id = scheduled(clock())
    answer = put(topic_id, definition(clock()), headers={"if-match": '"3"'})
    assert (answer.status, answer.json["allowed"]) == (409, ["publish-now", "withdraw"])


def test_a_start_that_failed_is_made_good_by_the_next_change(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    class StepFunctions:
        def start_execution(self, **request: Any) -> None:
            started.append(request["name"])
            if len(started) == 1:
                raise RuntimeError("Step Functions is away")

    real = aws.client
    fake = StepFunctions()
    monkeypatch.setattr(aws, "client", lambda n: fake if n == "stepfunctions" else real(n))
    monkeypatch.setattr(bell, "invoke", lambda _name, _payload: None)
    topic_id = scheduled(clock())
    submitted, approved = [r for r in stream_records("topics") if r["eventName"] == "MODIFY"]
    failed = bell.handler({"Records": [submitted]}, None)
    assert failed["batchItemFailures"]
    assert bell.handler({"Records": [approved]}, None) == {"batchItemFailures": []}
    assert started == [f"{topic_id}-r1-1"] * 2


def test_the_submitter_never_approves_the_own_topic(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    both = (*OFFICER, "approver")
    assert act(topic_id, "submit", groups=both).status == 202
    assert act(topic_id, "approve", groups=both).status == 403
    assert act(topic_id, "return", groups=both, reason="not yet").status == 403
    assert act(topic_id, "approve", groups=APPROVER, subject="approver-1").status == 202


def test_a_returned_topic_is_a_draft_again_and_may_be_resubmitted(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    act(topic_id, "submit")
    without_reason = act(topic_id, "return", groups=APPROVER, subject="approver-1")
    assert without_reason.json["errors"][0]["field"] == "/reason"
    returned = act(topic_id, "return", groups=APPROVER, subject="approver-1", reason="no target")
    assert (returned.status, returned.json["stage"]) == (202, "draft")
    assert act(topic_id, "submit").json["stage"] == "submitted"


def test_an_approved_topic_is_in_the_forward_calendar_at_once(clock: Any) -> None:
    topic_id = scheduled(clock())
    answer = get(topic_id)
    assert (answer.status, answer.json["stage"], answer.json["step"]) == (
        200,
        "scheduled",
        "publish",
    )
    assert {"objective", "effects", "timetable"} <= set(answer.json)
    assert get(topic_id, headers={"if-none-match": answer.headers["etag"]}).status == 304


def test_a_transition_that_the_stage_does_not_allow_names_those_it_does(clock: Any) -> None:
    answer = act(scheduled(clock()), "submit")
    assert (answer.status, answer.json["allowed"]) == (409, ["publish-now", "withdraw"])


def test_an_overtaken_timetable_cannot_be_approved(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    act(topic_id, "submit")
    clock.advance(days=20)
    answer = act(topic_id, "approve", groups=APPROVER, subject="approver-1")
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "below_minimum")


def test_a_timeline_shows_roles_to_everybody_and_persons_to_staff(clock: Any) -> None:
    topic_id = scheduled(clock())
    public = get(topic_id, part="/timeline").json["items"]
    assert [entry["event"] for entry in public] == [
        "TopicDefined",
        "TopicSubmitted",
        "TopicApproved",
    ]
    assert all(entry["actor"].keys() == {"role"} for entry in public)


def test_what_staff_wrote_about_a_draft_stays_among_them(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    act(topic_id, "submit")
    reason = "SECRET: the minister disagrees"
    act(topic_id, "return", groups=APPROVER, subject="approver-1", reason=reason)
    act(topic_id, "submit")
    clock.advance(minutes=1)
    act(topic_id, "approve", groups=APPROVER, subject="approver-1")
    public = get(topic_id, part="/timeline")
    assert "TopicReturned" in public.text
    assert reason not in public.text
    assert get(topic_id, part="/timeline").json["items"][-1]["data"]["publish_at"]


def test_an_officer_is_none_of_every_agency_for_being_an_approver_too(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    answer = act(topic_id, "submit", groups=("officer", "approver"), subject="officer-2")
    assert (answer.status, answer.json["type"]) == (403, "/problems/forbidden")


def test_the_second_page_goes_on_where_the_first_ended(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases_read, "PAGE_SIZE", 3)
    assert http(read.handler, "GET /v1/topics").json == {"items": [], "next_cursor": None}
    ids = []
    for _ in range(5):
        ids.append(scheduled(clock()))
        clock.advance(seconds=1)
    define(clock())
    first = http(read.handler, "GET /v1/topics").json
    second = http(read.handler, "GET /v1/topics", query={"cursor": first["next_cursor"]}).json
    shown = [item["topic_id"] for item in first["items"] + second["items"]]
    assert shown == ids[::-1]
    assert (len(first["items"]), second["next_cursor"]) == (3, None)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"stage": "scheduled"}, 1),
        ({"stage": "archived"}, 0),
        ({"agency": "health"}, 1),
        ({"agency": "transport"}, 0),
        ({"q": "HEALTH CENTRES"}, 1),
        ({"q": "المراكز الصحية"}, 1),
        ({"q": "camels"}, 0),
    ],
)
def test_the_list_is_narrowed_down(clock: Any, query: dict[str, str], count: int) -> None:
    scheduled(clock())
    assert len(http(read.handler, "GET /v1/topics", query=query).json["items"]) == count


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "asleep"},
        {"colour": "red"},
        {"cursor": "bm90IG91cnM"},
        {"cursor": "é"},
        {"cursor": "!!"},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    assert http(read.handler, "GET /v1/topics", query=query).status == 400


def test_extension_stays_within_the_plan(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    closes_at = get(topic_id).json["timetable"]["closes_at"]
    assert act(topic_id, "extend", reason="many inquiries").status == 422
    earlier = act(topic_id, "extend", reason="r", closes_at="2026-12-20T00:00:00Z")
    beyond = act(topic_id, "extend", reason="r", closes_at="2027-01-20T00:00:00Z")
    later = act(topic_id, "extend", reason="r", closes_at="2027-01-05T00:00:00Z")
    assert earlier.json["errors"][0]["code"] == "not_later"
    assert beyond.json["errors"][0]["code"] == "beyond_the_plan"
    assert (later.status, closes_at) == (202, "2026-12-29T10:00:00Z")
    clock.advance(days=40)
    assert late_comment(topic_id).json["closes_at"] == "2027-01-05T00:00:00.000Z"


def test_an_early_end_leaves_a_minute(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    clock.advance(days=14)
    assert act(topic_id, "end-collection", reason="enough said").status == 202
    assert act(topic_id, "end-collection", reason="again").status == 409
    clock.advance(minutes=1)
    assert late_comment(topic_id).json["closes_at"] == "2026-12-15T10:01:00.000Z"
    assert get(topic_id).json["departures"] == []


def test_an_end_before_the_plans_minimum_is_recorded_as_a_departure(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    clock.advance(days=10)
    ended = act(topic_id, "end-collection", reason="the law changed")
    assert ended.status == 202
    (departure,) = ended.json["departures"]
    assert departure == {
        "field": "minimum_collection",
        "value": "P10DT1M",
        "reason": "the law changed",
        "at": "2026-12-11T10:00:00Z",
    }


def test_no_end_comes_before_the_legal_minimum(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    clock.advance(days=6)
    refused = act(topic_id, "end-collection", reason="enough said")
    assert (refused.status, refused.json["earliest"]) == (409, "2026-12-08T09:59:00.000Z")
    clock.advance(days=1)
    assert act(topic_id, "end-collection", reason="enough said").status == 202


def test_a_public_topic_tells_who_comes_too_early_when_it_opens(clock: Any) -> None:
    answer = late_comment(scheduled(clock()))
    assert (answer.status, answer.json["opens_at"]) == (409, "2026-12-01T10:00:00.000Z")


def test_a_withdrawn_topic_never_opens(clock: Any) -> None:
    topic_id = scheduled(clock())
    withdrawn = act(topic_id, "withdraw", groups=APPROVER, subject="approver-1", reason="law")
    assert (withdrawn.status, get(topic_id).json["stage"]) == (202, "withdrawn")
    clock.advance(hours=2)
    assert late_comment(topic_id).status == 409


def test_a_decision_is_recorded_while_deciding_and_public_once_announced(clock: Any) -> None:
    decision = {
        "summary": {"ar": "قرار", "en": "A decision"},
        "rationale": {"ar": "سبب", "en": "A reason"},
        "clauses": [{"id": "c1", "text": {"ar": "بند", "en": "A clause"}}],
    }

    def record(topic_id: str, **options: Any) -> Answer:
        path = {"topic": topic_id}
        route = "PUT /v1/topics/{topic}/decision"
        return http(manage.handler, route, path=path, body=decision, groups=OFFICER, **options)

    assert record(taken_to("collecting", clock)).status == 409
    topic_id = taken_to("deciding", clock)
    assert act(topic_id, "announce").json["detail"] == "No decision has been recorded yet."
    assert record(topic_id).headers["etag"] == '"1"'
    assert record(topic_id, headers={"if-match": '"7"'}).status == 412
    assert get(topic_id, part="/decision").status == 404


def test_the_gate_refuses_to_announce_while_answers_are_missing(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [{"clause_id": "c2", "rules": 1}]
    gate = {"outstanding": 2, "received": 5, "by_theme": [], "unknown_clauses": lost}
    topic_id = taken_to("deciding", clock)
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: gate)
    decision = {
        "summary": {"ar": "قرار", "en": "A decision"},
        "rationale": {"ar": "سبب", "en": "A reason"},
        "clauses": [{"id": "c1", "text": {"ar": "بند", "en": "A clause"}}],
    }
    path = {"topic": topic_id}
    http(
        manage.handler, "PUT /v1/topics/{topic}/decision", path=path, body=decision, groups=OFFICER
    )
    refused = act(topic_id, "announce")
    assert (refused.status, refused.json["outstanding"]) == (409, 2)
    assert refused.json["unknown_clauses"] == lost
    gate["outstanding"] = 0
    assert act(topic_id, "announce").json["stage"] == "announcing"
    task(topic_id, "announced")
    assert get(topic_id, part="/decision").json["summary"]["en"] == "A decision"


def test_an_urgent_topic_needs_no_approval_but_a_reason(clock: Any) -> None:
    timetable = {"publish_at": "2026-12-02", "closes_at": "2026-12-06"}
    urgent = {"plan": "urgent", "participation": "open", "publication_mode": "post"}
    topic_id = define(clock(), timetable=timetable, **urgent)["topic_id"]
    refused = act(topic_id, "submit")
    assert refused.json["errors"][0]["code"] == "reason_needed"
    answer = act(topic_id, "submit", reason="the outbreak spreads")
    assert (answer.status, answer.json["stage"]) == (202, "scheduled")
    assert get(topic_id).status == 200


def test_a_draft_law_is_announced_only_once_its_decision_is_agreed_to(
    clock: Any, token: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = {"ar": "نص", "en": "A text"}
    decision = {"summary": text, "rationale": text, "clauses": [{"id": "c1", "text": text}]}
    draft_law = {"plan": "legislative", "participation": "registered"}
    timetable = {"publish_at": "2026-12-02", "closes_at": "2027-01-05"}
    topic_id = scheduled(clock(), timetable=timetable, **draft_law)
    for action, days in (("publish", 1), ("close_collection", 36)):
        clock.advance(days=days)
        task(topic_id, action)
    task(topic_id, "start_analysis", pending=0)
    task(topic_id, "analysed")
    path = {"topic": topic_id}
    route = "PUT /v1/topics/{topic}/decision"
    http(manage.handler, route, path=path, body=decision, groups=OFFICER)
    gate = {"outstanding": 0, "received": 0, "by_theme": []}
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: gate)
    approver = {"groups": APPROVER, "subject": "approver-1"}
    assert act(topic_id, "approve", decision_version=1, **approver).status == 409
    assert act(topic_id, "announce").status == 409
    act(topic_id, "submit-decision")
    own = act(topic_id, "approve", groups=(*OFFICER, "approver"), decision_version=1)
    assert own.status == 403
    returned = act(topic_id, "return", reason="clause 1 is vague", **approver)
    assert "approve" not in returned.json["allowed_transitions"]
    timeline, staff = "GET /v1/topics/{topic}/timeline", token("officer-1", *OFFICER)
    assert "is vague" in http(read.handler, timeline, path=path, headers=staff).text
    assert "is vague" not in http(read.handler, timeline, path=path).text
    act(topic_id, "submit-decision")
    assert act(topic_id, "approve", decision_version=1, **approver).status == 202
    assert act(topic_id, "announce").json["stage"] == "announcing"


def test_the_plans_are_explained_and_the_fitting_one_proposed() -> None:
    plain = http(read.handler, "GET /v1/plans").json
    asked = http(read.handler, "GET /v1/plans", query={"topic_type": "legislation"}).json
    assert len(plain["items"]) == 5
    assert "proposed" not in plain
    assert asked["proposed"]["plan"] == "legislative"
    assert http(read.handler, "GET /v1/plans", query={"need": "money"}).status == 400
