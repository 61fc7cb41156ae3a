"""archive-prove: that a comment is in its round's tree."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.archive.handlers import tree_store
from services.archive.use_cases.prove import prove
from services.shared.transient import transient_errors


class ProofRequest(BaseModel):
    """Payload: a comment as its receipt has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: Annotated[int, Field(ge=1, le=999)]
    comment_id: str
    received_at: Annotated[str, Field(pattern=r"^[0-9T:.-]{23}Z$")]


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the proof, or null as long as there is none."""
    asked = ProofRequest.model_validate(event)
    proof = prove(
        asked.topic_id,
        asked.round,
        asked.comment_id,
        received_at=asked.received_at,
        trees=tree_store(),
    )
    return {"inclusion": proof}
