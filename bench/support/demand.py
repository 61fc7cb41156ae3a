"""What a comment demands of DynamoDB's partition keys, as metered on the real functions."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bench.support import collection
from bench.support.emulated import watched
from bench.support.meter import Meter, Used

_SPREAD = re.compile(r"#\d\d$| L#")
"""A shard of a topic; or a sender, of whom there are more than there are shards."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Write units of one step.

    Attributes
    ----------
    sharded : mapping
        Of each comment in its own shard, by kind of key (``"comments T"``); senders lie as if there
        were one a shard, which is harder than life.
    shared : mapping
        Of the whole step, by the key that all comments of the topic share.
    """

    sharded: Mapping[str, int]
    shared: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Demands:
    """Taking one comment in, and screening a batch; tables and indexes apart."""

    put: Demand
    screened: Demand
    indexed: Demand


def metered() -> Demands:
    """Meter one full batch of comments of 1 KB."""
    from services.comments.handlers import submit

    meter = Meter()
    with collection.collecting() as topic_id, watched(meter):
        stream = collection.NewComments()
        with meter.part("put") as put:
            for number in range(collection.BATCH):
                body = collection.submission(number)
                event = collection.event(topic_id, body, number=number)
                collection.answered(submit.handler, event, 202)
        with meter.part("screened") as screened:
            collection.screen(stream.read())
    return Demands(
        put=_demand(put.writes),
        screened=_demand(screened.writes),
        indexed=_demand(_together(put, screened)),
    )


def _together(*used: Used) -> Counter[str]:
    return sum((each.index_writes for each in used), Counter[str]())


def _demand(writes: Mapping[str, int]) -> Demand:
    """Tell the keys that a comment's id chooses from those that all comments write to."""
    sharded: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for key, units in writes.items():
        if _SPREAD.search(key):
            sharded[key.partition("#")[0]] += units
        else:
            shared[key] += units
    each = {kind: -(-units // collection.BATCH) for kind, units in sharded.items()}
    return Demand(sharded=each, shared=dict(shared))
