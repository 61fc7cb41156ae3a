"""Every event of the bus becomes an entry of its topic's audit trail."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from services.archive.handlers import audit_store
from services.archive.model.audit import SALT_BYTES, Told
from services.archive.use_cases.audit import record
from services.shared import clock
from services.shared.events import Envelope
from services.shared.observability import logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``archive-audit``: events from a queue, those of a topic in one transaction.

    Returns
    -------
    dict
        ``batchItemFailures``: messages to be delivered again, at last to the dead-letter queue.
    """
    topics: dict[str, dict[str, Told]] = defaultdict(dict)
    failed: list[str] = []
    for message in event["Records"]:
        identifier = message["messageId"]
        try:
            told = _told(json.loads(message["body"]))
        except (KeyError, TypeError, ValueError):
            logger("archive").exception("no event of ours", message_id=identifier)
            failed.append(identifier)
        else:
            topics[told.topic_id][identifier] = told
    for messages in topics.values():
        if not _recorded(messages.values()):
            failed += messages
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def _recorded(events: Iterable[Told]) -> bool:
    """Record events of one topic; tell whether it went well, so that no topic holds another."""
    try:
        record(list(events), at=clock.now(), salt=_salt, store=audit_store())
    except Exception:  # noqa: BLE001 - the queue delivers again, as for any consumer's failure
        logger("archive").exception("not recorded")
        return False
    return True


def _told(message: dict[str, Any]) -> Told:
    envelope = Envelope.model_validate(message["detail"])
    return Told(
        source=str(message["source"]),
        event_id=envelope.id,
        topic_id=envelope.topic_id,
        round=envelope.round,
        occurred_at=envelope.occurred_at,
        type=str(message["detail-type"]),
        role=envelope.actor.role,
        actor_id=envelope.actor.id,
        data=envelope.data,
    )


def _salt() -> bytes:
    return secrets.token_bytes(2 * SALT_BYTES)
