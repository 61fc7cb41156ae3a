"""How many comments still need an answer, asked before the decision is announced."""

from dataclasses import asdict
from typing import Any

from services.analysis.handlers import Round, answers, ask_topics, store
from services.analysis.use_cases import gate
from services.shared import clock
from services.shared.transient import transient_errors


class Look(Round):
    """Which round's gate, and what is asked of it.

    Attributes
    ----------
    close : bool
        Whether it closes behind the last answer.
    kept : bool
        Whether it is only asked how many comments it has let pass as excepted.
    """

    close: bool = False
    kept: bool = False


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-gate``."""
    asked = Look.model_validate(event)
    if asked.kept:
        place = asked.topic_id, asked.round
        return {"excepted": gate.excepted(*place, store=store(), answers=answers())}
    seen = gate.look(
        asked.topic_id,
        asked.round,
        close=asked.close,
        at=clock.now(),
        store=store(),
        answers=answers(),
        ask_topics=ask_topics,
    )
    return asdict(seen)
