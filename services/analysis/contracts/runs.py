"""What the analysis service answers of runs: what is asked, how far one is, its charts."""

from datetime import datetime

from services.analysis.engine.brief import Brief
from services.analysis.model.work import Stage
from services.shared.contracts.operation import Id, RoundNumber, Shown
from services.shared.language import Language


class Progress(Shown):
    """How far an analysis is that was begun; 100 percent once its results are there.

    Attributes
    ----------
    shards : int
        Parts in which the comments are read and applied.
    """

    topic_id: Id
    round: RoundNumber
    run_id: Id
    begun_at: datetime
    shards: int
    stage: Stage
    percent: int


class Asked(Shown):
    """What officers ask of the next analysis; version 0 where nobody has asked for anything."""

    topic_id: Id
    round: RoundNumber
    version: int
    brief: Brief
    actor_id: str | None
    asked_at: datetime | None


class Chart(Shown):
    """A chart of the results, in one language; `file` is its name under ``…/charts/``."""

    file: str
    language: Language
    title: str
    about: str


class Charts(Shown):
    """All charts that results have figures for."""

    items: tuple[Chart, ...]
