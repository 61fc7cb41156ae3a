"""The comments functions; what they share is wired here, once per container."""

from functools import cache

from services.comments.data_keys import DataKeys
from services.comments.leaf_store import LeafStore
from services.comments.list_store import ListStore
from services.comments.look_store import LookStore
from services.comments.model.names import Keyring
from services.comments.receipt_keys import ReceiptKeys
from services.comments.retention_store import RetentionStore
from services.comments.settings import settings
from services.comments.store import CommentStore
from services.comments.window_cache import WindowCache
from services.shared import clock, keys
from services.shared.table import Table


@cache
def store() -> CommentStore:
    """Give the comments store."""
    return CommentStore(Table(settings().comments_table_name))


@cache
def lists() -> ListStore:
    """Give the lists of comments."""
    return ListStore(Table(settings().comments_table_name))


@cache
def looks() -> LookStore:
    """Give the looks at who takes part."""
    return LookStore(Table(settings().comments_table_name))


@cache
def leaf_store() -> LeafStore:
    """Give the leaves of comments."""
    return LeafStore(Table(settings().comments_table_name))


@cache
def retention() -> RetentionStore:
    """Give the times until which personal data is kept."""
    return RetentionStore(Table(settings().comments_table_name))


@cache
def windows() -> WindowCache:
    """Give the windows that this container remembers."""
    return WindowCache(store())


@cache
def data_keys() -> DataKeys:
    """Give the rounds' data keys."""
    return DataKeys(settings().comments_data_key_id)


@cache
def keyring() -> Keyring:
    """Give the keys derived from the service secret."""
    return Keyring.of(keys.service_secret(settings().service_key_secret_arn))


@cache
def signer() -> ReceiptKeys:
    """Give the signer of receipts."""
    return ReceiptKeys(settings().receipt_keys_secret_arn, now=clock.now)
