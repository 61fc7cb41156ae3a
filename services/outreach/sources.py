"""Authors of comments, from the comments service, with what analysis says they were answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.outreach.model.asker import Asker
from services.outreach.model.notice import Bilingual
from services.outreach.model.slices import SLICES
from services.outreach.settings import settings
from services.outreach.use_cases.means import Ask, Page
from services.shared.errors import TransientError
from services.shared.invoke import invoke


def authors(topic_id: str, round_: int, place: str, *, ask: Ask) -> Page:
    """Some comments of a round whose authors left an address, and what they were answered.

    Parameters
    ----------
    place : str
        ``<shard>.<comment>``: the comment after which to begin, if any.
    ask : callable
        Asks the topics service.
    """
    shard, _, after = place.partition(".")
    begin = {"shard_number": int(shard), "after": after}
    answer = contacts_of(topic_id, round_, left_from=begin, step=SLICES)
    found = {each: left for each, left in answer["contacts"].items() if left}
    following = answer["next"]
    return Page(
        authors=list(_answered(topic_id, round_, found, ask)) if found else [],
        next=f"{following['shard_number']}.{following['after']}" if following else None,
    )


def _answered(
    topic_id: str, round_: int, found: Mapping[str, dict[str, Any]], ask: Ask
) -> Iterator[tuple[str, Asker]]:
    announcement = ask(topic_id, round_, ("announcement",))["announcement"]
    clauses = {each["id"]: each["text"] for each in announcement["clauses"]}
    answered = _dispositions(topic_id, round_, [*found])
    for comment_id, left in found.items():
        disposition = _with_clauses(answered[comment_id], clauses)
        yield comment_id, Asker.model_validate({**left, "disposition": disposition})


def contacts_of(topic_id: str, round_: int, **which: Any) -> dict[str, Any]:
    """What the comments service answers of addresses that people left."""
    payload = {"topic_id": topic_id, "round": round_, **which}
    return dict(invoke(settings().comments_contacts_function_name, payload))


def _dispositions(topic_id: str, round_: int, comment_ids: list[str]) -> dict[str, Any]:
    payload = {"topic_id": topic_id, "round": round_, "comment_ids": comment_ids}
    answer = invoke(settings().analysis_serve_function_name, payload)
    if answer["awaits_announcement"]:
        raise TransientError("the analysis has not heard of the announcement yet")
    return dict(answer["dispositions"])


def _with_clauses(
    disposition: dict[str, Any] | None, clauses: Mapping[str, Bilingual]
) -> dict[str, Any] | None:
    if disposition is None:
        return None
    named = [clauses[each] for each in disposition["clause_ids"] if each in clauses]
    return {**disposition, "clauses": named}
