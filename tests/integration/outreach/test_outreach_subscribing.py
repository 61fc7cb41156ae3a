"""Double opt-in: asked for by anybody, begun by whoever reads the mailbox, ended at any time."""

import json
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.outreach.handlers import subscriptions
from services.shared import aws
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import (
    SUBSCRIBE,
    TOPIC_ID,
    VIEW,
    Ses,
    TopicsService,
    follow,
    link_in,
)
from tests.support.calls import Answer, http, stream_records

END_WITH_ONE_CLICK = "POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription"
END = "DELETE /v1/topics/{topic}/subscriptions/{subscription}"
pytestmark = pytest.mark.usefixtures("clock")

Ask = Callable[..., Answer]


def end(subscription: str, token: str) -> Answer:
    path = {"topic": TOPIC_ID, "subscription": subscription}
    return http(subscriptions.handler, END, path=path, query={"token": token})


def stored(address: str) -> bool:
    items = aws.client("dynamodb").scan(TableName="outreach")["Items"]
    return address in json.dumps(items, default=str)


def event_types() -> list[str]:
    images = [record["dynamodb"].get("NewImage", {}) for record in stream_records("outreach")]
    return [image["event"]["M"]["type"]["S"] for image in images if "event" in image]


def test_a_subscription_is_pending_until_the_mailbox_confirms_it(ask: Ask, ses: Ses) -> None:
    answer = ask("noor@example.com")
    assert answer.status == 202
    assert answer.json["status"] == "pending"
    mail = ses.mail_to("noor@example.com")
    confirmed = follow(answer.json["subscription_id"], link_in(mail))
    assert confirmed.status == 200
    assert confirmed.json["status"] == "confirmed"
    assert event_types() == ["SubscriptionConfirmed"]


def test_the_confirmation_mail_is_in_both_languages_the_wanted_one_first(
    ask: Ask, ses: Ses
) -> None:
    ask("noor@example.com", language="en")
    mail = ses.mail_to("noor@example.com")
    subject = mail["Subject"]["Data"]
    assert subject.index(VIEW["title"]["en"]) < subject.index(VIEW["title"]["ar"])
    html = mail["Body"]["Html"]["Data"]
    assert '<section lang="ar" dir="rtl"' in html
    assert "<hours>" not in html
    assert f"http://localhost/v1/topics/{TOPIC_ID}/subscriptions/" in mail["Body"]["Text"]["Data"]


def test_confirming_twice_is_confirming_once(ask: Ask, ses: Ses) -> None:
    subscription = ask("noor@example.com").json["subscription_id"]
    token = link_in(ses.mail_to("noor@example.com"))
    first, second = follow(subscription, token), follow(subscription, token)
    assert (first.status, first.json) == (second.status, second.json)
    assert event_types() == ["SubscriptionConfirmed"]


def test_the_same_address_gets_the_same_answer_and_one_mail_an_hour(
    ask: Ask, ses: Ses, clock: FixedClock
) -> None:
    answers = [ask("noor@example.com"), ask("NOOR@Example.com")]
    assert ses.accepted == ["noor@example.com"]
    clock.advance(minutes=59)
    answers.append(ask("noor@example.com"))
    assert len(ses.accepted) == 1
    clock.advance(minutes=1)
    answers.append(ask("noor@example.com"))
    assert len(ses.accepted) == 2
    assert len({answer.text for answer in answers}) == 1


def test_nobody_learns_whether_an_address_is_subscribed(ask: Ask, ses: Ses) -> None:
    before = ask("noor@example.com")
    follow(before.json["subscription_id"], link_in(ses.mail_to("noor@example.com")))
    after = ask("noor@example.com")
    assert (before.status, before.text) == (after.status, after.text)


def test_nobody_learns_whether_an_address_takes_mail(ask: Ask, ses: Ses) -> None:
    ses.answers["gone@example.com"] = [(400, "MessageRejected")]
    assert ask("gone@example.com").status == 202


@pytest.mark.parametrize("answer", [(429, "TooManyRequestsException"), (503, "ServiceUnavailable")])
def test_a_mail_that_could_not_go_out_goes_out_with_the_next_request(
    ask: Ask, ses: Ses, answer: tuple[int, str]
) -> None:
    ses.answers["noor@example.com"] = [answer] * 5
    assert ask("noor@example.com").status == 503
    assert ask("noor@example.com").status == 202
    assert ses.accepted == ["noor@example.com"]


def test_an_altered_link_confirms_nothing(ask: Ask, ses: Ses) -> None:
    subscription = ask("noor@example.com").json["subscription_id"]
    token = link_in(ses.mail_to("noor@example.com"))
    other = ask("other@example.com").json["subscription_id"]
    longer = str(int(token.split(".")[0]) + 1) + "." + token.split(".")[1]
    for which, altered in (
        (subscription, token[:-1] + ("A" if token[-1] != "A" else "B")),
        (subscription, longer),
        (subscription, ""),
        (subscription, "١٢٣.نور"),
        (other, token),
    ):
        answer = follow(which, altered)
        assert answer.status == 400
        assert answer.json["detail"].startswith("The confirmation link is not right")
    assert event_types() == []


