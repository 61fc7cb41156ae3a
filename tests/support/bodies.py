"""Records that are held in memory, for the checks of the archive."""

from collections.abc import Iterator, Mapping


class Bodies:
    """A record's files by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def names(self) -> set[str]:
        """Paths of all files."""
        return set(self._files)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Bytes of a file, in one chunk."""
        yield self._files[name]
