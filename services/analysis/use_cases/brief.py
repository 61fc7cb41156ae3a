"""What officers ask of the next analysis of a round."""

from datetime import datetime

from services.analysis.engine.brief import Brief
from services.analysis.model.asked import Asked
from services.analysis.use_cases.clauses import AskTopics
from services.analysis.work_store import WorkStore
from services.shared import clock
from services.shared.errors import Conflict, NotFound
from services.shared.identity import Caller
from services.shared.table import ConditionFailed


def asked(
    topic_id: str,
    round_: int | None,
    *,
    caller: Caller,
    works: WorkStore,
    ask_topics: AskTopics,
) -> Asked:
    """What is asked of a round's next analysis, of the newest round by default.

    Raises
    ------
    NotFound
        If the topic or the round is unknown, not public or another agency's.
    """
    topic = ask_topics(topic_id, round_, ("topic",))["topic"]
    if topic is None or not caller.covers(topic["agency"]):
        raise NotFound
    return works.asked(topic_id, round_ or topic["round"])


def ask(
    former: Asked, brief: Brief, *, seen: int | None, caller: Caller, at: datetime, works: WorkStore
) -> Asked:
    """Ask something else of the next analysis; asking the same again changes nothing.

    Parameters
    ----------
    seen : int or None
        Version that the officer looked at.

    Raises
    ------
    Conflict
        If somebody else has asked since.
    """
    actor = caller.acting_as("officer")
    if former.brief == brief:
        return former
    if seen is not None and seen != former.version:
        raise Conflict("brief_changed_meanwhile")
    new = Asked(
        topic_id=former.topic_id,
        round=former.round,
        version=former.version + 1,
        brief=brief,
        actor_id=actor.id,
        asked_at=clock.to_text(at),
    )
    try:
        works.ask(new)
    except ConditionFailed as error:
        # A reply that was lost makes the SDK write again: then what stands is our own.
        if works.asked(new.topic_id, new.round) != new:
            raise Conflict("brief_changed_meanwhile") from error
    return new
