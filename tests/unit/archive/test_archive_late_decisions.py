"""What is decided while a record's files are gathered may be in one of them alone."""

import pytest

from services.archive.model.links import cases
from services.archive.model.opened import Comment, Opened
from services.archive.model.paths import LOG
from services.archive.model.reading import Broken
from services.archive.model.record import TRAIL
from services.archive.model.tallies import changes
from tests.support.bodies import Bodies
from tests.unit.archive.records import lines

COLLECTED, CLOSED = "2026-12-01T00:00:00.000Z", "2026-12-20T09:00:00.000Z"


def record(*, decided: str, status: str, decision: str | None) -> Opened:
    """A record of one comment, of which something was decided at an instant."""
    happened = [
        ("CollectionClosed", COLLECTED, {}),
        ("TopicClosed", CLOSED, {}),
        ("ModerationDecided", decided, {"comment_id": "c1"}),
    ]
    trail = [
        {"sequence": number, "type": kind, "occurred_at": at, "round": 1, "data": data}
        for number, (kind, at, data) in enumerate(happened)
    ]
    log = [{"comment_id": "c1", "decision": decision, "final_decision": None}]
    found = Opened(source=Bodies({TRAIL: lines(trail), LOG: lines(log)}))
    found.names = {TRAIL, LOG}
    found.manifest = {"round": 1}
    found.comments = {"c1": Comment(status, None, None, None, None, None)}
    changes(found)
    return found


@pytest.mark.parametrize(
    ("status", "decision"),
    [("published", "reject"), ("rejected", "publish")],
    ids=["told after the comments were gathered", "told before they were"],
)
def test_what_was_decided_meanwhile_may_be_either(status: str, decision: str) -> None:
    late = record(decided="2026-12-20T09:00:01.000Z", status=status, decision=decision)
    assert cases(late) == "1 cases"


@pytest.mark.parametrize("decided", ["2026-11-30T08:00:00.000Z", "2026-12-20T08:59:59.000Z"])
def test_what_was_decided_before_must_be_in_both(decided: str) -> None:
    early = record(decided=decided, status="published", decision="reject")
    with pytest.raises(Broken, match="the decision was reject, it is published"):
        cases(early)


def test_what_was_not_decided_is_held_to_its_case() -> None:
    early = record(decided="2026-11-30T08:00:00.000Z", status="published", decision=None)
    assert cases(early) == "1 cases"
