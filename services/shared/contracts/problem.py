"""What a refusal says, whoever refuses."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from services.shared.contracts.operation import Shown


class ProblemFault(Shown):
    """One fault of a request.

    Attributes
    ----------
    field : str
        JSON pointer of the place; empty for the request as a whole.
    code : str
        What is wrong, for programs (docs/problems.md).
    message : str
        What is wrong, for people.
    """

    field: str
    code: str
    message: str


class Problem(Shown):
    """A refusal (RFC 9457), in Arabic or English; some have further members.

    Attributes
    ----------
    type : str
        Which problem; `GET` it to learn more.
    code : str
        Which case of it, for programs (docs/problems.md).
    instance : str
        Path of the request.
    errors : list
        All the faults at once.
    """

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, StringConstraints(pattern="^/problems/[a-z-]+$")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    instance: str
    errors: tuple[ProblemFault, ...]


class GatewayMessage(Shown):
    """What the gateway itself says before a function is asked; in English only."""

    message: str
