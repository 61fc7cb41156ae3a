"""Tokens in links: each for one act on one subscription, and for so long."""

from datetime import UTC, datetime, timedelta

import pytest

from services.outreach.model.tokens import (
    Keyring,
    SubscriptionKey,
    check_confirmation,
    check_unsubscription,
    confirmation_token,
    unsubscription_token,
)
from services.shared.errors import Malformed, NotFound

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEYRING = Keyring(recipient=b"r", confirmation=b"c", unsubscription=b"u", webhook=b"w")
ONE = SubscriptionKey(scope="topic", subscription_id="one")
OTHER = SubscriptionKey(scope="topic", subscription_id="other")


def test_a_confirmation_holds_until_its_last_second() -> None:
    token = confirmation_token(ONE, KEYRING, at=NOW)
    check_confirmation(token, ONE, KEYRING, at=NOW + timedelta(hours=48, seconds=-1))
    with pytest.raises(Malformed, match="token_expired"):
        check_confirmation(token, ONE, KEYRING, at=NOW + timedelta(hours=48))


def test_every_altered_character_is_noticed() -> None:
    token = confirmation_token(ONE, KEYRING, at=NOW)
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        altered = token[:place] + other + token[place + 1 :]
        with pytest.raises(Malformed, match="token_altered"):
            check_confirmation(altered, ONE, KEYRING, at=NOW)


@pytest.mark.parametrize("token", ["", ".", "1", "1.", "x.y", "٣.نور", "1766739600.AAAA"])
def test_what_is_no_token_confirms_nothing(token: str) -> None:
    with pytest.raises(Malformed, match="token_altered"):
        check_confirmation(token, ONE, KEYRING, at=NOW)


def test_a_token_is_for_its_own_subscription_and_act_alone() -> None:
    confirmation = confirmation_token(ONE, KEYRING, at=NOW)
    unsubscription = unsubscription_token(ONE, KEYRING)
    check_unsubscription(unsubscription, ONE, KEYRING)
    with pytest.raises(Malformed):
        check_confirmation(confirmation, OTHER, KEYRING, at=NOW)
    for token, which in ((unsubscription, OTHER), (confirmation, ONE), ("", ONE), ("نور", ONE)):
        with pytest.raises(NotFound):
            check_unsubscription(token, which, KEYRING)
