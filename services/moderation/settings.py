"""Settings of the moderation service."""

from functools import cache

from services.shared.settings import Settings


class ModerationSettings(Settings):
    """What the moderation functions read from the environment.

    Attributes
    ----------
    comments_count_function_name, topics_serve_function_name : str
        Who counts comments, and who knows a topic's agency.
    """

    moderation_table_name: str
    comments_count_function_name: str
    topics_serve_function_name: str
    moderation_relay_function_name: str = ""
    moderation_relay_mapping_id: str = ""


@cache
def settings() -> ModerationSettings:
    """Settings of this container."""
    return ModerationSettings.load()
