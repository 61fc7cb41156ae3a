"""Issue the texts of a sealed record: at its sealing, and anew when comments are erased.

The locked part stays as it is. Every step may break off and be repeated: files are rewritten first,
then the document that lists and signs them, and last the row, which tells the bus.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from services.archive.bodies import rows_of, whole
from services.archive.events import TextsReissued
from services.archive.files import RoundFiles
from services.archive.model.heads import Signer
from services.archive.model.record import JSON_LINES, TEXTS, measured
from services.archive.model.schemas import table_path
from services.archive.model.sealing import SealedRecord
from services.archive.model.texts import issued
from services.archive.model.words import Row, erased
from services.archive.store import ArchiveStore
from services.archive.use_cases.divide import Texts, write_texts
from services.shared import clock, exports

Shelf = Callable[[str, int], RoundFiles]
"""Where the texts of a topic's round lie."""


def forget(
    topic_id: str,
    comment_id: str,
    *,
    shelf: Shelf,
    signer: Signer,
    store: ArchiveStore,
    at: datetime,
) -> None:
    """Take the words of a comment out of whatever is sealed of its topic, now and later.

    Raises
    ------
    TransientError
        If a record's texts were issued at the same time.
    """
    # First of all: a sealing that is under way looks for it once it has its record.
    store.forget(topic_id, comment_id)
    for record in store.records(topic_id):
        reissue(record, shelf(topic_id, record.round), signer, store=store, at=at)


def issue(
    record: SealedRecord, texts: Texts, files: RoundFiles, signer: Signer, *, at: datetime
) -> None:
    """Write what a record's texts are, signed; their edition is the one that the record names."""
    claims = {
        "topic_id": record.topic_id,
        "round": record.round,
        "record_root": record.record_root,
        "edition": record.texts_edition,
        "erased": texts.erased,
    }
    document = issued(signer, claims, texts.files, at=clock.to_text(at))
    files.write_file(TEXTS, whole(exports.canonical(document) + b"\n"))


def reissue(
    record: SealedRecord, files: RoundFiles, signer: Signer, *, store: ArchiveStore, at: datetime
) -> None:
    """Take the words of erased comments out of a record's texts, if there are any left.

    Raises
    ------
    TransientError
        If the texts were issued at the same time.
    """
    present = dict(json.loads(files.read(TEXTS)))
    texts = _without(store.forgotten(record.topic_id), present, files)
    is_listed = _digests(present["files"]) == _digests(map(asdict, texts.files))
    if is_listed and present["edition"] == record.texts_edition:
        if present["record_root"] != record.record_root:
            issue(record, texts, files, signer, at=at)  # a sealing at the same time wrote its own
        return
    following = record.model_copy(update={"texts_edition": record.texts_edition + 1})
    if not is_listed or present["edition"] != following.texts_edition:
        issue(following, texts, files, signer, at=at)
    event = TextsReissued(
        record_root=record.record_root, edition=following.texts_edition, erased=texts.erased
    )
    store.reissue(record, event, at=at)


def _without(forgotten: set[str], present: dict[str, Any], files: RoundFiles) -> Texts:
    """Write the files of texts without the words of some comments; describe all files."""
    texts = Texts()
    for path in (entry["path"] for entry in present["files"]):
        if path.endswith(JSON_LINES):
            # Also what has none of these words any more: its copy may have them.
            if any(row["comment_id"] in forgotten for row in _rows(path, files)):
                left = (erased(row, forgotten) for row in _rows(path, files))
                texts += write_texts(path, left, files)
            else:
                texts += _described(path, files)
    return texts


def _described(path: str, files: RoundFiles) -> Texts:
    found = (measured(each, files.chunks(each)) for each in (path, table_path(path)))
    gone = sum(bool(row.get("erased")) for row in _rows(path, files))
    return Texts(files=tuple(found), erased=gone)


def _rows(path: str, files: RoundFiles) -> Iterator[Row]:
    return rows_of(partial(files.chunks, path))


def _digests(files: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {file["path"]: file["sha256"] for file in files}
