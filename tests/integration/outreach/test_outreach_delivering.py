"""Each notice over each channel, once, whatever fails and however often it is asked for."""

from collections.abc import Callable
from typing import Any

import jinja2
import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from services.outreach import handlers, templating
from services.outreach.handlers import deliver, subscriptions
from services.outreach.store import DeliveryStore
from services.shared import aws
from services.shared.errors import TransientError
from services.shared.table import Table
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, Ses, TopicsService
from tests.support.calls import Answer, LambdaContext, http, invoke, stream_records
from tests.support.watch import watched

CONTACT = VIEW["contact"]["email"]
LOST = ReadTimeoutError(endpoint_url="https://email.invalid")
Subscribed = Callable[..., Answer]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")


def payload(channel: str, notice: str = "published", **fields: Any) -> dict[str, Any]:
    return {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": channel, **fields}


def send(channel: str, notice: str = "published", **fields: Any) -> dict[str, Any]:
    return dict(invoke(deliver.handler, payload(channel, notice, **fields)))


def outcomes() -> list[dict[str, Any]]:
    """Data of the delivery events, in order."""
    from services.shared import stream

    changes = stream.changes({"Records": stream_records("outreach")})
    events = [change.new["event"] for change in changes if "event" in change.new]
    return [event["data"] for event in events if event["type"] == "NoticeDelivered"]


def items(pk: str) -> list[dict[str, Any]]:
    return list(Table("outreach").items(pk))


def test_the_web_notice_waits_on_the_topics_page() -> None:
    assert send("web") == {"channel": "web", "outcome": "sent", "recipients": 0}
    (notice,) = items(f"T#{TOPIC_ID}")
    assert notice["title"]["en"] == f"New public consultation: {VIEW['title']['en']}"
    assert notice["title"]["ar"] == f"استشارة عامة جديدة: {VIEW['title']['ar']}"
    assert notice["link"] == f"http://localhost/v1/topics/{TOPIC_ID}"


def test_the_email_goes_to_every_subscriber_and_to_the_contact(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed("noor@example.com")
    subscribed("omar@example.com", language="en")
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 3}
    assert sorted(ses.accepted) == [CONTACT, "noor@example.com", "omar@example.com"]


def test_a_mail_has_both_languages_and_escapes_what_officers_wrote(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed("omar@example.com", language="en")
    send("email")
    mail = ses.mail_to("omar@example.com")
    subject = mail["Subject"]["Data"]
    assert subject.index("New public consultation") < subject.index("استشارة عامة جديدة")
    html = mail["Body"]["Html"]["Data"]
    assert html.index('<section lang="en" dir="ltr"') < html.index('<section lang="ar" dir="rtl"')
    assert "&lt;b&gt;evening&lt;/b&gt; clinics &amp; an app" in html
    text = mail["Body"]["Text"]["Data"]
    assert "<b>evening</b> clinics & an app" in text
    assert "until 28 December 2026, 23:59 (Asia/Bahrain)" in text
    assert "حتى 28 ديسمبر 2026، 23:59" in text


def test_a_subscriber_can_unsubscribe_with_one_click_and_the_contact_need_not(
    subscribed: Subscribed, ses: Ses
) -> None:
    confirmed = subscribed("noor@example.com").json
    send("email")
    headers = {h["Name"]: h["Value"] for h in ses.mail_to("noor@example.com")["Headers"]}
    way_out = headers["List-Unsubscribe"]
    assert way_out.startswith(f"<http://localhost/v1/topics/{TOPIC_ID}/subscriptions/")
    assert confirmed["unsubscribe_token"] in way_out
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ses.mail_to(CONTACT)["Headers"] == []


def test_the_contact_who_also_subscribed_gets_one_mail(subscribed: Subscribed, ses: Ses) -> None:
    subscribed("CENTRES@health.example")
    assert send("email")["recipients"] == 1
    assert len(ses.accepted) == 1


def test_nobody_gets_mail_who_did_not_confirm(ask: Subscribed, ses: Ses) -> None:
    ask("noor@example.com")
    ses.accepted.clear()
    send("email")
    assert ses.accepted == [CONTACT]


@pytest.mark.parametrize("channel", ["web", "atom", "email"])
def test_a_repeated_delivery_answers_the_same_and_does_nothing(
    subscribed: Subscribed, ses: Ses, clock: FixedClock, channel: str
) -> None:
    subscribed("noor@example.com")
    first = send(channel)
    taken = list(ses.accepted)
    feed = items("FEED")
    subscribed("late@example.com")
    clock.advance(minutes=5)
    assert send(channel) == first
    assert taken in ([], ["noor@example.com", CONTACT])
    assert ses.accepted == []
    assert items("FEED") == feed
    assert len(outcomes()) == 1


def test_a_refused_address_does_not_keep_the_others_from_being_told(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed("noor@example.com")
    ses.answers["noor@example.com"] = [(400, "MessageRejected")]
    assert send("email") == {"channel": "email", "outcome": "partial", "recipients": 1}
    assert ses.accepted == [CONTACT]
    assert outcomes()[-1] == {
        "notice": "published",
        "occasion": "",
        "channel": "email",
        "outcome": "partial",
        "reason": "rejected",
        "recipients": 1,
        "failed": 1,
        "unknown": 0,
        "reasons": {"rejected": 1},
    }


@pytest.mark.parametrize(
    "answer",
    [
        (429, "TooManyRequestsException"),
        (503, "ServiceUnavailable"),
        ConnectTimeoutError(endpoint_url="https://email.invalid"),
    ],
)
def test_a_throttled_provider_is_tried_again_and_nobody_is_told_twice(
    subscribed: Subscribed, ses: Ses, answer: Any
) -> None:
    subscribed("noor@example.com")
    ses.answers[CONTACT] = [answer] * 5
    with pytest.raises(TransientError):
        send("email")
    assert ses.accepted == ["noor@example.com"]
    assert send("email")["recipients"] == 2
    assert ses.accepted == ["noor@example.com", CONTACT]


def test_a_second_claim_whose_reply_was_lost_is_recognised_as_ours(
    ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 5
    with pytest.raises(TransientError):
        send("email")
    real: Callable[..., Any] = BotocoreStubber.__call__
    lost: list[str] = []

    def losing(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        reply = real(stubber, event_name, request, **kwargs)
        if event_name.endswith(".UpdateItem") and not lost:
            lost.append(event_name)
            raise EndpointConnectionError(endpoint_url="lost after the effect")
        return reply

    monkeypatch.setattr(BotocoreStubber, "__call__", losing)
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 1}
    assert (len(lost), ses.accepted) == (1, [CONTACT])


def test_a_short_throttling_is_waited_out(ses: Ses) -> None:
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 4
    assert send("email")["outcome"] == "sent"


@pytest.mark.parametrize("answer", [LOST, (500, "InternalFailure")])
def test_a_mail_whose_answer_was_lost_is_unknown_and_not_sent_again(
    subscribed: Subscribed, ses: Ses, answer: Any
) -> None:
    subscribed("noor@example.com")
    ses.answers["noor@example.com"] = [answer]
    with pytest.raises(TransientError):
        send("email")
    assert send("email") == {"channel": "email", "outcome": "partial", "recipients": 1}
    assert [to for to in ses.accepted if to == "noor@example.com"] == []
    assert len([r for r in ses.requests if "noor" in str(r["Destination"])]) == 1
    assert outcomes()[-1]["unknown"] == 1
    assert outcomes()[-1]["reason"] == "unknown"


def test_a_crash_between_claim_and_confirmation_leaves_the_recipient_unknown(
    subscribed: Subscribed, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed("noor@example.com")

    def crash(*_args: Any, **_kwargs: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(DeliveryStore, "settle", crash)
        with pytest.raises(MemoryError):
            send("email")
    assert send("email")["outcome"] == "partial"
    assert ses.accepted == ["noor@example.com", CONTACT]
    assert outcomes()[-1]["unknown"] == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("SendingPausedException", "sending_paused"),
        ("MailFromDomainNotVerifiedException", "sender_not_verified"),
        ("AccessDeniedException", "misconfigured"),
    ],
)
def test_a_dead_provider_is_an_outcome_and_what_is_left_is_sent_once_it_is_back(
    subscribed: Subscribed, ses: Ses, code: str, reason: str
) -> None:
    subscribed("noor@example.com")
    ses.answers["noor@example.com"] = [(400, code)]
    assert send("email") == {"channel": "email", "outcome": "failed", "recipients": 0}
    assert outcomes()[-1]["reason"] == reason
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 2}
    assert [outcome["outcome"] for outcome in outcomes()] == ["failed", "sent"]


def test_a_function_without_time_leaves_the_rest_to_the_next_attempt(
    subscribed: Subscribed, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed("noor@example.com")
    left = iter([60_000, 9_000])
    monkeypatch.setattr(
        LambdaContext, "get_remaining_time_in_millis", lambda _self: next(left, 60_000)
    )
    with pytest.raises(TransientError):
        send("email")
    assert ses.accepted == ["noor@example.com"]
    assert send("email")["recipients"] == 2
    assert ses.accepted == ["noor@example.com", CONTACT]


def test_the_announcement_tells_the_decision(ses: Ses) -> None:
    send("email", "announced")
    mail = ses.mail_to(CONTACT)
    assert "Decision announced" in mail["Subject"]["Data"]
    assert "Clinics open in six centres." in mail["Body"]["Text"]["Data"]
    assert "تُفتح العيادات في ستة مراكز." in mail["Body"]["Html"]["Data"]


def test_the_announcement_tells_why_comments_have_no_answer(
    topics: TopicsService, ses: Ses
) -> None:
    reason = {"ar": "لا مترجم لها بعد", "en": "There is no translator for them yet"}
    assert topics.decision is not None
    topics.decision = {**topics.decision, "exception": {"reason": reason, "outstanding": 3}}
    send("email", "announced")
    text = ses.mail_to(CONTACT)["Body"]["Text"]["Data"]
    assert "Clinics open in six centres. Some comments have no answer yet. Reason: " in text
    assert (reason["ar"] in text, reason["en"] in text) == (True, True)


def test_without_a_decision_there_is_nothing_to_announce(topics: TopicsService, ses: Ses) -> None:
    topics.decision = None
    assert send("email", "announced") == {"channel": "email", "outcome": "failed", "recipients": 0}
    assert outcomes()[-1]["reason"] == "no_decision"
    assert ses.requests == []


def test_a_withdrawal_tells_the_reason(ses: Ses) -> None:
    send("email", "withdrawn")
    mail = ses.mail_to(CONTACT)
    assert "سحب الاستشارة" in mail["Subject"]["Data"]
    assert "سبب السحب: سقط المشروع" in mail["Body"]["Text"]["Data"]


def test_a_topic_that_is_not_public_is_told_to_nobody(topics: TopicsService, ses: Ses) -> None:
    topics.topics.clear()
    for channel in ("web", "atom", "email"):
        assert send(channel)["outcome"] == "failed"
    assert {outcome["reason"] for outcome in outcomes()} == {"topic_not_public"}
    assert ses.requests == []


@pytest.mark.parametrize("channel", ["sms", "webhook"])
def test_a_channel_that_reaches_nobody_says_so(channel: str) -> None:
    assert send(channel) == {"channel": channel, "outcome": "failed", "recipients": 0}
    assert outcomes()[-1]["reason"] == "no_recipients"


def test_a_topics_service_that_is_away_is_asked_again(topics: TopicsService) -> None:
    topics.away = True
    with pytest.raises(TransientError):
        send("web")
    assert outcomes() == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("TransientError", "unavailable"),
        ("States.Timeout", "timed_out"),
        ("KeyError", "internal_error"),
    ],
)
def test_a_channel_that_was_given_up_is_recorded_as_failed(error: str, reason: str) -> None:
    cause = {"Error": error, "Cause": "to noor@example.com"}
    assert send("web", error=cause) == {"channel": "web", "outcome": "failed", "recipients": 0}
    send("web", error=cause)
    (outcome,) = outcomes()
    assert outcome["reason"] == reason
    assert "noor" not in str(aws.client("dynamodb").scan(TableName="outreach")["Items"])


def test_giving_up_halfway_counts_those_who_were_told(subscribed: Subscribed, ses: Ses) -> None:
    subscribed("noor@example.com")
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 5
    with pytest.raises(TransientError):
        send("email")
    given_up = send("email", error={"Error": "TransientError", "Cause": ""})
    assert given_up == {"channel": "email", "outcome": "partial", "recipients": 1}


def test_a_failure_that_is_reported_late_does_not_undo_a_delivery() -> None:
    send("atom")
    late = send("atom", error={"Error": "States.Timeout", "Cause": ""})
    assert late["outcome"] == "sent"
    assert len(outcomes()) == 1


def test_of_two_attempts_at_once_one_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = handlers.delivery_store().standing
    delivery = deliver.Delivery.model_validate(payload("atom"))
    before = standing(delivery)
    send("atom")
    with monkeypatch.context() as slow:
        slow.setattr(DeliveryStore, "standing", lambda *_: before)
        with pytest.raises(TransientError):
            send("atom")
    assert len(items("FEED")) == 1


def test_two_attempts_at_once_tell_everybody_once(subscribed: Subscribed, ses: Ses) -> None:
    subscribed("noor@example.com")
    answers: list[dict[str, Any]] = []
    ses.meanwhile = lambda: answers.append(send("email"))
    with pytest.raises(TransientError):
        send("email")
    assert answers == [{"channel": "email", "outcome": "partial", "recipients": 1}]
    assert sorted(ses.accepted) == [CONTACT, "noor@example.com"]
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 2}
    assert len(ses.accepted) == 2


def test_a_template_that_fails_leaves_nobody_unknown_and_says_so(
    subscribed: Subscribed, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed("noor@example.com")
    with monkeypatch.context() as broken:
        source = "{{ nobody_gives_this }}"
        loader = jinja2.DictLoader({"published.txt": source, "published.html": source})
        broken.setattr(templating.environment(), "loader", loader)
        assert send("email") == {"channel": "email", "outcome": "failed", "recipients": 0}
    assert ses.accepted == []
    assert (outcomes()[-1]["reason"], outcomes()[-1]["unknown"]) == ("template_failed", 0)
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 2}
    assert sorted(ses.accepted) == [CONTACT, "noor@example.com"]


def test_who_unsubscribes_while_others_are_told_gets_nothing_more(
    subscribed: Subscribed, ses: Ses
) -> None:
    people = {each: subscribed(each).json for each in ("noor@example.com", "omar@example.com")}

    def unsubscribe_the_other() -> None:
        told = ses.requests[-1]["Destination"]["ToAddresses"][0]
        (other,) = set(people) - {told}
        path = {"topic": TOPIC_ID, "subscription": people[other]["subscription_id"]}
        query = {"token": people[other]["unsubscribe_token"]}
        end = "DELETE /v1/topics/{topic}/subscriptions/{subscription}"
        assert http(subscriptions.handler, end, path=path, query=query).status == 204

    ses.meanwhile = unsubscribe_the_other
    assert send("email") == {"channel": "email", "outcome": "sent", "recipients": 2}
    first, last = ses.accepted
    assert (first in people, last) == (True, CONTACT)
    assert outcomes()[-1]["failed"] == outcomes()[-1]["unknown"] == 0


def test_no_address_leaves_the_table(subscribed: Subscribed, ses: Ses) -> None:
    subscribed("noor@example.com")
    ses.answers["noor@example.com"] = [(400, "MessageRejected")]
    with watched() as said:
        send("email")
    assert "published" in str(said)
    for text in (str(said), str(outcomes())):
        assert "noor" not in text
        assert CONTACT not in text
    ledger = items(f"D#{TOPIC_ID}#001#published#email")
    assert "example" not in str(ledger)
