"""Where things are found from outside: the links in mails and feeds."""

from urllib.parse import urlsplit

from services.outreach.model.tokens import Keyring, SubscriptionKey, unsubscription_token
from services.shared.language import Language

_TAG_YEAR = 2026


class Links:
    """Addresses of the public API.

    Parameters
    ----------
    base_url : str
        Where the API is reached.
    keyring : Keyring
        Signs what must be signed.
    """

    def __init__(self, base_url: str, keyring: Keyring) -> None:
        self._base = base_url.rstrip("/") + "/v1"
        self._host = urlsplit(base_url).hostname or ""
        self._keyring = keyring

    def tag(self, name: str) -> str:
        """Identifier of a thing that a feed tells of, for ever the same (RFC 4151)."""
        return f"tag:{self._host},{_TAG_YEAR}:{name}"

    def feed(self, language: Language, *, agency: str | None) -> str:
        """The Atom feed in one language, of one agency or of all."""
        narrowed = f"&agency={agency}" if agency else ""
        return f"{self._base}/feed.atom?language={language}{narrowed}"

    def topic(self, topic_id: str) -> str:
        """A topic."""
        return f"{self._base}/topics/{topic_id}"

    def confirm(self, which: SubscriptionKey, token: str) -> str:
        """Confirmation of a subscription."""
        topic = self.topic(which.topic_id)
        return f"{topic}/subscriptions/{which.subscription_id}/confirmation?token={token}"

    def unsubscribe(self, which: SubscriptionKey) -> str:
        """End of a subscription by ``POST`` (RFC 8058), as mail programs and forms can send it."""
        token = unsubscription_token(which, self._keyring)
        topic = self.topic(which.topic_id)
        return f"{topic}/subscriptions/{which.subscription_id}/unsubscription?token={token}"
