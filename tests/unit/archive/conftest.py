"""What the tests of the verifier share."""

from pathlib import Path

import pytest

from tests.unit.archive.records import contents, lay_out


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A sound record in a folder."""
    return lay_out(tmp_path / "record", contents())
