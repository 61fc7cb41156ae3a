"""A record is held against its round's signed tree, and that against keys from elsewhere."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.record_example import FIRST, UNKNOWN, NumberKey, public_keys
from services.archive import verify
from services.archive.model.audit import canonical
from services.archive.model.heads import RoundHead
from services.archive.model.merkle import tree_hash
from services.archive.model.record import (
    HEADER,
    HEADS,
    KEYS,
    LEAVES,
    MANIFEST,
    TREE_HEAD,
    manifest,
    measured,
)
from services.shared.signatures import key_id_of
from tests.support.planted import Files, crowned, planted
from tests.unit.archive.records import contents, laid, listed

ROOT = Path(__file__).parents[3]
SHARD = "comments/shard-00.jsonl"
Change = Callable[[Files], Any]


def rooted(change: Change | None = None, *, key: NumberKey = UNKNOWN) -> Files:
    """A small record in its tree; what is changed in its files is bound by manifest and head."""
    files = contents()
    listed(files)
    files = planted(files, key)
    if change:
        change(files)
    told = manifest(
        json.loads(files[HEADER]), [measured(path, [body]) for path, body in files.items()]
    )
    return {**crowned(files, key), MANIFEST: canonical(told) + b"\n"}


def verdict(place: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Exit status, and the last line that is said."""
    capsys.readouterr()
    status = verify.main([str(place), *options])
    return status, capsys.readouterr().out.splitlines()[-1]


def _lines(path: str, change: Callable[[list[Any]], Any]) -> Change:
    def apply(files: Files) -> None:
        rows = [json.loads(line) for line in files[path].splitlines()]
        change(rows)
        files[path] = b"".join(canonical(row) + b"\n" for row in rows)

    return apply


def _head(**claims: Any) -> Change:
    """The round's head signed anew with other claims."""

    def apply(files: Files) -> None:
        told = json.loads(files[HEADS]) | claims
        told = {n: value for n, value in told.items() if n not in ("key_id", "signature")}
        files[HEADS] = RoundHead.signed(UNKNOWN, told).as_leaf() + b"\n"

    return apply


def _dropped(files: Files) -> None:
    """The last comment as if it had never come, but for the head that was signed before."""
    del files["comments/shard-01.jsonl"]
    _lines(LEAVES, lambda rows: rows.__delitem__(slice(3, 5)))(files)
    counts = {"received": 3, "published": 3, "held": 0, "rejected": 0, "withdrawn": 0}
    files["comments/counts.json"] = json.dumps(counts).encode()
    answers = files["analysis/dispositions.jsonl"].splitlines(keepends=True)
    files["analysis/dispositions.jsonl"] = b"".join(answers[:3])


