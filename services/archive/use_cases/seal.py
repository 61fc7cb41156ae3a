"""Seal the record of a round: gather its files, check each, bind them by one root.

The archive adds what is its own: the header, the introduction, the topic's audit trail, and the
round's tree with its heads. At last the record's files are put into that tree.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import resources
from typing import Any

from pydantic import ValidationError

from services.archive.additions import additions
from services.archive.audit_store import AuditStore
from services.archive.bodies import Body, whole
from services.archive.files import Shelves
from services.archive.model.audit import Head, canonical, head_document, public
from services.archive.model.paths import TOPIC
from services.archive.model.record import (
    HEADER,
    MANIFEST,
    README,
    TRAIL,
    TRAIL_HEAD,
    TREE_HEAD,
    RecordFile,
    header,
    manifest,
    measured,
)
from services.archive.model.sealing import SealedRecord, TopicCard
from services.archive.store import ArchiveStore
from services.archive.tree_store import RoundTree, SealedTree
from services.archive.use_cases.bind import (
    Basis,
    basis_of,
    bind,
    complete,
    settled,
    tree_files,
)
from services.archive.use_cases.divide import Texts, divide
from services.archive.use_cases.grow import Grounds
from services.archive.use_cases.parts import Part, Sources, by_path, comments_in, parts_root
from services.archive.use_cases.reissue import issue, reissue
from services.shared import clock, exports
from services.shared.errors import Conflict
from services.shared.table import Update


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Where sealing finds and keeps what it works on.

    Attributes
    ----------
    shelves : callable
        Where the files of a topic's round go.
    salt_key : bytes
        From which the salts of participants' words are derived.
    grounds : Grounds
        The trees, and what signs their heads, and what the texts are.
    licence_url : str
        Under which licence records are published.
    """

    records: ArchiveStore
    trails: AuditStore
    shelves: Callable[[str, int], Shelves]
    salt_key: bytes
    grounds: Grounds
    licence_url: str


@dataclass(frozen=True, kw_only=True)
class _Edition:
    """What tells one edition of a record from another, beside the parts."""

    head: Mapping[str, Any]
    card: TopicCard
    trail: Head | None
    basis: Basis


def seal(
    topic_id: str, round_: int, parts: Sequence[Part], *, at: datetime, stores: Stores
) -> SealedRecord:
    """Seal a record; the same parts again give the record that there is.

    Other parts for a round that is sealed already (it was reopened) make its next edition. The row
    is written last, with the place of its files in the tree, so that a sealing that breaks off is
    simply repeated; only then the head, as no two may be seen. The audit trail is sealed as far as
    it goes; what is recorded later continues it.

    Raises
    ------
    Conflict
        If a file is not what its service said, has no proper name or no schema, or the topic is
        missing.
    Unsettled
        If the tree has not all comments yet, or others write it, or the record.
    """
    sources, grounds = by_path(parts), stores.grounds
    root, comments = parts_root(sources), comments_in(sources)
    former = stores.records.record(topic_id, round_)
    if not former or former.parts_root != root:
        complete(topic_id, round_, comments=comments, grounds=grounds, at=at)
    with grounds.trees.alone(topic_id, round_, at=at) as lease:
        former = stores.records.record(topic_id, round_)
        if former and former.parts_root == root:
            _seal_again(former, sources, stores, at)
            return former
        tree = settled(topic_id, round_, comments=comments, trees=grounds.trees, at=at)
        return _seal_next(sources, former, tree, lease=lease, stores=stores, at=at)


def _seal_next(
    sources: Sources,
    former: SealedRecord | None,
    tree: RoundTree,
    *,
    lease: Update,
    stores: Stores,
    at: datetime,
) -> SealedRecord:
    """Seal the edition that comes next."""
    topic_id, round_, signer = tree.head.topic_id, tree.head.round, stores.grounds.signer
    shelves, forgotten = stores.shelves(topic_id, round_), stores.records.forgotten(topic_id)
    number = former.edition + 1 if former else 1
    edition = _Edition(
        head=header(topic_id, round_, sealed_at=clock.to_text(at), edition=number),
        card=_card(sources),
        trail=stores.trails.chain(topic_id).head,
        basis=Basis(size=tree.head.tree_size, last=tree.head.digest),
    )
    listed, texts = _divided(sources, shelves, salt_key=stores.salt_key, forgotten=forgotten)
    document = _bind(edition, listed, shelves, stores=stores)
    record = _sealed(edition, document, parts_root=parts_root(sources), former=former)
    issue(record, texts, shelves.texts, signer, at=at)
    rows = stores.records.writes(record, at=at)
    sealed = bind(document, tree, stores.grounds, lease=lease, beside=rows, at=at)
    shelves.locked.write_file(TREE_HEAD, whole(sealed.body))
    if stores.records.forgotten(topic_id) != forgotten:
        # What was erased while this was under way found no record to be taken out of.
        reissue(record, shelves.texts, signer, store=stores.records, at=at)
    return record


