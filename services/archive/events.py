"""Events that the archive service emits."""

from services.shared.events import EventData


class RecordSealed(EventData):
    """The record of a round was sealed.

    Attributes
    ----------
    root : str
        Root of the Merkle tree over the record's files, hex.
    files : int
        Files in the record, the manifest not counted.
    edition : int
        1 for the first sealing; one more each time that a reopened round is sealed again.
    """

    root: str
    files: int
    edition: int


class TextsReissued(EventData):
    """Texts of a sealed record were issued anew, without the words of comments that were erased.

    Attributes
    ----------
    record_root : str
        Root of the record, which stays as it was sealed, hex.
    edition : int
        Of the texts; grows with each sealing of the round too.
    erased : int
        Rows without their words, all that there are by now.
    """

    record_root: str
    edition: int
    erased: int
