"""The texts beside a locked record: which edition of them stands, signed by the key of heads."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from services.archive.model.heads import Hash, Id, Signed, Signer
from services.archive.model.record import RecordFile, root_of

Count = Annotated[StrictInt, Field(ge=0)]


class TextsEdition(Signed):
    """What is signed of an edition of texts.

    Attributes
    ----------
    record_root : str
        Root of the locked record that they belong to.
    edition : int
        Grows with each sealing of the round and each erasure.
    root : str
        Over path and digest of each file of texts, as a record's.
    erased : int
        Rows without their words.
    """

    label = b"tashawur/texts/1"

    format: Literal["tashawur-texts/1"]
    topic_id: Id
    round: Annotated[StrictInt, Field(ge=1, le=999)]
    record_root: Hash
    edition: Count
    erased: Count


def issued(
    signer: Signer, claims: dict[str, Any], files: Iterable[RecordFile], *, at: str
) -> dict[str, Any]:
    """The document ``texts.json``: what is signed, and the files, which its `root` binds.

    Parameters
    ----------
    claims : dict
        ``topic_id``, ``round``, ``record_root``, ``edition`` and ``erased``.
    """
    listed = sorted(files, key=lambda file: file.path)
    root = root_of({file.path: file.sha256 for file in listed})
    whole = {"format": "tashawur-texts/1", **claims, "root": root, "time": at}
    signed = TextsEdition.signed(signer, whole)
    return {**signed.model_dump(), "files": [asdict(file) for file in listed]}
