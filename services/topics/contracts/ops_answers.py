"""What the topics service answers to operators."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from services.shared.contracts.operation import Id, RoundNumber, Shown
from services.topics.model.execution import Status
from services.topics.model.stages import Stage
from services.topics.use_cases.reconciliation import Reconciled


class Execution(Shown):
    """The workflow of a topic's round.

    Attributes
    ----------
    next_instant : datetime or None
        When the stage ends by itself, if ever.
    """

    topic_id: Id
    round: RoundNumber
    execution: str
    status: Status
    stage: Stage
    next_instant: datetime | None


class ExecutionPage(Shown):
    """At most 100 executions, those of the newest topics first; a page may be short."""

    items: tuple[Execution, ...]
    next_cursor: str | None


class Attempt(Shown):
    """One execution of a round as Step Functions knows it."""

    execution: str
    arn: str
    status: Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
    started_at: datetime
    stopped_at: datetime | None


class Wait(Shown):
    """What a topic waits for: a person, an instant, or the workflow's next step.

    Attributes
    ----------
    until : datetime or None
        When it goes on by itself, if ever.
    text : str
        The same in words, in the caller's language.
    """

    reason: Literal[
        "approval",
        "publication",
        "closing",
        "last_comments",
        "review",
        "decision",
        "close",
        "operator",
        "start",
        "step",
    ] = Field(alias="for")
    since: datetime
    until: datetime | None
    text: str


class ExecutionError(Shown):
    """What went wrong last in a round.

    Attributes
    ----------
    name : str
        Name of the error, e.g. ``TransientError``.
    cause : str
        Where it was raised, or what Step Functions says, without what it quotes; may be empty.
    """

    name: str
    cause: str
    at: datetime
    execution: str
    state: str | None
    function: str | None


class Happening(Shown):
    """Something that happened in an execution.

    Attributes
    ----------
    execution : int
        Number of the execution in its round.
    state : str or None
        State of the machine in which it happened.
    text : str
        The same in words, in the caller's language.
    """

    at: datetime
    execution: int
    state: str | None
    text: str


class ExecutionStanding(Execution):
    """How the workflow of a topic's round stands, and its history, newest first.

    Attributes
    ----------
    execution_arn, console_url : str
        The present execution, and where the AWS console shows it.
    attempts : int
        Executions that were asked for in this round.
    executions : tuple
        The newest ten of them that exist.
    waiting : mapping or None
        Null at the end.
    next_cursor : str or None
        Where the history goes on, back to the round's first execution.
    """

    attention_needed: bool
    execution_arn: str
    console_url: str
    attempts: int
    executions: tuple[Attempt, ...]
    waiting: Wait | None
    last_error: ExecutionError | None
    history: tuple[Happening, ...]
    next_cursor: str | None


class Depth(Shown):
    """How many messages there are, about.

    Attributes
    ----------
    in_flight : int
        Given to the consumer, and not done yet.
    oldest_seconds : int or None
        How long the oldest has waited, where CloudWatch knows.
    """

    waiting: int
    in_flight: int
    oldest_seconds: int | None


class QueueStanding(Depth):
    """A queue, and what waits beside it.

    Attributes
    ----------
    consumer : str
        The function that takes from it.
    dead_letters : mapping
        What the function could not take.
    undelivered : mapping
        What never reached the queue.
    """

    queue: str
    consumer: str
    dead_letters: Depth
    undelivered: Depth


class Queues(Shown):
    """Every queue of the programme."""

    items: tuple[QueueStanding, ...]
    next_cursor: None


class Redriven(Shown):
    """What a redrive moved, or would move.

    Attributes
    ----------
    remaining : int
        What still waits beside the queue, about.
    message_ids : tuple of str
        At most 100 of what was moved or looked at.
    """

    queue: str
    dry_run: bool
    moved: int
    remaining: int
    message_ids: tuple[str, ...]
    oldest_sent_at: datetime | None


class Reconciliation(Shown):
    """A piece of reconciliation.

    Attributes
    ----------
    looked_at : int
        Rows or parked batches that this piece looked at.
    done : int
        Events published again, batches taken, or 1 for corrected counters; of a dry run, what
        would be.
    next_cursor : str or None
        Where the next piece begins.
    """

    service: Reconciled
    looked_at: int
    done: int
    next_cursor: str | None


class Reemission(Reconciliation):
    """Events published again under the ids that they had."""

    action: Literal["reemit"]


class Replay(Reconciliation):
    """Parked batches handed to their readers again.

    Attributes
    ----------
    failed : tuple of str
        Batches that failed again.
    """

    action: Literal["replay"]
    failed: tuple[str, ...]


class Recount(Reconciliation):
    """Counters compared with the comments.

    Attributes
    ----------
    drift : mapping
        By how much each counter was wrong; told at the end.
    moved : bool
        Whether comments changed meanwhile, so that nothing could be measured; told at the end.
    """

    action: Literal["recount"]
    drift: dict[str, int] | None = None
    moved: bool | None = None
