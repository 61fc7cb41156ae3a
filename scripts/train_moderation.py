"""Train the linear model of moderation, and measure what it and the lexicon do together.

``python -m scripts.train_moderation FOLDER [--write]`` with the sets that `data/model-card.md`
names in FOLDER. The same sets give the same weights. Every figure is of texts that the weights were
not trained on: five parts in turn (by the checksum of the folded text, so that copies are in one
part), and each set left out as a whole.
"""

import argparse
import csv
import html
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from services.moderation.evaluation.figures import Figures, Judged, figures
from services.moderation.model.abuse import TIERS, combined
from services.moderation.model.fold import folded_text
from services.moderation.model.linear import FILE, FORMAT, Model, buckets, pair_keys, words
from services.moderation.model.reading import Reading, read
from services.moderation.model.thresholds import FILE as THRESHOLDS
from services.moderation.model.thresholds import thresholds

ROOT = Path(__file__).parents[1]
DATA = ROOT / "services" / "moderation" / "data"
EXAMPLES = ROOT / "examples" / "clean"
SEED = 7
BITS = 17
PARTS = 5
PARTS_IN_TURN, LEFT_OUT = "five parts in turn", "the set left out of training"
VERSION = "1"
_STRENGTH = 10.0  # inverse of the penalty; chosen on the five parts
_CUT = 99.95  # percentile of the weights beyond which they are cut to fit a byte
_WEIGHTS = {"ar-mpold": 1.0, "clean-ar": 1.0, "clean-other": 1.0}
_WEIGHT = 0.5  # of the other sets: tweets found by keywords, and texts of one debate
_ABUSIVE = {"abusive", "offensive", "hateful", "disrespectful"}
Row = dict[str, str]


@dataclass(frozen=True)
class Example:
    """A text with its set and whether people called it abusive."""

    source: str
    text: str
    abusive: bool


def mlma(row: Row) -> bool | None:
    """Label of a tweet; ``None`` if its judges disagreed, or it is merely fearful."""
    labels = set(row["labels"].split("_"))
    if "normal" in labels:
        return False if labels == {"normal"} else None
    return bool(labels & _ABUSIVE) or None


def accepted(row: Row) -> bool | None:
    """Label of a comment that moderators accepted: clean; the others tell nothing."""
    return False if row["moderated"] == "1" else None


SETS: dict[str, tuple[str, Callable[[Row], bool | None]]] = {
    "ar-mpold": ("Comment", lambda row: row["Majority_Label"] == "Offensive"),
    "ar-mlma": ("text", mlma),
    "en-davidson-6000": ("tweet", lambda row: row["label"] != "neither"),
    "en-bowling-green": ("comment-body", accepted),
    "en-biodiversity": ("comment-body", accepted),
    "en-electoral-reform": ("comment-body", accepted),
    "en-argkp-12-topics": ("argument", lambda row: False),
    "en-themefinder-sentiments": ("response", lambda row: False),
}


def examples(folder: Path) -> list[Example]:
    """All examples, sorted, so that the order of files and rows changes nothing."""
    found = set()
    for name, (column, label) in SETS.items():
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if (abusive := label(row)) is not None:
                    found.add(Example(name, html.unescape(row[column]), abusive))
    for path in EXAMPLES.glob("*.txt"):
        lines = path.read_text("utf-8").splitlines()
        clean = [line for line in lines if line and not line.startswith("#")]
        found |= {Example(f"clean-{path.stem}", line, abusive=False) for line in clean}
    return sorted(found, key=lambda example: (example.source, example.text, example.abusive))


def features(text: str) -> list[int]:
    """Buckets of a text, as the model takes them."""
    found: list[int] = []
    before: int | None = None
    for word in words(_read(text).letters):
        found += _buckets(word)
        key, tail = pair_keys(word)
        if before is not None:
            found.append(crc32(tail, before))
        before = key
    return found


@cache
def _buckets(word: str) -> tuple[int, ...]:
    return tuple(buckets(word))


def matrix(texts: Iterable[str]) -> csr_matrix:
    """Counts by bucket, divided by the square root of how many a text has."""
    starts, places, values = [0], [], []
    for text in texts:
        found = np.array(features(text), dtype=np.int64) & ((1 << BITS) - 1)
        present, counts = np.unique(found, return_counts=True)
        places.append(present)
        values.append(counts / np.sqrt(max(1, len(found))))
        starts.append(starts[-1] + len(present))
    shape = (len(starts) - 1, 1 << BITS)
    return csr_matrix((np.concatenate(values), np.concatenate(places), starts), shape=shape)


