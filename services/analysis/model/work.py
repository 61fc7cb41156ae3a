"""A run at work: begun, and not kept yet."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Stage = Literal["reading", "finding", "applying", "finishing", "finished"]
FOUND = "found"
_WHOLE_STEPS = 2
"""Steps over all shards: finding and finishing."""


class Work(BaseModel):
    """The run of a round that was begun last.

    Attributes
    ----------
    agency : str
        Whose topic it is.
    shards : int
        Into how many the comments are parted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    run_id: str
    agency: str
    begun_at: str
    shards: int


class Progress(BaseModel):
    """How far a run is.

    Attributes
    ----------
    percent : int
        Of the steps; 100 only once the run is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    percent: int


FINISHED = Progress(stage="finished", percent=100)


def progress(work: Work, names: Iterable[str]) -> Progress:
    """How far a run is, by the files that its steps left.

    Parameters
    ----------
    names : iterable of str
        ``read/<shard>``, `FOUND` and ``apply/<shard>``, of those steps that are done.
    """
    left = list(names)
    read, applied = (sum(name.startswith(step) for name in left) for step in ("read/", "apply/"))
    found = FOUND in left
    done = read + found + applied
    percent = 100 * done // (2 * work.shards + _WHOLE_STEPS)
    stage: Stage = "finishing"
    if read < work.shards:
        stage = "reading"
    elif not found:
        stage = "finding"
    elif applied < work.shards:
        stage = "applying"
    return Progress(stage=stage, percent=percent)
