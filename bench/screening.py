"""Screening: time, memory and size, how well it judges, and what disguises hide from it.

Times are CPU of this thread. Quality is measured on the sets in ``SHARED_DATA`` (by default
``../shared/data``), where they are at hand; the model was trained on them, so that these figures
are the shipped state's, and what to expect of new texts stands in the model's card. Shares that
should be high are given as what is missing, as every aim here is an upper bound.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from bench.figure import Figure
from bench.support import disguises, personal
from bench.support.real import DATA
from services.moderation.evaluation.figures import figures
from services.moderation.evaluation.labelled import Columns, Labelled, Unreadable, read
from services.moderation.evaluation.measure import ABUSE_CODES
from services.moderation.evaluation.measure import measure as judged
from services.moderation.model.lexicon import lexicon
from services.moderation.model.personal_data import personal_data
from services.moderation.model.screening import screen

ROOT = Path(__file__).parents[1]
_SETS = {
    "ar-mpold.csv": Columns("Comment", "Majority_Label", ("Offensive",)),
    "ar-mlma.csv": Columns("text", "labels"),
    "en-davidson-6000.csv": Columns("tweet", "label"),
    "en-bowling-green.csv": Columns("comment-body", "moderated", ("-",)),
    "en-biodiversity.csv": Columns("comment-body", "moderated", ("-",)),
}
_ACCEPTED_ONLY = ("en-bowling-green.csv", "en-biodiversity.csv")
_SHORT, _LONG, _LONGEST = 500, 3_000, 20_000
_PIECES = (
    "a", "a@", "1 ", "f*", "a.b.", "كلب ", "(at) ", "BH67", "[ ", "يا ", "you a ", "ab1", "\u064b",
    "😀", "a a", "fuck ", "كس ام", "1-", "a*b ", "+97336", "36000001 ", "کی ہے ", "a$", "@a ",
)  # fmt: skip
_RUNS = 5


def measure() -> Iterator[Figure]:
    """All figures of screening."""
    comments = _comments()
    yield from _times(comments)
    yield from _footprint()
    yield from _quality()
    yield from _disguises()
    yield from _personal_data()


def _comments() -> list[str]:
    path = ROOT / "examples" / "clean" / "ar.txt"
    found = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    for name in ("ar-mpold.csv", "en-davidson-6000.csv"):
        if (DATA / name).exists():
            found += [one.text for one in read(DATA / name, _SETS[name])]
    return found


def _times(comments: list[str]) -> Iterator[Figure]:
    screen("warm")
    taken = {text: _milliseconds(text) for text in dict.fromkeys(comments)}
    mean = statistics.fmean(taken.values())
    short = sorted(ms for text, ms in taken.items() if len(text) <= _SHORT)
    yield Figure(name="screening: CPU, mean", value=mean, unit="ms", aim=0.5)
    p99 = short[int(0.99 * len(short))]
    yield Figure(name=f"screening: CPU, p99 up to {_SHORT} characters", value=p99, unit="ms", aim=2)
    yield Figure(name="screening: 2,000 comments", value=2 * mean, unit="s", aim=1)
    text = " ".join(comments)
    for length, aim in ((_LONG, 10), (_LONGEST, 150)):
        cut = text[:length]
        least = min(_milliseconds(cut) for _ in range(_RUNS))
        yield Figure(name=f"screening: CPU, {length:,} characters", value=least, unit="ms", aim=aim)
    slow = max(min(_milliseconds((p * _LONGEST)[:_LONGEST]) for _ in range(2)) for p in _PIECES)
    name = f"screening: CPU, worst of {len(_PIECES)} hostile texts of {_LONGEST:,}"
    yield Figure(name=name, value=slow, unit="ms", aim=150)


def _milliseconds(text: str) -> float:
    began = time.thread_time()
    screen(text)
    return 1000 * (time.thread_time() - began)


def _footprint() -> Iterator[Figure]:
    floor = min(_fresh("import pydantic")[0] for _ in range(_RUNS))
    load = "from services.moderation.model.screening import screen; screen('a')"
    runs = [_fresh(load) for _ in range(_RUNS)]
    first = min(seconds for seconds, _ in runs) - floor
    name = "screening: import and first comment, beyond pydantic"
    yield Figure(name=name, value=first, unit="s", aim=0.25)
    memory = max(memory for _, memory in runs)
    yield Figure(name="screening: memory of a process", value=memory, unit="MB", aim=80)
    folder = resources.files("services.moderation").joinpath("data")
    size = sum(len(file.read_bytes()) for file in folder.iterdir()) / 1024
    yield Figure(name="screening: tables and weights", value=size, unit="KB", aim=60 * 1024)


def _fresh(code: str) -> tuple[float, float]:
    """Seconds and megabytes of a new interpreter that runs the code."""
    end = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", f"{code}; {end}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return seconds, int(done.stdout) / 1024


def _quality() -> Iterator[Figure]:
    for name, columns in _SETS.items():
        try:
            texts = read(DATA / name, columns)
        except Unreadable as error:
            print(f"left out: {error}")
            continue
        if name in _ACCEPTED_ONLY:
            texts = _accepted(DATA / name, columns)
        of = figures(judged(texts, lambda _done: None).judged)
        head = f"screening: {name},"
        yield Figure(name=f"{head} clean held", value=100 * (of.held_clean or 0), unit="%")
        for what in ("precision", "recall", "f1", "auc"):
            value = getattr(of, what)
            if of.abusive and value is not None:
                yield Figure(name=f"{head} {what} lacks", value=100 * (1 - value), unit="%")


def _accepted(path: Path, columns: Columns) -> list[Labelled]:
    """Comments that their moderators accepted (1); of the others nothing is known."""
    accepted = Columns(columns.text, columns.label, ("1",))
    return [Labelled(one.text, False, one.language) for one in read(path, accepted) if one.abusive]


def _disguises() -> Iterator[Figure]:
    for language in disguises.FRAMES:
        words = _hard_words(latin=language == "en")
        plain = _held(disguises.sentences(words, language, None))
        for name in disguises.DISGUISES:
            left = _held(disguises.sentences(words, language, name)) / plain
            aim = None if name in disguises.HARD else 5.0
            title = f"screening: hidden by {name}, {language}"
            yield Figure(name=title, value=100 * (1 - left), unit="%", aim=aim)


def _hard_words(*, latin: bool) -> list[str]:
    known = {word for words in lexicon().hard_words.values() for word, _term in words}
    least = disguises.SHORTEST
    return sorted(w for w in known if w.isalpha() and w.isascii() is latin and len(w) >= least)


def _held(made: list[tuple[str, str]]) -> float:
    def is_held(text: str) -> bool:
        return any(reason.code in ABUSE_CODES for reason in screen(text).reasons)

    return sum(is_held(text) for text, _word in made) / len(made)


def _personal_data() -> Iterator[Figure]:
    made = list(personal.cases())
    for kind in sorted({case.kind for case in made}):
        of_kind = [case for case in made if case.kind == kind]
        true = sum(_is_masked(case) for case in of_kind if case.span)
        false = sum(_is_masked(case) for case in of_kind if case.span is None)
        for what, share, aim in (
            ("missed", 1 - true / personal.CASES, 1.0),
            ("false among found", false / max(1, true + false), 2.0),
        ):
            name = f"screening: personal data, {kind}, {what}"
            yield Figure(name=name, value=100 * share, unit="%", aim=aim)


def _is_masked(case: personal.Case) -> bool:
    spans = [span for span, _score in personal_data(case.text)]
    if case.span is None:
        return bool(spans)
    first, last = case.span
    return any(start <= first and last <= end for start, end in spans)
