"""Seal the record of a round: gather its files, check each, bind them by one root."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from services.archive.model.record import (
    HEADER,
    MANIFEST,
    README,
    RecordFile,
    header,
    is_path,
    manifest,
    measured,
    root_of,
)
from services.archive.model.sealing import SealedRecord, TopicCard
from services.archive.store import ArchiveStore
from services.shared import clock, exports
from services.shared.errors import Conflict
from services.shared.exports import ExportedFile

_TOPIC = "topics/topic.json"
Sources = Mapping[str, ExportedFile]


class Part(BaseModel):
    """What one service hands in: files in the exports bucket."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: str
    files: list[ExportedFile]


def seal(
    topic_id: str, round_: int, parts: Sequence[Part], *, at: datetime, store: ArchiveStore
) -> SealedRecord:
    """Seal a record; the same parts again give the record that there is.

    Other parts for a round that is sealed already (it was reopened) make its next edition. The row
    is written last, so that a sealing that breaks off is simply repeated.

    Raises
    ------
    Conflict
        If a file is not what its service said, has no proper name, or the topic is missing.
    TransientError
        If the record was sealed at the same time.
    """
    sources = _by_path(parts)
    parts_root = root_of({path: file.sha256 for path, file in sources.items()})
    former = store.record(topic_id, round_)
    if former and former.parts_root == parts_root:
        # Written once more, to the same bytes: a sealing at the same time may have left its own.
        head = header(topic_id, round_, sealed_at=former.sealed_at, edition=former.edition)
        _bind(head, sources, card=former.card, store=store)
        return former
    card = _card(sources)
    _copy(topic_id, round_, sources, store=store)
    edition, sealed_at = former.edition + 1 if former else 1, clock.to_text(at)
    head = header(topic_id, round_, sealed_at=sealed_at, edition=edition)
    document = _bind(head, sources, card=card, store=store)
    record = SealedRecord(
        topic_id=topic_id,
        round=round_,
        edition=edition,
        record_root=document["root"],
        parts_root=parts_root,
        files=len(document["files"]),
        first_sealed_at=former.first_sealed_at if former else sealed_at,
        sealed_at=sealed_at,
        card=card,
    )
    store.save(record, at=at)
    return record


def _bind(
    head: Mapping[str, Any], sources: Sources, *, card: TopicCard, store: ArchiveStore
) -> dict[str, Any]:
    """Write what the archive itself adds to the record, and give the manifest."""
    own = {HEADER: exports.canonical(head) + b"\n", README: _readme(head, card)}
    files = [measured(path, [body]) for path, body in own.items()]
    files += [_listed(path, source) for path, source in sources.items()]
    document = manifest(head, files)
    own[MANIFEST] = exports.canonical(document) + b"\n"
    for path, body in own.items():
        store.write_file(head["topic_id"], head["round"], path=path, body=body)
    return document


def _by_path(parts: Sequence[Part]) -> Sources:
    found: dict[str, ExportedFile] = {}
    for part in parts:
        for file in part.files:
            path = f"{part.service}/{PurePosixPath(file.key).name}"
            if not is_path(path) or path in found:
                raise Conflict("bad_part", key=file.key)
            found[path] = file
    return found


def _copy(topic_id: str, round_: int, sources: Sources, *, store: ArchiveStore) -> None:
    for path, source in sources.items():
        body = exports.read(source.bucket, source.key)
        if measured(path, [body]) != _listed(path, source):
            raise Conflict("part_mismatch", key=source.key)
        store.write_file(topic_id, round_, path=path, body=body)


def _card(sources: Sources) -> TopicCard:
    if _TOPIC not in sources:
        raise Conflict("no_topic")
    source = sources[_TOPIC]
    try:
        return TopicCard.model_validate_json(exports.read(source.bucket, source.key))
    except ValidationError as error:
        raise Conflict("part_mismatch", key=source.key) from error


def _listed(path: str, source: ExportedFile) -> RecordFile:
    return RecordFile(path=path, **source.model_dump(exclude={"bucket", "key"}))


def _readme(head: Mapping[str, Any], card: TopicCard) -> bytes:
    template = resources.files("services.archive").joinpath("readme.txt")
    text = template.read_text(encoding="utf-8").format(
        topic_id=head["topic_id"],
        round=head["round"],
        title_ar=card.title.ar,
        title_en=card.title.en,
    )
    return text.encode()
