"""Why a decision comes later than the plan has it: what an officer tells the public."""

from datetime import date

from services.shared.texts import Words
from services.topics.model.definition import Instant, Part


class Delay(Part):
    """An explanation of the delay.

    Attributes
    ----------
    expected_on : date or None
        Day, in the topic's time zone, on which the decision is now expected.
    """

    reason: Words
    expected_on: date | None = None


class RecordedDelay(Delay):
    """An explanation as recorded; `version` counts those of the round."""

    version: int
    recorded_at: Instant

    @property
    def told(self) -> Delay:
        """What the officer sent."""
        return Delay(reason=self.reason, expected_on=self.expected_on)
