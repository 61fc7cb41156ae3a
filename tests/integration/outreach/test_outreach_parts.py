"""A notice to more people than one function has the time for: part by part, each person once."""

from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from services.outreach import handlers
from services.outreach.handlers import deliver, notify, remind
from services.outreach.model import parts
from services.outreach.model.address import recipient_hash
from services.outreach.model.delivery import Delivery
from services.outreach.use_cases import compose
from services.outreach.use_cases.progress import Progress, progress
from services.outreach.use_cases.send import OutOfTime
from services.shared import clock as service_clock
from services.shared import events, stream
from services.shared.errors import TransientError
from services.shared.invoke import InvocationFailed
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, Ses, Sns, TopicsService
from tests.integration.outreach.test_outreach_report import bounced, items, recorded
from tests.support.calls import LambdaContext, invoke, sqs_event, stream_records
from tests.support.crowd import crowd, subscribe

CONTACT = VIEW["contact"]["email"]
DOWN = ConnectTimeoutError(endpoint_url="https://email.invalid")
MANY = 40
TASK = {"topic_id": TOPIC_ID, "round": 1, "notice": "announced", "channel": "email"}
DELIVERY = Delivery.model_validate(TASK)
Task = dict[str, Any]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses", "sns")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, account: None) -> list[str]:
    """More subscribers than a function attends to."""
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 10)
    return crowd(MANY, scope=TOPIC_ID)


def step(name: str, task: Task = TASK, **fields: Any) -> dict[str, Any]:
    return dict(invoke(deliver.handler, {**task, "step": name, **fields}))


def deliver_parts(names: list[str]) -> list[str]:
    """Deliver parts as the machine does, which lets one that fails be; those that failed."""
    failed = []
    for name in names:
        try:
            step("part", part=name)
        except TransientError:
            failed.append(name)
    return failed


def part_with(address: str) -> str:
    return recipient_hash(address, key=handlers.keyring().recipient)[0]


def so_far() -> Progress:
    return progress(DELIVERY, deliveries=handlers.delivery_store(), parts=handlers.part_store())


def audited(kind: str) -> list[dict[str, Any]]:
    """Details of the events of a kind that the relay would publish, in order."""
    changes = stream.changes({"Records": stream_records("outreach")})
    items = [c.new for c in changes if c.kind == "INSERT" and "event" in c.new]
    return [events.detail(item) for item in items if item["event"]["type"] == kind]


def outcomes() -> list[tuple[str, str | None, int]]:
    found = [event["data"] for event in audited("NoticeDelivered")]
    return [(each["outcome"], each["reason"], each["recipients"]) for each in found]


def bring(*details: dict[str, Any]) -> int:
    """Bring what is due to its queue; how many messages are to come again."""
    event = sqs_event(*(("NoticeDue", detail) for detail in details))
    return len(notify.handler(event, LambdaContext())["batchItemFailures"])


def sweep() -> list[dict[str, Any]]:
    """Let the hour strike; details of what it made due."""
    before = len(audited("NoticeDue"))
    assert remind.handler(sqs_event(("Scheduled Event", {})), LambdaContext()) == {
        "batchItemFailures": []
    }
    return audited("NoticeDue")[before:]


def test_many_are_told_part_by_part_and_each_of_them_once(many: list[str], ses: Ses) -> None:
    begun = step("begin")
    assert begun == {"in_parts": True, "parts": list("0123456789abcdef")}
    told_by: Counter[str] = Counter()
    for name in begun["parts"]:
        before = len(ses.accepted)
        assert step("part", part=name) == {}
        told_by[name] = len(ses.accepted) - before
    assert len(+told_by) > 2, "everybody is in one or two parts"
    assert step("end") == {"channel": "email", "outcome": "sent", "recipients": MANY + 1}
    assert sorted(ses.accepted) == sorted([*many, CONTACT])
    assert outcomes() == [("sent", None, MANY + 1)]


def test_few_are_told_at_once_as_are_channels_that_people_come_to(ses: Ses) -> None:
    people = crowd(3, scope=TOPIC_ID)
    answer = {"channel": "email", "outcome": "sent", "recipients": 4}
    assert step("begin") == answer | {"in_parts": False, "parts": []}
    assert sorted(ses.accepted) == sorted([*people, CONTACT])
    posted = step("begin", TASK | {"channel": "web"})
    assert (posted["in_parts"], posted["outcome"]) == (False, "sent")


