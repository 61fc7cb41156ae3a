"""What people show to be taken for the authors of comments."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.shared.ids import ID_PATTERN


class ShownReceipt(BaseModel):
    """A comment, and what shows that it is one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comment_id: Annotated[str, Field(pattern=ID_PATTERN)]
    receipt_secret: Annotated[str, Field(max_length=200)]
