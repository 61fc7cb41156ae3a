"""What a measurement says."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    name : str
        What was measured, and against what.
    value : float
        The figure.
    unit : str
        E.g. ``"ratio"``, ``"s"``, ``"MB"``.
    aim : float or None
        What it should not exceed; ``None`` if there is no aim.
    """

    name: str
    value: float
    unit: str
    aim: float | None = None
