"""Which endpoints are taken, where we connect to, and how a receiver knows that it was us."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from services.outreach.model.webhook import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Endpoint,
    WebhookUrl,
    is_public,
    signed_headers,
)

URL = TypeAdapter(WebhookUrl)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "169.254.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_on_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111"])
def test_public_addresses_are_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://partner.example/hook", "https://partner.example/hook"),
        (" https://Partner.EXAMPLE ", "https://partner.example/"),
        ("https://partner.example:443/a?b=c", "https://partner.example/a?b=c"),
        ("https://partner.example:8443/", "https://partner.example:8443/"),
        ("https://شريك.البحرين/", "https://xn--wgbf0c1a.xn--mgbcpq6gpa1a/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_an_address_is_kept_in_one_form(given: str, kept: str) -> None:
    assert URL.validate_python(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "partner.example",
        "http://partner.example/",
        "ftp://partner.example/",
        "https://",
        "https:///path",
        "https://user:secret@partner.example/",
        "https://partner.example@127.0.0.1/",
        "https://partner.example/#part",
        "https://partner.example\\@evil.example/",
        "https://partner.example:0/",
        "https://partner.example:port/",
        "https://partner.example:99999/",
        "https://partner.example/a b",
        "https://partner.example/\x7f",
        "https://[::1/",
        f"https://partner.example/{'a' * 2048}",
    ],
)
def test_what_is_no_endpoint_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        URL.validate_python(given)


def test_the_signature_is_over_the_time_and_the_body() -> None:
    headers = signed_headers(b'{"id":"1"}', secret="whsec_x", at=NOW)
    timestamp = headers[TIMESTAMP_HEADER]
    assert timestamp == str(int(NOW.timestamp()))
    expected = hmac.new(b"whsec_x", f'{timestamp}.{{"id":"1"}}'.encode(), hashlib.sha256)
    assert headers[SIGNATURE_HEADER] == f"sha256={expected.hexdigest()}"


def test_every_endpoint_and_every_registration_has_a_secret_of_its_own() -> None:
    def secret(webhook_id: str, version: int, key: bytes) -> str:
        endpoint = Endpoint(
            webhook_id=webhook_id,
            url="https://partner.example/",
            version=version,
            status="active",
            registered_at=NOW,
        )
        return endpoint.secret(key)

    found = {secret(i, v, k) for i in ("a", "b") for v in (1, 3) for k in (b"k", b"l")}
    assert len(found) == 8
    assert secret("a", 1, b"k") == secret("a", 1, b"k")
    assert all(len(each) == 49 for each in found)