def _seal_again(record: SealedRecord, paths: Iterable[str], stores: Stores, at: datetime) -> None:
    """Write a record to the same bytes once more: it may have broken off before its head was."""
    trees, shelves = stores.grounds.trees, stores.shelves(record.topic_id, record.round)
    sealed = trees.sealed(record.topic_id, record.round, edition=record.edition)
    listed = [measured(path, shelves.locked.chunks(path)) for path in paths]
    _bind(_as_sealed(record, sealed), listed, shelves, stores=stores, root=record.record_root)
    shelves.locked.write_file(TREE_HEAD, whole(sealed.body))
    reissue(record, shelves.texts, stores.grounds.signer, store=stores.records, at=at)


def _divided(
    sources: Sources, shelves: Shelves, *, salt_key: bytes, forgotten: Collection[str]
) -> tuple[list[RecordFile], Texts]:
    listed, texts = [], Texts()
    for path, source in sources.items():
        locked, words = divide(path, source, shelves, salt_key=salt_key, forgotten=forgotten)
        listed.append(locked)
        texts += words
    return listed, texts


def _as_sealed(record: SealedRecord, sealed: SealedTree) -> _Edition:
    head = header(record.topic_id, record.round, sealed_at=record.sealed_at, edition=record.edition)
    count, last = record.audit_count, record.audit_hash
    trail = None if count is None or last is None else Head(count=count, hash=last)
    return _Edition(head=head, card=record.card, trail=trail, basis=basis_of(sealed))


def _sealed(
    edition: _Edition,
    document: Mapping[str, Any],
    *,
    parts_root: str,
    former: SealedRecord | None,
) -> SealedRecord:
    trail = edition.trail
    return SealedRecord(
        topic_id=document["topic_id"],
        round=document["round"],
        edition=document["edition"],
        record_root=document["root"],
        parts_root=parts_root,
        files=len(document["files"]),
        first_sealed_at=former.first_sealed_at if former else document["sealed_at"],
        sealed_at=document["sealed_at"],
        texts_edition=former.texts_edition + 1 if former else 1,
        audit_count=trail.count if trail else None,
        audit_hash=trail.hash if trail else None,
        card=edition.card,
    )


def _bind(
    edition: _Edition,
    listed: Sequence[RecordFile],
    shelves: Shelves,
    *,
    stores: Stores,
    root: str | None = None,
) -> dict[str, Any]:
    """Write what the archive itself adds to the record, and give the manifest.

    With a `root` nothing is written unless the record would have this one: an edition that an
    earlier release sealed, which added other files, stays as it is.
    """
    head, own = edition.head, _own(edition, listed, shelves, stores=stores)
    if root:
        files = [measured(path, body()) for path, body in own.items()]
        document = manifest(head, [*files, *listed])
        if document["root"] != root:
            return document
    written = [shelves.locked.write_file(path, body()) for path, body in own.items()]
    document = manifest(head, [*written, *listed])
    shelves.locked.write_file(MANIFEST, whole(exports.canonical(document) + b"\n"))
    return document


def _own(
    edition: _Edition, listed: Sequence[RecordFile], shelves: Shelves, *, stores: Stores
) -> dict[str, Body]:
    """Files that the archive adds, by path."""
    head = edition.head
    few = {
        HEADER: exports.canonical(head) + b"\n",
        README: _readme(head, edition.card),
        **_trail(head["topic_id"], edition.trail, store=stores.trails),
    }
    own: dict[str, Body] = {path: partial(whole, body) for path, body in few.items()}
    own |= tree_files(head, edition.basis, grounds=stores.grounds)
    locked: dict[str, Body] = {
        file.path: partial(shelves.locked.chunks, file.path) for file in listed
    }
    everything = {**own, **locked}
    return {**own, **additions(everything, head=head, licence_url=stores.licence_url)}


def _trail(topic_id: str, head: Head | None, *, store: AuditStore) -> dict[str, bytes]:
    """The topic's trail as everybody may read it, and its head; none for a record without."""
    if head is None:
        return {}
    rows = public(store.entries(topic_id, count=head.count))
    document = head_document(topic_id, head)
    return {
        TRAIL: b"".join(canonical(row) + b"\n" for row in rows),
        TRAIL_HEAD: canonical(document) + b"\n",
    }


def _card(sources: Sources) -> TopicCard:
    if TOPIC not in sources:
        raise Conflict("no_topic")
    source = sources[TOPIC]
    try:
        return TopicCard.model_validate_json(exports.read(source.bucket, source.key))
    except ValidationError as error:
        raise Conflict("part_mismatch", key=source.key) from error


def _readme(head: Mapping[str, Any], card: TopicCard) -> bytes:
    template = resources.files("services.archive").joinpath("readme.txt")
    text = template.read_text(encoding="utf-8").format(
        topic_id=head["topic_id"],
        round=head["round"],
        title_ar=card.title.ar,
        title_en=card.title.en,
    )
    return text.encode()
