"""What became of a comment after its round was exported to be analysed."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

_FINALITY = {"withdrawn": 1, "erased": 2}


class Change(BaseModel):
    """A comment that its author withdrew or had erased, that moderation rejected or restored.

    Attributes
    ----------
    reason_code : str or None
        Moderation's ground; of a rejected comment only.
    edition : int
        Which of moderation's decisions it was; 0 of a withdrawal or an erasure.
    restoration : int
        Which of the round's restorations it is, as they were noted; 0 of any other change.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    comment_id: str
    status: Literal["withdrawn", "erased", "rejected", "published"]
    reason_code: str | None = None
    edition: int = 0
    restoration: int = 0

    @property
    def needs_answer(self) -> bool:
        """Whether the comment needs an answer again."""
        return self.status == "published"

    def overtakes(self, standing: Self) -> bool:
        """Whether it takes the place of another one, in whatever order the two arrive.

        A withdrawal does of whatever moderation decided, an erasure of a withdrawal too, and never
        the other way round: nothing decides about what its author has taken back.
        """
        own, former = (_FINALITY.get(each.status, 0) for each in (self, standing))
        return own > former or (own == former == 0 and self.edition > standing.edition)

    @model_validator(mode="after")
    def _has_its_ground(self) -> Self:
        if (self.status == "rejected") != (self.reason_code is not None):
            raise ValueError("a ground is told of what was rejected, and of nothing else")
        return self
