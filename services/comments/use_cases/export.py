"""Write a round's comments to the exports bucket, shard by shard."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from services.comments.model.comment import COUNTED, export_row
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.use_cases.count import totals
from services.shared import exports
from services.shared.exports import ExportedFile

Edition = Literal["analysis", "record"]
SERVICE = "comments"


def export_for_analysis(
    topic_id: str, round_: int, *, store: CommentStore, bucket: str
) -> dict[str, Any]:
    """Write the edition that analysis reads, and the manifest that lists it.

    Returns
    -------
    dict
        ``bucket``, ``prefix``, ``manifest_key``, ``counts``.
    """
    prefix = f"comments/{topic_id}/{round_}/analysis"
    counter: Counter[str] = Counter()
    shards = _write_shards(
        store.window(topic_id, round_), store=store, bucket=bucket, prefix=prefix, counter=counter
    )
    counts = _counts(counter)
    manifest = {
        "topic_id": topic_id,
        "round": round_,
        "edition": "analysis",
        "shards": [{"key": f.key, "sha256": f.sha256, "items": f.items} for f in shards],
        "counts": counts,
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
    counter: Counter[str] = Counter()
    files = _write_shards(
        store.window(topic_id, round_), store=store, bucket=bucket, prefix=prefix, counter=counter
    )
    files.append(exports.write_json(bucket, f"{prefix}/counts.json", _counts(counter)))
    return {"service": SERVICE, "files": [file.model_dump() for file in files]}


def _write_shards(
    window: Window | None,
    *,
    store: CommentStore,
    bucket: str,
    prefix: str,
    counter: Counter[str],
) -> list[ExportedFile]:
    """Write a file per shard, rows by comment id; `counter` gets the statuses that were written."""

    def rows(window: Window, number: int) -> Iterator[dict[str, Any]]:
        for comment in store.shard(number, window=window):
            counter[comment.status] += 1
            yield export_row(comment)

    if window is None:
        return []
    return [
        exports.write_lines(bucket, f"{prefix}/shard-{number:02d}.jsonl", rows(window, number))
        for number in range(window.shards)
    ]


def _counts(counter: Counter[str]) -> dict[str, int]:
    """Counts of the rows as written, not of the counters: what the files can be checked against."""
    settled = {name: counter[name] for name in COUNTED}
    settled["received"] = counter.total() - counter["screening"]
    return totals(settled, screening=counter["screening"])
