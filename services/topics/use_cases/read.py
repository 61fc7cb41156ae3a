"""Read topics: what is public, and for staff what is theirs."""

from collections.abc import Callable, Iterator
from typing import Any

from services.shared import clock
from services.shared.errors import NotFound
from services.shared.identity import Caller
from services.shared.table import Item
from services.topics.model.narrowing import Narrowing
from services.topics.model.telling import told
from services.topics.model.topic import Topic
from services.topics.store import TopicStore

PAGE_SIZE = 100
READ_AT_ONCE = 100
MOST_READS = 20
"""Of one request, 1 MB each: at most 2,000 topics are looked through, then the caller goes on."""
AMONG_STAFF = {"TopicReturned", "DecisionReturned"}
"""Events whose words officials write for each other, though the topic may be public."""
_NEVER = "~"
"""Later than every instant, as texts compare."""


def readable_topic(
    topic_id: str, *, round_: int | None = None, caller: Caller, store: TopicStore
) -> Topic:
    """Topic that the caller may read: in its present round, or as an earlier one left it.

    While a further round is not public yet, others than its staff see the round before it.

    Raises
    ------
    NotFound
        If there is none, or it is another agency's draft, or has no such round.
    """
    present = store.get(topic_id)
    topic = shown(present, round_=round_, caller=caller, store=store) if present else None
    if topic is None or not is_readable(topic, caller):
        raise NotFound
    return topic


def staff_topic(topic_id: str, *, caller: Caller, store: TopicStore) -> Topic:
    """Topic that the caller may act on.

    Raises
    ------
    NotFound
        If there is none, or it is not public and another agency's; also where the caller could read
        it but not act for its agency.
    """
    topic = store.get(topic_id)
    if topic is None or not caller.covers(topic.definition.agency):
        raise NotFound
    return topic


def list_topics(
    narrowing: Narrowing,
    *,
    admits: Callable[[Topic], bool] = lambda _topic: True,
    caller: Caller,
    after: Item | None,
    store: TopicStore,
) -> tuple[list[Topic], Item | None]:
    """At most 100 topics that the caller may read, newest first, and the key to go on from.

    There may be fewer, even none, and a key all the same: so many topics were looked through that
    the rest is for the next request.
    """
    found: list[Topic] = []
    for _ in range(MOST_READS):
        page, after = store.page(narrowing, after=after, limit=READ_AT_ONCE)
        for position, topic in enumerate(each.topic for each in page):
            face = shown(topic, caller=caller, store=store) or topic
            # Of what is public in its present round the store gave only what fits.
            fits = (face is topic and topic.public_since) or narrowing.admits(face)
            if is_readable(face, caller) and fits and admits(face):
                found.append(face)
            if len(found) == PAGE_SIZE:
                last = position == len(page) - 1 and after is None
                return found, None if last else store.listed_key(topic)
        if after is None:
            break
    return found, after


def timeline(topic: Topic, *, caller: Caller, store: TopicStore) -> Iterator[dict[str, Any]]:
    """What happened to a topic, oldest first.

    Others than its staff see roles, not people, and of the time before the topic was public, or
    the decision agreed to, only that something happened, not the words that staff exchanged.
    """
    is_staff = caller.covers(topic.definition.agency)
    rounds = {entry.round: entry.public_since for entry in topic.earlier}
    rounds[topic.round] = topic.public_since
    since = {number: clock.to_text(at) for number, at in rounds.items() if at is not None}
    for item in store.timeline(topic.topic_id):
        event = item["event"]
        if event["round"] not in rounds:
            return  # a further round, which is told of when it is public
        is_public = event["occurred_at"] >= since.get(event["round"], _NEVER)
        in_public = is_staff or (is_public and event["type"] not in AMONG_STAFF)
        yield {
            "event": event["type"],
            "title": told(event["type"], event["data"]),
            "occurred_at": event["occurred_at"],
            "round": event["round"],
            "actor": event["actor"] if is_staff else {"role": event["actor"]["role"]},
            "data": event["data"] if in_public else {},
        }


def shown(
    present: Topic, *, round_: int | None = None, caller: Caller, store: TopicStore
) -> Topic | None:
    """The topic in a round, by default in its last one of which the caller may know.

    The round before one of which they may not know does not tell of it.
    """
    hidden = not is_readable(present, caller)
    if round_ is None:
        round_ = present.earlier[-1].round if hidden and present.earlier else present.round
    if round_ == present.round:
        return present
    topic = store.earlier(present.topic_id, round_)
    if topic is not None and hidden and topic.next_round == present.round:
        return topic.model_copy(update={"next_round": None})
    return topic


def is_readable(topic: Topic, caller: Caller) -> bool:
    """Tell whether a topic is public, or the caller among its staff."""
    return topic.public_since is not None or caller.covers(topic.definition.agency)
