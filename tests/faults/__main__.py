"""``python -m tests.faults``: the whole sweep, a table, and 1 if an invariant broke."""

import sys

from tests.faults.sweep import all_faults, standing, table


def main() -> int:
    """Sweep, and say what was found."""
    with standing() as sweep:
        result = sweep.run(all_faults(sweep.sites()))
    for line in table(result):
        print(line)
    return int(bool(result.breaches))


if __name__ == "__main__":
    sys.exit(main())
