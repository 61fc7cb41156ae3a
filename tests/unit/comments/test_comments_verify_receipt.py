"""The offline verifier: what holds and what does not, in both languages, and never a traceback."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import receipt_vectors
from services.comments import verify_receipt
from services.comments.model.receipts import leaf_hash
from services.comments.model.submission import Submission
from services.comments.verify_receipt import BROKEN, HOLDS, UNUSABLE, leaf_of, main
from services.shared.errors import Invalid

DOCUMENT: dict[str, Any] = json.loads(receipt_vectors.TARGET.read_text("utf-8"))
VECTORS = {each["name"]: each for each in DOCUMENT["receipts"]}
FIRST = DOCUMENT["receipts"][0]
Verify = Callable[..., tuple[int, str]]
QUIET = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Run the command line on documents (or bytes); gives the exit status and what was said."""

    def run(receipt: Any, *, keys: Any = None, submission: Any = None) -> tuple[int, str]:
        keys = {"keys": DOCUMENT["keys"]} if keys is None else keys
        named = {"receipt": receipt, "keys": keys, "submission": submission}
        for name, document in named.items():
            raw = document if isinstance(document, bytes) else json.dumps(document).encode()
            (tmp_path / f"{name}.json").write_bytes(raw)
        arguments = [str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json")]
        if submission is not None:
            arguments += ["--submission", str(tmp_path / "submission.json")]
        capsys.readouterr()
        status = main(arguments)
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize("name", VECTORS)
def test_a_receipt_holds_for_what_was_sent(verify: Verify, name: str) -> None:
    vector = VECTORS[name]
    status, said = verify(vector["receipt"], submission=vector["submission"])
    assert status == HOLDS, said
    assert "The receipt holds." in said
    assert "الإيصال صحيح." in said
    assert "DOES NOT HOLD" not in said


@pytest.mark.parametrize("name", VECTORS)
def test_a_receipt_does_not_hold_for_another_submission(verify: Verify, name: str) -> None:
    vector = VECTORS[name]
    other = {**vector["submission"], "text": "something else"}
    status, said = verify(vector["receipt"], submission=other)
    assert status == BROKEN
    assert "DOES NOT HOLD: It is for the very submission given." in said
    assert "غير ثابت: هو إيصال المشاركة المعطاة نفسها." in said


def test_without_what_was_sent_the_signature_is_verified_and_the_rest_is_said_to_be_open(
    verify: Verify,
) -> None:
    status, said = verify(FIRST["receipt"])
    assert status == HOLDS
    assert "holds: The programme signed it to the letter." in said
    assert "Is it for what you sent? Give --submission." in said


def test_the_whole_reply_of_intake_may_be_given(verify: Verify) -> None:
    status, _ = verify({"comment_id": "x", "receipt": FIRST["receipt"], "receipt_secret": "y"})
    assert status == HOLDS


@pytest.mark.parametrize("wrong", DOCUMENT["not_receipts"], ids=lambda each: str(each["why"]))
def test_what_is_no_receipt_does_not_hold(verify: Verify, wrong: dict[str, Any]) -> None:
    status, said = verify(wrong["receipt"])
    assert status == BROKEN
    assert "DOES NOT HOLD" in said
    assert "غير ثابت" in said
    assert "الإيصال غير صحيح." in said


def test_it_says_which_part_does_not_hold(verify: Verify) -> None:
    whys = {each["why"]: each["receipt"] for each in DOCUMENT["not_receipts"]}
    _, said = verify(whys["signed by a key whose time had not come"])
    assert "DOES NOT HOLD: The key was valid at 2026-12-14T09:00:00.000Z." in said
    assert "\nholds: The programme signed it to the letter." in said
    _, said = verify(whys["another round than was signed"])
    assert "holds: The key was valid" in said
    assert "DOES NOT HOLD: The programme signed it to the letter." in said
    _, said = verify(whys["upper-case hex"])
    assert "“leaf_hash”" in said


@given(data=st.data())
@QUIET
def test_a_change_of_any_member_is_noticed(verify: Verify, data: st.DataObject) -> None:
    vector = data.draw(st.sampled_from(DOCUMENT["receipts"]))
    receipt = dict(vector["receipt"])
    name = data.draw(st.sampled_from(sorted(receipt)))
    if isinstance(receipt[name], int):
        value: Any = data.draw(st.integers() | st.text(max_size=3) | st.none() | st.booleans())
    else:
        place = data.draw(st.integers(0, len(receipt[name]) - 1))
        sign = data.draw(st.characters())
        value = receipt[name][:place] + sign + receipt[name][place + 1 :]
    same = type(value) is type(receipt[name]) and value == receipt[name]
    status, _ = verify({**receipt, name: value})
    assert (status == HOLDS) == same


TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=30
) | st.sampled_from(["\x1c نعم \x85", "\u2007yes\u200b", "e\u0301", "\ufeffa\ufeff", "\u180ea"])
REFERENCES = TEXTS.filter(lambda text: 1 <= len(text) <= 64)
ANSWERS = st.fixed_dictionaries(
    {"question_id": REFERENCES},
    optional={
        "option_ids": st.none() | st.lists(REFERENCES, max_size=3),
        "value": st.none() | st.integers(-1_000_000, 1_000_000),
        "text": st.none() | TEXTS,
    },
)
BODIES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["comment", "inquiry", "reply"]),
        "consent": st.fixed_dictionaries(
            {"publish": st.just(True), "privacy_notice": REFERENCES.filter(lambda t: len(t) <= 40)}
        ),
    },
    optional={
        "text": st.none() | TEXTS,
        "language": st.sampled_from([None, "ar", "en"]),
        "parent_id": st.sampled_from([None, "a" * 26]),
        "author_name": st.none() | TEXTS,
        "answers": st.lists(ANSWERS, max_size=3),
        "contact": st.sampled_from([None, {}, {"email": "a@example.org"}]),
        "demographics": st.sampled_from([None, {}]),
        "attachment_ids": st.just([]),
    },
)