def test_where_nobody_subscribed_the_contact_alone_is_told(
    ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 0)
    assert step("begin")["in_parts"] is False
    assert ses.accepted == [CONTACT]


def test_very_many_are_in_more_parts(many: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "BY_ONE_DIGIT_UP_TO", 20)
    names = step("begin")["parts"]
    assert (len(names), names[0], names[-1]) == (256, "00", "ff")


def test_subscribers_of_another_channel_and_those_who_left_do_not_count(
    many: list[str], ses: Ses
) -> None:
    assert step("begin", TASK | {"channel": "sms"})["in_parts"] is False
    store = handlers.subscription_store()
    for each in many:
        standing = store.subscription(subscription_key(each))
        assert standing
        store.end(standing.ended(), invitation=None, at=service_clock.now())
    assert step("begin")["in_parts"] is False
    assert ses.accepted == [CONTACT]


def subscription_key(address: str) -> Any:
    from services.outreach.model.address import subscription_id
    from services.outreach.model.tokens import SubscriptionKey

    key = handlers.keyring().recipient
    id_ = subscription_id(address, scope=TOPIC_ID, key=key)
    return SubscriptionKey(scope=TOPIC_ID, subscription_id=id_)


def test_a_part_that_crashes_in_its_midst_and_is_repeated_tells_nobody_twice(
    many: list[str], ses: Ses
) -> None:
    names = step("begin")["parts"]
    crashed = part_with(many[0])

    def crash() -> None:
        raise KeyboardInterrupt

    ses.meanwhile = crash
    with pytest.raises(KeyboardInterrupt):
        step("part", part=crashed)
    for _ in range(2):
        assert deliver_parts(names) == []
    answer = step("end")
    assert max(Counter(ses.accepted).values()) == 1
    assert (answer["outcome"], answer["recipients"]) == ("partial", MANY)
    (outcome,) = audited("NoticeDelivered")
    assert outcome["data"]["unknown"] == 1, "the one whose mail the crash came over"


def test_a_part_that_fails_for_good_leaves_the_others_delivered(many: list[str], ses: Ses) -> None:
    failing = part_with(CONTACT)
    inside = {each for each in [*many, CONTACT] if part_with(each) == failing}
    ses.answers = {each: [DOWN] * 1000 for each in inside}
    assert deliver_parts(step("begin")["parts"]) == [failing]
    assert step("end")["outcome"] == "partial"
    assert sorted(ses.accepted) == sorted({*many, CONTACT} - inside)
    assert outcomes() == [("partial", "unavailable", MANY + 1 - len(inside))]
    assert step("begin") == {"in_parts": True, "parts": [failing]}


def test_what_a_part_left_goes_out_within_the_hour_and_the_other_parts_rest(
    many: list[str], ses: Ses, clock: FixedClock
) -> None:
    ses.answers[many[0]] = [DOWN] * 1000
    deliver_parts(step("begin")["parts"])
    step("end")
    clock.advance(hours=1)
    ses.answers.clear()
    (due,) = sweep()
    before = len(audited("NoticeDue"))
    assert bring(due, due) == 0
    (left,) = audited("NoticeDue")[before:]
    assert left["data"]["place"] == part_with(many[0])
    assert bring(left, left) == 0
    assert ses.accepted.count(many[0]) == 1
    assert outcomes()[-1] == ("sent", None, MANY + 1)
    clock.advance(hours=1)
    assert sweep() == []


def test_who_follows_the_topic_the_agency_and_everything_is_told_once(
    many: list[str], ses: Ses
) -> None:
    for scope in ("agency.health", "all"):
        subscribe(many[7], scope=scope)
    subscribe("follows-all@example.com", scope="all")
    deliver_parts(step("begin")["parts"])
    assert step("end")["recipients"] == MANY + 2
    assert ses.accepted.count(many[7]) == 1
    assert ses.accepted.count("follows-all@example.com") == 1


