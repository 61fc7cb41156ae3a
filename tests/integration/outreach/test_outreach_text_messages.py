"""Text messages: a number is confirmed by a code, told once, and can end it by one click."""

import json
import re
from typing import Any

import jinja2
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from services.outreach import templating
from services.outreach.handlers import deliver, subscriptions
from services.outreach.model.subscription import Invitation
from services.outreach.model.tokens import SubscriptionKey
from services.outreach.subscription_store import SubscriptionStore
from services.shared import aws
from services.shared.errors import TransientError
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import SUBSCRIBE, TOPIC_ID, Ses, Sns
from tests.support.calls import Answer, http, invoke, stream_records

NUMBER = "+97317000001"
OTHER = "+97336000002"
ENTER = "POST /v1/topics/{topic}/subscriptions/{subscription}/confirmation"
END = "DELETE /v1/topics/{topic}/subscriptions/{subscription}"
STOP = "GET /v1/stop/{stop}"
WAY_OUT = "/v1/topics/{topic}/subscriptions/{subscription}/unsubscription"
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")


def ask(phone: str = NUMBER, language: str = "ar", **fields: Any) -> Answer:
    body = {"phone": phone, "language": language, **fields}
    return http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body=body)


def enter(subscription: str, code: str) -> Answer:
    path = {"topic": TOPIC_ID, "subscription": subscription}
    return http(subscriptions.handler, ENTER, path=path, body={"code": code})


def code_in(text: str) -> str:
    return re.findall(r"\b\d{6}\b", text)[0]


def subscribed(sns: Sns, phone: str = NUMBER, language: str = "ar") -> dict[str, Any]:
    subscription = ask(phone, language).json["subscription_id"]
    answer = enter(subscription, code_in(sns.texts[-1][1]))
    assert answer.status == 200, answer.text
    sns.texts.clear()
    return dict(answer.json)


