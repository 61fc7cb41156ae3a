"""Read sealed records: the manifest, each file, and the catalogue of all."""

import json
from typing import Any

from services.archive.model.catalogue import record_url
from services.archive.model.record import MANIFEST, media_type_of
from services.archive.model.sealing import SealedRecord
from services.archive.store import ArchiveStore, file_key
from services.shared.errors import NotFound, TooLarge

FILE_LIMIT_BYTES = 4 * 1024 * 1024
"""Largest file served over HTTP: Lambda answers at most 6 MB, and quoting makes a text longer."""


def sealed(topic_id: str, round_: int | None, *, store: ArchiveStore) -> SealedRecord:
    """Sealed record of a round, by default of the newest sealed one.

    Raises
    ------
    NotFound
        If it is not sealed.
    """
    record = store.record(topic_id, round_)
    if record is None:
        raise NotFound
    return record


def description(record: SealedRecord, *, base_url: str, store: ArchiveStore) -> dict[str, Any]:
    """What a record consists of, and where each file is read."""
    manifest = _manifest(record, store)
    return {
        "topic_id": record.topic_id,
        "round": record.round,
        "edition": record.edition,
        "record_root": record.record_root,
        "sealed_at": record.sealed_at,
        "manifest_url": record_url(base_url, record, path=MANIFEST),
        "files": [
            {**file, "url": record_url(base_url, record, path=file["path"])}
            for file in manifest["files"]
        ],
        "manifest": manifest,
    }


def content(record: SealedRecord, path: str, *, store: ArchiveStore) -> tuple[str, str]:
    """Text and media type of one file.

    Raises
    ------
    NotFound
        If the record has no such file.
    TooLarge
        If it is longer than the API serves; ``bucket`` and ``key`` say where it lies.
    """
    if path != MANIFEST:
        files = {file["path"]: file for file in _manifest(record, store)["files"]}
        if path not in files:
            raise NotFound
        if files[path]["bytes"] > FILE_LIMIT_BYTES:
            place = {"bucket": store.bucket, "key": file_key(record.topic_id, record.round, path)}
            raise TooLarge("too_large_for_api", extensions=place, limit=FILE_LIMIT_BYTES)
    return store.read_file(record, path).decode(), media_type_of(path)


def _manifest(record: SealedRecord, store: ArchiveStore) -> dict[str, Any]:
    return dict(json.loads(store.read_file(record, MANIFEST)))
