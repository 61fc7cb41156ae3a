"""Where a record to be verified lies: a folder or a zip file, neither of them trusted."""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from services.archive.model.reading import Broken, Source, Unusable
from services.archive.model.record import MANIFEST
from services.archive.zips import expect_entry, expect_plain

_CHUNK = 1 << 20
_NEITHER = "neither a folder nor a zip file that can be read"
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def source_at(place: Path) -> Source:
    """Record at a place.

    Raises
    ------
    Unusable
        If there is neither a folder nor a zip file.
    """
    try:
        if place.is_dir():
            return Folder(place)
        # A pipe would be waited for, and a device read without end.
        if place.is_file():
            return Zip(place)
    except _UNREADABLE as error:
        raise Unusable(_NEITHER) from error
    raise Unusable(_NEITHER)


class Folder:
    """A record in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> set[str]:
        """See `reading.Source.names`."""
        return set(self._walk(self._root))

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `reading.Source.chunks`."""
        try:
            with (self._root / name).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise Broken(name, "cannot be read") from error

    def _walk(self, folder: Path) -> Iterator[str]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise Broken(self._name(folder), "cannot be read") from error
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(path)
            elif entry.is_file(follow_symlinks=False):
                yield self._name(path)
            else:
                raise Broken(self._name(path), "neither a file nor a folder")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class Zip:
    """A record in a zip file, at its top or in the one folder that it has there."""

    def __init__(self, place: Path) -> None:
        self._file = place.open("rb")
        self._archive = zipfile.ZipFile(self._file)
        self._prefix = _top_folder(self._archive.namelist())

    def names(self) -> set[str]:
        """See `reading.Source.names`."""
        try:
            expect_plain(self._archive, self._file)
        except (OSError, struct.error) as error:
            raise Broken(Path(self._file.name).name, "cannot be read") from error
        found: set[str] = set()
        for entry in self._archive.infolist():
            name = entry.filename.removeprefix(self._prefix)
            expect_entry(entry, name)
            if entry.is_dir():
                continue
            if name in found:
                raise Broken(name, "twice in the zip file")
            found.add(name)
        return found

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `reading.Source.chunks`."""
        try:
            with self._archive.open(self._prefix + name) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _UNREADABLE as error:
            raise Broken(name, "cannot be read") from error


def _top_folder(names: list[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    only = f"{tops.pop()}/" if len(tops) == 1 else ""
    return only if f"{only}{MANIFEST}" in names else ""