def send(notice: str = "published") -> dict[str, Any]:
    payload = {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": "sms"}
    return dict(invoke(deliver.handler, payload))


def outcome() -> dict[str, Any]:
    from services.shared import stream

    changes = stream.changes({"Records": stream_records("outreach")})
    found = [c.new["event"]["data"] for c in changes if "event" in c.new]
    return dict([data for data in found if "channel" in data and "outcome" in data][-1])


def test_a_number_is_told_after_its_code_was_entered(sns: Sns) -> None:
    answer = ask()
    assert (answer.status, answer.json["status"]) == (202, "pending")
    assert send()["recipients"] == 0
    code = code_in(sns.text_to(NUMBER))
    confirmed = enter(answer.json["subscription_id"], code)
    assert confirmed.json["status"] == "confirmed"
    assert confirmed.json == enter(answer.json["subscription_id"], code).json
    assert send("announced") == {"channel": "sms", "outcome": "sent", "recipients": 1}


def test_a_message_is_in_the_recipients_language_alone(sns: Sns, ses: Ses) -> None:
    subscribed(sns)
    subscribed(sns, OTHER, language="en")
    assert send()["recipients"] == 2
    arabic, english = sns.text_to(NUMBER), sns.text_to(OTHER)
    assert arabic.startswith("استشارة عامة جديدة: مواعيد المراكز الصحية\nشارك برأيك حتى 28 ديسمبر")
    assert "New public" not in arabic
    assert english.startswith("New public consultation: Health centres' <hours> & more\nHave your")
    assert f"http://localhost/v1/topics/{TOPIC_ID}\n" in english
    assert [r for r in ses.requests if "+973" in str(r)] == []


def test_a_message_has_a_way_out_that_asks_before_it_ends_anything(sns: Sns) -> None:
    confirmed = subscribed(sns)
    send()
    link = sns.text_to(NUMBER).rsplit(": ", 1)[1]
    stop = link.removeprefix("http://localhost/v1/stop/")
    assert len(stop) == 13
    page = http(subscriptions.handler, STOP, path={"stop": stop})
    assert 'method="post"' in page.text
    token = re.findall(r"token=([\w-]+)", page.text)[0]
    assert token == confirmed["unsubscribe_token"]
    path = {"topic": TOPIC_ID, "subscription": confirmed["subscription_id"]}
    assert http(subscriptions.handler, STOP, path={"stop": "a" * 13}).status == 404
    assert send("announced")["recipients"] == 1
    wrong = http(subscriptions.handler, f"GET {WAY_OUT}", path=path, query={"token": "x"})
    assert wrong.status == 404
    for _ in range(2):
        ended = http(
            subscriptions.handler,
            f"POST {WAY_OUT}",
            path=path,
            query={"token": token},
            body="List-Unsubscribe=One-Click",
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert ended.status == 200
    assert send("withdrawn")["recipients"] == 0
    assert NUMBER not in json.dumps(aws.client("dynamodb").scan(TableName="outreach"), default=str)


def test_five_wrong_codes_are_all(sns: Sns, clock: FixedClock) -> None:
    subscription = ask().json["subscription_id"]
    code = code_in(sns.text_to(NUMBER))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    answers = [enter(subscription, wrong) for _ in range(5)]
    assert {answer.status for answer in answers} == {400}
    assert answers[0].json["detail"] == "The confirmation code is not right."
    assert "too often" in enter(subscription, code).json["detail"]
    clock.advance(hours=1)
    ask()
    fresh = code_in(sns.texts[-1][1])
    assert fresh != code
    assert enter(subscription, code).status == 400
    assert enter(subscription, fresh).status == 200


def test_of_codes_that_are_tried_at_once_one_alone_is_looked_at(
    sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = ask().json["subscription_id"]
    code = code_in(sns.text_to(NUMBER))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    real = SubscriptionStore.invitation
    others = [wrong]

    def slow(self: SubscriptionStore, key: SubscriptionKey) -> Invitation | None:
        found = real(self, key)
        while others:
            assert enter(subscription, others.pop()).status == 400
        return found

    monkeypatch.setattr(SubscriptionStore, "invitation", slow)
    assert enter(subscription, code).status == 409
    assert enter(subscription, code).status == 200


def test_a_code_is_good_for_48_hours(sns: Sns, clock: FixedClock) -> None:
    subscription = ask().json["subscription_id"]
    clock.advance(hours=48)
    late = enter(subscription, code_in(sns.text_to(NUMBER)))
    assert (late.status, "expired" in late.json["detail"]) == (400, True)


def test_nobody_learns_by_codes_what_was_asked_for(sns: Sns, ses: Ses) -> None:
    body = {"email": "noor@example.com"}
    by_mail = http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body=body)
    unknown, mailed = enter("a" * 26, "000000"), enter(by_mail.json["subscription_id"], "000000")
    assert unknown.json["detail"] == mailed.json["detail"]
    assert unknown.status == mailed.status == 400


def test_the_same_number_is_texted_once_an_hour_however_it_is_written(sns: Sns) -> None:
    answers = [ask(each) for each in (NUMBER, "+973 1700-0001", "+٩٧٣١٧٠٠٠٠٠١")]
    assert len({answer.text for answer in answers}) == 1
    assert [to for to, _ in sns.texts] == [NUMBER]


def test_a_stranger_cannot_flood_a_telephone(sns: Sns) -> None:
    for number in range(7):
        body = {"phone": NUMBER, "agency": f"agency-{number}"}
        assert http(subscriptions.handler, "POST /v1/subscriptions", body=body).status == 202
    assert len(sns.texts) == 5


@pytest.mark.parametrize("phone", ["17000001", "0097317000001", "+0123456789", "+973x", "+9", ""])
def test_what_is_no_number_is_refused(sns: Sns, phone: str) -> None:
    answer = ask(phone)
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [("/phone", "bad_phone")]
    assert sns.asked == 0


def test_it_takes_an_address_or_a_number_and_not_both(sns: Sns) -> None:
    both = ask(email="noor@example.com")
    neither = http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body={})
    for answer in (both, neither):
        assert [e["code"] for e in answer.json["errors"]] == ["email_or_phone"]
    assert sns.asked == 0


@pytest.mark.parametrize(
    ("code", "reason"), [("InvalidParameter", "bad_number"), ("OptedOut", "opted_out")]
)
def test_a_refused_number_does_not_keep_the_others_from_being_told(
    sns: Sns, code: str, reason: str
) -> None:
    subscribed(sns)
    subscribed(sns, OTHER)
    sns.answers[NUMBER] = [(400, code)]
    assert send() == {"channel": "sms", "outcome": "partial", "recipients": 1}
    assert outcome()["reason"] == reason


@pytest.mark.parametrize(
    "answer",
    [(400, "Throttling"), (429, "Throttled"), ConnectTimeoutError(endpoint_url="https://sns")],
)
def test_a_throttled_provider_is_tried_again_and_nobody_is_told_twice(
    sns: Sns, answer: Any
) -> None:
    subscribed(sns)
    subscribed(sns, OTHER)
    sns.answers[NUMBER] = [answer] * 5
    with pytest.raises(TransientError):
        send()
    assert send()["recipients"] == 2
    assert sorted(to for to, _ in sns.texts) == [NUMBER, OTHER]


@pytest.mark.parametrize(
    "answer", [ReadTimeoutError(endpoint_url="https://sns"), (500, "InternalError")]
)
def test_a_message_whose_answer_was_lost_is_unknown_and_not_sent_again(
    sns: Sns, answer: Any
) -> None:
    subscribed(sns)
    sns.asked = 0
    sns.answers[NUMBER] = [answer]
    with pytest.raises(TransientError):
        send()
    send()
    assert sns.asked == 1
    assert (outcome()["unknown"], outcome()["outcome"]) == (1, "failed")


def test_a_dead_provider_is_an_outcome_and_what_is_left_is_sent_once_it_is_back(sns: Sns) -> None:
    subscribed(sns)
    sns.answers[NUMBER] = [(403, "AuthorizationError")]
    assert send()["outcome"] == "failed"
    assert outcome()["reason"] == "misconfigured"
    assert send() == {"channel": "sms", "outcome": "sent", "recipients": 1}


def test_a_template_that_fails_in_one_language_keeps_it_from_nobody_for_good(
    sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(sns)
    subscribed(sns, OTHER, language="en")
    environment = templating.environment()
    broken = jinja2.DictLoader({"sms/published.ar.txt": "{{ nobody_gives_this }}"})
    with monkeypatch.context() as patch:
        patch.setattr(environment, "loader", jinja2.ChoiceLoader([broken, environment.loader]))
        assert send() == {"channel": "sms", "outcome": "partial", "recipients": 1}
    assert (outcome()["reason"], outcome()["unknown"]) == ("template_failed", 0)
    assert send() == {"channel": "sms", "outcome": "sent", "recipients": 2}
    assert [to for to, _ in sns.texts] == [OTHER, NUMBER]


def test_a_code_that_could_not_go_out_goes_out_with_the_next_request(sns: Sns) -> None:
    sns.answers[NUMBER] = [(400, "Throttling")] * 5
    assert ask().status == 503
    assert ask().status == 202
    assert len(sns.texts) == 1


def test_what_could_not_go_out_does_not_count_as_asked(sns: Sns) -> None:
    sns.answers[NUMBER] = [(400, "AuthorizationError")] * 6
    assert [ask().status for _ in range(6)] == [503] * 6
    assert ask().status == 202
    assert code_in(sns.text_to(NUMBER))


def test_an_ended_subscription_needs_another_code(sns: Sns) -> None:
    subscription = ask().json["subscription_id"]
    code = code_in(sns.text_to(NUMBER))
    confirmed = enter(subscription, code).json
    path = {"topic": TOPIC_ID, "subscription": subscription}
    query = {"token": confirmed["unsubscribe_token"]}
    assert http(subscriptions.handler, END, path=path, query=query).status == 204
    assert enter(subscription, code).status == 404
