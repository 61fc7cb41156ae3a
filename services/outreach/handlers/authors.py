"""Authors of comments, from the comments service, with what analysis says they were answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.outreach.handlers import ask_topics
from services.outreach.model.asker import Asker
from services.outreach.model.notice import Bilingual
from services.outreach.model.slices import SLICES
from services.outreach.settings import settings
from services.shared.invoke import invoke


def authors(topic_id: str, round_: int, part: int) -> Iterator[tuple[str, Asker]]:
    """Each comment of a part of a round whose author left an address, and what it was answered."""
    announcement = ask_topics(topic_id, round_, ("announcement",))["announcement"]
    clauses = {each["id"]: each["text"] for each in announcement["clauses"]}
    following: dict[str, Any] | None = {"shard_number": part}
    while following is not None:
        answer = contacts_of(topic_id, round_, left_from=following, step=SLICES)
        found = {each: left for each, left in answer["contacts"].items() if left}
        answered = _dispositions(topic_id, round_, [*found]) if found else {}
        for comment_id, left in found.items():
            disposition = _with_clauses(answered[comment_id], clauses)
            yield comment_id, Asker.model_validate({**left, "disposition": disposition})
        following = answer["next"]


def contacts_of(topic_id: str, round_: int, **which: Any) -> dict[str, Any]:
    """What the comments service answers of addresses that people left."""
    payload = {"topic_id": topic_id, "round": round_, **which}
    return dict(invoke(settings().comments_contacts_function_name, payload))


def _dispositions(topic_id: str, round_: int, comment_ids: list[str]) -> dict[str, Any]:
    payload = {"topic_id": topic_id, "round": round_, "comment_ids": comment_ids}
    return dict(invoke(settings().analysis_serve_function_name, payload)["dispositions"])


def _with_clauses(
    disposition: dict[str, Any] | None, clauses: Mapping[str, Bilingual]
) -> dict[str, Any] | None:
    if disposition is None:
        return None
    named = [clauses[each] for each in disposition["clause_ids"] if each in clauses]
    return {**disposition, "clauses": named}
