"""Second step, over all shards: campaigns, themes, and the sum of what the shards counted."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from services.analysis.engine.campaigns import Campaign
from services.analysis.engine.columns import Columns
from services.analysis.engine.fitting import Model, model_of
from services.analysis.engine.letters import letters_of
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.reading import COUNTED
from services.analysis.model.questions import ClosedQuestions

_COMPARED = 100
"""Campaigns, the largest, of which it is told what varies."""

Tell = Callable[[str, int, int], None]
"""Is told the step, how many of its parts are done, and of how many."""


def silent(_step: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found over all shards, which is all that a shard is applied by.

    Attributes
    ----------
    counts : dict
        Comments by status and, of the published, by kind, language and channel.
    closed : dict
        What was chosen of the closed questions, see `ClosedQuestions.counts`.
    distinct : int
        Comments that said what nobody with a smaller id had said.
    campaigns : list of Campaign
        The largest first, then by id.
    """

    counts: dict[str, dict[str, int]]
    closed: dict[str, Any]
    distinct: int
    campaigns: list[Campaign]
    model: Model

    @cached_property
    def described_by(self) -> frozenset[str]:
        """Comments whose texts describe the campaigns."""
        representatives = {campaign.representative for campaign in self.campaigns}
        compared = self.campaigns[:_COMPARED]
        return frozenset(representatives.union(*(each.variants for each in compared)))

    def parcel(self) -> Parcel:
        """All of it as columns and JSON."""
        arrays, model = self.model.parcel()
        told = {
            "counts": self.counts,
            "closed": self.closed,
            "distinct": self.distinct,
            "campaigns": [asdict(campaign) for campaign in self.campaigns],
            "model": model,
        }
        return Parcel(arrays, told)

    @classmethod
    def of(cls, parcel: Parcel) -> "Found":
        """What `parcel` tells of."""
        told = parcel.told
        return cls(
            counts=told["counts"],
            closed=told["closed"],
            distinct=told["distinct"],
            campaigns=[Campaign(**row) for row in told["campaigns"]],
            model=Model.of(Parcel(parcel.arrays, told["model"])),
        )


def find(reads: Iterable[Parcel], plan: Plan, *, tell: Tell = silent) -> tuple[Found, list[Parcel]]:
    """Find what concerns all shards.

    Parameters
    ----------
    reads : iterable of Parcel
        What `read` made, shard by shard; each is taken in and let go.

    Returns
    -------
    Found
    list of Parcel
        For each shard which of its comments are in which campaign, see `Letters`.
    """
    columns = Columns()
    told: list[dict[str, Any]] = []
    for arrays, words in reads:
        columns.take(arrays)
        told.append(words)
    letters = letters_of(columns, scope=plan.scope, zone=ZoneInfo(plan.time_zone))
    tell("campaigns", 1, 1)
    model = model_of(told, letters.parts, plan)
    tell("themes", 1, 1)
    found = Found(
        counts=_counts(told),
        closed=_closed(told, plan),
        distinct=sum(int(part.arrays["first"].sum()) for part in letters.parts),
        campaigns=letters.campaigns,
        model=model,
    )
    return found, letters.parts


def _counts(reads: Iterable[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in ("status", *COUNTED)}
    for part in reads:
        for name, each in part["counts"].items():
            found[name].update(each)
    return {name: dict(each) for name, each in found.items()}


def _closed(reads: Iterable[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    questions = ClosedQuestions(plan.questions)
    for part in reads:
        questions.include(part["closed"])
    return questions.counts