@given(body=BODIES)
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_leaf_of_any_submission_is_recomputed_from_what_was_sent(body: dict[str, Any]) -> None:
    sent = json.loads(json.dumps(body))
    try:
        submission = Submission.model_validate(sent)
    except (ValueError, Invalid):
        return  # intake refuses it
    header = {n: FIRST["receipt"][n] for n in ("topic_id", "round", "comment_id", "received_at")}
    leaf = leaf_hash(
        header,
        salt=bytes.fromhex(FIRST["receipt"]["salt"]),
        public={**submission.public_part(), "channel": "portal"},
        private=submission.private_part(),
    )
    assert leaf_of(FIRST["receipt"], sent) == leaf.hex()


BAD_FILES = (
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"keys": 1}',
    b"[]",
    b"null",
    b"1" * 5_000,
    b'{"version": 2}',
    b'{"version": 1, "version": 1}',
    b'"\\ud800"',
)


@pytest.mark.parametrize("raw", BAD_FILES, ids=lambda raw: repr(raw[:12]))
@pytest.mark.parametrize("which", ["receipt", "keys", "submission"])
def test_a_bad_file_is_named_in_both_languages(verify: Verify, which: str, raw: bytes) -> None:
    documents: dict[str, Any] = {"receipt": FIRST["receipt"], "submission": FIRST["submission"]}
    status, said = verify(**{**documents, which: raw})
    if which == "receipt" and raw.startswith(b'{"keys'):
        assert status == BROKEN  # an object, but of other members than a receipt
        return
    assert status == UNUSABLE
    assert f"{which}.json" in said or "version" in said
    assert "لم يمكن التحقق." in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--keys", str(tmp_path / "none.json")]) == UNUSABLE
    assert f"{tmp_path} cannot be read." in capsys.readouterr().out


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["receipt", "keys", "use", "key_id", "text", "answers", "consent", "x\n"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(document=JSON, which=st.sampled_from(["receipt", "keys", "submission"]))
@QUIET
def test_whatever_is_in_a_file_it_is_answered(verify: Verify, document: Any, which: str) -> None:
    documents: dict[str, Any] = {"receipt": FIRST["receipt"], "submission": FIRST["submission"]}
    raw = json.dumps(document).encode()
    status, said = verify(**{**documents, which: raw})
    assert status in (BROKEN, UNUSABLE)
    assert said.count("\n") == len(said.splitlines())


KEY = DOCUMENT["keys"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"public_key": "!"},
        {"public_key": ""},
        {"public_key": KEY["public_key"][:-4]},
        {"public_key": DOCUMENT["keys"][1]["public_key"]},
        {"public_key": None},
        {"valid_from": "yesterday"},
        {"valid_from": None},
        {"valid_until": 1},
        {"key_id": ["x"]},
        {"use": "receipts"},
        {"algorithm": "RSA"},
    ],
)
def test_a_list_of_keys_that_is_none_is_refused(verify: Verify, change: dict[str, Any]) -> None:
    status, said = verify(FIRST["receipt"], keys={"keys": [{**KEY, **change}]})
    assert status == UNUSABLE
    assert "keys.json is not the list of published keys." in said


