"""Ask which clauses the decision has by now, and whether it may leave comments unanswered."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from services.analysis.model.disposition import Rules
from services.analysis.model.run import Run

AskTopics = Callable[[str, int | None, tuple[str, ...]], dict[str, Any]]
"""Asks the topics service for parts of a topic's round, by default of the last public one."""


class Decision:
    """The decision of a run's round as recorded last: asked for once, and only if need be.

    Parameters
    ----------
    run : Run
        Of which round.
    ask_topics : AskTopics
        Whom to ask; raises ``TransientError`` if the topics service could not answer.
    """

    def __init__(self, run: Run, ask_topics: AskTopics) -> None:
        self._run = run
        self._ask_topics = ask_topics

    @cached_property
    def _recorded(self) -> dict[str, Any] | None:
        asked = self._ask_topics(self._run.topic_id, self._run.round, ("decision",))
        return asked["decision"] or None

    @cached_property
    def clause_ids(self) -> frozenset[str] | None:
        """Its clauses; ``None`` if none is recorded, as it then has at least one."""
        decision = self._recorded
        return frozenset(clause["id"] for clause in decision["clauses"]) if decision else None

    @property
    def exception(self) -> dict[str, Any] | None:
        """Its exception from answering every comment; ``None`` if it has none."""
        return self._recorded and self._recorded.get("exception")

    def known_to(self, rules: Rules) -> frozenset[str]:
        """Its clauses, for who looks whether rules cite others; of rules that cite none, none."""
        is_cited = any(rule.clause_ids for rule in rules.values())
        return self.clause_ids or frozenset() if is_cited else frozenset()
