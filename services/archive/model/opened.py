"""A record that is being checked, and what its checks have found in it so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from services.archive.model.audit import Head, canonical
from services.archive.model.paths import RESULTS
from services.archive.model.public_keys import HeadKeys
from services.archive.model.reading import DOCUMENT_LIMIT, Broken, Source, document_of, rows_of
from services.archive.model.record import JSON_LINES, RecordFile
from services.archive.model.schemas import schema_path

_RESULTS_LIMIT = 512 * 1024 * 1024
"""Results list every member of every campaign: of five million comments, 150 MB."""


class Comment(NamedTuple):
    """What the checks go by of a comment; what its row does not say is ``None``."""

    status: str
    kind: str | None
    language: str | None
    channel: str | None
    received_at: str | None
    leaf: str | None


@dataclass(kw_only=True)
class Opened:
    """What one check leaves for those after it; each member is empty until its check has run.

    Attributes
    ----------
    source : Source
        Where the record lies.
    reading : str
        The file that was looked into last.
    names : set of str
        Paths of all files that there are. Set by ``paths``.
    manifest : dict
        The manifest, its members of the right types. Set by ``manifest``.
    files : list of RecordFile
        What the manifest lists, in order. Set by ``manifest``.
    comments : dict
        What each comment's row says, by its id. Set by ``comments``.
    trail : Head or None
        Where the audit trail ends; of a record without one ``None``. Set by ``trail``.
    keys : mapping or None
        The keys of heads, where whoever checks has them from elsewhere; else ``None``.
    head : dict
        The signed head over the record's files. Set by ``heads``.
    signatures : int
        How many signatures hold. Set by ``signatures``.
    changed : set of str
        Comments that were withdrawn, erased, rejected or restored after the collection closed, as
        the trail says: what was counted before may count them otherwise. Set by ``changes``.
    changed_late : set of str
        Those of them that changed while the record's files were gathered, or later. Set by
        ``changes``.
    """

    source: Source
    reading: str = ""
    names: set[str] = field(default_factory=set)
    manifest: dict[str, Any] = field(default_factory=dict)
    files: list[RecordFile] = field(default_factory=list)
    comments: dict[str, Comment] = field(default_factory=dict)
    trail: Head | None = None
    keys: HeadKeys | None = None
    head: dict[str, Any] = field(default_factory=dict)
    signatures: int = 0
    changed: set[str] = field(default_factory=set)
    changed_late: set[str] = field(default_factory=set)

    def document(self, path: str) -> Any:
        """Document that a file holds; see `reading.document_of`."""
        self.reading = path
        limit = _RESULTS_LIMIT if path == RESULTS else DOCUMENT_LIMIT
        return document_of(path, self.source.chunks, limit=limit)

    def signed(self, path: str) -> Any:
        """Document that lies beside the listed files: no digest tells when a byte of it changes.

        Raises
        ------
        Broken
            If it is no JSON, or not written as the archive writes such.
        """
        found = self.document(path)
        try:
            body = canonical(found) + b"\n"
        except ValueError:
            body = b""
        if body != b"".join(self.source.chunks(path)):
            raise Broken(path, "not in the one form in which it is written")
        return found

    def rows(self, path: str, *texts: str) -> Iterator[dict[str, Any]]:
        """Rows of a file, each with these texts; see `reading.rows_of`. Of none, no rows."""
        self.reading = path
        if path not in self.names:
            return iter(())
        return rows_of(path, self.source.chunks, *texts)

    def documents(self, path: str) -> Iterator[Any]:
        """What a file of data holds: its rows, or the one document."""
        if path.endswith(JSON_LINES):
            yield from self.rows(path)
        else:
            yield self.document(path)

    def described(self) -> Iterator[tuple[str, str]]:
        """Listed files that have their schema in the record, and its path."""
        for file in self.files:
            schema = schema_path(file.path)
            if schema and schema in self.names:
                yield file.path, schema

    def shards(self) -> Iterator[str]:
        """Listed files that have the comments' rows."""
        for file in self.files:
            if file.path.startswith("comments/") and file.path.endswith(JSON_LINES):
                yield file.path
