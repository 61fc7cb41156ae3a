"""Authors of comments, from the comments service, with what analysis says they were answered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.outreach.model.asker import Asker
from services.outreach.model.corrections import Concerned
from services.outreach.model.notice import PublicTopic
from services.outreach.model.slices import SLICES
from services.outreach.settings import settings
from services.outreach.use_cases.means import Page
from services.shared.errors import TransientError
from services.shared.invoke import ask_for_all, invoke


def authors(topic: PublicTopic, place: str) -> Page:
    """Some comments of a topic's round whose authors left an address, and what they were answered.

    Parameters
    ----------
    place : str
        ``<shard>.<comment>``: the comment after which to begin, if any.
    """
    return _page(topic, place)


def corrected_authors(topic: PublicTopic, place: str, concerned: Concerned) -> Page:
    """The same of those whose answer a correction changed last, with the former answer.

    Where that is for one comment, it is the page; no place is needed.
    """
    if not concerned.comment_id:
        return _page(topic, place, correction=concerned.version)
    answer = contacts_of(topic.topic_id, topic.round, comment_ids=[concerned.comment_id])
    found = {
        each: left
        for each, left in answer["contacts"].items()
        if left and (left["email"] or left["phone"])
    }
    told = list(_answered(topic, found, correction=concerned.version)) if found else []
    return Page(authors=told, next=None)


def _page(topic: PublicTopic, place: str, **which: int) -> Page:
    shard, _, after = place.partition(".")
    begin = {"shard_number": int(shard), "after": after}
    answer = contacts_of(topic.topic_id, topic.round, left_from=begin, step=SLICES)
    found = {each: left for each, left in answer["contacts"].items() if left}
    following = answer["next"]
    return Page(
        authors=list(_answered(topic, found, **which)) if found else [],
        next=f"{following['shard_number']}.{following['after']}" if following else None,
    )


def _answered(
    topic: PublicTopic, found: Mapping[str, dict[str, Any]], **which: int
) -> Iterator[tuple[str, Asker]]:
    answered = _dispositions(topic, [*found], **which)
    for comment_id, left in found.items():
        yield comment_id, Asker.model_validate({**left, "disposition": answered[comment_id]})


def contacts_of(topic_id: str, round_: int, **which: Any) -> dict[str, Any]:
    """What the comments service answers of addresses that people left."""
    payload = {"topic_id": topic_id, "round": round_, **which}
    return dict(invoke(settings().comments_contacts_function_name, payload))


def _dispositions(topic: PublicTopic, comment_ids: list[str], **which: int) -> dict[str, Any]:
    round_ = {"topic_id": topic.topic_id, "round": topic.round}

    def ask(some: Sequence[str]) -> dict[str, Any]:
        payload = {**round_, "comment_ids": [*some], **which}
        answer = invoke(settings().analysis_serve_function_name, payload)
        if answer["awaits_announcement"]:
            raise TransientError("the analysis has not heard of the announcement yet")
        return dict(answer["dispositions"])

    return ask_for_all(comment_ids, ask)
