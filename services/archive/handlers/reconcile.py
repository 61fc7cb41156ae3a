"""What got lost between the archive table and the bus is made good, a piece at a time."""

from typing import Any

from services.archive.settings import settings
from services.archive.store import audit_partition
from services.shared import clock
from services.shared.reconcile import Means, Order, reconcile
from services.shared.transient import transient_errors


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``archive-reconcile``."""
    return reconcile(Order.model_validate(event), _means(), at=clock.now())


def _means() -> Means:
    found = settings()
    readers = {
        found.archive_relay_mapping_id: found.archive_relay_function_name,
    }
    return Means(
        table=found.archive_table_name,
        bus=found.event_bus_name,
        source="tashawur.archive",
        parked_bucket=found.parked_bucket_name,
        readers=readers,
        partition=audit_partition,
    )
