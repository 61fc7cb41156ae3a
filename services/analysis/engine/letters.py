"""Second step, over all shards: which comments are one letter, and which text is new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import numpy as np

from services.analysis.engine.campaigns import Campaign, Copy, described
from services.analysis.engine.columns import Columns
from services.analysis.engine.grouping import first_alike, group
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.shingles import Rows

ALONE = -1


@dataclass(frozen=True, kw_only=True)
class Letters:
    """Campaigns of a round, and what each shard needs to know of them.

    Attributes
    ----------
    campaigns : list of Campaign
        The largest first, then by id.
    parts : list of Parcel
        For each shard columns ``ids``, ``campaigns`` (place in `campaigns`, or `ALONE`) and
        ``first`` (whether nobody with a smaller id said the same words; a blank text is new).
    """

    campaigns: list[Campaign]
    parts: list[Parcel]


def letters_of(columns: Columns, *, scope: Sequence[str], zone: tzinfo) -> Letters:
    """Group the published comments of all shards."""
    if not columns.shards:
        return Letters(campaigns=[], parts=[])
    ids, digests = columns["ids"], columns["digests"]
    groups = group(ids, digests=digests, band=columns.band, shingles=columns.shingles())
    found = _campaigns(columns, groups, scope=scope, zone=zone)
    order = sorted(found, key=lambda each: (-each[0].size, each[0].campaign_id))
    place = np.full(len(ids), ALONE)
    for number, (_, members) in enumerate(order):
        place[members] = number
    told = {"ids": ids, "campaigns": place, "first": _first(ids, digests)}
    ends = np.cumsum(columns.shards)[:-1]
    cut = {name: np.split(column, ends) for name, column in told.items()}
    shards = [
        Parcel(dict(zip(cut, one, strict=True)), {}) for one in zip(*cut.values(), strict=True)
    ]
    return Letters(campaigns=[campaign for campaign, _ in order], parts=shards)


def _campaigns(
    columns: Columns, groups: Rows, *, scope: Sequence[str], zone: tzinfo
) -> list[tuple[Campaign, Rows]]:
    members = np.flatnonzero(groups != ALONE)
    members = members[np.argsort(groups[members], kind="stable")]
    bounds = np.flatnonzero(np.diff(groups[members])) + 1

    def copies(rows: Rows) -> Iterable[Copy]:
        return (
            Copy(
                columns["ids"][row].decode(),
                columns["digests"][row].tobytes(),
                columns["received"][row].decode(),
                columns["channels"][row].decode(),
            )
            for row in rows
        )

    together = np.split(members, bounds) if len(members) else []
    return [(described(copies(rows), scope=scope, zone=zone), rows) for rows in together]


def _first(ids: Any, digests: Any) -> Any:
    """Whether each comment is the first, by id, to say its words; a blank one always is."""
    order = np.argsort(ids, kind="stable")
    first = np.empty(len(order), np.bool_)
    first[order] = first_alike(digests[order]) == np.arange(len(order))
    return first
