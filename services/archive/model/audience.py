"""What of an event everybody may read in the record, and what stays among staff and auditors.

Every field of every event that is neither a number nor a truth value is named here once it is
known to be for everybody: ids, instants, codes, and reasons that are given to the public. What is
not named is withheld, as are the words that officials write for each other (why a draft or a
decision was returned) and the dispositions that they prepare: those that are replaced, or of a
topic that is withdrawn, are never announced, and the record has the others in a file of its own.
An event's data are bound as a whole, so they are withheld as a whole.

Needs the standard library only, as `audit`, which goes by it.
"""

from collections.abc import Mapping
from typing import Any

_COMMENT, _CASE = frozenset({"comment_id"}), frozenset({"case_id", "comment_id"})
_INSTANTS = frozenset({"closes_at", "previous"})
_REASON = frozenset({"reason"})
FOR_EVERYBODY: Mapping[str, frozenset[str]] = {
    # topics
    "TopicDefined": frozenset({"agency", "plan"}),
    "TopicSubmitted": _REASON,
    "TopicApproved": frozenset({"publish_at"}),
    "PublicationBroughtForward": frozenset({"publish_at"}),
    "TopicPublished": frozenset({"agency", "channels"}),
    "CollectionOpened": frozenset({"opens_at", "closes_at"}),
    "CollectionExtended": _INSTANTS | _REASON,
    "CollectionShortened": _INSTANTS | _REASON,
    "CollectionClosed": frozenset({"closes_at"}),
    "AnswersExcepted": _REASON,
    "DecisionDelayExplained": _REASON | {"due_at", "expected_on"},
    "TopicClosed": frozenset({"personal_data_until"}),
    "TopicWithdrawn": _REASON | {"personal_data_until"},
    "WorkflowFailed": frozenset({"status"}),
    "TopicReopened": _REASON,
    "FurtherRoundOpened": _REASON,
    "QueueRedriveRequested": frozenset({"queue"}),
    "QueueRedriven": frozenset({"queue"}),
    "ReconciliationRequested": frozenset({"service", "action"}),
    "RoundArchived": frozenset({"record_root"}),
    # comments
    "CommentsReceived": frozenset({"comment_ids"}),
    "CommentRejected": _CASE | {"reason_code"},
    "CommentRestored": _CASE,
    "CommentWithdrawn": _COMMENT,
    "CommentErased": _COMMENT,
    "InquiryAnswered": _COMMENT,
    "CountersCorrected": frozenset({"changes"}),
    "InclusionGapFound": frozenset({"ratios", "closes_at"}),
    # moderation
    "ModerationDecided": _CASE | {"decision", "reason_code", "spans"},
    "ModerationUndone": _CASE,
    "CommentAppealed": _CASE,
    "CommentFlagged": _CASE,
    # analysis
    "ResponsesAnalysed": frozenset({"run_id"}),
    "DispositionCorrected": frozenset({"target_kind", "target_id", "outcome", "clause_ids"}),
    "ThemesCorrected": frozenset({"op", "theme_ids"}),
    # outreach
    "NoticeDelivered": frozenset({"notice", "occasion", "channel", "outcome", "reason", "reasons"}),
    "NoticeDue": frozenset({"notice", "occasion", "channel", "place"}),
    "SubscriptionConfirmed": frozenset({"language", "channel"}),
    "WebhookRegistered": frozenset({"webhook_id"}),
    "WebhookRemoved": frozenset({"webhook_id"}),
    # archive
    "RecordSealed": frozenset({"root"}),
    "TextsReissued": frozenset({"record_root"}),
}
"""Fields of each event that may hold words, and do not hold such as are for staff alone."""


def is_for_everybody(kind: str, data: Mapping[str, Any]) -> bool:
    """Tell whether everybody may read what an event of a kind says."""
    known = FOR_EVERYBODY.get(kind, frozenset())
    return all(
        value is None or isinstance(value, int) or name in known for name, value in data.items()
    )
