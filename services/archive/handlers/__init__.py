"""Entries of the archive functions; what they share is wired here, once per container."""

from functools import cache

from services.archive.audit_store import AuditStore
from services.archive.settings import settings
from services.archive.store import ArchiveStore
from services.archive.tree_store import TreeStore
from services.shared import keys
from services.shared.table import Table


@cache
def store() -> ArchiveStore:
    """The archive table and bucket of this deployment."""
    return ArchiveStore(Table(settings().archive_table_name), bucket=settings().archive_bucket_name)


@cache
def audit_store() -> AuditStore:
    """The audit trails of this deployment."""
    return AuditStore(Table(settings().archive_table_name))


@cache
def tree_store() -> TreeStore:
    """The trees of this deployment."""
    return TreeStore(Table(settings().archive_table_name), bucket=settings().archive_bucket_name)


def cursor_key() -> bytes:
    """Key that signs cursors."""
    return keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")
