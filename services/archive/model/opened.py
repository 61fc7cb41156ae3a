"""A record that is being checked, and what its checks have found in it so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.archive.model.audit import Head
from services.archive.model.reading import Source, document_of, rows_of
from services.archive.model.record import RecordFile


@dataclass(kw_only=True)
class Opened:
    """What one check leaves for those after it; each member is empty until its check has run.

    Attributes
    ----------
    source : Source
        Where the record lies.
    names : set of str
        Paths of all files that there are. Set by ``paths``.
    manifest : dict
        The manifest, its members of the right types. Set by ``manifest``.
    files : list of RecordFile
        What the manifest lists, in order. Set by ``manifest``.
    statuses : dict
        Status by comment. Set by ``comments``.
    trail : Head or None
        Where the audit trail ends; of a record without one ``None``. Set by ``trail``.
    """

    source: Source
    names: set[str] = field(default_factory=set)
    manifest: dict[str, Any] = field(default_factory=dict)
    files: list[RecordFile] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    trail: Head | None = None

    def document(self, path: str) -> Any:
        """Document that a file holds; see `reading.document_of`."""
        return document_of(path, self.source.chunks)

    def rows(self, path: str, *texts: str) -> Iterator[dict[str, Any]]:
        """Rows of a file, each with these texts; see `reading.rows_of`."""
        return rows_of(path, self.source.chunks, *texts)
