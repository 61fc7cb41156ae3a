"""Entries of the archive functions; what they share is wired here, once per container."""

from functools import cache

from services.archive.settings import settings
from services.archive.store import ArchiveStore
from services.shared.table import Table


@cache
def store() -> ArchiveStore:
    """The archive table and bucket of this deployment."""
    return ArchiveStore(Table(settings().archive_table_name), bucket=settings().archive_bucket_name)
