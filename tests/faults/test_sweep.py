"""Whatever AWS call of whatever function fails, in whatever way: what was promised holds."""

import os

from tests.faults.sweep import Sweep, table

FAULTS = 1_000
STORIES = 5
"""The first stories have the most faults; all of them are `make faults`'."""


def test_no_fault_breaks_a_promise() -> None:
    sweep = Sweep()
    faults = sweep.faults()
    functions = {fault.site.function for fault in faults}
    assert functions == set(sweep.result.functions)  # what is new has to come up in the story
    result = sweep.run(faults, stories=STORIES)
    told = os.linesep.join(table(result))
    assert not result.broken, told
    assert len(result.done) > FAULTS, told
