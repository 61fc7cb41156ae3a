"""Which addresses are taken, and that their pseudonyms lead nowhere back."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from services.outreach.model.address import Address, recipient_hash, subscription_id
from services.shared.ids import ID_PATTERN

ADDRESS = TypeAdapter(Address)
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("noor@example.com", "noor@example.com"),
        ("  noor@example.com ", "noor@example.com"),
        ("Noor.Ali+news@Example.COM", "Noor.Ali+news@example.com"),
        ("a@b.co", "a@b.co"),
        ("o'brien@mail.gov.bh", "o'brien@mail.gov.bh"),
        ("noor@مثال.البحرين", "noor@xn--mgbh0fb.xn--mgbcpq6gpa1a"),
        (f"{'a' * 64}@example.com", f"{'a' * 64}@example.com"),
    ],
)
def test_an_address_is_kept_in_one_form(given: str, kept: str) -> None:
    assert ADDRESS.validate_python(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "noor",
        "noor@",
        "@example.com",
        "noor@localhost",
        "noor@@example.com",
        "no or@example.com",
        ".noor@example.com",
        "no..or@example.com",
        "noor@-example.com",
        "noor@example..com",
        "noor@192.0.2.1",
        "noor@[192.0.2.1]",
        '"noor"@example.com',
        "noor@example.com\nBcc: all@example.com",
        "noor@example.com, omar@example.com",
        "Noor <noor@example.com>",
        "نور@example.com",
        "noor@..البحرين",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 64}.com",
        f"noor@{'b.' * 130}com",
        f"noor@{'ب' * 60}.{'ج' * 60}.{'د' * 60}.{'ه' * 50}",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESS.validate_python(given)


def test_the_same_mailbox_has_the_same_pseudonyms_however_it_is_written() -> None:
    for name in ("noor@example.com", "NOOR@example.com"):
        assert recipient_hash(name, key=KEY) == recipient_hash("noor@example.com", key=KEY)
        assert subscription_id(name, scope="t", key=KEY) == subscription_id(
            "noor@example.com", scope="t", key=KEY
        )


def test_pseudonyms_differ_by_address_topic_and_key() -> None:
    found = {
        subscription_id(address, scope=topic, key=key)
        for address in ("noor@example.com", "omar@example.com")
        for topic in ("t1", "t2")
        for key in (KEY, b"other")
    }
    assert len(found) == 8
    assert all(re.match(ID_PATTERN, each) for each in found)
    assert recipient_hash("noor@example.com", key=KEY) != recipient_hash(
        "noor@example.com", key=b"other"
    )
