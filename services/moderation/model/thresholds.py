"""The weights and the one threshold that turn what was found into an outcome: versioned data.

`data/thresholds.json` says how much a term of each tier counts, how much the linear model may add
or take away, and from which score a comment is held; beside them stands what they were measured to
do. Changing one is changing the rules for everybody, so that it is a change of that file.
"""

import hashlib
import json
from functools import cache
from math import exp
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.moderation.model import linear
from services.moderation.model.data_files import read_data

FILE = "thresholds.json"


class ModelWeight(BaseModel):
    """How the linear model counts.

    Attributes
    ----------
    weight : float
        What its logit is multiplied with.
    least, most : float
        Bounds of the logit: how much it may take away, and add.
    fewest_words : int
        Shorter texts it does not judge.
    words_shown : int
        How many words are shown as its reason where it holds a comment alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: float = Field(ge=0)
    least: float = Field(le=0)
    most: float = Field(ge=0)
    fewest_words: int = Field(ge=1)
    words_shown: int = Field(ge=1)


class TierWeights(BaseModel):
    """What the presence of a term of each tier adds; a mild one that is aimed is ``aimed``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hard: float = Field(ge=0)
    soft: float = Field(ge=0)
    aimed: float = Field(ge=0)
    mild: float = Field(ge=0)

    def of(self, kind: str) -> float:
        """Weight of a tier, or of ``aimed``."""
        weight: float = getattr(self, kind)
        return weight


class Measured(BaseModel):
    """What the settings did to a labelled set when they were chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: str
    how: str
    precision: float
    recall: float
    f1: float
    auc: float
    held_clean: float


class Thresholds(BaseModel):
    """The settings; all weights are in logits, `hold_at` is a score in 0…1.

    Raises
    ------
    ValueError
        If the model could set aside a hard or soft term or a mild one that is aimed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["tashawur-thresholds/1"]
    version: str = Field(min_length=1)
    hold_at: float = Field(gt=0, lt=1)
    base: float
    terms: TierWeights
    again: float = Field(ge=0)
    model: ModelWeight
    measured: tuple[Measured, ...]

    @model_validator(mode="after")
    def _the_model_sets_no_insult_aside(self) -> "Thresholds":
        for kind in ("hard", "soft", "aimed"):
            least = self.base + self.terms.of(kind) + self.model.weight * self.model.least
            if sigmoid(least) < self.hold_at:
                raise ValueError(f"terms.{kind}: must hold a comment whatever the model says")
        return self


def sigmoid(logit: float) -> float:
    """Score in 0…1 of a logit."""
    return 1 / (1 + exp(-logit))


@cache
def thresholds() -> Thresholds:
    """The programme's settings, read on first use."""
    return Thresholds.model_validate(json.loads(read_data(FILE)))


@cache
def model_version() -> str:
    """First 12 hex digits of the SHA-256 over the model's weights and these settings."""
    return hashlib.sha256(read_data(linear.FILE) + read_data(FILE)).hexdigest()[:12]
