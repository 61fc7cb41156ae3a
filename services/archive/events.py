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
