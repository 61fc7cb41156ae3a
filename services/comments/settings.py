"""Settings of the comments service."""

from functools import cache

from services.shared.settings import Settings


class CommentsSettings(Settings):
    """What the comments functions need to know of their surroundings.

    Attributes
    ----------
    comments_data_key_id : str
        KMS key under which each round's data key is wrapped.
    receipt_keys_secret_arn : str
        The secret of the keys that sign receipts.
    moderation_screen_function_name : str
        The function that screens new comments.
    analysis_serve_function_name : str
        The function that knows the dispositions of comments.
    """

    comments_table_name: str
    comments_data_key_id: str
    receipt_keys_secret_arn: str
    moderation_screen_function_name: str
    analysis_serve_function_name: str
    comments_relay_function_name: str = ""
    comments_relay_mapping_id: str = ""
    comments_screen_function_name: str = ""
    comments_screen_mapping_id: str = ""


@cache
def settings() -> CommentsSettings:
    """Settings, read on first use."""
    return CommentsSettings.load()
