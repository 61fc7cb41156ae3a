"""archive-consume: what is erased goes out of the texts of every sealed record that has it."""

from typing import Any

from services.archive.growing import head_key
from services.archive.handlers import store, texts
from services.archive.use_cases.reissue import forget
from services.shared import clock, consumer
from services.shared.events import Envelope
from services.shared.transient import transient_errors


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of events; those that failed are named, to be delivered again."""
    return consumer.consume(event, context, handle=_handle)


def _handle(_kind: str, envelope: Envelope) -> None:
    at = clock.now()
    with transient_errors():
        forget(
            envelope.topic_id,
            str(envelope.data["comment_id"]),
            shelf=texts,
            signer=head_key(at),
            store=store(),
            at=at,
        )
