"""Topics' own words as a container remembers them, for less than 30 seconds each."""

from datetime import datetime, timedelta

from services.moderation.model.topic_terms import TopicTerms
from services.moderation.store import CaseStore

LIFETIME = timedelta(seconds=30)


class TermsCache:
    """Reads topics' words through a short memory.

    Parameters
    ----------
    store : CaseStore
        Where they are.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store
        self._known: dict[str, tuple[datetime, TopicTerms]] = {}

    def words(self, topic_id: str, *, at: datetime) -> TopicTerms:
        """Words of a topic; at most 30 s old at the instant `at`."""
        read_at, terms = self._known.get(topic_id, (None, None))
        if read_at is None or terms is None or not timedelta(0) <= at - read_at < LIFETIME:
            terms = self._store.terms(topic_id).terms
            self._known[topic_id] = (at, terms)
        return terms
