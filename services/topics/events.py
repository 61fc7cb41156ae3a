"""Events of the topics service: what happened to a topic, in ids, instants and counts."""

from services.shared.events import EventData
from services.shared.texts import Words


class TopicDefined(EventData):
    """An officer defined a topic; it is a draft."""

    agency: str
    plan: str


class TopicRevised(EventData):
    """An officer changed a draft."""


class TopicSubmitted(EventData):
    """An officer asked for approval, or, where the plan asks for none, scheduled the topic."""

    reason: str | None = None


class TopicApproved(EventData):
    """The supervising authority agreed; the topic is in the forward calendar."""

    publish_at: str


class TopicReturned(EventData):
    """The supervising authority returned the draft."""

    reason: str


class PublicationBroughtForward(EventData):
    """An officer had the topic published at once."""

    publish_at: str


class TopicPublished(EventData):
    """The round is public."""

    agency: str
    channels: tuple[str, ...]


class CollectionOpened(EventData):
    """The channels were told and comments are taken between the two instants."""

    opens_at: str
    closes_at: str


class CollectionExtended(EventData):
    """The closing instant was moved to a later one, by an officer or by the plan's rule."""

    closes_at: str
    previous: str
    reason: str
    automatic: bool = False


class InquiriesSettled(EventData):
    """Shortly before closing so many inquiries had no answer, and the collection stays as it is."""

    unanswered: int


class CollectionShortened(EventData):
    """An officer ends the collection early."""

    closes_at: str
    previous: str
    reason: str


class CollectionClosed(EventData):
    """The window has ended; nothing can arrive any more."""

    closes_at: str


class AnalysisStarted(EventData):
    """The analysis began, with as many comments handed over as moderators had not decided."""

    handed_over: int


class AnalysisCompleted(EventData):
    """The analysis stands; the officers decide."""


class DecisionRecorded(EventData):
    """A version of the decision was recorded."""

    decision_version: int


class DecisionSubmitted(EventData):
    """The officer holds the decision ready to be announced."""

    decision_version: int


class DecisionApproved(EventData):
    """The supervising authority agreed to the decision."""

    decision_version: int


class DecisionReturned(EventData):
    """The supervising authority returned the decision."""

    decision_version: int
    reason: str


class DecisionDelayExplained(EventData):
    """An officer told the public why the decision comes late, and when it is expected."""

    explanation_version: int
    reason: Words
    due_at: str
    expected_on: str | None = None


class AnswersExcepted(EventData):
    """An approver told the public why the decision may be announced with comments unanswered."""

    decision_version: int
    outstanding: int
    reason: Words


class ExceptionTakenBack(EventData):
    """An approver took back that the decision may be announced with comments unanswered."""

    decision_version: int


class AnnouncementRequested(EventData):
    """The officer opened the gate: every comment had its answer, or was excepted."""


class AnnouncementHeld(EventData):
    """Comments without an answer turned up at the gate."""

    outstanding: int


class AnnouncementDelivered(EventData):
    """Every channel was told of the decision, or has recorded why not."""


class DecisionAnnounced(EventData):
    """The decision is public; the channels are told of it next."""

    decision_version: int


class TopicClosed(EventData):
    """The round is closed, by an officer or by the plan's time.

    Attributes
    ----------
    personal_data_until : str
        Until when contacts and demographics of those who took part are kept.
    """

    personal_data_until: str


class TopicWithdrawn(EventData):
    """The topic was withdrawn; see `TopicClosed`."""

    reason: str
    published: bool
    personal_data_until: str


class WorkflowFailed(EventData):
    """An execution failed, timed out or was aborted; an operator is needed."""

    execution: int
    status: str


class WorkflowResumed(EventData):
    """An operator had the next execution started, at the stage in the row."""

    execution: int


class WorkflowContinued(EventData):
    """The round goes on in its next execution, since the present one has lived long enough."""

    execution: int


class TopicReopened(EventData):
    """An officer took up the archived round again: the decision is considered anew."""

    reason: str
    execution: int


class FurtherRoundOpened(EventData):
    """An officer opened a further round; the event is of the new one."""

    reason: str
    previous_round: int


class QueueRedriveRequested(EventData):
    """An operator asked for what waits beside a queue to be sent to its consumer once more."""

    queue: str
    waiting: int


class QueueRedriven(EventData):
    """What waited beside a queue was sent to its consumer once more."""

    queue: str
    moved: int


class ReconciliationRequested(EventData):
    """An operator asked for a piece of reconciliation of a service."""

    service: str
    action: str
    dry_run: bool


class RoundArchived(EventData):
    """The record of the round is sealed."""

    record_root: str
