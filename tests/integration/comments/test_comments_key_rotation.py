"""The keys of receipts change while people repeat their submissions; the real function does it."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import botocore.exceptions
import pytest
from moto.core.botocore_stubber import BotocoreStubber
from moto.secretsmanager.exceptions import ResourceExistsException
from moto.secretsmanager.models import SecretsManagerBackend

from services.comments.handlers import rotate, signer
from services.comments.key_secret import KeySecret
from services.comments.use_cases.rotate import RotationRefused
from services.shared import aws
from tests.integration.comments.conftest import CLOSES, Consultation
from tests.support.calls import LambdaContext

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
SECRET = "receipt-keys"


class Cut(Exception):
    """The function was ended."""


def step(name: str, version: str) -> None:
    event = {
        "Step": name,
        "SecretId": SECRET,
        "ClientRequestToken": version,
        "RotationToken": "what Secrets Manager adds",
    }
    rotate.handler(event, LambdaContext())


def rotated(*, version: str | None = None, times: int = 1) -> str:
    """Take all four steps, each so many times."""
    token = version or str(uuid.uuid4())
    for name in STEPS:
        for _ in range(times):
            step(name, token)
    return token


def document() -> dict[str, Any]:
    reply = aws.client("secretsmanager").get_secret_value(
        SecretId=SECRET, VersionStage="AWSCURRENT"
    )
    found: dict[str, Any] = json.loads(reply["SecretString"])
    return found


def labels() -> dict[str, list[str]]:
    described = aws.client("secretsmanager").describe_secret(SecretId=SECRET)
    found: dict[str, list[str]] = described["VersionIdsToStages"]
    return found


@contextmanager
def cut_off(call: int, *, done: bool) -> Iterator[None]:
    """End the function at one of its calls, before it or after it was carried out."""
    plain, seen = BotocoreStubber.__call__, 0

    def stubbed(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == call:
            if done:
                plain(self, *given, **named)
            raise Cut
        return plain(self, *given, **named)

    with patch.object(BotocoreStubber, "__call__", stubbed):
        yield


@pytest.mark.parametrize("times", [1, 2])
def test_a_rotation_adds_one_key_that_begins_a_day_later(
    account: None, clock: Any, times: int
) -> None:
    before = document()
    version = rotated(times=times)
    after = document()
    assert after["seed"] == before["seed"]
    (added,) = after["later"]
    assert added["from"] == "2026-12-02T09:00:00.000Z"
    assert added["seed"] not in ("", before["seed"])
    assert labels()[version] == ["AWSCURRENT"]
    assert not any("AWSPENDING" in stages for stages in labels().values())


def test_the_steps_of_a_rotation_that_is_over_change_nothing(account: None, clock: Any) -> None:
    version = rotated()
    before = document(), labels()
    clock.advance(days=2)
    rotated(version=version)
    assert (document(), labels()) == before


def test_the_next_rotation_keeps_the_keys_of_the_ones_before(account: None, clock: Any) -> None:
    rotated()
    first = document()["later"]
    clock.advance(days=365)
    rotated()
    assert document()["later"][:1] == first
    assert len(document()["later"]) == 2


@pytest.mark.parametrize("done", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("cut_step", [name for name in STEPS if name != "setSecret"])
@pytest.mark.parametrize("call", range(1, 7))
def test_a_rotation_that_was_cut_off_anywhere_is_completed_under_the_same_version(
    account: None, clock: Any, cut_step: str, call: int, done: bool
) -> None:
    version = str(uuid.uuid4())
    for name in STEPS[: STEPS.index(cut_step)]:
        step(name, version)
    try:
        with cut_off(call, done=done):
            step(cut_step, version)
    except Cut:
        clock.advance(hours=2)
    rotated(version=version)
    assert [key["from"] for key in document()["later"]] in (
        ["2026-12-02T09:00:00.000Z"],
        ["2026-12-02T11:00:00.000Z"],  # nothing was written before it was cut off
    )
    assert labels()[version] == ["AWSCURRENT"]
    assert not any("AWSPENDING" in stages for stages in labels().values())


def test_a_key_that_was_left_lying_for_too_long_never_counts_and_the_next_attempt_makes_another(
    account: None, clock: Any
) -> None:
    version = str(uuid.uuid4())
    step("createSecret", version)
    clock.advance(hours=13)
    for name in ("testSecret", "finishSecret"):
        with pytest.raises(RotationRefused):
            step(name, version)
    assert document()["later"] == []
    with pytest.raises(RotationRefused):
        step("createSecret", version)
    assert not any("AWSPENDING" in stages for stages in labels().values())
    rotated()
    (added,) = document()["later"]
    assert added["from"] == "2026-12-02T22:00:00.000Z"


def test_what_lacks_a_key_that_came_into_force_meanwhile_is_refused(
    account: None, clock: Any
) -> None:
    slow = str(uuid.uuid4())
    step("createSecret", slow)
    rotated()
    for name in ("testSecret", "finishSecret"):
        with pytest.raises(RotationRefused):
            step(name, slow)
    assert len(document()["later"]) == 1


def test_a_step_before_anything_was_written_is_refused(account: None, clock: Any) -> None:
    for name in ("testSecret", "finishSecret"):
        with pytest.raises(RotationRefused):
            step(name, str(uuid.uuid4()))


def test_a_version_that_another_call_wrote_at_the_same_time_stays(
    account: None, clock: Any
) -> None:
    version, secret = str(uuid.uuid4()), KeySecret(SECRET)
    step("createSecret", version)
    written, plain = secret.to_come(version), SecretsManagerBackend.put_secret_value

    def as_aws_has_it(self: Any, **request: Any) -> Any:
        """moto writes over a pending version; AWS does not."""
        if request["secret_string"] != written:
            raise ResourceExistsException("of another content")
        return plain(self, **request)

    with patch.object(SecretsManagerBackend, "put_secret_value", as_aws_has_it):
        secret.write_pending(version, "another")
        secret.write_pending(version, str(written))
    assert secret.to_come(version) == written


def test_a_test_of_the_schedule_passes_with_the_secret_as_it_is(account: None, clock: Any) -> None:
    """What Secrets Manager does when it is told of a schedule: it tries the present value."""
    version = str(uuid.uuid4())
    aws.client("secretsmanager").put_secret_value(
        SecretId=SECRET,
        ClientRequestToken=version,
        SecretString=json.dumps(document()),
        VersionStages=["AWSPENDING"],
    )
    step("testSecret", version)


def test_what_was_sent_before_a_rotation_gets_the_very_same_reply_after_it(
    consultation: Consultation, clock: Any
) -> None:
    consultation.set_window(closes_at="2027-03-01T00:00:00Z")
    first = consultation.post(key="k1").json
    rotated()
    assert consultation.post(key="k1").json == first
    clock.advance(hours=23, minutes=59)
    eve = consultation.post(key="k2").json
    assert eve["receipt"]["key_id"] == first["receipt"]["key_id"]
    clock.advance(minutes=1)
    after = consultation.post(key="k3").json
    assert after["receipt"]["key_id"] != first["receipt"]["key_id"]
    for key, sent in (("k1", first), ("k2", eve), ("k3", after)):
        assert consultation.post(key=key).json == sent
        assert consultation.check(sent["receipt"]).json["valid"] is True


def test_a_receipt_by_the_new_key_of_the_old_ones_time_is_not_valid(
    consultation: Consultation, clock: Any
) -> None:
    consultation.set_window(closes_at="2027-03-01T00:00:00Z")
    old = consultation.post().json["receipt"]
    rotated()
    clock.advance(days=1)
    new = consultation.post().json["receipt"]
    schedule = signer().schedule()
    header = {name: old[name] for name in ("topic_id", "round", "comment_id", "received_at")}
    by_the_new_key = schedule._at(new["received_at"])
    assert by_the_new_key is not None
    forged = by_the_new_key.sign(
        header, salt=bytes.fromhex(old["salt"]), leaf=bytes.fromhex(old["leaf_hash"])
    )
    assert consultation.check(forged.model_dump()).json["valid"] is False
    assert consultation.check(old).json["valid"] is True


def failing(*, times: int, asked: list[str]) -> Callable[..., Any]:
    plain = BotocoreStubber.__call__

    def stubbed(self: Any, event_name: str, request: Any, **named: Any) -> Any:
        if "secrets-manager" in event_name:
            asked.append(event_name)
            if len(asked) <= times:
                raise botocore.exceptions.EndpointConnectionError(endpoint_url="https://x")
        return plain(self, event_name, request, **named)

    return stubbed


def test_intake_goes_on_while_secrets_manager_is_away_until_a_new_key_might_count(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation.set_window(closes_at="2027-03-01T00:00:00Z")
    clock.advance(days=3)  # whatever was read in another test is old
    assert consultation.post().status == 202
    asked: list[str] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    with patch.object(BotocoreStubber, "__call__", failing(times=10**6, asked=asked)):
        clock.advance(minutes=10)
        assert consultation.post().status == 202
        assert asked == []
        clock.advance(minutes=10)
        assert consultation.post().status == 202
        tries = len(asked)
        assert tries >= 1
        assert consultation.post().status == 202
        assert len(asked) == tries  # not with each comment
        clock.advance(hours=6)
        assert consultation.post().status == 503
    assert consultation.post().status == 202


def test_the_reply_needs_no_secret_of_its_own(consultation: Consultation, clock: Any) -> None:
    asked: list[str] = []
    consultation.post()
    with patch.object(BotocoreStubber, "__call__", failing(times=0, asked=asked)):
        for _ in range(5):
            assert consultation.post().status == 202
    assert asked == []
    assert clock() < CLOSES
