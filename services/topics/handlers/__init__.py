"""Entries of the topics functions; what they share is wired here, once per container."""

from collections.abc import Callable
from functools import cache

from services.shared import cursors, keys
from services.shared.request import Request
from services.shared.table import Table
from services.topics.definition_store import DefinitionStore
from services.topics.executions import Executions
from services.topics.model.narrowing import Narrowing
from services.topics.model.topic import Topic
from services.topics.settings import settings
from services.topics.store import TopicStore
from services.topics.use_cases.read import list_topics

EVERYTHING = Narrowing()


@cache
def store() -> TopicStore:
    """The topics table of this deployment."""
    return TopicStore(Table(settings().topics_table_name))


@cache
def definition_store() -> DefinitionStore:
    """The definitions that the topics of this deployment have had."""
    return DefinitionStore(Table(settings().topics_table_name))


@cache
def executions() -> Executions:
    """The executions of this deployment."""
    return Executions(settings().state_machine_arn)


def cursor_key() -> bytes:
    """Key that signs the cursors of this service's lists."""
    return keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")


def page_of_topics(
    request: Request,
    *,
    scope: str,
    narrowing: Narrowing = EVERYTHING,
    admits: Callable[[Topic], bool] = lambda _topic: True,
) -> tuple[list[Topic], str | None]:
    """At most 100 topics that the caller may read and the filters admit, and the next cursor.

    Raises
    ------
    Malformed
        If the cursor was altered or belongs to another list (`scope`).
    """
    key = cursor_key()
    position = request.query.get("cursor")
    after = cursors.decode(position, key=key, scope=scope) if position else None
    topics, last = list_topics(
        narrowing, admits=admits, caller=request.caller, after=after, store=store()
    )
    return topics, cursors.encode(last, key=key, scope=scope) if last else None
