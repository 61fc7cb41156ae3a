"""What is written to a record waits on the disk if it is long."""

import tracemalloc

from services.archive.files import described, fill, waiting
from services.archive.model.record import measured

_MB = 1 << 20


def test_a_long_file_is_not_in_memory_while_it_waits_or_is_described() -> None:
    with waiting() as file:
        tracemalloc.start()
        fill(file, (bytes(_MB) for _ in range(64)))
        found = described("README.txt", file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert found == measured("README.txt", [bytes(64 * _MB)])
    assert peak < 24 * _MB
