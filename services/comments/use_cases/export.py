"""Write a round's comments to the exports bucket, shard by shard."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from services.comments.data_keys import DataKeys
from services.comments.model.comment import COUNTED, IN_REVIEW, Comment, export_row, record_row
from services.comments.model.questions import Question
from services.comments.model.turnout import Turnout
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.use_cases.count import totals
from services.comments.use_cases.turnout import Census
from services.shared import exports
from services.shared.exports import ExportedFile

Edition = Literal["analysis", "record"]
SERVICE = "comments"


def export_for_analysis(
    topic_id: str, round_: int, *, store: CommentStore, data_keys: DataKeys, bucket: str
) -> dict[str, Any]:
    """Write the edition that analysis reads, and the manifest that lists it.

    What people tell of themselves is counted on the way: of it the manifest has sums alone.

    Returns
    -------
    dict
        ``bucket``, ``prefix``, ``manifest_key``, ``counts``.
    """
    prefix = f"comments/{topic_id}/{round_}/analysis"
    window = store.window(topic_id, round_)
    census = _census(window, data_keys)
    tally = _Tally(row=export_row, census=census)
    shards = _write_shards(window, tally, store=store, bucket=bucket, prefix=prefix)
    counts = tally.counts()
    manifest = {
        "topic_id": topic_id,
        "round": round_,
        "edition": "analysis",
        "shards": [{"key": f.key, "sha256": f.sha256, "items": f.items} for f in shards],
        "counts": counts,
        "questions": [question.model_dump(mode="json") for question in _questions(window)],
        "participation": census and census.turnout.counts().model_dump(mode="json"),
    }
    manifest_key = f"{prefix}/manifest.json"
    exports.write_json(bucket, manifest_key, manifest)
    return {"bucket": bucket, "prefix": prefix, "manifest_key": manifest_key, "counts": counts}


def export_for_record(
    topic_id: str, round_: int, *, store: CommentStore, bucket: str
) -> dict[str, Any]:
    """Write the service's part of the round's record: the shards and ``counts.json``.

    Returns
    -------
    dict
        ``service`` and ``files``, as every service's export answers.
    """
    prefix = exports.part_key(topic_id, round_, service=SERVICE, name="").rstrip("/")
    tally, window = _Tally(row=record_row), store.window(topic_id, round_)
    files = _write_shards(window, tally, store=store, bucket=bucket, prefix=prefix)
    files.append(exports.write_json(bucket, f"{prefix}/counts.json", tally.counts()))
    return {"service": SERVICE, "files": [file.model_dump() for file in files]}


class _Tally:
    """Makes the rows of an edition, and counts the statuses of those that were made."""

    def __init__(
        self, *, row: Callable[[Comment], dict[str, Any]], census: Census | None = None
    ) -> None:
        self._row = row
        self._census = census
        self._statuses: Counter[str] = Counter()
        self._in_review = 0

    def rows(self, comments: Iterable[Comment]) -> Iterator[dict[str, Any]]:
        for comment in self._census.passing(comments) if self._census else comments:
            self._statuses[comment.status] += 1
            self._in_review += comment.in_review
            yield self._row(comment)

    def counts(self) -> dict[str, int]:
        """Counts of the rows, not of the counters: what the files can be checked against."""
        settled = {name: self._statuses[name] for name in COUNTED}
        screening = self._statuses["screening"]
        settled[IN_REVIEW] = self._in_review
        settled["received"] = self._statuses.total() - screening
        return totals(settled, screening=screening)


def _write_shards(
    window: Window | None, tally: _Tally, *, store: CommentStore, bucket: str, prefix: str
) -> list[ExportedFile]:
    """Write a file per shard, rows by comment id."""
    if window is None:
        return []
    return [
        exports.write_lines(
            bucket,
            f"{prefix}/shard-{number:02d}.jsonl",
            tally.rows(store.shard(number, window=window)),
        )
        for number in range(window.shards)
    ]


def _census(window: Window | None, data_keys: DataKeys) -> Census | None:
    if window is None:
        return None
    return Census(window=window, turnout=Turnout(window), data_keys=data_keys)


def _questions(window: Window | None) -> Sequence[Question]:
    """What could be answered: an option that nobody chose is in no row."""
    return window.questions if window else ()
