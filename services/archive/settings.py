"""Settings of the archive service."""

from functools import cache

from services.shared.head_keys import EarlierKeys
from services.shared.settings import Settings


class ArchiveSettings(Settings):
    """What the archive functions read from the environment.

    Attributes
    ----------
    archive_licence_url : str
        Licence under which records are published; CC BY 4.0 unless the programme sets another.
    head_key_arn : str
        The KMS key that signs the heads of trees.
    head_keys : tuple of EarlierKey
        The public keys before it.
    former_head_key_arn : str
        The KMS key of the last of these, which signs until that one's end.
    comments_leaves_function_name : str
        The function that has the leaves of comments.
    """

    archive_table_name: str
    archive_bucket_name: str
    texts_bucket_name: str
    archive_licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    head_key_arn: str
    head_keys: EarlierKeys = ()
    former_head_key_arn: str = ""
    comments_leaves_function_name: str
    archive_relay_function_name: str = ""
    archive_relay_mapping_id: str = ""


@cache
def settings() -> ArchiveSettings:
    """Settings of this container."""
    return ArchiveSettings.load()
