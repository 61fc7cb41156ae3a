"""Leave text messages that are due at night for the day."""

from datetime import datetime

from services.outreach.model.delivery import Delivery
from services.outreach.model.reminder import is_daytime
from services.outreach.plan_store import PlanStore
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.plan import Planning, present_topic


def left_for_day(delivery: Delivery, *, at: datetime, means: Means, plans: PlanStore) -> bool:
    """Leave a delivery by telephone to the hourly sweep if it is night; whether it was left.

    Raises
    ------
    TransientError
        If the topics service could not answer.
    """
    if delivery.channel != "sms" or means.deliveries.standing(delivery).is_complete:
        return False
    planning = Planning(store=plans, ask=means.ask)
    topic = present_topic(delivery.topic_id, delivery.round, planning)
    if topic is None or is_daytime(at, topic.time_zone):
        return False
    if means.parts.split(delivery) is None:
        # One in parts is taken up by day as it is.
        plans.leave(delivery, place="", at=at)
    return True
