"""The rounds' data keys: made and wrapped by KMS, unwrapped once per container."""

from services.comments.model.sealing import SealBroken
from services.comments.model.window import Window
from services.shared import aws


class DataKeys:
    """Data keys (AES-256) of the rounds.

    Parameters
    ----------
    key_id : str
        The KMS key under which they are wrapped.
    """

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id
        self._plain: dict[bytes, bytes] = {}

    def generate(self, topic_id: str, round_: int) -> bytes:
        """Make a key for a round; only its wrapped form leaves this call."""
        reply = aws.client("kms").generate_data_key(
            KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=_context(topic_id, round_)
        )
        return bytes(reply["CiphertextBlob"])

    def plain(self, window: Window) -> bytes:
        """Key of a window's round, 32 bytes.

        Raises
        ------
        SealBroken
            If it was deleted: what was sealed with it nobody opens any more.
        """
        if window.data_key is None:
            raise SealBroken("the key is deleted")
        if window.data_key not in self._plain:
            reply = aws.client("kms").decrypt(
                CiphertextBlob=window.data_key,
                EncryptionContext=_context(window.topic_id, window.round),
            )
            self._plain[window.data_key] = bytes(reply["Plaintext"])
        return self._plain[window.data_key]


def _context(topic_id: str, round_: int) -> dict[str, str]:
    return {"topic": topic_id, "round": str(round_)}
