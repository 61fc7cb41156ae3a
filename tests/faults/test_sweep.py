"""Whatever AWS call of whatever function fails, in whatever way: what was promised holds."""

import os

import pytest

from tests.faults.sweep import Sweep, table

FAULTS = 1_000
"""How many there are at least, in both halves together."""


@pytest.mark.parametrize("half", [0, 1])
def test_no_fault_breaks_a_promise(half: int) -> None:
    """In two halves, so that two processes can share them."""
    sweep = Sweep()
    faults = sweep.faults()
    functions = {fault.site.function for fault in faults}
    assert functions == set(sweep.result.functions)  # what is new has to come up in the story
    result = sweep.run(faults[half::2])
    told = os.linesep.join(table(result))
    assert not result.broken, told
    assert len(result.done) > FAULTS / 2, told
    assert len(result.unreached) < len(result.done) / 50, told
