"""Settings of the topics service."""

from functools import cache

from services.shared.settings import Settings


class TopicsSettings(Settings):
    """What the topics functions read from the environment."""

    topics_table_name: str
    state_machine_arn: str
    comments_set_window_function_name: str
    comments_count_function_name: str
    analysis_gate_function_name: str


@cache
def settings() -> TopicsSettings:
    """Settings of this container."""
    return TopicsSettings.load()
