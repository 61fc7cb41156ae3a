"""The Lambda entries of the moderation service; what they share is wired here, once a container."""

from functools import cache

from services.moderation.settings import settings
from services.moderation.store import CaseStore
from services.moderation.terms_cache import TermsCache
from services.moderation.use_cases.report import Reporting
from services.shared.invoke import invoke
from services.shared.language import catalogue
from services.shared.table import Table


def count_comments(topic_id: str, round_: int) -> dict[str, int]:
    """Comments of a round by status, without those in screening."""
    payload = {"topic_id": topic_id, "round": round_, "settled": True}
    counts: dict[str, int] = invoke(settings().comments_count_function_name, payload)
    return counts


def reporting() -> Reporting:
    """What reports are made with."""
    method = catalogue("moderation")["moderation_method"]
    return Reporting(store=store(), count_comments=count_comments, method=method)


@cache
def topic_terms() -> TermsCache:
    """Topics' words that this container remembers."""
    return TermsCache(store())


@cache
def store() -> CaseStore:
    """Store of this container."""
    return CaseStore(Table(settings().moderation_table_name))