def trained(counts: csr_matrix, rows: Sequence[Example]) -> bytes:
    """Model file of these examples: the classes weigh the same, whatever their numbers."""
    labels = np.array([row.abusive for row in rows])
    weights = np.array([_WEIGHTS.get(row.source, _WEIGHT) for row in rows])
    found = LogisticRegression(
        C=_STRENGTH, solver="liblinear", class_weight="balanced", random_state=SEED
    ).fit(counts, labels, sample_weight=weights)
    learnt = found.coef_[0]
    scale = float(np.percentile(np.abs(learnt[learnt != 0]), _CUT)) / 127
    header = {
        "format": FORMAT,
        "version": VERSION,
        "seed": SEED,
        "examples": len(rows),
        "scale": round(scale, 9),
        "bias": round(float(found.intercept_[0]), 6),
    }
    small = np.clip(np.rint(learnt / scale), -127, 127).astype(np.int8)
    return json.dumps(header).encode() + b"\n" + small.tobytes()


def parts(rows: Sequence[Example]) -> list[int]:
    """Part of each example."""
    return [crc32(folded_text(row.text).encode("utf-8", "replace")) % PARTS for row in rows]


def judged_apart(
    counts: csr_matrix, rows: Sequence[Example], groups: Sequence[int] | Sequence[str]
) -> Iterator[tuple[Example, Judged]]:
    """Each example, judged by a model that was trained on the other groups."""
    settings, by_group = thresholds(), np.array(groups)
    for group in sorted(set(groups)):
        others = np.flatnonzero(by_group != group)
        by = Model(trained(counts[others], [rows[place] for place in others]))
        for place in np.flatnonzero(by_group == group):
            row = rows[place]
            reading = _read(row.text)
            hits = [hit for hit in reading.hits if hit.term.tier in TIERS]
            score = combined(hits, by.evidence(reading.letters), settings)
            yield row, Judged(row.abusive, score >= settings.hold_at, score)


@cache
def _read(text: str) -> Reading:
    return read(text)


def report(found: Iterable[tuple[Example, Judged]]) -> dict[str, Figures]:
    """Figures by set."""
    by_source: defaultdict[str, list[Judged]] = defaultdict(list)
    for row, judged in found:
        by_source[row.source].append(judged)
    return {source: figures(judged) for source, judged in sorted(by_source.items())}


def table(title: str, found: dict[str, Figures]) -> None:
    """Print a row per set."""
    print(f"\n{title}\n{'set':28} rows   P     R     F1    AUC   held of clean")
    for source, f in found.items():
        auc = f"{f.auc:.3f}" if f.auc is not None else "  -  "
        print(
            f"{source:28} {f.rows:5} {f.precision or 0:.3f} {f.recall or 0:.3f} {f.f1 or 0:.3f}"
            f" {auc} {f.held_clean or 0:.4f}"
        )


def main(arguments: list[str]) -> int:
    """Measure; with ``--write`` also write the model that is trained on everything."""
    parser = argparse.ArgumentParser(description="Train the linear model of moderation.")
    parser.add_argument("folder", type=Path, help="where the labelled sets are")
    parser.add_argument("--write", action="store_true", help="write the model file")
    options = parser.parse_args(arguments)
    rows = examples(options.folder)
    counts = matrix(row.text for row in rows)
    groups = {PARTS_IN_TURN: parts(rows), LEFT_OUT: [row.source for row in rows]}
    found = {how: report(judged_apart(counts, rows, by)) for how, by in groups.items()}
    for how, by_set in found.items():
        table(how, by_set)
    if options.write:
        (DATA / FILE).write_bytes(trained(counts, rows))
        note(found)
        print("\nwritten; bring data/model-card.md up to date")
    return 0


def note(found: dict[str, dict[str, Figures]]) -> None:
    """Put what was measured on sets with both labels beside the settings it was measured with."""
    path = DATA / THRESHOLDS
    document = json.loads(path.read_text("utf-8"))
    names = ("precision", "recall", "f1", "auc", "held_clean")
    document["measured"] = [
        {"set": source, "how": how} | {name: round(getattr(of, name), 3) for name in names}
        for how, by_set in found.items()
        for source, of in by_set.items()
        if of.auc is not None
    ]
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
