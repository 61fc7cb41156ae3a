"""What the tests of the analysis share."""

from typing import Any

import pytest

from services.analysis import handlers
from tests.integration.analysis.rounds import Round


@pytest.fixture
def consultation(account: None, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Round:
    """A round of a fresh topic in a fresh account; without comments, not analysed."""
    consultation = Round()
    monkeypatch.setattr(handlers, "invoke", consultation.topics_serve)
    return consultation
