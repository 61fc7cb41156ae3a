"""Subscriptions to an agency's consultations, and to all of them."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.outreach.handlers import deliver, subscriptions
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import (
    TOPIC_ID,
    VIEW,
    Ses,
    TopicsService,
    link_in,
)
from tests.support.calls import Answer, http, invoke, stream_records

BASE = "/v1/subscriptions/{scope}/{subscription}"
CONTACT = VIEW["contact"]["email"]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")


def ask(email: str = "noor@example.com", **fields: Any) -> Answer:
    body = {"email": email, "language": "en", **fields}
    return http(subscriptions.handler, "POST /v1/subscriptions", body=body)


def at(route: str, asked: Answer, token: str) -> Answer:
    path = {"scope": asked.json["scope"], "subscription": asked.json["subscription_id"]}
    return http(subscriptions.handler, route, path=path, query={"token": token})


def subscribed(ses: Ses, email: str = "noor@example.com", **fields: Any) -> Answer:
    asked = ask(email, **fields)
    confirmed = at(f"GET {BASE}/confirmation", asked, link_in(ses.mail_to(email)))
    assert confirmed.status == 200, confirmed.text
    ses.accepted.clear()
    ses.requests.clear()
    return asked


def send(notice: str = "published", topic_id: str = TOPIC_ID) -> None:
    payload = {"topic_id": topic_id, "round": 1, "notice": notice, "channel": "email"}
    invoke(deliver.handler, payload)


@pytest.mark.parametrize(
    ("fields", "scope", "named"),
    [
        ({"agency": "health"}, "agency.health", "consultations of the agency “health”"),
        ({}, "all", "all public consultations"),
    ],
)
def test_the_confirmation_says_what_it_is_about(
    ses: Ses, fields: dict[str, Any], scope: str, named: str
) -> None:
    asked = ask(**fields)
    assert (asked.status, asked.json["scope"]) == (202, scope)
    mail = ses.mail_to("noor@example.com")
    assert named in mail["Subject"]["Data"]
    assert named in mail["Body"]["Text"]["Data"]


def test_each_is_told_of_what_was_asked_for(ses: Ses, topics: TopicsService) -> None:
    topics.topics["c" * 26] = VIEW | {"topic_id": "c" * 26, "agency": "works"}
    subscribed(ses, "health@example.com", agency="health")
    subscribed(ses, "works@example.com", agency="works")
    subscribed(ses, "all@example.com")
    send()
    assert sorted(ses.accepted) == ["all@example.com", CONTACT, "health@example.com"]
    ses.accepted.clear()
    send(topic_id="c" * 26)
    assert sorted(ses.accepted) == ["all@example.com", CONTACT, "works@example.com"]


def test_who_subscribed_more_than_once_is_told_once(ses: Ses) -> None:
    subscribed(ses)
    subscribed(ses, agency="health")
    send()
    assert ses.accepted.count("noor@example.com") == 1


def test_one_click_in_the_mail_ends_it(ses: Ses) -> None:
    subscribed(ses, agency="health")
    send()
    headers = {h["Name"]: h["Value"] for h in ses.mail_to("noor@example.com")["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(headers["List-Unsubscribe"].strip("<>"))
    _, _, _, scope, subscription, act = link.path.split("/")
    answer = http(
        subscriptions.handler,
        f"POST {BASE}/unsubscription",
        path={"scope": scope, "subscription": subscription},
        query=dict(parse_qsl(link.query)),
        body="List-Unsubscribe=One-Click",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert (act, answer.status) == ("unsubscription", 200)
    ses.accepted.clear()
    send("announced")
    assert ses.accepted == [CONTACT]


def test_a_token_holds_for_its_scope_alone(ses: Ses) -> None:
    asked = ask(agency="health")
    token = link_in(ses.mail_to("noor@example.com"))
    for scope in ("agency.works", "all"):
        path = {"scope": scope, "subscription": asked.json["subscription_id"]}
        route = f"GET {BASE}/confirmation"
        answer = http(subscriptions.handler, route, path=path, query={"token": token})
        assert answer.status == 400


@pytest.mark.parametrize("scope", [TOPIC_ID, "agency.", "agency.A", "everything", "agency.x\n"])
def test_what_is_no_scope_is_not_found(ses: Ses, scope: str) -> None:
    path = {"scope": scope, "subscription": "a" * 26}
    route = f"GET {BASE}/unsubscription"
    answer = http(subscriptions.handler, route, path=path, query={"token": "x"})
    assert answer.status == 404


def test_a_stranger_cannot_flood_an_address_with_questions(ses: Ses, clock: FixedClock) -> None:
    answers = [ask(agency=f"agency-{number}") for number in range(12)]
    assert {answer.status for answer in answers} == {202}
    assert len(ses.accepted) == 10
    clock.advance(hours=23)
    ask(agency="another")
    assert len(ses.accepted) == 10
    clock.advance(hours=1)
    ask(agency="another")
    assert len(ses.accepted) == 11


def test_an_agency_that_can_be_none_is_refused(ses: Ses) -> None:
    answer = ask(agency="../health")
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [("/agency", "bad_format")]
    assert ses.requests == []


def test_the_event_names_the_scope_and_nobody(ses: Ses) -> None:
    from services.shared import stream

    subscribed(ses, agency="health")
    changes = stream.changes({"Records": stream_records("outreach")})
    (event,) = (change.new["event"] for change in changes if "event" in change.new)
    assert (event["type"], event["topic_id"]) == ("SubscriptionConfirmed", "agency.health")
    assert event["data"] == {"language": "en", "channel": "email"}
    assert "noor" not in str(event)
