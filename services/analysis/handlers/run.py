"""The state machine has the comments of a round analysed, step by step."""

from typing import Any, Literal, Self

from pydantic import model_validator

from services.analysis.handlers import Round, ask_topics, store, works
from services.analysis.store import results_key
from services.analysis.use_cases.begin import begin
from services.analysis.use_cases.finish import finish
from services.analysis.use_cases.steps import steps_of
from services.shared import clock
from services.shared.transient import transient_errors


class Task(Round):
    """What the state machine asks for: to begin, or a step of a run that was begun.

    Attributes
    ----------
    step : str
        Without one everything is done at once, as machines before the distributed maps ask for.
    manifest_key, agency : str
        The export to analyse, and whose topic it is, to begin.
    run_id : str
        The run that was begun.
    index : int
        Which shard is to be read, or applied.
    """

    step: Literal["begin", "read", "find", "apply", "finish", "all"] = "all"
    manifest_key: str = ""
    agency: str = ""
    run_id: str = ""
    index: int = 0

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        needed = ("manifest_key", "agency") if self.step in ("begin", "all") else ("run_id",)
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"{self.step} needs {', '.join(missing)}")
        return self


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-run``."""
    task = Task.model_validate(event)
    place = (task.topic_id, task.round)
    if task.step in ("begin", "all"):
        begun = begin(
            *place,
            manifest_key=task.manifest_key,
            agency=task.agency,
            at=clock.now(),
            store=store(),
            works=works(),
            ask_topics=ask_topics,
        )
        return begun if task.step == "begin" else _finished(place, run_id=begun["run_id"])
    if task.step == "finish":
        return _finished(place, run_id=task.run_id)
    steps = steps_of(*place, run_id=task.run_id, store=store(), works=works())
    match task.step:
        case "read":
            steps.read(task.index)
        case "find":
            steps.find()
        case "apply":
            steps.apply(task.index)
    return {}


def _finished(place: tuple[str, int], *, run_id: str) -> dict[str, Any]:
    run = finish(*place, run_id=run_id, at=clock.now(), store=store(), works=works())
    return {"run_id": run.run_id, "result_key": results_key(run), "comments": run.received}
