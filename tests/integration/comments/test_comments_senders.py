"""Nobody floods a consultation: how much one sender may send, and what a challenge is good for."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import altcha
import pytest

from services.comments.handlers import submit
from services.comments.settings import settings
from services.shared import aws, origin
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.support.calls import Answer, http

Set = Callable[..., None]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """Changes what the deployment says of senders; a new container reads it."""

    def forget() -> None:
        for cached in (settings, submit._intake, submit._challenge):
            cached.cache_clear()

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        forget()

    yield change
    monkeypatch.undo()
    forget()


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status, answer.json["code"]


def challenge() -> Answer:
    return http(submit.handler, "GET /v1/challenge")


def solved(issued: dict[str, Any]) -> str:
    whole = altcha.Challenge.from_dict(issued)
    solution = altcha.solve_challenge(whole)
    assert solution is not None
    return altcha.Payload(whole, solution).to_base64()


def test_an_address_has_to_wait_once_it_sent_enough(
    consultation: Consultation, setting: Set, clock: Any
) -> None:
    setting(SUBMISSIONS_PER_ADDRESS="2")
    clock.advance(seconds=30.5)
    assert [consultation.post().status for _ in range(2)] == [202, 202]
    third = consultation.post()
    assert refused(third) == (429, "too_many_submissions")
    assert third.headers["retry-after"] == "570"
    assert "570" in third.json["detail"]
    assert consultation.post(address="192.0.2.2").status == 202
    clock.advance(seconds=int(third.headers["retry-after"]))
    assert consultation.post().status == 202
    assert consultation.count()["received"] == 4


def test_an_account_is_counted_by_itself_wherever_it_sends_from(
    consultation: Consultation, setting: Set
) -> None:
    setting(SUBMISSIONS_PER_ADDRESS="1", SUBMISSIONS_PER_ACCOUNT="2")
    assert consultation.post().status == 202
    sent = [consultation.post(subject="fatima", address=f"192.0.2.{n}").status for n in range(3)]
    assert sent == [202, 202, 429]
    assert consultation.post(subject="ali").status == 202


def test_repeats_are_not_counted_and_get_their_reply_however_much_was_sent(
    consultation: Consultation, setting: Set, clock: Any
) -> None:
    setting(SUBMISSIONS_PER_ADDRESS="1")
    first = consultation.post(key="k1")
    assert [consultation.post(key="k1").text for _ in range(3)] == [first.text] * 3
    assert consultation.post(key="k2").status == 429
    clock.advance(minutes=10)
    assert consultation.post(key="k3").status == 202
    assert consultation.post(key="k1").text == first.text


def test_faulty_submissions_are_not_counted(consultation: Consultation, setting: Set) -> None:
    setting(SUBMISSIONS_PER_ADDRESS="1")
    assert consultation.post("\u200b").status == 422
    assert consultation.post().status == 202


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.10", False),
        ("", "", True),
    ],
)
def test_a_household_is_one_sender(
    consultation: Consultation, setting: Set, one: str, other: str, same: bool
) -> None:
    setting(SUBMISSIONS_PER_ADDRESS="1")
    assert consultation.post(address=one).status == 202
    assert consultation.post(address=other).status == (429 if same else 202)


def test_what_is_stored_names_nobody_tells_nothing_across_days_and_goes(
    consultation: Consultation, clock: Any
) -> None:
    address = "198.51.100.77"
    consultation.post(address=address)
    consultation.post(subject="fatima")
    clock.advance(days=1)
    consultation.set_window(closes_at="2026-12-09T10:00:00Z")
    consultation.post(address=address)
    rows = aws.client("dynamodb").scan(TableName="comments")["Items"]
    assert address not in json.dumps(rows, default=str)
    assert "fatima" not in json.dumps(rows, default=str)
    counted = [row for row in rows if row["pk"]["S"].startswith("L#")]
    assert len({row["pk"]["S"] for row in counted}) == 3
    ends = {int(row["expires_at"]["N"]) for row in counted}
    assert max(ends) - int(clock.instant.timestamp()) <= 2 * 3600


def test_a_count_that_fails_refuses_nobody(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError
    from moto.core.botocore_stubber import BotocoreStubber

    real = BotocoreStubber.__call__

    def throttled(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        if request.headers.get("X-Amz-Target", b"").endswith(b"UpdateItem"):
            error = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}
            raise ClientError(error, "UpdateItem")
        return real(stubber, event_name, request, **more)

    monkeypatch.setattr(BotocoreStubber, "__call__", throttled)
    assert consultation.post().status == 202
    assert consultation.count()["received"] == 1


def test_no_challenge_is_asked_for_by_default(consultation: Consultation) -> None:
    assert (challenge().status, challenge().text) == (204, "")
    assert consultation.post(solution="whatever").status == 202


def test_whoever_is_not_signed_in_solves_a_challenge_for_each_submission(
    consultation: Consultation, setting: Set
) -> None:
    setting(CHALLENGE="proof-of-work", SUBMISSIONS_PER_ADDRESS="1")
    assert refused(consultation.post()) == (403, "challenge_required")
    assert consultation.post(subject="fatima").status == 202
    issued = challenge()
    assert issued.headers["cache-control"] == "no-store"
    solution = solved(issued.json)
    first = consultation.post(solution=solution, key="k1")
    assert first.status == 202
    assert consultation.post(solution=solution, key="k1").text == first.text
    assert refused(consultation.post(solution=solution, key="k2")) == (403, "challenge_spent")
    assert refused(consultation.post(solution=solution)) == (403, "challenge_spent")
    assert consultation.post(solution=solved(challenge().json)).status == 202


def test_a_solution_must_be_one_of_a_challenge_of_ours_in_time(
    consultation: Consultation, setting: Set, clock: Any
) -> None:
    setting(CHALLENGE="proof-of-work")
    issued = challenge().json
    for wrong in ("", "x", "e30=", "é", "a" * 5000, solved(issued)[:-8]):
        assert refused(consultation.post(solution=wrong)) == (403, "challenge_wrong"), wrong
    easier = json.loads(json.dumps(issued))
    easier["parameters"]["keyPrefix"] = ""
    assert refused(consultation.post(solution=solved(easier))) == (403, "challenge_wrong")
    solution = solved(issued)
    first = consultation.post(solution=solution, key="k1")
    clock.advance(minutes=30)
    assert refused(consultation.post(solution=solution)) == (403, "challenge_expired")
    assert consultation.post(solution=solution, key="k1").text == first.text


def test_a_write_whose_reply_was_lost_is_our_own_also_without_a_key(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply is lost, the comment is screened, and then the SDK repeats the write."""
    from botocore.exceptions import ReadTimeoutError
    from moto.core.botocore_stubber import BotocoreStubber

    real, lost = BotocoreStubber.__call__, []

    def losing(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        reply = real(stubber, event_name, request, **more)
        if request.headers.get("X-Amz-Target", b"").endswith(b"PutItem") and not lost:
            lost.append(request)
            consultation.screen()
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return reply

    monkeypatch.setattr(BotocoreStubber, "__call__", losing)
    answer = consultation.post()
    assert lost
    assert answer.status == 202
    assert consultation.check(answer.json["receipt"]).json["status"] == "published"
    assert consultation.count()["received"] == 1


def test_what_was_counted_and_not_written_is_taken_when_it_is_sent_again(
    consultation: Consultation, setting: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore import endpoint
    from botocore.exceptions import ReadTimeoutError
    from moto.core.botocore_stubber import BotocoreStubber

    setting(SUBMISSIONS_PER_ADDRESS="1")
    real = BotocoreStubber.__call__

    def losing(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        if event_name.endswith(".PutItem"):
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return real(stubber, event_name, request, **more)

    with monkeypatch.context() as patched:
        patched.setattr(BotocoreStubber, "__call__", losing)
        patched.setattr(endpoint.time, "sleep", lambda _seconds: None)
        assert consultation.post(key="k1").status == 503
    assert consultation.post(key="k1").status == 202
    assert refused(consultation.post(key="k2")) == (429, "too_many_submissions")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ItemCollectionSizeLimitExceeded"])
def test_a_count_is_not_waited_for_and_never_costs_a_comment(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Whatever DynamoDB says to it; and where it says nothing, the attempt is not repeated."""
    from botocore.awsrequest import AWSResponse
    from botocore.exceptions import ReadTimeoutError
    from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

    real, tries = BotocoreStubber.__call__, []

    def failing(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        if not event_name.endswith(".UpdateItem"):
            return real(stubber, event_name, request, **more)
        tries.append(request)
        if len(tries) == 1:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        said = json.dumps({"__type": code, "message": "no"}).encode()
        return AWSResponse(request.url, 400, {}, MockRawResponse(said))

    monkeypatch.setattr(BotocoreStubber, "__call__", failing)
    assert consultation.post().status == 202
    assert len(tries) == 1
    assert consultation.post().status == 202
    assert aws.client("dynamodb", waits=False).meta.config.read_timeout <= 1


def test_a_count_that_took_long_is_followed_by_no_late_write(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.comments.sender_store import SenderStore

    monkeypatch.setattr(SenderStore, "admit", lambda *_, **__: clock.advance(seconds=31))
    assert consultation.post().status == 503
    assert consultation.count()["screening"] == 0


def test_a_challenge_that_was_written_otherwise_is_wrong_and_no_failure(
    consultation: Consultation, setting: Set
) -> None:
    setting(CHALLENGE="proof-of-work")
    sound = json.loads(base64.b64decode(solved(challenge().json)))
    for name, value in (("cost", 2000.0), ("keyLength", 32.0), ("cost", "2000"), ("cost", None)):
        parameters = {**sound["challenge"]["parameters"], name: value}
        other = {**sound, "challenge": {**sound["challenge"], "parameters": parameters}}
        text = base64.b64encode(json.dumps(other).encode()).decode()
        assert refused(consultation.post(solution=text)) == (403, "challenge_wrong"), name


def test_behind_the_edge_each_viewer_is_a_sender_of_their_own(
    consultation: Consultation, setting: Set
) -> None:
    """The address that the gateway sees is CloudFront's, whoever asks."""
    secret = aws.client("secretsmanager").create_secret(Name="origin", SecretString="s" * 64)
    origin.secret_at.cache_clear()
    setting(ORIGIN_SECRET_ARN=secret["ARN"], SUBMISSIONS_PER_ADDRESS="1")

    def sent_by(viewer: str) -> int:
        headers = {origin.HEADER: "s" * 64, origin.VIEWER_HEADER: viewer}
        body = {"kind": "comment", "text": "نعم", "consent": CONSENT}
        path = {"topic": consultation.topic_id}
        route = "POST /v1/topics/{topic}/comments"
        return http(submit.handler, route, path=path, body=body, headers=headers).status

    assert [sent_by(v) for v in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == [202, 202, 429]


def repeats(consultation: Consultation) -> dict[str, bool]:
    """What moderation was told of each comment: whether its author repeats what they just said."""
    consultation.screen()
    told = [c for payload in consultation.moderation.payloads for c in payload["comments"]]
    return {comment["comment_id"]: comment["repeats_own"] for comment in told}


def test_an_account_that_says_the_same_again_is_told_to_moderation(
    consultation: Consultation, clock: Any
) -> None:
    def said(text: str = "نعم للعيادات", **call: Any) -> str:
        return str(consultation.post(text, **call).json["comment_id"])

    first = said(subject="a", key="k-1")
    assert said(subject="a", key="k-1") == first
    again, otherwise = said(subject="a", key="k-2"), said("لا للعيادات", subject="a")
    stranger = said(subject="b")
    assert repeats(consultation) == {first: False, again: True, otherwise: False, stranger: False}
    reply = said(subject="a", kind="reply", parent_id=first)
    clock.advance(minutes=11)
    later = said(subject="a")
    assert [repeats(consultation)[each] for each in (reply, later)] == [False, False]


def test_of_whoever_is_not_signed_in_two_with_one_text_are_two(consultation: Consultation) -> None:
    for _ in range(2):
        consultation.post("نعم للعيادات", address="192.0.2.7")
    assert list(repeats(consultation).values()) == [False, False]


def test_no_word_of_a_text_is_kept_with_its_senders_count(consultation: Consultation) -> None:
    consultation.post("sentinel", subject="a")
    stored = aws.client("dynamodb").scan(TableName="comments")["Items"]
    rows = [row for row in stored if row["pk"]["S"].startswith("L#")]
    assert rows
    assert "sentinel" not in str(rows)
