"""The tables and weights that the rules read, as they lie beside the code."""

from importlib import resources


def read_data(name: str) -> bytes:
    """Bytes of a file of ``services/moderation/data``."""
    return resources.files("services.moderation").joinpath("data", name).read_bytes()
