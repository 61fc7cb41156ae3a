"""Officers see who takes part so far, against the target groups."""

from typing import Any

from services.comments.look_store import LookStore
from services.comments.model.window import Window
from services.shared import clock
from services.shared.errors import NotFound
from services.shared.identity import Caller


def seen(window: Window, *, looks: LookStore, caller: Caller) -> dict[str, Any]:
    """What officers see of the last look.

    Raises
    ------
    NotFound
        If the topic is another agency's: it looks as if there were none.
    """
    if not caller.covers(window.agency):
        raise NotFound("unknown_topic")
    look = looks.last(window.topic_id, window.round)
    groups = look.groups if look else ()
    named = look.named if look else ()
    return {
        "topic_id": window.topic_id,
        "round": window.round,
        "closes_at": clock.to_text(window.closes_at),
        "looked_at": look.looked_at if look else None,
        "target_groups": [
            {**group.model_dump(mode="json"), "gap": group.id in named} for group in groups
        ],
    }
