"""What got lost between the topics table and the bus is made good, a piece at a time."""

from typing import Any

from services.shared import clock
from services.shared.reconcile import Means, Order, reconcile
from services.shared.transient import transient_errors
from services.topics.settings import settings
from services.topics.store import audit_partition


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``topics-reconcile``."""
    return reconcile(Order.model_validate(event), _means(), at=clock.now())


def _means() -> Means:
    found = settings()
    readers = {
        found.topics_relay_mapping_id: found.topics_relay_function_name,
        found.topics_bell_mapping_id: found.topics_bell_function_name,
    }
    return Means(
        table=found.topics_table_name,
        bus=found.event_bus_name,
        source="tashawur.topics",
        parked_bucket=found.parked_bucket_name,
        readers=readers,
        partition=audit_partition,
    )
