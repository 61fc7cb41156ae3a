"""What a zip file may be to hold a record: its entries, one after the other, and nothing else.

Programs that read a zip file from its start and those that go by its directory at the end must
find the same; and to unpack it must not take more than can be expected of a record.
"""

import stat
import struct
import zipfile
from pathlib import PurePath, PurePosixPath
from typing import BinaryIO

from services.archive.model.reading import Broken

_ENCRYPTED = 1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTORS = (0, 12, 16, 20, 24)
"""Lengths of what may follow an entry's bytes and tell their size: with a mark or without."""
_LARGE = 64 << 20
_RATIO = 250
"""Records shrink to a tenth; of what is larger than `_LARGE` no more than this is unpacked."""


def expect_plain(archive: zipfile.ZipFile, file: BinaryIO) -> None:
    """Refuse what has bytes that are no entry, or unpacks to more than a record would.

    Parameters
    ----------
    file : file
        The zip file itself.

    Raises
    ------
    Broken
        With the name of the zip file.
    """
    name = PurePath(file.name).name
    size = file.seek(-_END.size, 2) + _END.size
    mark, *_, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        raise Broken(name, "has bytes after the archive, or a comment")
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    at = 0
    for entry in entries:
        if entry.header_offset - at not in (_DESCRIPTORS if at else (0,)):
            raise Broken(name, "has bytes that are no entry")
        at = _end_of(entry, file)
    if archive.start_dir - at not in _DESCRIPTORS:
        raise Broken(name, "has bytes that are no entry")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max(_LARGE, _RATIO * size):
        raise Broken(name, f"its {size} bytes unpack to {unpacked}")


def _end_of(entry: zipfile.ZipInfo, file: BinaryIO) -> int:
    """Where an entry ends, without what may follow it to tell its size."""
    file.seek(entry.header_offset)
    *_, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    return int(entry.header_offset + _LOCAL.size + name + extra + entry.compress_size)


def expect_entry(entry: zipfile.ZipInfo, name: str) -> None:
    """Refuse an entry that is no plain file or folder inside the record.

    Raises
    ------
    Broken
        With its name.
    """
    if "\\" in name or ".." in PurePosixPath(name).parts or name.startswith("/"):
        raise Broken(name, "a path that leads out of the record")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG}:
        raise Broken(name, "neither a file nor a folder")
    if entry.is_dir() and entry.file_size:
        raise Broken(name, "a folder that has bytes itself")
    if entry.flag_bits & _ENCRYPTED:
        raise Broken(name, "encrypted")
    if entry.compress_type not in _METHODS:
        raise Broken(name, f"packed by method {entry.compress_type}; only 0 and 8 are read")
