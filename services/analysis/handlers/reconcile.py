"""What got lost between the analysis table and the bus is made good, a piece at a time."""

from typing import Any

from services.analysis.recorded import pk
from services.analysis.settings import settings
from services.shared import clock
from services.shared.reconcile import Means, Order, reconcile
from services.shared.transient import transient_errors


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-reconcile``."""
    return reconcile(Order.model_validate(event), _means(), at=clock.now())


def _means() -> Means:
    found = settings()
    readers = {
        found.analysis_relay_mapping_id: found.analysis_relay_function_name,
    }
    return Means(
        table=found.analysis_table_name,
        bus=found.event_bus_name,
        source="tashawur.analysis",
        parked_bucket=found.parked_bucket_name,
        readers=readers,
        partition=pk,
    )
