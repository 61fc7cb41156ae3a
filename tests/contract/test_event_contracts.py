"""The committed schemas are those of the models, and consumers can read what they describe."""

from scripts.contracts import contracts, stale


def test_the_committed_schemas_are_those_of_the_models() -> None:
    assert stale() == []


def test_every_service_that_changes_state_has_events() -> None:
    services = {path.parents[2].name for path, _text in contracts()}
    assert services >= {"topics", "comments", "moderation", "analysis", "archive"}
