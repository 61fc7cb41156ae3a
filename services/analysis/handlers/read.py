"""Officers read the analysis, and everybody the results."""

from typing import Any

from services.analysis.handlers import announced, answers, store, works
from services.analysis.settings import settings
from services.analysis.use_cases import read
from services.shared.http import Api, Request, Response

api = Api("analysis", settings)


@api.route("GET /v1/topics/{topic}/analysis")
def read_analysis(request: Request) -> Response:
    """What the analysis found, for the agency's staff."""
    run = read.staff_run(request.path["topic"], request.round, caller=request.caller, store=store())
    found = read.staff_results(run, store=store(), announced=announced(), answers=answers())
    return Response(body=found)


@api.route("GET /v1/topics/{topic}/analysis/progress")
def read_progress(request: Request) -> Response:
    """How far an analysis is that was begun."""
    found = read.progress_of(
        request.path["topic"],
        request.round,
        caller=request.caller,
        store=store(),
        works=works(),
    )
    return Response(body=found)


@api.route("GET /v1/topics/{topic}/results")
def read_results(request: Request) -> Response:
    """The same for everybody, once it is public."""
    run = read.public_run(request.path["topic"], request.round, store=store())
    return Response(
        body=read.results(run, store=store(), answers=answers()),
        headers={"Cache-Control": "public, max-age=300"},
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``analysis-read``."""
    return api.handle(event, context)
