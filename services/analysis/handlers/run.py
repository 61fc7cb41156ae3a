"""The state machine has the comments of a round analysed."""

from typing import Any

from services.analysis.handlers import Round, store
from services.analysis.store import results_key
from services.analysis.use_cases.analyse import analyse
from services.shared import clock
from services.shared.transient import transient_errors


class Export(Round):
    """The export to analyse, and whose topic it is."""

    manifest_key: str
    agency: str


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-run``."""
    asked = Export.model_validate(event)
    run = analyse(
        asked.topic_id,
        asked.round,
        manifest_key=asked.manifest_key,
        agency=asked.agency,
        at=clock.now(),
        store=store(),
    )
    return {
        "run_id": run.run_id,
        "result_key": results_key(run.topic_id, run.round),
        "comments": run.received,
    }
