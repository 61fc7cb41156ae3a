"""Settings of the outreach service."""

from functools import cache

from pydantic import Field

from services.shared.settings import Settings


class OutreachSettings(Settings):
    """What the outreach functions read from the environment.

    Attributes
    ----------
    outreach_configuration_set : str
        SES configuration set by which mails are sent, so that bounces and complaints come back.
    emails_per_second, texts_per_second : int
        Mails and text messages that the providers take of the account in a second.
    comments_contacts_function_name : str
        The function that gives the addresses which participants left.
    analysis_serve_function_name : str
        The function that tells what comments were answered.
    """

    outreach_table_name: str
    outreach_sender: str
    outreach_configuration_set: str
    emails_per_second: int = Field(ge=1)
    texts_per_second: int = Field(ge=1)
    topics_serve_function_name: str
    comments_contacts_function_name: str
    analysis_serve_function_name: str
    outreach_relay_function_name: str = ""
    outreach_relay_mapping_id: str = ""


@cache
def settings() -> OutreachSettings:
    """Settings of this container."""
    return OutreachSettings.load()
