"""The topics table; the only place that knows its keys.

``pk = T#<topic>``: ``sk = topic`` (the row), ``R#<round>`` (the row as an earlier round left it),
``A#<round>#<version>`` (audit, one per change), ``D#<round>#<version>`` (the decision, and the
exception with which it was announced last), ``token``
(where the workflow waits); `definition_store` has the rest. Sparse index ``listed``: all topics,
newest first. Beside the topic's fields the row keeps what reading needs: ``search_text`` and
``changed_at``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.shared import clock
from services.shared.events import Actor, EventData, audit
from services.shared.table import (
    Check,
    ConditionFailed,
    Containing,
    Item,
    Put,
    Table,
    Update,
    Write,
)
from services.topics.definition_store import kept
from services.topics.model.narrowing import Narrowing
from services.topics.model.search import searched
from services.topics.model.topic import Topic

ROW = "topic"
_TOKEN = "token"  # noqa: S105 - a sort key  # nosec B105
_LISTED = "TOPICS"
_KEYS = {"pk", "sk", "listed_pk", "listed_sk"}
_BESIDE = {"search_text", "changed_at"}


class ChangedMeanwhile(Exception):
    """The row is no longer the one that was read."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A topic after a change, and the event that tells of it."""

    topic: Topic
    event: EventData
    actor: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredTopic:
    """A topic as the table has it, and since when."""

    topic: Topic
    changed_at: datetime


