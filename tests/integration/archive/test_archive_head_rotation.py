"""The key of heads changes while rounds collect and records stand: nothing waits or is undone."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.archive import settings as archive_settings
from services.archive import verify, verify_proof
from services.archive.handlers import read, tree_store
from services.archive.head_key import HeadKey
from services.archive.model.heads import RoundHead
from services.archive.model.public_keys import fault, head_keys
from services.archive.use_cases.grow import SETTLED
from services.comments import settings as comments_settings
from services.comments.handlers import read as comments_read
from services.comments.handlers import signer
from services.comments.head_keys import der_of
from services.shared import aws, exports
from services.shared import clock as service_clock
from services.shared.errors import TransientError
from tests.integration.archive.parts import Round
from tests.integration.archive.test_archive_grow import Collection, collection, look
from tests.integration.archive.test_archive_texts import erase, files, verdict
from tests.integration.comments.conftest import Consultation
from tests.integration.comments.conftest import consultation as intake
from tests.integration.comments.test_comments_key_rotation import rotated
from tests.support.calls import http

__all__ = ["collection", "intake"]

AHEAD = timedelta(days=1)
KEYS = "archive/keys.json"
Entry = dict[str, Any]


def listed() -> list[Entry]:
    """The public list of keys."""
    answer = http(comments_read.handler, "GET /.well-known/tashawur-keys.json")
    keys: list[Entry] = answer.json["keys"]
    return keys


def of_heads() -> list[Entry]:
    return [key for key in listed() if key["use"] == "head"]


def forget_settings() -> None:
    """Be other containers, as a deployment makes them."""
    for service in (archive_settings, comments_settings):
        service.settings.cache_clear()
    signer.cache_clear()
    der_of.cache_clear()


@pytest.fixture
def rotate(
    clock: Any, account: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], str]]:
    """Deploy a further key of heads as docs/runbook.md says; gives the instant of the change."""

    def deploy() -> str:
        until = service_clock.to_text(clock() + AHEAD)
        *before, present = of_heads()
        key = aws.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        monkeypatch.setenv("HEAD_KEYS", json.dumps([*before, {**present, "valid_until": until}]))
        monkeypatch.setenv("FORMER_HEAD_KEY_ARN", os.environ["HEAD_KEY_ARN"])
        monkeypatch.setenv("HEAD_KEY_ARN", key["KeyMetadata"]["Arn"])
        forget_settings()
        return until

    forget_settings()
    yield deploy
    forget_settings()


def faults(heads: list[RoundHead]) -> list[str | None]:
    """What verifiers of records have against heads, by the public list."""
    keys = head_keys({"keys": listed()})
    return [fault(head.model_dump(), RoundHead.label, keys) for head in heads]


# --- growing -----------------------------------------------------------------------------------


def test_heads_are_signed_without_a_gap_by_the_key_of_their_time(
    collection: Collection, clock: Any, rotate: Callable[[], str]
) -> None:
    look()
    begin = clock()
    until = rotate()
    for number, instant in enumerate(
        [
            begin + timedelta(hours=6),
            begin + AHEAD - timedelta(milliseconds=1),
            begin + AHEAD,
            begin + AHEAD + timedelta(hours=6),
        ],
        start=1,
    ):
        clock.instant = instant - SETTLED - timedelta(milliseconds=1)
        collection.receive(number)
        clock.instant = instant
        assert look() == []
    first, second = (key["key_id"] for key in of_heads())
    heads = list(tree_store().entries(0, 5))
    assert [head.key_id for head in heads] == [first, first, first, second, second]
    assert heads[3].time == until
    assert [head.previous for head in heads[1:]] == [head.digest for head in heads[:-1]]
    assert faults(heads) == [None] * 5
    log = tree_store().log_head()
    assert log is not None
    assert log.key_id == second


def test_a_key_may_be_followed_by_a_third(
    collection: Collection, clock: Any, rotate: Callable[[], str]
) -> None:
    for number in range(3):
        collection.receive(number)
        clock.advance(minutes=3)
        look()
        rotate()
        clock.advance(hours=24)
    look()
    heads = list(tree_store().entries(0, 4))
    assert [head.key_id for head in heads] == [key["key_id"] for key in of_heads()]
    assert len({head.key_id for head in heads}) == 4
    assert faults(heads) == [None] * 4


def test_the_list_names_the_new_key_a_day_before_it_signs(
    account: None, clock: Any, rotate: Callable[[], str]
) -> None:
    (only,) = of_heads()
    until = rotate()
    former, following = of_heads()
    assert former == {**only, "valid_until": until}
    assert (following["valid_from"], following["valid_until"]) == (until, None)
    assert following["key_id"] != only["key_id"]
    clock.advance(days=2)
    assert of_heads() == [former, following]


def test_no_head_is_made_and_none_is_taken_of_a_time_that_is_not_its_keys(
    collection: Collection, clock: Any, rotate: Callable[[], str]
) -> None:
    """What functions would sign that were never deployed, or whose clock is wrong."""
    look()
    head, root = collection.head, bytes.fromhex(collection.head.root)
    old = HeadKey(os.environ["HEAD_KEY_ARN"])
    until = rotate()
    new = os.environ["HEAD_KEY_ARN"]
    before = service_clock.to_text(clock() + AHEAD - timedelta(milliseconds=1))
    known = archive_settings.settings().head_keys
    with pytest.raises(TransientError, match=f"valid from {until} on"):
        head.next(HeadKey(new, earlier=known), tree_size=0, root=root, at=before)
    late = head.next(old, tree_size=0, root=root, at=until)
    early = head.next(HeadKey(new), tree_size=0, root=root, at=before)
    assert faults([late, early]) == [
        f"signed by key {late.key_id}, which was not valid at {until}",
        f"signed by key {early.key_id}, which was not valid at {before}",
    ]
    assert faults([head.next(old, tree_size=0, root=root, at=before)]) == [None]


# --- proofs and receipts -----------------------------------------------------------------------


class Holder:
    """Somebody with a receipt, a folder, and the program that verifies."""

    def __init__(self, intake: Consultation, folder: Path) -> None:
        self.intake, self.folder = intake, folder
        self.receipt = intake.post().json["receipt"]

    def checked(self) -> dict[str, Any]:
        """What the programme tells of the receipt."""
        answer = self.intake.check(self.receipt)
        assert (answer.status, answer.json["valid"]) == (200, True)
        return dict(answer.json)

    def verify(self, inclusion: Any, earlier: Any = None) -> int:
        """Exit status for the receipt with a proof, by the list of now."""
        written = {"keys": {"keys": listed()}, "proof": {"receipt": self.receipt, **inclusion}}
        more: list[str] = []
        if earlier is not None:
            written |= {"earlier": earlier, "growth": self._growth(earlier, inclusion)}
            more = ["--earlier", self._place("earlier"), "--consistency", self._place("growth")]
        for name, document in written.items():
            Path(self._place(name)).write_text(json.dumps(document), "utf-8")
        return verify_proof.main([self._place("proof"), "--keys", self._place("keys"), *more])

    def _growth(self, earlier: Any, inclusion: Any) -> Any:
        sizes = {"first": earlier["tree_size"], "second": inclusion["inclusion"]["tree_size"]}
        query = {name: str(size) for name, size in sizes.items()}
        route = "GET /v1/topics/{topic}/heads/consistency"
        path = {"topic": self.intake.topic_id}
        return http(read.handler, route, path=path, query=query).json

    def _place(self, name: str) -> str:
        return str(self.folder / f"{name}.json")


@pytest.fixture
def holder(intake: Consultation, clock: Any, ask_for_leaves: None, tmp_path: Path) -> Holder:
    """Whose comment is in the tree by the head of a first key."""
    intake.set_window(closes_at="2026-12-20T21:00:00Z")
    holder = Holder(intake, tmp_path)
    clock.advance(minutes=5)
    assert look() == []
    return holder


def test_what_was_proved_before_a_rotation_is_proved_after_it(
    holder: Holder, clock: Any, rotate: Callable[[], str], tmp_path: Path
) -> None:
    kept = holder.checked()
    rotated()  # of receipts too, a day ahead likewise
    until = rotate()
    clock.advance(days=2)
    (tmp_path / "later").mkdir()
    later = Holder(holder.intake, tmp_path / "later")
    clock.advance(minutes=5)
    assert look() == []
    now = holder.checked()
    ids = [proof["inclusion"]["head"]["key_id"] for proof in (kept, now)]
    assert ids == [key["key_id"] for key in of_heads()]
    assert later.receipt["key_id"] != holder.receipt["key_id"]
    assert kept["inclusion"]["head"]["time"] < until <= now["inclusion"]["head"]["time"]
    first = kept["inclusion"]["head"]
    for proof, earlier in ((kept, None), (kept, first), (now, None), (now, first)):
        assert holder.verify(proof, earlier) == verify_proof.HOLDS
    assert later.verify(later.checked(), first) == verify_proof.HOLDS


def test_a_proof_whose_head_is_dated_beyond_its_keys_time_is_refused_and_told_why(
    holder: Holder, rotate: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = holder.checked()
    old = HeadKey(os.environ["HEAD_KEY_ARN"])
    until = rotate()
    inclusion = kept["inclusion"] | {"log": None}
    head = RoundHead.model_validate(inclusion["head"])
    root = bytes.fromhex(head.root)
    redated = head.next(old, tree_size=head.tree_size, root=root, at=until)
    forged = {"inclusion": {**inclusion, "head": redated.model_dump()}}
    assert holder.verify(forged) == verify_proof.BROKEN
    wrong = [line for line in capsys.readouterr().out.splitlines() if "DOES NOT HOLD" in line]
    assert wrong == [f"DOES NOT HOLD: The key of the tree head was valid at {until}."]
    assert holder.verify({"inclusion": inclusion}) == verify_proof.HOLDS


# --- records -----------------------------------------------------------------------------------


def keys_of(record: Round) -> list[Entry]:
    """The list of keys that a sealed record has."""
    keys: list[Entry] = json.loads(files("archive", record)[KEYS])["keys"]
    return keys


def pinned(record: Round, folder: Path) -> int:
    """Verdict on a record, held against the public list.

    By itself it is sound as well, unless a key that it does not know has signed its texts since.
    """
    by = json.loads(files("texts", record)["texts.json"])["key_id"]
    known = by in {key["key_id"] for key in keys_of(record)}
    assert verdict(record, folder) == (verify.SOUND if known else verify.UNUSABLE)
    (folder.parent / "keys.json").write_text(json.dumps({"keys": listed()}), "utf-8")
    return verify.main([str(folder), "--keys", str(folder.parent / "keys.json")])


def left_by_another_sealing(record: Round) -> None:
    """Have a record the list of keys of now, as one that began at the same time would write it."""
    body = json.dumps({"keys": of_heads()}).encode()
    key = f"records/{record.topic_id}/r{record.round}/{KEYS}"
    aws.client("s3").put_object(Bucket="archive", Key=key, Body=body)


def test_a_record_sealed_again_after_a_rotation_is_the_same_to_the_byte(
    consultation: Round, clock: Any, rotate: Callable[[], str], tmp_path: Path
) -> None:
    parts = consultation.parts()
    sealed = consultation.seal(parts)
    before = {bucket: files(bucket, consultation) for bucket in ("archive", "texts")}
    assert keys_of(consultation) == of_heads()
    rotate()
    for _announced_then_in_force in range(2):
        left_by_another_sealing(consultation)
        assert consultation.seal(parts) == sealed
        assert {bucket: files(bucket, consultation) for bucket in before} == before
        clock.advance(days=1)
    assert len(of_heads()) == 2
    assert pinned(consultation, tmp_path / "record") == verify.SOUND


def test_a_record_sealed_while_a_key_was_announced_does_not_tell_of_it_later_either(
    consultation: Round, clock: Any, rotate: Callable[[], str], tmp_path: Path
) -> None:
    (first,) = of_heads()
    rotate()
    parts = consultation.parts()
    sealed = consultation.seal(parts)
    before = files("archive", consultation)
    assert keys_of(consultation) == [first]
    assert json.loads(before["head.json"])["head"]["key_id"] == first["key_id"]
    clock.advance(days=1)
    left_by_another_sealing(consultation)
    assert consultation.seal(parts) == sealed
    assert files("archive", consultation) == before
    assert pinned(consultation, tmp_path / "record") == verify.SOUND


def test_a_record_sealed_after_a_rotation_has_the_keys_of_all_its_heads(
    consultation: Round, clock: Any, rotate: Callable[[], str], tmp_path: Path
) -> None:
    consultation.seal()
    rotate()
    clock.advance(days=1)
    consultation.published += 1  # reopened: the next edition
    consultation.seal()
    both = of_heads()
    assert keys_of(consultation) == both
    heads = [
        json.loads(line)
        for line in files("archive", consultation)["archive/heads.jsonl"].splitlines()
    ]
    last = json.loads(files("archive", consultation)["head.json"])["head"]
    assert heads[0]["key_id"] == both[0]["key_id"]
    assert last["key_id"] == both[1]["key_id"]
    assert pinned(consultation, tmp_path / "record") == verify.SOUND


@pytest.mark.parametrize(("days", "number"), [(0, 0), (1, 1)], ids=["announced", "in force"])
def test_an_erasure_waits_for_no_key(
    consultation: Round,
    clock: Any,
    rotate: Callable[[], str],
    tmp_path: Path,
    days: int,
    number: int,
) -> None:
    consultation.seal()
    rotate()
    clock.advance(days=days, minutes=1)
    assert erase(consultation, 0) == []
    texts = json.loads(exports.read("texts", f"records/{consultation.topic_id}/r1/texts.json"))
    assert (texts["erased"], texts["key_id"]) == (1, of_heads()[number]["key_id"])
    assert pinned(consultation, tmp_path / "record") == verify.SOUND
