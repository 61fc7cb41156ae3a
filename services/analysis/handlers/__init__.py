"""Entries of the analysis functions; what they share is wired here, once per container."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from services.analysis.settings import settings
from services.analysis.store import AnalysisStore
from services.shared.table import Table


class Round(BaseModel):
    """Which round a payload is about."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    round: int


@cache
def store() -> AnalysisStore:
    """The analysis table and files of this deployment."""
    table = Table(settings().analysis_table_name)
    return AnalysisStore(table, bucket=settings().exports_bucket_name)