def test_a_link_is_good_for_48_hours(ask: Ask, ses: Ses, clock: FixedClock) -> None:
    subscription = ask("noor@example.com").json["subscription_id"]
    token = link_in(ses.mail_to("noor@example.com"))
    clock.advance(hours=48)
    late = follow(subscription, token)
    assert late.status == 400
    assert "expired" in late.json["detail"]
    clock.advance(seconds=-1)
    assert follow(subscription, token).status == 200


def test_a_browser_that_follows_the_link_is_shown_a_page_with_the_way_out(
    ask: Ask, ses: Ses
) -> None:
    subscription = ask("noor@example.com").json["subscription_id"]
    page = follow(
        subscription, link_in(ses.mail_to("noor@example.com")), accept="text/html,*/*;q=0.8"
    )
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.text.index("Your subscription is confirmed") < page.text.index("تم تأكيد اشتراكك")
    action = urlsplit(unescape(page.text.split('action="', 1)[1].split('"')[0]))
    parts = action.path.split("/")
    ended = http(
        subscriptions.handler,
        END_WITH_ONE_CLICK,
        path={"topic": parts[3], "subscription": parts[5]},
        query=dict(parse_qsl(action.query)),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert ended.status == 200
    assert "أُلغي اشتراكك" in ended.text
    assert event_types() == ["SubscriptionConfirmed", "SubscriptionEnded"]


def test_unsubscribing_forgets_the_address_and_may_be_repeated(subscribed: Ask) -> None:
    confirmed = subscribed("noor@example.com").json
    assert stored("noor@example.com")
    key = (confirmed["subscription_id"], confirmed["unsubscribe_token"])
    assert [end(*key).status, end(*key).status] == [204, 204]
    assert not stored("noor@example.com")
    assert event_types() == ["SubscriptionConfirmed", "SubscriptionEnded"]


def test_a_wrong_token_ends_nothing(subscribed: Ask) -> None:
    confirmed = subscribed("noor@example.com").json
    for subscription, token in (
        (confirmed["subscription_id"], ""),
        (confirmed["subscription_id"], "wrong"),
        ("unknown", confirmed["unsubscribe_token"]),
    ):
        assert end(subscription, token).status == 404
    assert event_types() == ["SubscriptionConfirmed"]


def test_an_old_confirmation_link_does_not_bring_an_ended_subscription_back(
    ask: Ask, ses: Ses
) -> None:
    subscription = ask("noor@example.com").json["subscription_id"]
    token = link_in(ses.mail_to("noor@example.com"))
    end(subscription, follow(subscription, token).json["unsubscribe_token"])
    assert follow(subscription, token).status == 404


def test_one_may_subscribe_again_after_unsubscribing(
    ask: Ask, ses: Ses, subscribed: Ask, clock: FixedClock
) -> None:
    confirmed = subscribed("noor@example.com").json
    end(confirmed["subscription_id"], confirmed["unsubscribe_token"])
    clock.advance(hours=2)
    assert subscribed("noor@example.com").json == confirmed
    assert event_types() == [
        "SubscriptionConfirmed",
        "SubscriptionEnded",
        "SubscriptionConfirmed",
    ]


def test_the_topic_must_be_public(ask: Ask, ses: Ses) -> None:
    assert ask("noor@example.com", topic="b" * 26).status == 404
    assert ses.requests == []


def test_one_subscribes_to_a_round_that_follows_one_that_is_over(
    ask: Ask, ses: Ses, topics: TopicsService
) -> None:
    topics.earlier[TOPIC_ID, 1] = VIEW | {"stage": "archived"}
    topics.topics[TOPIC_ID] = VIEW | {"round": 2}
    answer = ask("noor@example.com")
    assert answer.status == 202, answer.text
    confirmed = follow(answer.json["subscription_id"], link_in(ses.mail_to("noor@example.com")))
    assert confirmed.status == 200
    rounds = [r["dynamodb"]["NewImage"] for r in stream_records("outreach")]
    assert {i["event"]["M"]["round"]["N"] for i in rounds if "event" in i} == {"2"}


@pytest.mark.parametrize("stage", ["withdrawn", "archived"])
def test_there_is_no_subscribing_to_what_is_over(
    ask: Ask, ses: Ses, topics: TopicsService, stage: str
) -> None:
    topics.topics[TOPIC_ID]["stage"] = stage
    answer = ask("noor@example.com")
    assert answer.status == 409
    assert "over" in answer.json["detail"]
    assert ses.requests == []


def test_a_topics_service_that_is_away_makes_the_caller_wait(
    ask: Ask, topics: TopicsService
) -> None:
    topics.away = True
    assert ask("noor@example.com").status == 503


def test_every_fault_of_a_request_is_told(topics: TopicsService, ses: Ses) -> None:
    body = {"email": "noor", "language": "fr", "name": "Noor"}
    answer = http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body=body)
    assert answer.status == 422
    assert {(fault["field"], fault["code"]) for fault in answer.json["errors"]} == {
        ("/email", "bad_email"),
        ("/language", "not_allowed"),
        ("/name", "unknown_field"),
    }
    assert "noor" not in answer.text
