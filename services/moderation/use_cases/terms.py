"""The words of a topic's own: officers of its agency change them, the staff reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.moderation.model.topic_terms import TopicTerms
from services.moderation.store import CaseStore, ChangedMeanwhile, StoredTerms
from services.shared.errors import NotFound, PreconditionFailed
from services.shared.identity import Caller

AskTopic = Callable[[str], dict[str, Any] | None]
"""What is public of a topic; ``None`` before it is."""


@dataclass(frozen=True, kw_only=True)
class TermsDesk:
    """What working on terms needs."""

    store: CaseStore
    ask: AskTopic


def terms_of(topic_id: str, *, caller: Caller, desk: TermsDesk) -> StoredTerms:
    """Terms of a topic, empty ones before anybody wrote some.

    Raises
    ------
    NotFound
        If there is no such public topic, or it is another agency's.
    """
    _topic(topic_id, caller, desk)
    return desk.store.terms(topic_id)


def change_terms(
    topic_id: str,
    terms: TopicTerms,
    *,
    read: int | None,
    caller: Caller,
    at: datetime,
    desk: TermsDesk,
) -> StoredTerms:
    """Write the terms of a topic; those that stand already change nothing.

    Comments that arrive from then on are screened by them, at most half a minute later.

    Parameters
    ----------
    read : int, optional
        Version that the caller has read; without it the last one wins.

    Raises
    ------
    NotFound
        If there is no such public topic, or it is another agency's.
    PreconditionFailed
        If somebody else changed them since they were read.
    """
    topic = _topic(topic_id, caller, desk)
    standing = desk.store.terms(topic_id)
    if standing.terms == terms:
        return standing
    if read not in (None, standing.version):
        raise PreconditionFailed
    changed = StoredTerms(terms=terms, version=standing.version + 1)
    try:
        desk.store.put_terms(
            topic_id, changed, round_=topic["round"], by=caller.acting_as("officer"), at=at
        )
    except ChangedMeanwhile as error:
        raise PreconditionFailed from error
    return changed


def _topic(topic_id: str, caller: Caller, desk: TermsDesk) -> dict[str, Any]:
    topic = desk.ask(topic_id)
    if topic is None or not caller.covers(topic["agency"]):
        raise NotFound
    return topic
