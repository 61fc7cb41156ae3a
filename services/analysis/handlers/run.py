"""The state machine has the comments of a round analysed, step by step."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from services.analysis.handlers import Round, ask_topics, store, works
from services.analysis.store import results_key
from services.analysis.use_cases.begin import begin
from services.analysis.use_cases.finish import finish
from services.analysis.use_cases.steps import steps_of
from services.shared import clock
from services.shared.transient import transient_errors


class Order(Round):
    """The export to analyse, and whose topic it is."""

    step: Literal["begin"]
    manifest_key: str
    agency: str


class Task(Round):
    """A step of a run that was begun; to be read or applied is one shard, by its index."""

    step: Literal["read", "find", "apply", "finish"]
    run_id: str
    index: int = 0


_ASKED: TypeAdapter[Order | Task] = TypeAdapter(
    Annotated[Order | Task, Field(discriminator="step")]
)


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-run``."""
    task = _ASKED.validate_python(event)
    place = (task.topic_id, task.round)
    if isinstance(task, Order):
        return begin(
            *place,
            manifest_key=task.manifest_key,
            agency=task.agency,
            at=clock.now(),
            store=store(),
            works=works(),
            ask_topics=ask_topics,
        )
    if task.step == "finish":
        run = finish(*place, run_id=task.run_id, at=clock.now(), store=store(), works=works())
        return {"result_key": results_key(*place), "comments": run.received}
    steps = steps_of(*place, run_id=task.run_id, store=store(), works=works())
    match task.step:
        case "read":
            steps.read(task.index)
        case "find":
            steps.find()
        case "apply":
            steps.apply(task.index)
    return {}
