from datetime import timedelta
from typing import Any

import jwt
import pytest

from local.admin import BadRequest, duration
from local.stack import LocalStack
from services.outreach import poster
from tests.local.test_http import ask
from tests.local.test_machine import start, status


def post(stack: LocalStack, path: str, body: str, **headers: str) -> tuple[int, Any]:
    return ask(stack, path, method="POST", body=body.encode(), headers=headers)[:2]


def test_the_clock_is_read_and_moved_on(stack: LocalStack) -> None:
    arn = start(stack, "Wait")
    before = stack.clock.now()
    status_code, _ = post(stack, "/_local/clock", '{"advance": "P14D"}')
    assert status_code == 200
    assert stack.clock.now() - before == timedelta(days=14)
    assert status(stack, arn) == "SUCCEEDED"
    until = (stack.clock.now() + timedelta(hours=1)).isoformat()
    assert post(stack, "/_local/clock", f'{{"to": "{until}"}}')[0] == 200
    assert stack.clock.now().isoformat() == until
    assert ask(stack, "/_local/clock")[1]["now"][:19] == until[:19]


@pytest.mark.parametrize(
    "body",
    [
        '{"advance": "two weeks"}',
        '{"advance": "P"}',
        '{"to": "2020-01-01T00:00:00Z"}',
        '{"to": "2030-01-01T00:00:00"}',
        "{}",
        "no JSON",
        "[]",
    ],
)
def test_a_move_that_makes_no_sense_is_refused(stack: LocalStack, body: str) -> None:
    before = stack.clock.now()
    assert post(stack, "/_local/clock", body)[0] == 400
    assert stack.clock.now() == before


def test_settling_takes_until_all_is_quiet_or_says_that_it_is_not(stack: LocalStack) -> None:
    assert post(stack, "/_local/settle", "")[0] == 200
    with stack.clock.busy():
        assert post(stack, "/_local/settle", '{"timeout_seconds": 0.05}')[0] == 503


def test_a_token_is_given_for_the_role_and_agency(stack: LocalStack) -> None:
    _, answer = post(stack, "/_local/token", '{"role": "officer", "agency": "health"}')
    claims = jwt.decode(answer["token"], options={"verify_signature": False})
    assert claims["cognito:groups"] == ["officer", "agency.health"]
    assert post(stack, "/_local/token", "{}")[0] == 400


def test_executions_and_queues_are_shown(stack: LocalStack) -> None:
    arn = start(stack, "Ring")
    stack.settle()
    items = ask(stack, "/_local/executions")[1]["items"]
    mine = next(item for item in items if item["arn"] == arn)
    assert (mine["status"], mine["state"], mine["transitions"]) == ("RUNNING", "Ring", 2)
    names = {item["name"] for item in ask(stack, "/_local/queues")[1]["items"]}
    assert names == {"work", "dead", "timed"}


def test_the_outbox_has_what_was_sent_newest_last(stack: LocalStack) -> None:
    mail = stack.client("sesv2")
    mail.create_email_identity(EmailIdentity="notices@tashawur.example")
    for subject in ("أولا", "second"):
        mail.send_email(
            FromEmailAddress="notices@tashawur.example",
            Destination={"ToAddresses": ["citizen@example.org"]},
            Content={
                "Simple": {
                    "Subject": {"Data": subject},
                    "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<p>html</p>"}},
                }
            },
        )
    items = ask(stack, "/_local/outbox")[1]["items"]
    assert [item["subject"] for item in items] == ["أولا", "second"]
    assert items[0]["to"] == ["citizen@example.org"]
    assert (items[0]["text"], items[0]["html"]) == ("text", "<p>html</p>")


def test_the_outbox_has_text_messages_but_not_what_goes_to_topics(stack: LocalStack) -> None:
    sns = stack.client("sns")
    sns.publish(PhoneNumber="+97317000001", Message="رمز")
    sns.publish(TopicArn=sns.create_topic(Name="alarms")["TopicArn"], Message="alarm")
    item = ask(stack, "/_local/outbox")[1]["items"][-1]
    assert (item["channel"], item["to"], item["text"]) == ("sms", ["+97317000001"], "رمز")


def test_the_outbox_has_what_is_posted_to_partners_and_nothing_leaves_the_machine(
    stack: LocalStack,
) -> None:
    poster.Poster(now=stack.clock.now).post("https://partner.example/", b"{}", secret="s")
    item = ask(stack, "/_local/outbox")[1]["items"][-1]
    assert (item["channel"], item["to"], item["text"]) == (
        "webhook",
        ["https://partner.example/"],
        "{}",
    )
    assert item["headers"]["Tashawur-Signature"].startswith("sha256=")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "a.localhost", "[::1]", "2130706433"])
def test_this_machine_is_no_partner(stack: LocalStack, host: str) -> None:
    with pytest.raises(poster.NotPublic):
        poster.public_addresses(f"https://{host}/")


def test_another_sites_page_cannot_reach_it(stack: LocalStack) -> None:
    assert post(stack, "/_local/token", '{"role": "officer"}', Host="evil.example")[0] == 403


def test_unknown_paths_name_the_known_ones(stack: LocalStack) -> None:
    status_code, document, _ = ask(stack, "/_local/nothing")
    assert status_code == 404
    assert "POST clock" in document["routes"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("P14D", 14 * 86400), ("P2W", 14 * 86400), ("PT90S", 90), ("P1DT1H1M", 90060)],
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "14D", "P1M", "-P1D", "P1.5D"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BadRequest):
        duration(text)
