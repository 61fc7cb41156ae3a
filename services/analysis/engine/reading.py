"""First step, shard by shard: what comments are counted and compared by, without their texts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from services.analysis.engine.lessons import labelled
from services.analysis.engine.minhash import band_keys
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.shingles import digests, shingled
from services.analysis.engine.statements import Statement, statements_of, whole_text
from services.analysis.model.comment import ExportedComment
from services.analysis.model.questions import ClosedQuestions
from services.analysis.model.text import normalised

COUNTED = ("kind", "language", "channel")
SAMPLE = 50_000
"""Comments, about, that themes are found in: of more a sample, the same whatever the shards."""


def read(rows: Iterable[ExportedComment], plan: Plan) -> Parcel:
    """Count a shard's comments, and make of each published one what it is compared by.

    Returns
    -------
    Parcel
        Columns ``ids``, ``received``, ``channels`` (bytes), ``digests``, ``bands``, ``offsets`` and
        ``values`` (see `Shingles`), one row per published comment; told are ``counts`` (by status
        and, of the published, by kind, language, channel), ``closed`` (closed questions),
        ``sample`` (statements in which themes are to be found) and ``labelled`` (those whose
        stance or theme officers told).
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("status", *COUNTED)}
    closed = ClosedQuestions(plan.questions)
    published: list[ExportedComment] = []
    for comment in rows:
        counts["status"][comment.status] += 1
        if comment.status == "published":
            published.append(comment)
            closed.add(comment.answers or ())
            for name in COUNTED:
                counts[name][getattr(comment, name) or "unknown"] += 1
    told = {
        "counts": {name: dict(each) for name, each in counts.items()},
        "closed": closed.counts,
        "sample": _sample(published, share=min(1.0, SAMPLE / max(plan.rows, 1))),
        "labelled": labelled(published, plan),
    }
    return Parcel(_columns(published), told)


def _columns(published: Sequence[ExportedComment]) -> dict[str, Any]:
    texts = [normalised(whole_text(comment)) for comment in published]
    shingles = shingled(texts)
    return {
        "ids": np.array([comment.comment_id.encode() for comment in published], dtype=np.bytes_),
        "received": np.array([each.received_at.encode() for each in published], dtype=np.bytes_),
        "channels": np.array(
            [(each.channel or "unknown").encode() for each in published], dtype=np.bytes_
        ),
        "digests": digests(texts),
        "bands": band_keys(shingles),
        "offsets": shingles.offsets,
        "values": shingles.values,
    }


def _sample(published: Sequence[ExportedComment], *, share: float) -> list[Statement]:
    """Statements of the comments whose ids have the least digests: a share of them, about."""
    least = int(share * 2**64)
    return [
        statement
        for comment in published
        if int.from_bytes(sha256(comment.comment_id.encode()).digest()[:8]) < least
        for statement in statements_of(comment)
    ]
