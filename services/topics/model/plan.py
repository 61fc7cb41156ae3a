"""Plans: versioned data files that say how a kind of consultation runs [S0]."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, PlainSerializer

from services.shared import clock
from services.shared.texts import Text, Title

Channel = Literal["web", "atom", "email", "sms", "webhook"]
Participation = Literal["open", "registered"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
PARTICIPATIONS: tuple[Participation, ...] = get_args(Participation)
PublicationMode = Literal["pre", "post"]
Days = Annotated[timedelta, PlainSerializer(clock.length_to_text, when_used="json")]
"""A length of time that is told in days, as the procedure counts."""


class Plan(BaseModel):
    """How a consultation runs; one file of ``services/topics/plans``.

    Attributes
    ----------
    approval : bool
        Whether an approver must agree to the definition.
    submission_reason : bool
        Whether submitting needs a reason, as where no approval stands before publication.
    decision_approval : bool
        Whether an approver must agree to the decision, too.
    minimum_collection, default_collection : timedelta
        Shortest and proposed time for comments.
    legal_minimum_collection : timedelta
        What no departure from the plan may go below.
    inquiry_period : timedelta
        Time before closing in which an unanswered inquiry calls for an extension.
    extension : timedelta
        Most by which the collection may be extended in all.
    review_bound : timedelta
        Longest time after closing that the analysis waits for the moderators.
    report_due : timedelta
        Time after closing within which the decision is due.
    close_after : timedelta
        Time after the announcement at which the round closes by itself.
    personal_data_kept : timedelta
        How long personal data is kept after closing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int
    title: Title
    description: Text
    approval: bool
    submission_reason: bool
    decision_approval: bool
    minimum_collection: Days
    legal_minimum_collection: Days
    default_collection: Days
    inquiry_period: Days
    extension: Days
    publication_mode: PublicationMode
    participation: tuple[Participation, ...]
    channels: tuple[Channel, ...]
    review_bound: Days
    report_due: Days
    close_after: Days
    personal_data_kept: Days


@cache
def plans() -> Mapping[str, Plan]:
    """All plans by id, read from their files once."""
    folder = resources.files("services.topics").joinpath("plans")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")]
    found = [Plan.model_validate_json(text) for text in texts]
    return {plan.id: plan for plan in sorted(found, key=lambda plan: plan.id)}