class TopicStore:
    """Topics in DynamoDB.

    Parameters
    ----------
    table : Table
        The topics table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, topic_id: str) -> Topic | None:
        """Topic with an id, or ``None``."""
        item = self._table.get(_pk(topic_id), ROW)
        return topic_of(item) if item else None

    def earlier(self, topic_id: str, round_: int) -> Topic | None:
        """The topic as it stood at the end of an earlier round, or ``None``."""
        item = self._table.get(_pk(topic_id), _round_sk(round_))
        return topic_of(item) if item else None

    def stored(self, topic_id: str, *, round_: int | None = None) -> StoredTopic | None:
        """Topic, or what an earlier round left, and when it was changed last, or ``None``."""
        item = self._table.get(_pk(topic_id), _round_sk(round_) if round_ else ROW)
        return _stored(item) if item else None

    def page(
        self, narrowing: Narrowing, *, after: Item | None, limit: int
    ) -> tuple[list[StoredTopic], Item | None]:
        """Those of the next `limit` topics, newest first, that fit, and the key to go on from.

        What is not public is among them whether it fits or not: DynamoDB leaves out the bulk, and
        who may see the rest, in which guise, is the caller's question.
        """
        page = self._table.query(
            _LISTED,
            index="listed",
            after=after,
            limit=limit,
            newest_first=True,
            where=_where(narrowing),
        )
        return [_stored(item) for item in page.items], page.last

    def listed_key(self, topic: Topic) -> Item:
        """Key of a topic in the list, to go on from after it."""
        return _keys(topic)

    def create(self, change: Change) -> None:
        """Write a new topic; writing the same one again has no effect.

        Raises
        ------
        ChangedMeanwhile
            If another topic has its id.
        """
        row = _row(change.topic) | {"changed_at": clock.to_text(change.at)}
        self._commit(Put(item=row), _audit(change), *_kept(change))

    def save(self, change: Change, *further: Write) -> None:
        """Write a changed topic with its audit item, and what else belongs to the change.

        Raises
        ------
        ChangedMeanwhile
            If the row was changed since it was read.
        """
        row = _row(change.topic) | {"changed_at": clock.to_text(change.at)}
        fields = {name: value for name, value in row.items() if name not in _KEYS}
        update = Update(
            pk=row["pk"],
            sk=row["sk"],
            set={name: value for name, value in fields.items() if value is not None},
            remove=tuple(name for name, value in fields.items() if value is None),
            when={"version": change.topic.version - 1},
        )
        self._commit(update, _audit(change), *_kept(change), *further)

    def open_round(self, change: Change, *, former: Topic) -> None:
        """Write a topic that goes into its next round, and keep the row that it had.

        Raises
        ------
        ChangedMeanwhile
            If the row was changed since it was read.
        """
        row = _row(former) | {"changed_at": clock.to_text(change.at)}
        kept = {name: row[name] for name in row if not name.startswith("listed_")}
        self.save(change, Put(item={**kept, "sk": _round_sk(former.round)}))

    def save_decision(self, change: Change, document: dict[str, Any]) -> None:
        """Write a version of the round's decision together with the topic's change; all are kept.

        Raises
        ------
        ChangedMeanwhile
            If the row was changed since it was read.
        """
        topic = change.topic
        key = {
            "pk": _pk(topic.topic_id),
            "sk": _decision_sk(topic.round, topic.decision_version),
        }
        self.save(change, Put(item={**key, "document": document}))

    def save_announcement(self, change: Change) -> None:
        """Write a topic whose decision is public now, and with the decision its exception, if any.

        Raises
        ------
        ChangedMeanwhile
            If the row was changed since it was read.
        """
        topic = change.topic
        told = topic.exception.model_dump(mode="json") if topic.exception else None
        beside = Update(
            pk=_pk(topic.topic_id),
            sk=_decision_sk(topic.round, topic.announced_version),
            set={"exception": told} if told else {},
            remove=() if told else ("exception",),
        )
        self.save(change, beside)

    def decision(self, topic: Topic, version: int) -> dict[str, Any] | None:
        """A version of the decision of the topic's round, or ``None``."""
        item = self._table.get(_pk(topic.topic_id), _decision_sk(topic.round, version))
        if item is None:
            return None
        return {**item["document"], "version": version, "exception": item.get("exception")}

    def timeline(self, topic_id: str, *, round_: int | None = None) -> Iterator[Item]:
        """Audit items of a topic, or of one of its rounds, oldest first."""
        prefix = "A#" if round_ is None else f"A#{round_:03d}#"
        return self._table.items(_pk(topic_id), prefix=prefix)

    def keep_token(self, topic_id: str, *, version: int, token: str) -> None:
        """Keep the token of the task that waits, if the row still is as the workflow read it.

        Raises
        ------
        ChangedMeanwhile
            If it is not; waiting could then miss a bell that has rung already.
        """
        key = {"pk": _pk(topic_id), "sk": _TOKEN}
        self._commit(
            Check(pk=key["pk"], sk=ROW, when={"version": version}),
            Put(item={**key, "token": token}, replace=True),
        )

    def token(self, topic_id: str) -> str | None:
        """Token of the task that waits, or ``None``."""
        item = self._table.get(_pk(topic_id), _TOKEN)
        return str(item["token"]) if item else None

    def _commit(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except ConditionFailed as error:
            raise ChangedMeanwhile from error


def topic_of(item: Item) -> Topic:
    """Topic of a row's item, as read from the table or from its stream."""
    beside = _KEYS | _BESIDE
    return Topic.model_validate({name: v for name, v in item.items() if name not in beside})


def _stored(item: Item) -> StoredTopic:
    # A row that an earlier release wrote last says nothing of when.
    changed_at = str(item.get("changed_at", item["created_at"]))
    return StoredTopic(topic=topic_of(item), changed_at=clock.from_text(changed_at))


def _where(narrowing: Narrowing) -> list[dict[str, Any]]:
    wanted = {
        "stage": narrowing.stages,
        "definition.agency": narrowing.agencies,
        "definition.topic_type": narrowing.types,
        "search_text": Containing(narrowing.words) if narrowing.words else (),
    }
    fitting = {name: values for name, values in wanted.items() if values}
    return [fitting, {"public_since": None}] if fitting else []


def _keys(topic: Topic) -> Item:
    return {
        "pk": _pk(topic.topic_id),
        "sk": ROW,
        "listed_pk": _LISTED,
        "listed_sk": f"{clock.to_text(topic.created_at)}#{topic.topic_id}",
    }


def _row(topic: Topic) -> Item:
    return {
        **_keys(topic),
        **topic.model_dump(mode="json", exclude={"definition"}),
        "definition": topic.definition.model_dump(mode="json", exclude_none=True),
        "search_text": searched(topic.definition),
    }


def _audit(change: Change) -> Put:
    topic = change.topic
    return audit(
        change.event,
        pk=_pk(topic.topic_id),
        version=topic.version,
        topic_id=topic.topic_id,
        round_=topic.round,
        actor=change.actor,
        at=change.at,
    )


def _kept(change: Change) -> list[Put]:
    return kept(change.topic, change.event, at=change.at)


def _round_sk(round_: int) -> str:
    return f"R#{round_:03d}"


def _decision_sk(round_: int, version: int) -> str:
    return f"D#{round_:03d}#{version:06d}"


def audit_partition(topic_id: str) -> str:
    """Partition key under which all of a topic's audit items lie."""
    return _pk(topic_id)


def _pk(topic_id: str) -> str:
    return f"T#{topic_id}"
