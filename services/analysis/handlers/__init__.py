"""Entries of the analysis functions; what they share is wired here, once per container."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.change_store import ChangeStore
from services.analysis.settings import settings
from services.analysis.store import AnalysisStore
from services.analysis.words_store import WordsStore
from services.analysis.work_store import WorkStore
from services.shared import keys
from services.shared.invoke import invoke
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


@cache
def changes() -> ChangeStore:
    """What became of comments of this deployment's rounds."""
    return ChangeStore(Table(settings().analysis_table_name))


@cache
def answers() -> AnswersStore:
    """What was answered to the rounds of this deployment."""
    return AnswersStore(bucket=settings().exports_bucket_name)


@cache
def announced() -> AnnouncedStore:
    """What is announced of the rounds of this deployment."""
    return AnnouncedStore(Table(settings().analysis_table_name))


@cache
def works() -> WorkStore:
    """The runs at work of this deployment."""
    table = Table(settings().analysis_table_name)
    return WorkStore(table, bucket=settings().exports_bucket_name)


@cache
def words() -> WordsStore:
    """The words in the results of this deployment."""
    table = Table(settings().analysis_table_name)
    return WordsStore(table, bucket=settings().exports_bucket_name)


def cursor_key() -> bytes:
    """Key that signs cursors."""
    return keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")


def ask_topics(topic_id: str, round_: int | None, parts: tuple[str, ...]) -> dict[str, Any]:
    """What the topics service says of a topic's round (``topics-serve``)."""
    payload = {"topic_id": topic_id, "round": round_, "parts": list(parts)}
    return dict(invoke(settings().topics_serve_function_name, payload))
