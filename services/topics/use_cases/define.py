"""Define a topic, and change the draft."""

from datetime import datetime
from typing import Any

from services.shared.errors import Conflict, Forbidden, PreconditionFailed
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.rules import checked
from services.topics.model.topic import Topic, as_defined
from services.topics.store import Change, ChangedMeanwhile, TopicStore


def must_act_for_an_agency(caller: Caller) -> None:
    """Refuse an officer without an agency before anything of a definition is looked at.

    Raises
    ------
    Forbidden
        If the token names none: there is no topic that they could define.
    """
    if caller.agency is None:
        raise Forbidden("other_agency")


def define_topic(
    document: dict[str, Any], *, caller: Caller, topic_id: str, at: datetime, store: TopicStore
) -> Topic:
    """Write a new draft.

    Raises
    ------
    Invalid
        With every fault of the definition.
    Forbidden
        If the officer acts for another agency.
    """
    definition = checked(document, at=at)
    if not caller.covers(definition.agency):
        raise Forbidden("other_agency")
    actor = caller.acting_as("officer")
    topic = Topic(
        topic_id=topic_id,
        version=1,
        round=1,
        stage="draft",
        execution=0,
        created_at=at,
        created_by=actor.id,
        **as_defined(definition, by=actor.id, at=at),
    )
    event = events.TopicDefined(agency=definition.agency, plan=definition.plan)
    store.create(Change(topic=topic, event=event, actor=actor, at=at))
    return topic


def edit_topic(
    topic: Topic,
    document: dict[str, Any],
    *,
    version: int,
    caller: Caller,
    at: datetime,
    store: TopicStore,
) -> Topic:
    """Replace the definition of a draft that the caller has read in a version.

    Raises
    ------
    PreconditionFailed
        If somebody changed the topic since.
    Conflict
        If the topic is no draft any more.
    Invalid
        With every fault of the definition.
    """
    if topic.version != version:
        raise PreconditionFailed
    if topic.stage != "draft":
        raise Conflict("not_a_draft", extensions={"allowed": topic.allowed})
    definition = checked(document, at=at)
    if not caller.covers(definition.agency):
        raise Forbidden("other_agency")
    actor = caller.acting_as("officer")
    edited = topic.changed(**as_defined(definition, former=topic.departures, by=actor.id, at=at))
    change = Change(topic=edited, event=events.TopicRevised(), actor=actor, at=at)
    try:
        store.save(change)
    except ChangedMeanwhile as error:
        raise PreconditionFailed from error
    return edited
