"""The topics table's stream rings the workflow's bell."""

from typing import Any

from services.shared import stream
from services.shared.invoke import invoke
from services.shared.observability import logger
from services.topics.handlers import store
from services.topics.settings import settings
from services.topics.store import ROW, topic_of
from services.topics.use_cases import bell


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``topics-bell``."""
    for change in stream.changes(event):
        try:
            _answer(change)
        except Exception:  # noqa: BLE001 - logged; the stream delivers again from here
            logger("topics").exception("bell failed", sequence=change.sequence)
            return stream.repeat_from(change.sequence)
    return {"batchItemFailures": []}


def _answer(change: stream.Change) -> None:
    if change.new.get("sk") != ROW or change.kind != "MODIFY":
        return
    before, after = topic_of(change.old), topic_of(change.new)
    if bell.window_moved(before, after):
        bell.write_window(after, set_window=_set_window)
    if bell.wants_execution(before, after, store=store()):
        bell.start_execution(after, machine_arn=settings().state_machine_arn)
    bell.ring(after.topic_id, store=store())


def _set_window(payload: dict[str, Any]) -> Any:
    return invoke(settings().comments_set_window_function_name, payload)
