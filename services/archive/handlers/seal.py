"""The state machine has a round's record sealed."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.archive.files import file_key
from services.archive.growing import grounds
from services.archive.handlers import audit_store, salt_key, shelves, store
from services.archive.settings import settings
from services.archive.use_cases.parts import Part
from services.archive.use_cases.seal import Stores, seal
from services.shared import clock
from services.shared.transient import transient_errors


class Parts(BaseModel):
    """What the services hand in for a round."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    round: int
    parts: list[Part]


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``archive-seal``."""
    given, at = Parts.model_validate(event), clock.now()
    stores = Stores(
        records=store(),
        trails=audit_store(),
        shelves=shelves,
        salt_key=salt_key(),
        grounds=grounds(at),
        licence_url=settings().archive_licence_url,
    )
    record = seal(given.topic_id, given.round, given.parts, at=at, stores=stores)
    return {
        "record_root": record.record_root,
        "record_key": file_key(record.topic_id, record.round),
        "files": record.files,
    }
