"""The decision within the plan's deadline: counted down, explained when late, told to operators."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.shared import clock as service_clock
from services.topics.handlers import manage, read, sweep
from services.topics.store import TopicStore
from tests.support.calls import Answer, LambdaContext, http
from tests.support.topics import OFFICER, act, decide, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
REASON = {"ar": "تأخر رأي الجهة القضائية", "en": "The judiciary's opinion came late"}
GATE = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The gate is open and the moderators' queue empty; who was asked."""
    found: list[str] = []

    def answer(name: str, _payload: dict[str, Any]) -> dict[str, Any]:
        found.append(name)
        return GATE

    monkeypatch.setattr(manage, "invoke", answer)
    return found


def get(topic_id: str, *, part: str = "", **options: Any) -> Answer:
    route = "GET /v1/topics/{topic}" + part
    return http(read.handler, route, path={"topic": topic_id}, **options)


def due(topic_id: str) -> Any:
    return get(topic_id).json["decision_deadline"]


def instant(told: dict[str, Any]) -> datetime:
    return service_clock.from_text(told["due_at"])


def explain(topic_id: str, *, reason: Any = REASON, **fields: Any) -> Answer:
    return http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision/delay",
        path={"topic": topic_id},
        body={"reason": reason, **fields},
        groups=OFFICER,
        subject="officer-1",
    )


def overdue(clock: Any) -> str:
    """Id of a topic whose decision is recorded and four days late."""
    topic_id = taken_to("deciding", clock)
    decide(topic_id)
    clock.advance(days=84 + 4)
    return topic_id


class AllRunning:
    """Step Functions, where the execution of each topic runs."""

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def running(self) -> list[str]:
        return [f"{topic_id}-r1-1" for topic_id in self._topics]


def counted(capsys: pytest.CaptureFixture[str]) -> tuple[float, float]:
    """Decisions that a sweep counted: due soon, and late."""
    capsys.readouterr()
    sweep.handler({"Records": [{"messageId": "1", "body": "{}"}]}, LambdaContext())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [found] = [line for line in lines if "DecisionsLate" in line]
    assert (found["service"], "ExecutionsLost" in found) == ("topics", False)
    return found["DecisionsDueSoon"][0], found["DecisionsLate"][0]


def told(topic_id: str) -> list[dict[str, Any]]:
    entries = get(topic_id, part="/timeline").json["items"]
    return [entry["data"] for entry in entries if entry["event"] == "DecisionDelayExplained"]


