"""What the tests of the archive share."""

from typing import Any

import pytest

from tests.integration.archive.parts import Round


@pytest.fixture
def consultation(account: None, clock: Any) -> Round:
    """A round of a fresh topic in a fresh account; not sealed."""
    return Round()
