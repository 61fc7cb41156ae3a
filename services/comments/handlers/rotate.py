"""comments-rotate: Secrets Manager, once a year, has a key added that will sign receipts.

There is nothing to set elsewhere: whoever reads the secret has all of it.
"""

import secrets
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.comments.key_secret import KeySecret
from services.comments.use_cases.rotate import Rotation, Step, rotate
from services.shared import clock

_SEED_BYTES = 32


class RotationEvent(BaseModel):
    """What Secrets Manager hands over; more members may come."""

    model_config = ConfigDict(frozen=True)

    step: Step = Field(alias="Step")
    secret: str = Field(alias="SecretId")
    version: str = Field(alias="ClientRequestToken")


def handler(event: dict[str, Any], context: Any) -> None:
    """Take one step of a rotation; an error makes Secrets Manager try again."""
    asked = RotationEvent.model_validate(event)
    rotate(
        Rotation(
            secret=KeySecret(asked.secret),
            step=asked.step,
            version=asked.version,
            seed=secrets.token_hex(_SEED_BYTES),
            at=clock.now(),
        )
    )
