"""A run: one analysis of one export of a round."""

import hashlib

from pydantic import BaseModel, ConfigDict

from services.analysis.model.results import FORMAT
from services.shared import ids


class Run(BaseModel):
    """The analysis of a round; instants are RFC 3339 texts in UTC.

    Attributes
    ----------
    run_id : str
        Follows from topic, round and plan.
    version : int
        Version of the row: counts runs and dispositions of the round.
    analysed_version : int
        Version with which the run was kept: what was recorded later was recorded on its results.
    agency : str
        Whose topic it is; what an officer's token must name.
    received, published, distinct, campaigns : int
        As in the event ``ResponsesAnalysed``.
    gate_passed_at : str or None
        When nothing was outstanding at the gate; from then on dispositions stand, unless the round
        is reopened.
    gate_version : int or None
        Version of the row at the gate: whose dispositions are those that are announced.
    answers : str or None
        Name of the file in which it was kept then what was answered.
    announced_at : str or None
        When the decision was announced whose answers everybody sees.
    told_version, told_answers : int and str, or None
        `gate_version` of that announcement, and the file that tells what is answered since.
    gathered_at : str or None
        When the record was gathered: from then on nothing is corrected, unless the round is
        reopened.
    published_at : str or None
        When the results became public.
    first_published_at : str or None
        When those of an earlier run of the round did: from then on the tables of its closed
        questions stand, as two of them side by side would tell what each keeps back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    run_id: str
    version: int
    analysed_version: int
    agency: str
    analysed_at: str
    received: int
    published: int
    distinct: int
    campaigns: int
    gate_passed_at: str | None = None
    gate_version: int | None = None
    answers: str | None = None
    announced_at: str | None = None
    told_version: int | None = None
    told_answers: str | None = None
    gathered_at: str | None = None
    published_at: str | None = None
    first_published_at: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the dispositions can no longer change."""
        never_reopened = self.gate_version is None
        return self.gate_passed_at is not None or (self.published_at is not None and never_reopened)

    @property
    def awaits_announcement(self) -> bool:
        """Whether the gate has closed, and the announcement that follows is not heard of yet."""
        if self.gate_passed_at is None:
            return False
        if self.announced_at is None:
            # Earlier releases kept of an announcement only when results became public with it.
            return self.published_at is None or self.published_at <= self.gate_passed_at
        return self.announced_at < self.gate_passed_at

    @property
    def is_announced(self) -> bool:
        """Whether the dispositions that stand are public: from then on they are corrected."""
        return self.gate_passed_at is not None and not self.awaits_announcement

    @property
    def announced_version(self) -> int:
        """Version whose dispositions are announced, whatever is prepared in a reopened round."""
        prepared = self.version if self.gate_version is None else self.gate_version
        return prepared if self.told_version is None else self.told_version

    @property
    def announced_answers(self) -> str | None:
        """Name of the file that tells everybody what is answered, in the same way."""
        return self.answers if self.told_version is None else self.told_answers


def run_id_of(topic_id: str, round_: int, *, plan: bytes) -> str:
    """Id of the run that does a plan, in canonical JSON; another form of results is another run."""
    digest = hashlib.sha256(plan).hexdigest()
    return ids.derived_id("analysis", topic_id, str(round_), FORMAT, digest)
