"""A link to write to somebody leads to them and to nobody else, whatever is in an address."""

from urllib.parse import unquote, urlsplit

import pytest

from services.outreach.templating import _in_link


@pytest.mark.parametrize(
    "address",
    ["clinics@example.org", "a?bcc=b%40c.example&body=x@example.org", "a#b@example.org", "ع@é.org"],
)
def test_a_mail_that_a_link_begins_has_one_recipient(address: str) -> None:
    parts = urlsplit(f"mailto:{_in_link(address)}")
    assert (unquote(parts.path), parts.query, parts.fragment) == (address, "", "")
