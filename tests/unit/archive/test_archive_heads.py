"""Heads say to the letter what was signed, and each round's are a chain that only grows."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scripts.record_example import NumberKey
from services.archive.model.heads import LogHead, RoundHead
from services.shared import signatures

TOPIC = "sq77ojosp4jxirnxa4i4vugtji"
AT, LATER = "2026-12-01T09:00:00.000Z", "2026-12-02T09:00:00.000Z"
ROOT, OTHER = hashlib.sha256(b"root").digest(), hashlib.sha256(b"other").digest()
KEY, STRANGER = NumberKey(7), NumberKey(8)
HEAD = RoundHead.first(KEY, topic_id=TOPIC, round_=1, tree_size=5, root=ROOT, at=AT)
LOG = LogHead.of(KEY, tree_size=5, root=ROOT, at=AT)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_a_head_has_these_members_and_is_signed_over_these_bytes() -> None:
    document = HEAD.model_dump()
    assert document == {
        "format": "tashawur-head/1",
        "topic_id": TOPIC,
        "round": 1,
        "tree_size": 5,
        "root": ROOT.hex(),
        "time": AT,
        "previous": None,
        "key_id": KEY.key_id,
        "signature": HEAD.signature,
    }
    claims = {name: value for name, value in document.items() if name != "signature"}
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"))
    message = b"tashawur/head/1\x00" + text.encode()
    assert signatures.is_signed(message, HEAD.signature, public_key=KEY.public_key)
    assert HEAD.is_signed(public_key=KEY.public_key)


def test_a_head_of_the_log_has_these_and_none_passes_for_the_other() -> None:
    document = LOG.model_dump()
    assert set(document) == {"format", "tree_size", "root", "time", "key_id", "signature"}
    claims = {name: value for name, value in document.items() if name != "signature"}
    text = json.dumps(claims, sort_keys=True, separators=(",", ":")).encode()
    for label, signed in ((b"tashawur/log/1\x00", True), (b"tashawur/head/1\x00", False)):
        found = signatures.is_signed(label + text, LOG.signature, public_key=KEY.public_key)
        assert found is signed


def test_each_head_names_the_one_before_by_its_digest() -> None:
    after = HEAD.next(KEY, tree_size=6, root=OTHER, at=LATER)
    assert after.is_signed(public_key=KEY.public_key)
    text = json.dumps(HEAD.model_dump(), sort_keys=True, separators=(",", ":"))
    assert after.previous == hashlib.sha256(text.encode()).hexdigest()
    assert (after.topic_id, after.round, after.tree_size) == (TOPIC, 1, 6)
    assert after.next(KEY, tree_size=6, root=OTHER, at=LATER).previous == after.digest


@pytest.mark.parametrize(
    ("size", "root", "at"),
    [(4, ROOT, LATER), (5, OTHER, LATER), (6, OTHER, "2026-12-01T08:59:59.999Z")],
    ids=["smaller", "changed without growing", "earlier"],
)
def test_no_head_is_signed_that_takes_back_the_one_before(size: int, root: bytes, at: str) -> None:
    with pytest.raises(ValueError, match="no head of"):
        HEAD.next(KEY, tree_size=size, root=root, at=at)


@pytest.mark.parametrize("head", [HEAD, LOG], ids=["round", "log"])
@given(data=st.data())
@settings(deadline=None)
def test_whatever_is_changed_it_is_not_signed_any_more(head: Any, data: st.DataObject) -> None:
    document = head.model_dump()
    name = data.draw(st.sampled_from(sorted(document)))
    if isinstance(document[name], str):
        place = data.draw(st.integers(0, len(document[name]) - 1))
        sign = data.draw(st.sampled_from("0123456789abcdefghjkmnpqAZ-_"))
        value: Any = document[name][:place] + sign + document[name][place + 1 :]
    else:
        value = data.draw(st.sampled_from([None, 0, 2, 6, "5", "a" * 64, True, 5.0]))
    if type(value) is type(document[name]) and value == document[name]:
        return
    try:
        other = type(head).model_validate({**document, name: value})
    except ValidationError:
        return
    assert not other.is_signed(public_key=KEY.public_key)


def test_a_head_is_not_signed_by_another_key_whatever_it_names() -> None:
    assert not HEAD.is_signed(public_key=STRANGER.public_key)
    named = HEAD.model_copy(update={"key_id": STRANGER.key_id})
    assert not named.is_signed(public_key=STRANGER.public_key)
    assert not named.is_signed(public_key=KEY.public_key)


def test_a_head_that_names_another_key_than_signed_it_is_nobodys() -> None:
    class Liar(NumberKey):
        key_id = STRANGER.key_id

    head = LogHead.of(Liar(7), tree_size=5, root=ROOT, at=AT)
    assert not head.is_signed(public_key=KEY.public_key)
    assert not head.is_signed(public_key=STRANGER.public_key)


@pytest.mark.parametrize("way", ["n - s", "last bits", "padded", "too long", "no base64"])
def test_a_signature_has_one_form(way: str) -> None:
    text = HEAD.signature
    raw = base64.urlsafe_b64decode(text + "==")
    s = (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = {
        "n - s": base64.urlsafe_b64encode(raw[:32] + s).decode().rstrip("="),
        "last bits": text[:-1] + alphabet[alphabet.index(text[-1]) + 1],
        "padded": text + "==",
        "too long": text + "AAAA",
        "no base64": "a",
    }[way]
    claims = HEAD.model_dump(exclude={"signature"})
    message = (
        b"tashawur/head/1\x00" + json.dumps(claims, sort_keys=True, separators=(",", ":")).encode()
    )
    assert signatures.is_signed(message, text, public_key=KEY.public_key)
    assert not signatures.is_signed(message, other, public_key=KEY.public_key)