def test_who_unsubscribes_while_the_parts_run_is_not_told(many: list[str], ses: Ses) -> None:
    names = step("begin")["parts"]
    ((name, _number),) = Counter(map(part_with, many)).most_common(1)
    inside = [each for each in many if part_with(each) == name]

    def another_leaves() -> None:
        told = ses.requests[-1]["Destination"]["ToAddresses"][0]
        leaving = next(each for each in inside if each != told)
        store = handlers.subscription_store()
        standing = store.subscription(subscription_key(leaving))
        assert standing
        store.end(standing.ended(), invitation=None, at=service_clock.now())

    ses.meanwhile = another_leaves
    deliver_parts([name])
    assert len(set(ses.accepted) - {CONTACT}) == len(inside) - 1
    deliver_parts(names)
    assert step("end")["recipients"] == MANY


def test_a_part_without_time_says_so_by_name_and_goes_on_where_it_stood(
    many: list[str], ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    step("begin")
    (name, people), *_ = Counter(map(part_with, many)).most_common()
    left = iter([60_000, 9_000])
    with monkeypatch.context() as short:
        short.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: next(left))
        with pytest.raises(OutOfTime):
            step("part", part=name)
    assert len(ses.accepted) == 1
    assert (so_far().sent, so_far().done) == (1, 0)
    step("part", part=name)
    told = [each for each in ses.accepted if each != CONTACT]
    assert len(told) == len(set(told)) == people
    assert so_far().done == 1


