"""What the services hand in for a record: their files, by the paths that these have in it."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict

from services.archive.model.record import JSON_LINES, is_path, root_of
from services.shared.errors import Conflict
from services.shared.exports import ExportedFile

_COMMENTS = "comments/"
Sources = Mapping[str, ExportedFile]


class Part(BaseModel):
    """What one service hands in: files in the exports bucket."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: str
    files: list[ExportedFile]


def by_path(parts: Sequence[Part]) -> Sources:
    """Files that were handed in, by their paths in the record.

    Raises
    ------
    Conflict
        If one has no proper name, or two have the same.
    """
    found: dict[str, ExportedFile] = {}
    for part in parts:
        for file in part.files:
            path = f"{part.service}/{PurePosixPath(file.key).name}"
            if not is_path(path) or path in found:
                raise Conflict("bad_part", key=file.key)
            found[path] = file
    return found


def parts_root(sources: Sources) -> str:
    """By which parts that are handed in again are known: the root over their digests."""
    return root_of({path: file.sha256 for path, file in sources.items()})


def comments_in(sources: Sources) -> int:
    """How many comments a record has: as many as there are rows in their files."""
    paths = (path for path in sources if path.startswith(_COMMENTS) and path.endswith(JSON_LINES))
    return sum(sources[path].items for path in paths)