def test_the_days_until_the_decision_are_counted_from_the_closing_on(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    assert due(topic_id) is None
    clock.advance(days=28, minutes=1)
    task(topic_id, "close_collection")
    shown = due(topic_id)
    assert shown["due_at"] == get(topic_id).json["timetable"]["decision_due_at"]
    assert (shown["days_left"], shown["is_late"], shown["explanation"]) == (84, False, None)
    clock.advance(days=3)
    [listed] = http(read.handler, "GET /v1/topics").json["items"]
    assert listed["decision_deadline"] == due(topic_id)
    assert listed["decision_deadline"]["days_left"] == 81


def test_a_copy_of_a_topic_is_as_old_as_its_countdown(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    known = {"if-none-match": get(topic_id).headers["etag"]}
    assert get(topic_id, headers=known).status == 304
    clock.advance(days=1)
    fresh = get(topic_id, headers=known)
    assert (fresh.status, fresh.json["decision_deadline"]["days_left"]) == (200, 83)


def test_an_extension_moves_the_deadline(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    before = get(topic_id).json["timetable"]
    closes_at = service_clock.from_text(before["closes_at"]) + timedelta(days=3)
    act(topic_id, "extend", reason="Eid", closes_at=service_clock.to_text(closes_at))
    clock.advance(days=31, minutes=1)
    task(topic_id, "close_collection")
    moved = service_clock.from_text(before["decision_due_at"]) + timedelta(days=3)
    assert instant(due(topic_id)) == moved


def test_a_late_decision_is_announced_only_once_its_delay_is_explained(
    clock: Any, asked: list[str]
) -> None:
    topic_id = overdue(clock)
    asked.clear()
    refused = act(topic_id, "announce")
    assert (refused.status, refused.json["stage"]) == (409, "deciding")
    assert "overdue" in refused.json["detail"]
    assert (refused.json["days_overdue"], asked) == (4, [])
    assert instant(refused.json) == instant(due(topic_id))
    assert explain(topic_id).status == 200
    assert act(topic_id, "announce").json["stage"] == "announcing"
    task(topic_id, "announced")
    clock.advance(days=40)
    shown = due(topic_id)
    assert (shown["is_late"], shown["days_overdue"], shown["days_left"]) == (True, 4, None)
    assert shown["explanation"]["reason"] == REASON


def test_what_was_asked_for_in_time_is_not_late_however_long_the_machine_takes(
    clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    topic_id = taken_to("deciding", clock)
    monkeypatch.setattr(sweep, "executions", lambda: AllRunning([topic_id]))
    decide(topic_id)
    clock.advance(days=83)
    assert act(topic_id, "announce").json["stage"] == "announcing"
    asked_at = service_clock.now()
    clock.advance(days=5)
    waiting = due(topic_id)
    assert (waiting["is_late"], waiting["days_left"], waiting["announced_at"]) == (
        False,
        None,
        None,
    )
    assert service_clock.from_text(waiting["asked_at"]) == asked_at
    assert counted(capsys) == (0.0, 0.0)
    task(topic_id, "announced")
    shown = due(topic_id)
    assert (shown["is_late"], shown["asked_at"]) == (False, waiting["asked_at"])
    assert shown["announced_at"] > shown["due_at"]
    assert explain(topic_id).status == 409
    timeline = get(topic_id, part="/timeline").json["items"]
    [entry] = [each for each in timeline if each["event"] == "AnnouncementRequested"]
    assert service_clock.from_text(entry["occurred_at"]) == asked_at


def test_what_the_gate_held_is_late_by_when_it_is_asked_for_again(
    clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    topic_id = taken_to("deciding", clock)
    monkeypatch.setattr(sweep, "executions", lambda: AllRunning([topic_id]))
    decide(topic_id)
    clock.advance(days=83)
    assert act(topic_id, "announce").status == 202
    task(topic_id, "hold_announcement", outstanding=3)
    assert (due(topic_id)["asked_at"], due(topic_id)["days_left"]) == (None, 1)
    clock.advance(days=5)
    assert (due(topic_id)["is_late"], counted(capsys)) == (True, (0.0, 1.0))
    assert act(topic_id, "announce").status == 409
    assert explain(topic_id).status == 200
    assert act(topic_id, "announce").status == 202
    asked_at = due(topic_id)["asked_at"]
    assert counted(capsys) == (0.0, 1.0)
    task(topic_id, "announced")
    assert (due(topic_id)["is_late"], due(topic_id)["asked_at"]) == (True, asked_at)


def test_a_decision_in_time_needs_no_explanation_nor_takes_one(clock: Any) -> None:
    topic_id = taken_to("announced", clock)
    assert due(topic_id)["is_late"] is False
    refused = explain(topic_id)
    assert (refused.status, refused.json["stage"]) == (409, "announced")
    assert "in time" in refused.json["detail"]


def test_no_delay_is_explained_of_what_was_asked_for_in_time_and_is_about_to_be_announced(
    clock: Any,
) -> None:
    topic_id = taken_to("deciding", clock)
    decide(topic_id)
    assert act(topic_id, "announce").json["stage"] == "announcing"
    refused = explain(topic_id)
    assert (refused.status, refused.json["stage"], told(topic_id)) == (409, "announcing", [])
    assert "in time" in refused.json["detail"]
    task(topic_id, "hold_announcement", outstanding=3)
    assert explain(topic_id).status == 200


def test_everybody_reads_the_last_explanation_and_the_timeline_has_all(clock: Any) -> None:
    topic_id = overdue(clock)
    first = explain(topic_id, expected_on="2027-05-01")
    clock.advance(days=1)
    later = {"ar": "وما زال", "en": "And still"}
    second = explain(topic_id, reason=later)
    assert (first.json["explanation"]["version"], second.json["explanation"]["version"]) == (1, 2)
    assert first.json["explanation"]["expected_on"] == "2027-05-01"
    assert due(topic_id) == second.json
    assert (second.json["explanation"]["reason"], second.json["days_overdue"]) == (later, 5)
    assert [entry["reason"] for entry in told(topic_id)] == [REASON, later]
    assert [entry["expected_on"] for entry in told(topic_id)] == ["2027-05-01", None]
    assert {instant(entry) for entry in told(topic_id)} == {instant(due(topic_id))}


def test_the_same_explanation_again_is_recorded_once(clock: Any) -> None:
    topic_id = overdue(clock)
    first = explain(topic_id, expected_on="2027-05-01")
    clock.advance(days=60)
    again = explain(topic_id, expected_on="2027-05-01")
    assert (again.status, again.json["explanation"]) == (200, first.json["explanation"])
    assert len(told(topic_id)) == 1


def test_a_delay_that_is_foreseen_may_be_told_before_the_deadline(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    decide(topic_id)
    assert explain(topic_id).json["is_late"] is False
    clock.advance(days=90)
    assert act(topic_id, "announce").status == 202


@pytest.mark.parametrize("stage", ["draft", "scheduled", "collecting", "closed", "archived"])
def test_a_delay_is_explained_between_closing_and_the_end_of_the_round(
    stage: str, clock: Any
) -> None:
    refused = explain(taken_to(stage, clock))
    assert (refused.status, refused.json["stage"]) == (409, stage)
    assert stage in refused.json["detail"]


def test_all_that_is_wrong_with_an_explanation_is_told_at_once(clock: Any) -> None:
    topic_id = overdue(clock)
    refused = explain(topic_id, reason={"ar": " "}, expected_on="soon", due_at="2028-01-01")
    fields = {error["field"] for error in refused.json["errors"]}
    assert fields == {"/reason/ar", "/reason/en", "/expected_on", "/due_at"}
    past = explain(topic_id, expected_on="2026-12-31")
    assert (past.status, past.json["errors"][0]["code"]) == (422, "within_the_deadline")


def test_only_officers_of_the_agency_explain(clock: Any) -> None:
    topic_id, route = overdue(clock), "PUT /v1/topics/{topic}/decision/delay"
    body = {"reason": REASON}
    for groups, status in ((("approver",), 403), (("officer", "agency.transport"), 404)):
        answer = http(
            manage.handler, route, path={"topic": topic_id}, body=body, groups=groups, subject="x"
        )
        assert answer.status == status


def test_of_two_explanations_at_once_one_wins(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    topic_id = overdue(clock)
    real, quicker = TopicStore.save, iter([{"ar": "أسرع", "en": "Quicker"}])

    def slow(self: TopicStore, change: Any, *further: Any) -> None:
        for reason in quicker:
            assert explain(topic_id, reason=reason).status == 200
        real(self, change, *further)

    monkeypatch.setattr(TopicStore, "save", slow)
    late = explain(topic_id)
    assert (late.status, due(topic_id)["explanation"]["reason"]["en"]) == (409, "Quicker")


def test_a_further_edition_is_late_for_nothing(clock: Any) -> None:
    topic_id = taken_to("archived", clock)
    first = due(topic_id)
    clock.advance(days=300)
    act(topic_id, "reopen", reason="a court has ruled")
    decide(topic_id)
    for step in (
        lambda: act(topic_id, "announce"),
        lambda: task(topic_id, "hold_announcement", outstanding=1),
        lambda: act(topic_id, "announce"),
        lambda: task(topic_id, "announced"),
    ):
        step()
        assert due(topic_id) == first
    assert (first["is_late"], get(topic_id).json["stage"]) == (False, "announced")


def test_decisions_due_soon_and_late_are_counted_where_alarms_see_them(
    clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    topics = [taken_to(stage, clock) for stage in ("announced", "deciding")]
    monkeypatch.setattr(sweep, "executions", lambda: AllRunning(topics))
    clock.advance(days=79)
    assert counted(capsys) == (1.0, 0.0)
    clock.advance(days=6)
    topics.append(taken_to("deciding", clock))
    assert counted(capsys) == (0.0, 1.0)
