"""Entries of the analysis functions; what they share is wired here, once per container."""

import re
from functools import cache

from pydantic import BaseModel, ConfigDict

from services.analysis.settings import settings
from services.analysis.store import AnalysisStore
from services.shared.errors import Malformed
from services.shared.http import Request
from services.shared.table import Table

_ROUND = re.compile(r"[1-9][0-9]{0,2}")


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


def round_of(request: Request) -> int | None:
    """``?round=`` of a request; ``None`` for the newest.

    Raises
    ------
    Malformed
        If it is no number from 1 to 999.
    """
    text = request.query.get("round")
    if text is None:
        return None
    if not _ROUND.fullmatch(text):
        raise Malformed("bad_query", name="round")
    return int(text)