_LEAVES = [hashlib.sha256(f"c{number}".encode()).digest() for number in range(5)]
BROKEN: dict[str, tuple[Change, str]] = {
    "a leaf exchanged": (
        _lines(LEAVES, lambda rows: rows[1].update(leaf="0" * 64)),
        f"{LEAVES}: line 2: comment c1 has the leaf ",
    ),
    "a leaf of nobody": (
        _lines(LEAVES, lambda rows: rows[4].update(comment_id="c9")),
        f"{LEAVES}: line 5: comment c9 is not in the record",
    ),
    "a leaf twice": (
        _lines(LEAVES, lambda rows: rows.append({**rows[0], "index": 5})),
        f"{LEAVES}: line 6: comment c0 is there twice",
    ),
    "a leaf too few": (_lines(LEAVES, lambda rows: rows.pop()), f"{LEAVES}: comment c4 is no leaf"),
    "two leaves exchanged": (
        _lines(LEAVES, lambda rows: rows.insert(0, rows.pop())),
        f"{LEAVES}: line 1 is not leaf 0",
    ),
    "two leaves exchanged and numbered": (
        _lines(
            LEAVES,
            lambda rows: (
                [rows[0].update(index=1), rows[1].update(index=0)]
                and rows.sort(key=lambda row: row["index"])
            ),
        ),
        f"{HEADS}: line 1: its root is not that of the first 5 leaves",
    ),
    "a comment dropped": (_dropped, f"{HEADS}: line 1: of more leaves than there are, 3"),
    "a head of another topic": (
        _head(topic_id="u" * 26),
        f"{HEADS}: line 1: of another topic, {'u' * 26}",
    ),
    "a head of another round": (_head(round=2), f"{HEADS}: line 1: of another round, 2"),
    "a head before the first": (
        _head(previous="0" * 64),
        f"{HEADS}: line 1: does not follow the head before it",
    ),
    "a head over other leaves": (
        _head(root="0" * 64),
        f"{HEADS}: line 1: its root is not that of the first 5 leaves",
    ),
    "a head of fewer": (
        _head(tree_size=4),
        f"{HEADS}: line 1: its root is not that of the first 4 leaves",
    ),
    "a head that was changed": (
        _lines(HEADS, lambda rows: rows[0].update(signature=rows[0]["signature"][::-1])),
        f"{HEADS}: line 1: not signed by key ",
    ),
    "a head of another day than the sealing": (
        _head(time="2026-11-30T09:00:00.000Z"),
        f"{TREE_HEAD}: of 2026-11-30T09:00:00.000Z, not of when the record was sealed",
    ),
    "a comment after the last head": (
        _head(tree_size=4, root=tree_hash(_LEAVES[:4]).hex()),
        f"{HEADS}: the last is of 4 leaves, there are 5",
    ),
    "a place that is no number": (
        _lines(LEAVES, lambda rows: rows[0].update(index=False)),
        f"{LEAVES}: line 1 is not leaf 0",
    ),
    "a file of no edition": (
        _lines(
            LEAVES, lambda rows: rows.append({"index": 5, "path": "a.json", "sha256": "0" * 64})
        ),
        f"{LEAVES}: line 6: a file, and there is no edition before the first",
    ),
    "keys of somebody else": (
        lambda files: files.update({KEYS: canonical({"keys": FIRST.published()})}),
        f"{HEADS}: line 1: signed by key {UNKNOWN.key_id}, which is not in the list of keys",
    ),
    "no keys": (
        lambda files: files.update({KEYS: b'{"keys":[]}'}),
        f"{KEYS}: not the list of keys that sign heads",
    ),
    "keys that are none": (
        lambda files: files.update({KEYS: b'{"keys":[7]}'}),
        f"{KEYS}: not the list of keys that sign heads",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_record_that_is_not_in_its_tree_is_broken_however_well_it_is_sealed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, why = BROKEN[name]
    status, said = verdict(laid(tmp_path, rooted(change)), capsys)
    assert (status, said[: len(why) + 8]) == (1, f"broken: {why}")


@pytest.mark.parametrize(
    "row",
    [
        {"index": 5, "path": "../a", "sha256": "0" * 64},
        {"index": 5, "path": "a.json", "sha256": "0"},
        {"index": 5, "path": None, "sha256": "0" * 64},
    ],
)
def test_what_is_no_comment_in_the_tree_is_a_file_of_an_edition_before(
    row: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def second(files: Files) -> None:
        files[HEADER] = canonical(json.loads(files[HEADER]) | {"edition": 2}) + b"\n"
        _lines(LEAVES, lambda rows: rows.append(row))(files)

    status, said = verdict(laid(tmp_path, rooted(second)), capsys)
    assert status == verify.BROKEN
    assert said.startswith(f"broken: {LEAVES}: ")


@pytest.mark.parametrize("path", [LEAVES, HEADS, KEYS])
def test_a_record_must_have_its_tree(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = rooted()
    del files[path]
    told = json.loads(files[MANIFEST])
    told = manifest(
        json.loads(files[HEADER]),
        [
            measured(name, [body])
            for name, body in files.items()
            if name not in (MANIFEST, TREE_HEAD)
        ],
    )
    files[MANIFEST] = canonical(told) + b"\n"
    assert verdict(laid(tmp_path, files), capsys) == (1, f"broken: {path}: missing")


def _other_files(files: Files) -> bytes:
    """The head of the same round's record with another text in it."""
    return crowned({**files, "README.txt": b"other"})[TREE_HEAD]


def _claimed(**claims: Any) -> Callable[[Files], bytes]:
    def change(files: Files) -> bytes:
        told = json.loads(files[TREE_HEAD])
        return canonical(told | {"head": told["head"] | claims}) + b"\n"

    return change


def _said(**members: Any) -> Callable[[Files], bytes]:
    return lambda files: canonical(json.loads(files[TREE_HEAD]) | members) + b"\n"


HEAD_FAULTS: dict[str, tuple[Callable[[Files], bytes], str]] = {
    "of other files": (_other_files, "its root is not that of the leaves and the record's files"),
    "from elsewhere on": (_said(first=4), "its files are from 4 on, not from 5"),
    "more members": (_said(more=1), "not the head of a record's files"),
    "of no time": (_claimed(time="2026-13"), "its time is none"),
    "of fewer leaves than none": (_claimed(tree_size=-7), "of fewer leaves than none"),
    "of fewer leaves": (_claimed(tree_size=4), "smaller, or earlier, than the head before it"),
    "no head": (_said(head=[]), "its fields are not those of a head"),
    "no object": (lambda _files: b"[]\n", "not the head of a record's files"),
    "no JSON": (lambda _files: b"{\n", "not JSON"),
    "a space more": (lambda files: b" " + files[TREE_HEAD], "not in the one form in which "),
    "names in another order": (
        lambda files: json.dumps(dict(reversed(json.loads(files[TREE_HEAD]).items()))).encode(),
        "not in the one form in which ",
    ),
    "a fraction": (lambda _files: b'{"first":5.5}\n', "not in the one form in which "),
}


@pytest.mark.parametrize("name", HEAD_FAULTS)
def test_the_head_beside_the_manifest_is_that_of_the_records_files(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, why = HEAD_FAULTS[name]
    files = rooted()
    place = laid(tmp_path, {**files, TREE_HEAD: change(files)})
    status, said = verdict(place, capsys)
    assert (status, said[: len(why) + 19]) == (1, f"broken: {TREE_HEAD}: {why}")


def test_without_the_head_it_is_no_record_of_a_tree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = rooted()
    del files[TREE_HEAD]
    assert verdict(laid(tmp_path, files), capsys) == (1, f"broken: {TREE_HEAD}: missing")


def _key_file(place: Path, document: Any) -> str:
    place.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return str(place)


def test_keys_from_elsewhere_tell_who_sealed_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = _key_file(tmp_path / "keys.json", {"keys": public_keys()})
    record = laid(tmp_path / "first", rooted(key=FIRST))
    status, said = verdict(record, capsys, "--keys", keys)
    # Signed on 1 December, by a key that is good until the fifteenth.
    assert (status, said.rsplit(", ", 1)[1]) == (0, "key pinned")
    assert verdict(record, capsys)[1].endswith(", key not pinned")
    forged = laid(tmp_path / "forged", rooted(key=UNKNOWN))
    assert verdict(forged, capsys)[0] == verify.SOUND
    why = f"has key {UNKNOWN.key_id}, which is not in the list of keys"
    assert verdict(forged, capsys, "--keys", keys) == (1, f"broken: {KEYS}: {why}")


@pytest.mark.parametrize(
    ("begin", "end", "status"),
    [
        ("2026-12-01T09:00:00.000Z", None, 0),
        ("2026-12-01T09:00:00.001Z", None, 1),
        ("1970-01-01T00:00:00.000Z", "2026-12-01T09:00:00.001Z", 0),
        ("1970-01-01T00:00:00.000Z", "2026-12-01T09:00:00.000Z", 1),
    ],
)
def test_a_head_counts_that_was_signed_while_its_key_was_valid(
    begin: str, end: str | None, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [key] = UNKNOWN.published()
    key |= {"valid_from": begin, "valid_until": end}
    keys = _key_file(tmp_path / "keys.json", {"keys": [key]})
    found, said = verdict(laid(tmp_path / "record", rooted()), capsys, "--keys", keys)
    assert found == status
    if status:
        assert said.endswith("which was not valid at 2026-12-01T09:00:00.000Z")


[_KEY] = UNKNOWN.published()
_OUT = UNKNOWN.public_key[:-1] + bytes([UNKNOWN.public_key[-1] ^ 1])
_OFF = {**_KEY, "public_key": base64.b64encode(_OUT).decode(), "key_id": key_id_of(_OUT)}
NO_KEYS = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff",
    "a list": [],
    "no list": {"keys": 7},
    "none of heads": {"keys": [{**_KEY, "use": "receipt"}]},
    "one twice": {"keys": [_KEY, _KEY]},
    "no base64": {"keys": [{**_KEY, "public_key": "*"}]},
    "another name": {"keys": [{**_KEY, "key_id": "0" * 16}]},
    "no point of the curve": {"keys": [_OFF]},
    "no time": {"keys": [{**_KEY, "valid_from": "yesterday"}]},
    "no end": {"keys": [{n: v for n, v in _KEY.items() if n != "valid_until"}]},
}


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_is_no_list_of_keys_is_unusable(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = _key_file(tmp_path / "keys.json", NO_KEYS[name])
    status, said = verdict(laid(tmp_path / "record", rooted()), capsys, "--keys", keys)
    assert status == verify.UNUSABLE
    assert said.endswith(": keys.json is not the list of public keys")


def test_keys_that_are_not_there_are_unusable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = laid(tmp_path / "record", rooted())
    status, said = verdict(place, capsys, "--keys", str(tmp_path / "none.json"))
    assert status == verify.UNUSABLE
    assert said.endswith(": none.json is not the list of public keys")


def _bare(*arguments: str) -> tuple[int, str]:
    """What the command says where nothing but Python is installed."""
    command = [sys.executable, "-S", "-m", "services.archive.verify", *arguments]
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()[-1]


def test_without_cryptography_signatures_are_said_not_to_be_verified(tmp_path: Path) -> None:
    record = str(laid(tmp_path / "record", rooted()))
    status, said = _bare(record)
    assert (status, said.rsplit(", ", 1)[1]) == (0, "signatures not verified")
    keys = _key_file(tmp_path / "keys.json", {"keys": UNKNOWN.published()})
    status, said = _bare(record, "--keys", keys)
    assert status == verify.UNUSABLE
    assert said.endswith("to verify signatures the package cryptography must be installed")


def test_the_object_tells_by_which_keys_it_was_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(laid(tmp_path / "record", rooted()))
    keys = _key_file(tmp_path / "keys.json", {"keys": UNKNOWN.published()})
    for options, expected in ((), "not pinned"), (("--keys", keys), "pinned"):
        assert verify.main([record, "--json", *options]) == verify.SOUND
        assert json.loads(capsys.readouterr().out)["signatures"] == expected
