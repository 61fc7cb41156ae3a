"""Settings of the comments service."""

from functools import cache
from typing import Literal

from pydantic import Field

from services.shared.head_keys import EarlierKeys
from services.shared.settings import Settings


class CommentsSettings(Settings):
    """What the comments functions need to know of their surroundings.

    Attributes
    ----------
    comments_data_key_id : str
        KMS key under which each round's data key is wrapped.
    receipt_keys_secret_arn : str
        The secret of the keys that sign receipts.
    head_key_arn : str
        The KMS key that signs the heads of trees.
    head_keys : tuple of EarlierKey
        The public keys before it.
    moderation_screen_function_name, moderation_contest_function_name : str
        The function that screens new comments.
    analysis_serve_function_name : str
        The function that knows the dispositions of comments.
    archive_prove_function_name : str
        The function that proves comments to be in their trees.
    submissions_per_account, submissions_per_address : int
        How many a sender may make in ten minutes, signed in or not.
    challenge : {"none", "proof-of-work"}
        What whoever is not signed in must solve for each submission.
    """

    comments_table_name: str
    comments_data_key_id: str
    receipt_keys_secret_arn: str
    head_key_arn: str
    head_keys: EarlierKeys = ()
    moderation_screen_function_name: str
    moderation_contest_function_name: str
    analysis_serve_function_name: str
    archive_prove_function_name: str
    submissions_per_account: int = Field(ge=1)
    submissions_per_address: int = Field(ge=1)
    challenge: Literal["none", "proof-of-work"]
    comments_relay_function_name: str = ""
    comments_relay_mapping_id: str = ""
    comments_screen_function_name: str = ""
    comments_screen_mapping_id: str = ""


@cache
def settings() -> CommentsSettings:
    """Settings, read on first use."""
    return CommentsSettings.load()
