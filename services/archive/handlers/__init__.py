"""Entries of the archive functions; what they share is wired here, once per container."""

from functools import cache

from services.archive.audit_store import AuditStore
from services.archive.files import RoundFiles, Shelves
from services.archive.settings import settings
from services.archive.store import ArchiveStore
from services.archive.tree_store import TreeStore
from services.shared import keys
from services.shared.table import Table


@cache
def store() -> ArchiveStore:
    """The sealed records of this deployment."""
    return ArchiveStore(Table(settings().archive_table_name))


def shelves(topic_id: str, round_: int) -> Shelves:
    """Where the files of a round's record lie."""
    bucket = settings().archive_bucket_name
    locked = RoundFiles(bucket, topic_id=topic_id, round_=round_)
    return Shelves(locked=locked, texts=texts(topic_id, round_))


def texts(topic_id: str, round_: int) -> RoundFiles:
    """The files of a round's record that erasure reaches."""
    return RoundFiles(settings().texts_bucket_name, topic_id=topic_id, round_=round_)


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
    return _key("cursor")


def salt_key() -> bytes:
    """Key from which the salts of participants' words are derived."""
    return _key("words-salt")


def _key(purpose: str) -> bytes:
    return keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), purpose)
