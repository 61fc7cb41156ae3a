"""Settings of the analysis service."""

from functools import cache

from services.shared.settings import Settings


class AnalysisSettings(Settings):
    """What the analysis functions read from the environment.

    Attributes
    ----------
    topics_serve_function_name : str
        The function that knows whose a topic is, and its decision.
    """

    analysis_table_name: str
    topics_serve_function_name: str
    analysis_relay_function_name: str = ""
    analysis_relay_mapping_id: str = ""


@cache
def settings() -> AnalysisSettings:
    """Settings of this container."""
    return AnalysisSettings.load()
