"""Settings of the topics service."""

from functools import cache

from services.shared.settings import Settings


class TopicsSettings(Settings):
    """What the topics functions read from the environment.

    Attributes
    ----------
    topics_queues : str
        Names of the programme's queues, with commas between; only the function that operates them
        knows them.
    """

    topics_table_name: str
    state_machine_arn: str
    comments_set_window_function_name: str
    comments_count_function_name: str
    analysis_gate_function_name: str
    topics_queues: str = ""
    topics_reconcile_function_name: str = ""
    comments_reconcile_function_name: str = ""
    moderation_reconcile_function_name: str = ""
    analysis_reconcile_function_name: str = ""
    outreach_reconcile_function_name: str = ""
    archive_reconcile_function_name: str = ""
    topics_relay_function_name: str = ""
    topics_relay_mapping_id: str = ""
    topics_bell_function_name: str = ""
    topics_bell_mapping_id: str = ""


@cache
def settings() -> TopicsSettings:
    """Settings of this container."""
    return TopicsSettings.load()
