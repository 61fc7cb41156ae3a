"""Operators see the queues of all services, and send what failed to its consumer once more."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.http import Api, Request, Response
from services.shared.table import Table
from services.topics.logbook import Logbook
from services.topics.settings import settings
from services.topics.use_cases import redrive

api = Api("topics", settings)


class RedriveRequest(BaseModel):
    """Body of a redrive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dry_run: bool = False


@api.route("GET /v1/ops/queues")
def list_queues(_request: Request) -> Response:
    """Every queue with its depth, its age, and what waits beside it."""
    items = redrive.overview(_queues(), at=clock.now())
    return Response(body={"items": items, "next_cursor": None})


@api.route("POST /v1/ops/queues/{queue}/redrive")
def redrive_queue(request: Request) -> Response:
    """Send what failed to its consumer once more, or only tell what that would move."""
    asked = request.parse(RedriveRequest)
    queue = redrive.queue_of(request.path["queue"], _queues())
    if asked.dry_run:
        return Response(body=redrive.look(queue))
    actor = request.caller.acting_as("operator")
    logbook = Logbook(Table(settings().topics_table_name))
    return Response(body=redrive.redrive(queue, actor=actor, at=clock.now(), logbook=logbook))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-queues``."""
    return api.handle(event, context)


def _queues() -> list[redrive.Queue]:
    names = [name for name in settings().topics_queues.split(",") if name]
    return redrive.known(names, stage=settings().stage)
