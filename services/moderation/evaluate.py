"""Measure the current rules against labelled texts.

``python -m services.moderation.evaluate FILE.csv [--text-column text] [--label-column label]
[--abusive VALUE …] [--json]``

A text counts as caught if the rules do anything but publish it for a reason of abuse, at the one
threshold that is shipped (`data/thresholds.json`). People's own decisions are labels too: an
agency exports text and decision and calls it with ``--label-column decision --abusive reject
redact``. Without ``--json`` the table has 95 % intervals, and the worst misses and false alarms.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.moderation.evaluation.labelled import ABUSIVE, Columns, Labelled, Unreadable, read
from services.moderation.evaluation.measure import measure, summary, worst
from services.moderation.model.screening import versions
from services.moderation.model.thresholds import thresholds

_EXAMPLES = 10
_LONGEST = 100
_SHARES = ("precision", "recall", "f1", "auc", "held_clean")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 2, with the reason on standard error, if the file cannot be read."""
    options = _options(arguments)
    columns = Columns(options.text_column, options.label_column, options.abusive)
    try:
        texts = read(options.file, columns)
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = measure(texts, lambda done: _progress(done, len(texts)))
    figures = summary(found)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_table(figures) + _examples(*worst(found, _EXAMPLES)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m services.moderation.evaluate",
        description="Measure the moderation rules against labelled texts.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="UTF-8, with a header")
    parser.add_argument("--text-column", default="text", help="default: text")
    parser.add_argument("--label-column", default="label", help="default: label")
    parser.add_argument(
        "--abusive",
        nargs="+",
        default=ABUSIVE,
        metavar="VALUE",
        help=f"labels that mean abusive, in any case; default: {' '.join(ABUSIVE)}",
    )
    parser.add_argument("--json", action="store_true", help="figures alone, as JSON")
    return parser.parse_args(arguments)


def _progress(done: int, of: int) -> None:
    sys.stderr.write(f"{done:,} of {of:,}\n")


def _table(figures: dict[str, Any]) -> str:
    now = versions()
    lines = [
        f"rules {now.rules}, lexicon {now.lexicon}, model {now.model}; held from a score of"
        f" {thresholds().hold_at:g} (thresholds {thresholds().version})",
        f"{figures['rows']:,} texts, {figures['cpu_ms_mean']:.3f} ms of CPU each",
        "",
        f"{'':12}{'all':>8}" + "".join(f"{language:>26}" for language in figures["by_language"]),
    ]
    lines += [_line(name, figures) for name in ("rows", "abusive", "clean", "caught")]
    lines += [_line(name, figures) for name in (*_SHARES, "best_f1", "best_threshold")]
    return "\n".join(lines) + "\n"


def _line(name: str, figures: dict[str, Any]) -> str:
    every = figures["by_language"].values()
    whole = figures[name] if name in figures else sum(each[name] for each in every)
    return f"{name:15}{_cell(whole):>5}" + "".join(
        f"{_cell(each[name], each['intervals'].get(name)):>26}" for each in every
    )


def _cell(value: float | None, interval: Sequence[float] | None = None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    around = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    return f"{value:.3f}{around}"


def _examples(missed: Sequence[Labelled], alarms: Sequence[Labelled]) -> str:
    lines = ["", "Worst misses: abusive, published"]
    lines += [f"  {_short(one.text)}" for one in missed] or ["  none"]
    lines += ["", "Worst false alarms: clean, held"]
    lines += [f"  {_short(one.text)}" for one in alarms] or ["  none"]
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


if __name__ == "__main__":
    sys.exit(main())
