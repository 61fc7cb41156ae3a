"""Authors of comments, from the comments service, with what analysis says they were answered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.outreach.model.asker import Asker
from services.outreach.model.notice import PublicTopic
from services.outreach.model.slices import SLICES
from services.outreach.settings import settings
from services.outreach.use_cases.means import Page
from services.shared.errors import TransientError
from services.shared.invoke import ask_for_all, invoke
from services.shared.texts import Text


def authors(topic: PublicTopic, place: str) -> Page:
    """Some comments of a topic's round whose authors left an address, and what they were answered.

    Parameters
    ----------
    topic : PublicTopic
        With the clauses of its decision, which the answers name.
    place : str
        ``<shard>.<comment>``: the comment after which to begin, if any.
    """
    shard, _, after = place.partition(".")
    begin = {"shard_number": int(shard), "after": after}
    answer = contacts_of(topic.topic_id, topic.round, left_from=begin, step=SLICES)
    found = {each: left for each, left in answer["contacts"].items() if left}
    following = answer["next"]
    return Page(
        authors=list(_answered(topic, found)) if found else [],
        next=f"{following['shard_number']}.{following['after']}" if following else None,
    )


def _answered(
    topic: PublicTopic, found: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, Asker]]:
    answered = _dispositions(topic.topic_id, topic.round, [*found])
    for comment_id, left in found.items():
        disposition = _with_clauses(answered[comment_id], topic.clauses)
        yield comment_id, Asker.model_validate({**left, "disposition": disposition})


def contacts_of(topic_id: str, round_: int, **which: Any) -> dict[str, Any]:
    """What the comments service answers of addresses that people left."""
    payload = {"topic_id": topic_id, "round": round_, **which}
    return dict(invoke(settings().comments_contacts_function_name, payload))


def _dispositions(topic_id: str, round_: int, comment_ids: list[str]) -> dict[str, Any]:
    def ask(some: Sequence[str]) -> dict[str, Any]:
        payload = {"topic_id": topic_id, "round": round_, "comment_ids": [*some]}
        answer = invoke(settings().analysis_serve_function_name, payload)
        if answer["awaits_announcement"]:
            raise TransientError("the analysis has not heard of the announcement yet")
        return dict(answer["dispositions"])

    return ask_for_all(comment_ids, ask)


def _with_clauses(
    disposition: dict[str, Any] | None, clauses: Mapping[str, Text]
) -> dict[str, Any] | None:
    if disposition is None:
        return None
    cited = disposition["clause_ids"]
    named = [clauses[each].model_dump() for each in cited if each in clauses]
    return {**disposition, "clauses": named}
