"""A round's delivery report, for its staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.outreach.model.notice import PublicTopic
from services.outreach.plan_store import PlanStore
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.report import Told, subjects, told

NOTICES_A_PAGE = 20
"""Five channels each, every one a few reads."""
Place = Sequence[int | str]


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """Some of a report, and the place after which there is more, if there is."""

    items: list[Told]
    last: Place | None


def list_deliveries(
    topic: PublicTopic, *, after: Place | None, store: DeliveryStore, plans: PlanStore
) -> ReportPage:
    """What came of some notices of a topic's round; a page may be empty and not the last.

    Parameters
    ----------
    after : sequence, optional
        Place after which to begin.
    """
    everything = subjects(topic.topic_id, topic.round, plans=plans)
    rest = [each for each in everything if after is None or each.place > tuple(after)]
    looked_at = rest[:NOTICES_A_PAGE]
    return ReportPage(
        items=[found for subject in looked_at for found in told(subject, store=store)],
        last=looked_at[-1].place if len(rest) > NOTICES_A_PAGE else None,
    )