def test_keys_of_another_use_are_left_aside(verify: Verify) -> None:
    heads = {"key_id": "?", "algorithm": "?", "use": "tree-head"}
    other = {"key_id": "?", "algorithm": "ML-DSA-65", "use": "receipt"}
    assert verify(FIRST["receipt"], keys={"keys": [heads, other, KEY]})[0] == HOLDS
    twice = {"keys": [KEY, {**KEY, "valid_until": None}]}
    assert verify(FIRST["receipt"], keys=twice)[0] == UNUSABLE


@pytest.mark.parametrize("missing", ["use", "algorithm"])
def test_keys_that_do_not_say_what_they_are_for_are_left_aside(
    verify: Verify, missing: str
) -> None:
    other = {name: value for name, value in KEY.items() if name != missing}
    assert verify(FIRST["receipt"], keys={"keys": [other, KEY]})[0] == HOLDS
    assert verify(FIRST["receipt"], keys={"keys": [other]})[0] == UNUSABLE


@pytest.mark.parametrize("entry", [None, "receipt", 1, ["use"], [KEY]])
def test_a_list_with_what_is_no_key_at_all_is_refused(verify: Verify, entry: Any) -> None:
    status, said = verify(FIRST["receipt"], keys={"keys": [entry, KEY]})
    assert status == UNUSABLE
    assert "keys.json is not the list of published keys." in said


def test_a_key_of_another_curve_that_is_listed_as_ours_is_refused(verify: Verify) -> None:
    public_key = ec.generate_private_key(ec.SECP384R1()).public_key()
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    named = {
        "public_key": base64.b64encode(der).decode(),
        "key_id": hashlib.sha256(der).hexdigest()[:16],
    }
    status, said = verify(FIRST["receipt"], keys={"keys": [{**KEY, **named}, KEY]})
    assert status == UNUSABLE
    assert "keys.json is not the list of published keys." in said


def test_without_cryptography_it_says_what_to_install(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    status, said = verify(FIRST["receipt"])
    assert status == UNUSABLE
    assert "The package cryptography must be installed." in said


def test_the_one_file_works_outside_the_project_and_in_any_locale(tmp_path: Path) -> None:
    program = tmp_path / "verify_receipt.py"
    shutil.copy(str(verify_receipt.__file__), program)
    (tmp_path / "receipt.json").write_text(json.dumps(FIRST["receipt"]))
    (tmp_path / "keys.json").write_text(json.dumps({"keys": DOCUMENT["keys"]}))
    command = [sys.executable, "-I", str(program), "receipt.json", "--keys", "keys.json"]
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == HOLDS, ended.stderr
    assert "الإيصال صحيح." in ended.stdout.decode()
    assert ended.stderr == b""
