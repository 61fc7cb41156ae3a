"""Read sealed records: the manifest, each file, and the catalogue of all."""

import json
from typing import Any

from services.archive.files import RoundFiles, Shelves
from services.archive.model.catalogue import record_url
from services.archive.model.record import (
    MANIFEST,
    TEXTS,
    TEXTS_FOLDER,
    TREE_HEAD,
    UNLISTED,
    media_type_of,
)
from services.archive.model.sealing import SealedRecord
from services.archive.store import ArchiveStore
from services.archive.tree_store import SealedTree
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


def description(
    record: SealedRecord, tree: SealedTree, *, base_url: str, shelves: Shelves
) -> dict[str, Any]:
    """What a record consists of, and where each file is read."""
    manifest, texts = _document(shelves.locked, MANIFEST), _document(shelves.texts, TEXTS)

    def placed(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**f, "url": record_url(base_url, record, path=f["path"])} for f in files]

    return {
        "topic_id": record.topic_id,
        "round": record.round,
        "edition": record.edition,
        "record_root": record.record_root,
        "sealed_at": record.sealed_at,
        "manifest_url": record_url(base_url, record, path=MANIFEST),
        "files": placed(manifest["files"]),
        "manifest": manifest,
        "head_url": record_url(base_url, record, path=TREE_HEAD),
        "head": tree.head.model_dump(),
        "texts": {
            "url": record_url(base_url, record, path=TEXTS),
            "edition": texts["edition"],
            "issued_at": texts["time"],
            "erased": texts["erased"],
            "files": placed(texts["files"]),
        },
    }


def content(path: str, *, shelves: Shelves) -> tuple[str, str]:
    """Text and media type of one file.

    Raises
    ------
    NotFound
        If the record has no such file.
    TooLarge
        If it is longer than the API serves; ``bucket`` and ``key`` say where it lies.
    """
    where, lists = (shelves.texts, TEXTS) if is_text(path) else (shelves.locked, MANIFEST)
    if path not in UNLISTED:
        files = {file["path"]: file for file in _document(where, lists)["files"]}
        if path not in files:
            raise NotFound
        if files[path]["bytes"] > FILE_LIMIT_BYTES:
            place = {"bucket": where.bucket, "key": where.key(path)}
            raise TooLarge("too_large_for_api", extensions=place, limit=FILE_LIMIT_BYTES)
    return where.read(path).decode(), media_type_of(path)


def is_text(path: str) -> bool:
    """Whether a file may change after the sealing, as words in it are erased."""
    return path == TEXTS or path.startswith(TEXTS_FOLDER)


def _document(where: RoundFiles, path: str) -> dict[str, Any]:
    return dict(json.loads(where.read(path)))
