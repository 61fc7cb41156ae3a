"""Ask of a topic what everybody may read."""

from services.outreach.model.notice import PublicTopic
from services.outreach.use_cases.means import Ask
from services.shared.errors import NotFound
from services.shared.identity import Caller


def public_topic(topic_id: str, *, ask: Ask, round_: int | None = None) -> PublicTopic:
    """Topic as everybody may read it, in its newest round that is public if none is named.

    Raises
    ------
    NotFound
        If there is none, or it is not public, or has no such round.
    TransientError
        If the topics service could not answer.
    """
    view = ask(topic_id, round_, ("topic",)).get("topic")
    if not view:
        raise NotFound
    return PublicTopic.model_validate(view)


def staff_topic(topic_id: str, *, round_: int | None, caller: Caller, ask: Ask) -> PublicTopic:
    """Topic of whose staff the caller is; of what is not public yet nobody was told.

    Raises
    ------
    NotFound
        As `public_topic` has it, and if it is another agency's.
    TransientError
        If the topics service could not answer.
    """
    topic = public_topic(topic_id, ask=ask, round_=round_)
    if not caller.covers(topic.agency):
        raise NotFound
    return topic
