"""Where things are found from outside: the links in mails and feeds."""

from urllib.parse import urlsplit

from services.outreach.model.notice import About
from services.outreach.model.scope import is_topic
from services.outreach.model.tokens import Keyring, SubscriptionKey, stop_code, unsubscription_token
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

    def feed(self, language: Language, about: About) -> str:
        """An Atom feed in one language."""
        if about.topic_id:
            return f"{self.topic(about.topic_id)}/feed.atom?language={language}"
        narrowed = f"&agency={about.agency}" if about.agency else ""
        return f"{self._base}/feed.atom?language={language}{narrowed}"

    def topic(self, topic_id: str) -> str:
        """A topic."""
        return f"{self._base}/topics/{topic_id}"

    def comment(self, topic_id: str, comment_id: str) -> str:
        """A comment of a topic, an inquiry with its answer."""
        return f"{self.topic(topic_id)}/comments/{comment_id}"

    def confirm(self, which: SubscriptionKey, token: str) -> str:
        """Confirmation of a subscription."""
        return f"{self._subscription(which)}/confirmation?token={token}"

    def unsubscribe(self, which: SubscriptionKey) -> str:
        """End of a subscription by ``POST`` (RFC 8058), as mail programs and forms can send it.

        A ``GET`` of it shows a page with the button: scanners of mail follow links, too.
        """
        token = unsubscription_token(which, self._keyring)
        return f"{self._subscription(which)}/unsubscription?token={token}"

    def stop(self, which: SubscriptionKey) -> str:
        """The page with the button that ends a subscription, as short as a text message needs it.

        A provider's own "reply STOP" would be shorter still, but where the sender is a name, as in
        Bahrain, nobody can reply.
        """
        return f"{self._base}/stop/{stop_code(which, self._keyring)}"

    def _subscription(self, which: SubscriptionKey) -> str:
        if is_topic(which.scope):
            return f"{self.topic(which.scope)}/subscriptions/{which.subscription_id}"
        return f"{self._base}/subscriptions/{which.scope}/{which.subscription_id}"