def test_who_subscribes_meanwhile_does_not_change_the_parts(
    many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = step("begin")["parts"]
    monkeypatch.setattr(parts, "BY_ONE_DIGIT_UP_TO", 20)
    assert step("begin")["parts"] == names
    deliver_parts(names)
    answer = step("end")
    assert step("begin") == answer | {"in_parts": False, "parts": []}


def test_parts_that_are_all_done_are_summed_up_by_whoever_begins_again(many: list[str]) -> None:
    deliver_parts(step("begin")["parts"])
    assert step("begin")["recipients"] == MANY + 1
    assert outcomes() == [("sent", None, MANY + 1)]


def test_a_channel_that_is_given_up_counts_what_its_parts_told(many: list[str]) -> None:
    deliver_parts(step("begin")["parts"][:8])
    given_up = invoke(deliver.handler, TASK | {"error": {"Error": "States.Timeout", "Cause": ""}})
    sent = so_far().sent
    assert (given_up["outcome"], given_up["recipients"]) == ("partial", sent)
    assert 0 < sent < MANY


def test_progress_tells_how_many_are_attended_to_of_how_many(many: list[str], ses: Ses) -> None:
    nobody = Progress(parts=1, done=0, sent=0, failed=0, unknown=0, left=None)
    assert so_far() == nobody
    names = step("begin")["parts"]
    expected = so_far().left
    assert so_far() == Progress(parts=16, done=0, sent=0, failed=0, unknown=0, left=expected)
    assert expected
    ses.answers[many[0]] = [(400, "MessageRejected")]
    deliver_parts([part_with(many[0])])
    found = so_far()
    assert (found.done, found.failed, found.unknown) == (1, 1, 0)
    assert found.left == max(expected - found.sent - 1, 0)
    deliver_parts(names)
    step("end")
    assert so_far() == Progress(parts=16, done=16, sent=MANY, failed=1, unknown=0, left=0)


def test_a_due_notice_goes_to_many_by_a_message_for_each_part(
    many: list[str], ses: Ses, topics: TopicsService
) -> None:
    due = as_event(part=1)
    assert bring(due, due) == 0
    of_parts = audited("NoticeDue")
    assert [each["data"]["place"] for each in of_parts] == list("0123456789abcdef")
    assert outcomes() == []
    assert bring(*of_parts[:9]) == 0
    assert outcomes() == [], "some parts have not been set about yet"
    assert bring(*of_parts) == 0
    assert sorted(ses.accepted) == sorted([*many, CONTACT])
    assert outcomes() == [("sent", None, MANY + 1)]


def test_a_message_of_a_part_that_fails_comes_again_and_holds_up_no_other(
    many: list[str], ses: Ses
) -> None:
    bring(as_event(part=1))
    of_parts = audited("NoticeDue")
    ses.answers[many[0]] = [DOWN] * 15
    assert bring(*of_parts) == 1
    left = {*many, CONTACT} - set(ses.accepted)
    assert {part_with(each) for each in left} == {part_with(many[0])}
    assert bring(*of_parts) == 1
    assert outcomes() == [("partial", "unavailable", MANY + 1 - len(left))]
    ses.answers.clear()
    assert bring(*of_parts) == 0
    assert outcomes()[1:] == [("sent", None, MANY + 1)]


def test_messages_of_parts_that_ran_out_of_time_do_not_meet(
    many: list[str], ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(as_event(part=1))
    of_parts = audited("NoticeDue")
    with monkeypatch.context() as short:
        short.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: 9_000)
        assert bring(*of_parts) == 0
    assert ses.accepted == []
    gone_on = audited("NoticeDue")[len(of_parts) :]
    with_people = {part_with(each) for each in [*many, CONTACT]}
    assert {each["data"]["place"] for each in gone_on} == with_people
    assert bring(*gone_on) == 0
    assert sorted(ses.accepted) == sorted([*many, CONTACT])
    assert outcomes() == [("sent", None, MANY + 1)]


class Refusing:
    """The topics service, refusing or broken: nothing that passes by itself."""

    def __call__(self, function_name: str, _payload: dict[str, Any]) -> dict[str, Any]:
        raise InvocationFailed(function_name)


def test_a_part_that_breaks_ends_as_others_do_and_the_sweep_takes_it_up(
    many: list[str], ses: Ses, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(as_event(part=1))
    breaking = [e for e in audited("NoticeDue") if e["data"]["place"] == part_with(many[0])]
    others = [e for e in audited("NoticeDue") if e not in breaking]
    with monkeypatch.context() as broken:
        broken.setattr(handlers, "invoke", Refusing())
        assert bring(*breaking) == 1
    assert bring(*others) == 0
    assert outcomes() == [("partial", "internal_error", len(ses.accepted))]
    clock.advance(hours=1)
    bring(*sweep())
    assert bring(*audited("NoticeDue")[-1:]) == 0
    assert outcomes()[-1] == ("sent", None, MANY + 1)
    clock.advance(hours=1)
    assert sweep() == []


def test_a_part_that_nobody_came_back_from_is_taken_up_within_two_hours(
    many: list[str], ses: Ses, clock: FixedClock
) -> None:
    bring(as_event(part=1))
    of_parts = audited("NoticeDue")
    lost = part_with(many[0])
    assert bring(*(each for each in of_parts if each["data"]["place"] != lost)) == 0
    assert sweep() == [], "the parts may still be on their way"
    clock.advance(hours=1)
    bring(*sweep())
    (left,) = audited("NoticeDue")[len(of_parts) + 1 :]
    assert left["data"]["place"] == lost
    assert bring(left) == 0
    assert outcomes() == [("sent", None, MANY + 1)]
    clock.advance(hours=1)
    assert sweep() == [], "what is complete is not taken up any more"


def test_while_parts_are_heard_of_nobody_else_takes_them_up(
    many: list[str], clock: FixedClock
) -> None:
    step("begin")
    clock.advance(minutes=50)
    deliver_parts([part_with(many[0])])
    clock.advance(minutes=20)
    assert sweep() == []
    clock.advance(minutes=40)
    assert len(sweep()) == 1


def test_what_has_no_outcome_is_in_the_record_as_far_as_the_ledger_knows(
    many: list[str], ses: Ses, clock: FixedClock
) -> None:
    step("begin")
    (row,) = recorded()
    assert (row["outcome"], row["reason"]) == ("failed", "unavailable")
    assert (row["recipients"], row["at"]) == (0, "2026-12-01T09:00:00.000Z")
    clock.advance(minutes=1)
    deliver_parts([part_with(many[0])])
    (row,) = recorded()
    assert (row["notice"], row["channel"], row["outcome"]) == ("announced", "email", "partial")
    assert (row["recipients"], row["at"]) == (len(ses.accepted), "2026-12-01T09:01:00.000Z")
    assert recorded() == [row]


def test_a_reopened_rounds_announcement_is_in_the_report_while_it_is_under_way(
    many: list[str],
) -> None:
    task = TASK | {"occasion": "edition-2"}
    step("begin", task)
    step("part", task, part=part_with(many[0]))
    (found,) = items()
    assert (found["notice"], found["occasion"], found["outcome"]) == (
        "announced",
        "edition-2",
        None,
    )
    assert found["progress"]["parts"] == 16


def test_a_withdrawn_topic_is_announced_no_more_while_parts_are_on_their_way(
    many: list[str], ses: Ses, topics: TopicsService, clock: FixedClock
) -> None:
    task = TASK | {"notice": "published"}
    names = step("begin", task)["parts"]
    ((first, people), *_) = Counter(map(part_with, many)).most_common()

    def withdrawn() -> None:
        topics.topics[TOPIC_ID]["stage"] = "withdrawn"

    with pytest.MonkeyPatch.context() as often:
        often.setattr(compose, "ASKED_AGAIN_AFTER", 2)
        ses.meanwhile = withdrawn
        step("part", task, part=first)
    assert 0 < len(ses.accepted) <= 2 < people
    for name in names:
        step("part", task, part=name)
    told = len(ses.accepted)
    assert told <= 2
    assert step("end", task)["outcome"] == "partial"
    assert outcomes() == [("partial", "topic_withdrawn", told)]
    clock.advance(hours=1)
    assert sweep() == []


def test_of_few_who_are_told_the_rest_are_not_once_the_topic_is_withdrawn(
    ses: Ses, topics: TopicsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(3, scope=TOPIC_ID)
    monkeypatch.setattr(compose, "ASKED_AGAIN_AFTER", 1)

    def withdrawn() -> None:
        topics.topics[TOPIC_ID]["stage"] = "withdrawn"

    ses.meanwhile = withdrawn
    assert step("begin", TASK)["recipients"] == 1
    assert outcomes() == [("partial", "topic_withdrawn", 1)]
    assert step("begin", TASK | {"notice": "withdrawn"})["recipients"] == 4


def test_what_came_back_before_the_end_is_counted_at_the_end(
    many: list[str], ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = step("begin")["parts"]
    deliver_parts([part_with(many[0])])
    bounced(ses, many[0])
    deliver_parts(names)
    assert step("end")["recipients"] == MANY
    (outcome,) = audited("NoticeDelivered")
    assert (outcome["data"]["failed"], outcome["data"]["reasons"]) == (1, {"bounced": 1})


def test_a_function_without_the_time_to_count_again_sums_up_what_was_noted(
    many: list[str], ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = step("begin")["parts"]
    deliver_parts(names)
    bounced(ses, many[0])
    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: 9_000)
    assert step("end")["recipients"] == MANY + 1


def texted(number: int) -> list[str]:
    """Have so many subscribe by text message; their numbers."""
    found = [f"+9733600{each:04d}" for each in range(number)]
    for each in found:
        subscribe(each, scope=TOPIC_ID, way="sms")
    return found


REMINDER = {"notice": "reminder", "occasion": "P3D", "channel": "sms"}


@pytest.mark.usefixtures("many")
def test_parts_of_a_reminder_wait_for_the_day_if_night_falls(sns: Sns, clock: FixedClock) -> None:
    people = texted(100)
    assert bring(as_event(part=1, **REMINDER)) == 0
    of_parts = audited("NoticeDue")
    assert bring(*of_parts[:8]) == 0
    by_day = len(sns.texts)
    assert 0 < by_day < 100
    clock.advance(hours=9)
    assert bring(*of_parts[8:]) == 0
    assert len(sns.texts) == by_day, "it is nine in the evening"
    clock.advance(hours=3)
    assert sweep() == []
    clock.advance(hours=9)
    before = len(audited("NoticeDue"))
    assert bring(*sweep()) == 0
    assert bring(*audited("NoticeDue")[before + 1 :]) == 0
    assert sorted(to for to, _ in sns.texts) == people
    assert outcomes() == [("sent", None, 100)]


def test_a_reminder_to_few_that_comes_late_waits_for_the_day(sns: Sns, clock: FixedClock) -> None:
    (number,) = texted(1)
    clock.advance(hours=9)
    assert bring(as_event(part=1, **REMINDER)) == 0
    assert sns.texts == []
    clock.advance(hours=12)
    assert bring(*sweep()) == 0
    assert sns.text_to(number)
    clock.advance(hours=12)
    assert bring(as_event(part=1, **REMINDER)) == 0
    assert sweep() == [], "what is complete has nothing left to wait for"
    clock.advance(hours=12)
    assert sweep() == []


def as_event(**data: Any) -> dict[str, Any]:
    """Detail of a notice that is due, as the relay publishes it."""
    told = {"notice": "announced", "occasion": "", "channel": "email", **data}
    return {
        "version": "1",
        "id": "e" * 64,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": TOPIC_ID,
        "round": 1,
        "actor": {"role": "system", "id": "system"},
        "data": told,
    }
