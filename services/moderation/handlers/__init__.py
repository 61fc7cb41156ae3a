"""The Lambda entries of the moderation service; what they share is wired here, once a container."""

from functools import cache

from services.moderation.settings import settings
from services.moderation.store import CaseStore
from services.shared.table import Table


@cache
def store() -> CaseStore:
    """Store of this container."""
    return CaseStore(Table(settings().moderation_table_name))
