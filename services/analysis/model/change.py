"""What became of a comment after its round was exported to be analysed."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Change(BaseModel):
    """A comment that its author withdrew, or that moderation rejected.

    Attributes
    ----------
    reason_code : str or None
        Moderation's ground; of a rejected comment only.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    comment_id: str
    status: Literal["withdrawn", "rejected"]
    reason_code: str | None = None

    @model_validator(mode="after")
    def _has_its_ground(self) -> Self:
        if (self.status == "rejected") != (self.reason_code is not None):
            raise ValueError("a ground is told of what was rejected, and of nothing else")
        return self
