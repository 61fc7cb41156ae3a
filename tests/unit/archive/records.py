"""Records on disk, sound until a test breaks them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from services.archive.model.audit import canonical, head_after, head_document, public
from services.archive.model.record import (
    HEADER,
    MANIFEST,
    TRAIL,
    TRAIL_HEAD,
    header,
    manifest,
    measured,
)
from tests.support.course import COURSE
from tests.support.planted import crowned, planted
from tests.unit.archive.trails import TOPIC_ID, of_length


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def document(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def timeline(*events: str) -> list[dict[str, Any]]:
    """Events that came one a day, by default those of a whole round."""
    return [
        {"event": event, "occurred_at": f"2026-11-{day:02d}T09:00:00.000Z"}
        for day, event in enumerate(events or COURSE, start=1)
    ]


def received(comment_id: str, status: str) -> dict[str, Any]:
    """Row of a comment, as little as the checks need."""
    leaf = hashlib.sha256(comment_id.encode()).hexdigest()
    return {"comment_id": comment_id, "status": status, "leaf_hash": leaf}


def contents() -> dict[str, bytes]:
    """Files of a small sound record: three comments published, one rejected, one withdrawn."""
    statuses = ["published", "published", "published", "rejected", "withdrawn"]
    comments = [
        {**received(f"c{n}", status), "text": "نص المشاركة" if n < 3 else None}
        for n, status in enumerate(statuses)
    ]
    counts = {"received": 5, "published": 3, "held": 0, "rejected": 1, "withdrawn": 1}
    outcomes = ["noted", "noted", "noted", "rejected"]
    answers = [{"comment_id": f"c{n}", "outcome": each} for n, each in enumerate(outcomes)]
    trail = of_length(3)
    return {
        "topics/topic.json": document({"topic_id": TOPIC_ID, "stage": "closed"}),
        "topics/timeline.jsonl": lines(timeline()),
        "comments/shard-00.jsonl": lines(comments[:3]),
        "comments/shard-01.jsonl": lines(comments[3:]),
        "comments/counts.json": document(counts),
        "analysis/dispositions.jsonl": lines(answers),
        TRAIL: lines(list(public(trail))),
        TRAIL_HEAD: document(head_document(TOPIC_ID, head_after(trail[-1]))),
        "README.txt": "اقرأني\nread me\n".encode(),
    }


def listed(files: dict[str, bytes]) -> dict[str, Any]:
    """Manifest that fits the files, which get header and tree."""
    head = header(TOPIC_ID, 1, sealed_at="2026-12-01T09:00:00.000Z", edition=1)
    files[HEADER] = document(head)
    files |= planted(files)
    return manifest(head, [measured(path, [body]) for path, body in files.items()])


def lay_out(folder: Path, files: dict[str, bytes], document_: dict[str, Any] | None = None) -> Path:
    """Write a record; by default with the manifest that fits it."""
    found = listed(files) if document_ is None else document_
    return laid(folder, {**crowned(files), MANIFEST: canonical(found) + b"\n"})


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files as they are."""
    for path, body in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    return folder
