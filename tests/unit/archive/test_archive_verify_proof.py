"""The offline verifier of proofs: precise in both languages, and never a traceback."""

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import record_vectors
from scripts.record_example import (
    ENTRIES,
    FIRST,
    HEADS,
    LEAVES,
    LOG_HEADS,
    SECOND,
    TOPIC,
    growth,
    proof,
)
from services.archive import verify_proof
from services.archive.model.heads import RoundHead
from services.archive.model.merkle import EMPTY, leaf_hash, node_hash, tree_hash
from services.archive.verify_proof import BROKEN, HOLDS, UNUSABLE, main
from services.shared.signatures import published_key

DOCUMENT: dict[str, Any] = json.loads(record_vectors.TARGET.read_text("utf-8"))
CASES = {each["name"]: each for each in DOCUMENT["proofs"]}
WRONG = {each["name"]: each for each in DOCUMENT["not_proofs"]}
FULL = CASES["against the first head"]
Verify = Callable[..., tuple[int, str]]
QUIET = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Run the command line on documents (or bytes); gives the exit status and what was said."""

    def run(
        proof: Any, *, keys: Any = None, earlier: Any = None, consistency: Any = None
    ) -> tuple[int, str]:
        keys = {"keys": DOCUMENT["keys"]} if keys is None else keys
        named = {"proof": proof, "keys": keys, "earlier": earlier, "consistency": consistency}
        arguments = []
        for name, document in named.items():
            if document is None and name in ("earlier", "consistency"):
                continue
            raw = document if isinstance(document, bytes) else json.dumps(document).encode()
            place = tmp_path / f"{name}.json"
            place.write_bytes(raw)
            arguments += [str(place)] if name == "proof" else [f"--{name}", str(place)]
        capsys.readouterr()
        status = main(arguments)
        return status, capsys.readouterr().out

    return run


def verified(verify: Verify, case: dict[str, Any]) -> tuple[int, str]:
    return verify(case["proof"], earlier=case["earlier"], consistency=case["consistency"])


def broken(said: str) -> list[str]:
    """What is said not to hold, in English."""
    mark = "DOES NOT HOLD: "
    return [line.removeprefix(mark) for line in said.splitlines() if line.startswith(mark)]


@pytest.mark.parametrize("name", CASES)
def test_every_proof_of_the_vectors_holds(verify: Verify, name: str) -> None:
    status, said = verified(verify, CASES[name])
    assert status == HOLDS, said
    assert broken(said) == []
    assert "الإثبات صحيح. / The proof holds." in said


@pytest.mark.parametrize("name", WRONG)
def test_what_proves_nothing_does_not_hold(verify: Verify, name: str) -> None:
    status, said = verified(verify, WRONG[name])
    assert status == BROKEN
    assert broken(said)
    assert "غير ثابت" in said
    assert "الإثبات غير صحيح." in said


NOT_SIGNED = "The programme signed the tree head to the letter."
NOT_LEAF = "The comment is leaf {} (from 0) of the tree's {}."
GREW = "From {} to {} leaves were only added, none changed or removed."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a comment that is not at that place", [NOT_LEAF.format(2, 7)]),
        ("another place", [NOT_LEAF.format(3, 7)]),
        ("a place beyond the tree", [NOT_LEAF.format(7, 7)]),
        ("a path that is cut", [NOT_LEAF.format(2, 7)]),
        ("a path that is too long", [NOT_LEAF.format(2, 7)]),
        ("another member", ["“inclusion.note” is of the one form it has."]),
        ("n - s instead of s", [NOT_SIGNED]),
        ("other last bits of the base64url text", [NOT_SIGNED]),
        ("no previous head", [NOT_SIGNED]),
        (
            "another size than the log head's",
            ["The proof is for a tree of as many leaves as the log head says."],
        ),
        ("another topic", ["The tree head is of the receipt's topic and round."]),
        ("another round", ["The tree head is of the receipt's topic and round."]),
        ("a key whose time was over", ["The key of the tree head was valid at {time}."]),
        (
            "a key whose time had not come",
            ["The key of the tree head was valid at 2026-12-15T05:59:59.999Z."],
        ),
        ("a growth that is cut", [GREW.format(3, 7)]),
        ("a growth that is too long", [GREW.format(3, 7)]),
        ("a tree in which a leaf was replaced", [GREW.format(3, 7)]),
        (
            "a growth from another head",
            ["The proof is for a tree of as many leaves as the earlier head says.", GREW],
        ),
        (
            "an earlier head of another topic",
            ["The earlier head is of the same tree, and not from after the other."],
        ),
        (
            "another entry of the log",
            ["The tree head is entry 1 (from 0) of the 4 in the programme's log."],
        ),
    ],
)
def test_it_says_which_part_does_not_hold_and_that_the_others_do(
    verify: Verify, name: str, said: list[str]
) -> None:
    case = WRONG[name]
    _, found = verified(verify, case)
    time = case["proof"]["inclusion"]["head"]["time"]
    expected = [each.format(5, 7) if each == GREW else each.format(time=time) for each in said]
    assert broken(found) == expected


def test_a_head_of_before_the_comment_was_received_shows_nothing(verify: Verify) -> None:
    _, said = verified(verify, WRONG["a head of before the comment was received"])
    at = "2026-12-14T12:00:00.000Z"
    sentence = f"The tree head ({at}) is not from before the comment was received."
    assert broken(said) == [sentence]


def test_a_head_by_an_unknown_key_is_nobodys(verify: Verify) -> None:
    case = WRONG["a key that nobody published"]
    _, said = verified(verify, case)
    key_id = case["proof"]["inclusion"]["head"]["key_id"]
    assert broken(said) == [f"The key of the tree head, {key_id}, is published for such use."]


def test_a_key_of_receipts_signs_no_head_and_one_of_heads_no_receipt(verify: Verify) -> None:
    swapped = {"receipt": "head", "head": "receipt"}
    keys = [{**key, "use": swapped[key["use"]]} for key in DOCUMENT["keys"]]
    status, said = verify(FULL["proof"], keys={"keys": keys})
    assert status == BROKEN
    assert [each.split(",")[0] for each in broken(said)] == [
        "The key of the receipt",
        "The key of the tree head",
        "The key of the log head",
    ]


def test_without_an_earlier_head_the_rest_is_said_to_be_open(verify: Verify) -> None:
    status, said = verify(FULL["proof"])
    assert status == HOLDS
    assert "?: Is it the tree that others saw? Give --earlier and --consistency." in said


def test_an_earlier_head_needs_its_growth(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path), "--keys", str(tmp_path), "--earlier", str(tmp_path)])


def test_what_else_the_check_of_a_receipt_answers_is_left_aside(verify: Verify) -> None:
    answer = {"valid": True, "status": "published", "disposition": None, **FULL["proof"]}
    assert verify(answer)[0] == HOLDS


@pytest.mark.parametrize("inclusion", [None, "soon", []])
def test_a_comment_that_is_in_no_tree_yet_is_not_proved(verify: Verify, inclusion: Any) -> None:
    status, said = verify({**FULL["proof"], "inclusion": inclusion})
    assert status == UNUSABLE
    assert "proof.json has no proof (yet)." in said


def test_a_format_of_later_is_not_guessed(verify: Verify) -> None:
    for path, value in (
        (("receipt", "version"), 2),
        (("inclusion", "head", "format"), "tashawur-head/2"),
    ):
        status, said = verify(changed(FULL["proof"], path, value))
        assert status == UNUSABLE
        assert "proof.json is of a format not known here." in said
    status, said = verify(FULL["proof"], earlier={"format": "x/9"}, consistency={})
    assert status == UNUSABLE
    assert "earlier.json is of a format not known here." in said


def test_growth_from_no_leaves_needs_no_path_and_any_other_does(verify: Verify) -> None:
    none = {"first_size": 0, "second_size": 7, "path": []}
    assert verify(FULL["proof"], earlier=head_of(0, EMPTY), consistency=none)[0] == HOLDS
    assert verify(FULL["proof"], earlier=head_of(0, b"\x01" * 32), consistency=none)[0] == BROKEN
    some = {**none, "path": ["0" * 64]}
    assert verify(FULL["proof"], earlier=head_of(0, EMPTY), consistency=some)[0] == BROKEN
    kept = FULL["earlier"]
    for path in ([], growth(3, 7, LEAVES)["path"][1:]):
        cut = {"first_size": 3, "second_size": 7, "path": path}
        assert verify(FULL["proof"], earlier=kept, consistency=cut)[0] == BROKEN


def head_of(size: int, root: bytes, at: str = HEADS[0].time) -> dict[str, Any]:
    """A head that the programme did sign, whatever it says."""
    head = RoundHead.first(FIRST, topic_id=TOPIC, round_=1, tree_size=size, root=root, at=at)
    return head.model_dump()


def test_a_path_of_another_length_than_the_size_asks_for_shows_nothing(verify: Verify) -> None:
    hashed, other = leaf_hash(LEAVES[0]), b"\x02" * 32
    short = {"tree_size": 3, "leaf_index": 0, "path": [], "head": head_of(3, hashed)}
    root = node_hash(other, hashed)
    long = {"tree_size": 1, "leaf_index": 0, "path": [other.hex()], "head": head_of(1, root)}
    for inclusion in (short, long):
        status, said = verify({"receipt": proof(0, 0)["receipt"], "inclusion": inclusion})
        assert status == BROKEN
        assert broken(said) == [NOT_LEAF.format(0, inclusion["tree_size"])]


def test_two_trees_of_one_size_are_shown_to_be_two(verify: Verify) -> None:
    fork = head_of(7, tree_hash([*LEAVES[:6], b"\x01" * 32]))
    status, said = verify(proof(2, 2), earlier=fork, consistency=growth(7, 7, LEAVES))
    assert status == BROKEN
    assert broken(said) == [GREW.format(7, 7)]


def test_a_tree_that_shrank_did_not_grow(verify: Verify) -> None:
    root = leaf_hash(LEAVES[0])
    only = {"tree_size": 1, "leaf_index": 0, "path": [], "head": head_of(1, root)}
    earlier = head_of(3, root, at="2026-12-14T11:00:00.000Z")
    shrank = {"first_size": 3, "second_size": 1, "path": [root.hex()]}
    receipt = proof(0, 0)["receipt"]
    status, said = verify(
        {"receipt": receipt, "inclusion": only}, earlier=earlier, consistency=shrank
    )
    assert status == BROKEN
    assert broken(said) == [GREW.format(3, 1)]


def test_truth_is_no_number(verify: Verify) -> None:
    good = proof(1, 0)
    status, said = verify({**good, "inclusion": {**good["inclusion"], "leaf_index": True}})
    assert status == BROKEN
    assert broken(said) == ["“inclusion.leaf_index” is of the one form it has."]


def test_a_key_that_is_listed_twice_or_of_another_curve_makes_no_list(verify: Verify) -> None:
    twice = {"keys": [*DOCUMENT["keys"], {**KEY, "valid_until": None}]}
    assert verify(FULL["proof"], keys=twice)[0] == UNUSABLE
    public_key = ec.generate_private_key(ec.SECP384R1()).public_key()
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    named = published_key(der, use="head", valid_from=KEY["valid_from"], valid_until=None)
    assert verify(FULL["proof"], keys={"keys": [*DOCUMENT["keys"], named]})[0] == UNUSABLE


def test_a_place_beyond_the_only_leaf_is_none(verify: Verify) -> None:
    head = head_of(1, tree_hash(LEAVES[:1]))
    only = {"tree_size": 1, "leaf_index": 0, "path": [], "head": head}
    receipt = proof(0, 0)["receipt"]
    assert verify({"receipt": receipt, "inclusion": only})[0] == HOLDS
    assert verify({"receipt": receipt, "inclusion": {**only, "leaf_index": 1}})[0] == BROKEN


def test_a_head_of_later_is_no_earlier_one_though_the_tree_is_the_same(verify: Verify) -> None:
    last = HEADS[2]
    at, root = "2026-12-16T00:00:00.000Z", bytes.fromhex(last.root)
    later = last.next(SECOND, tree_size=7, root=root, at=at)
    _, said = verify(proof(2, 2), earlier=later.model_dump(), consistency=growth(7, 7, LEAVES))
    assert broken(said) == ["The earlier head is of the same tree, and not from after the other."]


def test_the_log_shows_that_no_head_was_replaced(verify: Verify) -> None:
    good, kept = proof(5, 2), LOG_HEADS[0].model_dump()
    grew = growth(3, 4, ENTRIES)
    status, said = verify(good, earlier=kept, consistency=grew)
    assert status == HOLDS, said
    status, said = verify(good, earlier={**kept, "root": "0" * 64}, consistency=grew)
    assert broken(said) == [
        "The programme signed the earlier head to the letter.",
        GREW.format(3, 4),
    ]
    without = {**good, "inclusion": {**good["inclusion"], "log": None}}
    status, said = verify(without, earlier=kept, consistency=grew)
    assert broken(said) == ["The earlier head is of the same tree, and not from after the other."]


# --- every member of every document ------------------------------------------------------------


def leaves_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        yield path
    for key, each in inner:
        yield from leaves_of(each, (*path, key))


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(document)
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


PLACES = list(leaves_of({name: FULL[name] for name in ("proof", "earlier", "consistency")}))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
@given(data=st.data())
@settings(parent=QUIET, max_examples=8)
def test_a_change_of_any_member_of_any_document_is_noticed(
    verify: Verify, path: tuple[Any, ...], data: st.DataObject
) -> None:
    value = at(FULL, path)
    if isinstance(value, str):
        place = data.draw(st.integers(0, len(value) - 1))
        sign = data.draw(st.sampled_from("0123456789abcdefghxyzAZ-_ \n؀"))
        other: Any = value[:place] + sign + value[place + 1 :]
        other = data.draw(st.sampled_from([other, value + "0", value[:-1], None, 1]))
    else:
        other = data.draw(st.sampled_from([None, -1, 0, 1, 2, 4, 8, True, 3.0, "3", 10**30]))
    if type(other) is type(value) and other == value:
        return
    status, said = verified(verify, changed(FULL, path, other))
    assert status != HOLDS
    assert status == BROKEN or path[-1] in ("format", "version")
    assert "Traceback" not in said


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_member_that_is_missing_is_named(verify: Verify, path: tuple[Any, ...]) -> None:
    if isinstance(path[-1], int):
        return
    case = copy.deepcopy({name: FULL[name] for name in ("proof", "earlier", "consistency")})
    del at(case, path[:-1])[path[-1]]
    status, said = verified(verify, case)
    if path == ("earlier", "format"):
        assert status == UNUSABLE
        return
    named = ".".join(map(str, path)).removeprefix("proof.")
    assert broken(said) == [f"“{named}” is of the one form it has."]


BAD_FILES = (b"", b"\xff\xfe", b"[" * 100_000, b"[]", b"null", b"1" * 5_000, b'{"a": 1, "a": 1}')


@pytest.mark.parametrize("raw", BAD_FILES, ids=lambda raw: repr(raw[:12]))
@pytest.mark.parametrize("which", ["proof", "keys", "earlier", "consistency"])
def test_a_bad_file_is_named_in_both_languages(verify: Verify, which: str, raw: bytes) -> None:
    documents = {name: FULL[name] for name in ("proof", "earlier", "consistency")}
    status, said = verify(**{**documents, which: raw})
    assert status == UNUSABLE
    assert f"{which}.json" in said
    assert "لم يمكن التحقق." in said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["receipt", "inclusion", "head", "log", "format", "path", "keys", "use", "x\n"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(document=JSON, which=st.sampled_from(["proof", "keys", "earlier", "consistency"]))
@QUIET
def test_whatever_is_in_a_file_it_is_answered(verify: Verify, document: Any, which: str) -> None:
    documents = {name: FULL[name] for name in ("proof", "earlier", "consistency")}
    status, said = verify(**{**documents, which: json.dumps(document).encode()})
    assert status in (BROKEN, UNUSABLE)
    assert said.count("\n") == len(said.splitlines())


@given(document=JSON, part=st.sampled_from(["receipt", "inclusion", "head", "log"]))
@QUIET
def test_whatever_a_part_of_a_proof_is_it_is_answered(
    verify: Verify, document: Any, part: str
) -> None:
    path = ("inclusion", part) if part in ("head", "log") else (part,)
    status, said = verify(changed(FULL["proof"], path, document))
    assert said.count("\n") == len(said.splitlines())
    assert status in (BROKEN, UNUSABLE) or (part == "log" and document is None)


def test_a_name_in_a_file_cannot_speak_for_the_verifier(verify: Verify) -> None:
    name = "x” is.\nholds: The programme signed it"
    _, said = verify(changed(FULL["proof"], ("inclusion", name), 1))
    assert "\nholds: The programme signed it" not in said
    assert "x” is.\\nholds" in said


KEY = DOCUMENT["keys"][2]


@pytest.mark.parametrize(
    "change",
    [
        {"public_key": "!"},
        {"public_key": KEY["public_key"][:-4]},
        {"public_key": DOCUMENT["keys"][3]["public_key"]},
        {"public_key": None},
        {"valid_from": "yesterday"},
        {"valid_until": 1},
        {"key_id": ["x"]},
    ],
)
def test_a_list_of_keys_that_is_none_is_refused(verify: Verify, change: dict[str, Any]) -> None:
    status, said = verify(FULL["proof"], keys={"keys": [{**KEY, **change}]})
    assert status == UNUSABLE
    assert "keys.json is not the list of published keys." in said


def test_keys_of_another_use_are_left_aside(verify: Verify) -> None:
    other = {"key_id": "?", "algorithm": "?", "use": "something"}
    later = {"key_id": "?", "algorithm": "ML-DSA-65", "use": "head"}
    keys = {"keys": [other, later, *DOCUMENT["keys"]]}
    assert verify(FULL["proof"], keys=keys)[0] == HOLDS
    assert verify(FULL["proof"], keys={"keys": [other, later]})[0] == UNUSABLE


def test_without_cryptography_it_says_what_to_install(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    status, said = verify(FULL["proof"])
    assert status == UNUSABLE
    assert "The package cryptography must be installed." in said


def test_the_one_file_works_outside_the_project_and_in_any_locale(tmp_path: Path) -> None:
    shutil.copy(str(verify_proof.__file__), tmp_path / "verify_proof.py")
    for name in ("proof", "earlier", "consistency"):
        (tmp_path / name).write_text(json.dumps(FULL[name]))
    (tmp_path / "keys").write_text(json.dumps({"keys": DOCUMENT["keys"]}))
    command = [sys.executable, "-I", "verify_proof.py", "proof", "--keys", "keys"]
    command += ["--earlier", "earlier", "--consistency", "consistency"]
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == HOLDS, ended.stderr
    assert "الإثبات صحيح." in ended.stdout.decode()
    assert ended.stderr == b""
