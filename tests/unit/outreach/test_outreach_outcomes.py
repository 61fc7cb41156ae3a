"""What came of a delivery, by what is known of each recipient."""

import pytest

from services.outreach.model.delivery import LedgerEntry, Outcome, reason_of

SENT = LedgerEntry(state="sent")
CLAIMED = LedgerEntry(state="claimed")
RELEASED = LedgerEntry(state="released")
REJECTED = LedgerEntry(state="failed", reason="rejected")
MALFORMED = LedgerEntry(state="failed", reason="bad_address")


@pytest.mark.parametrize(
    ("entries", "stopped", "outcome", "reason"),
    [
        ([SENT, SENT], None, "sent", None),
        ([SENT, REJECTED], None, "partial", "rejected"),
        ([SENT, REJECTED, MALFORMED, REJECTED], None, "partial", "rejected"),
        ([SENT, CLAIMED], None, "partial", "unknown"),
        ([SENT, CLAIMED, REJECTED], None, "partial", "rejected"),
        ([REJECTED], None, "failed", "rejected"),
        ([CLAIMED], None, "failed", "unknown"),
        ([], None, "failed", "no_recipients"),
        ([], "sending_paused", "failed", "sending_paused"),
        ([SENT, RELEASED], "sending_paused", "partial", "sending_paused"),
        ([REJECTED, RELEASED], "timed_out", "failed", "timed_out"),
    ],
)
def test_the_outcome_follows_from_the_ledger(
    entries: list[LedgerEntry], stopped: str | None, outcome: str, reason: str | None
) -> None:
    found = Outcome.of_ledger(entries, stopped=stopped)
    assert (found.outcome, found.reason) == (outcome, reason)
    assert found.recipients == entries.count(SENT)
    assert found.failed == entries.count(REJECTED) + entries.count(MALFORMED)
    assert found.unknown == entries.count(CLAIMED)
    assert found.complete == (stopped is None)


@pytest.mark.parametrize(("entry", "is_open"), [(RELEASED, True), (CLAIMED, False), (SENT, False)])
def test_only_a_released_recipient_is_tried_again(entry: LedgerEntry, is_open: bool) -> None:
    assert entry.is_open == is_open


def test_an_error_becomes_a_code_and_never_its_text() -> None:
    assert reason_of("TransientError") == "unavailable"
    assert reason_of("States.Timeout") == "timed_out"
    assert reason_of("ValueError: noor@example.com") == "internal_error"
