"""Settings of the outreach service."""

from functools import cache

from services.shared.settings import Settings


class OutreachSettings(Settings):
    """What the outreach functions read from the environment.

    Attributes
    ----------
    comments_contacts_function_name : str
        The function that gives the addresses which participants left.
    analysis_serve_function_name : str
        The function that tells what comments were answered.
    """

    outreach_table_name: str
    outreach_sender: str
    topics_serve_function_name: str
    comments_contacts_function_name: str
    analysis_serve_function_name: str
    outreach_relay_function_name: str = ""
    outreach_relay_mapping_id: str = ""


@cache
def settings() -> OutreachSettings:
    """Settings of this container."""
    return OutreachSettings.load()
