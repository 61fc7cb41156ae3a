"""Heads are signed by a key in KMS, in the same form as all that the programme signs."""

import base64

import pytest

from services.archive.head_key import HeadKey
from services.archive.model.heads import LogHead
from services.shared import aws, signatures
from services.shared.errors import TransientError

pytestmark = pytest.mark.usefixtures("account")
AT = "2026-12-01T09:00:00.000Z"
HALF = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8
ALIAS = "alias/moving"


def made_key() -> str:
    kms = aws.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return str(made["KeyMetadata"]["KeyId"])


def test_what_kms_signs_verifies_by_its_public_key_alone() -> None:
    key = HeadKey(made_key())
    for number in range(8):  # of two signatures one has the larger s, that is turned here
        head = LogHead.of(key, tree_size=number, root=b"\x01" * 32, at=AT)
        assert head.key_id == signatures.key_id_of(key.public_key)
        assert head.is_signed(public_key=key.public_key)
        assert int.from_bytes(base64.urlsafe_b64decode(head.signature + "==")[32:]) <= HALF
        other = HeadKey(made_key()).public_key
        assert not head.is_signed(public_key=other)


def test_an_alias_that_moves_on_does_not_part_a_signature_from_its_key() -> None:
    kms = aws.client("kms")
    kms.create_alias(AliasName=ALIAS, TargetKeyId=made_key())
    before = HeadKey(ALIAS)
    named = before.key_id
    kms.update_alias(AliasName=ALIAS, TargetKeyId=made_key())
    head = LogHead.of(before, tree_size=1, root=b"\x01" * 32, at=AT)
    assert head.key_id == named
    assert head.is_signed(public_key=before.public_key)
    assert HeadKey(ALIAS).key_id != named


def test_a_throttled_kms_is_tried_again_by_whoever_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    key = HeadKey(made_key())
    assert key.key_id
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "Sign")

    def refuse(**_: object) -> None:
        raise throttled

    monkeypatch.setattr(aws.client("kms"), "sign", refuse)
    with pytest.raises(TransientError):
        key.sign(b"message")
