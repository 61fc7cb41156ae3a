"""``python -m tests.faults``: the whole sweep, a table, and 1 if an invariant broke."""

import sys

from tests.faults.sweep import Sweep, table


def main() -> int:
    """Sweep, and say what was found."""
    sweep = Sweep()
    result = sweep.run(sweep.faults())
    for line in table(result):
        print(line)
    return int(bool(result.breaches))


if __name__ == "__main__":
    sys.exit(main())
