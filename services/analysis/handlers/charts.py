"""Everybody sees the results in charts, as they are by now."""

from typing import Any

from services.analysis.charts.figures import all_charts
from services.analysis.charts.picture import SVG, chart_of
from services.analysis.handlers import store
from services.analysis.settings import settings
from services.analysis.use_cases import read
from services.shared.errors import NotFound
from services.shared.http import Api, Request, Response

_CACHED = {"Cache-Control": "public, max-age=300"}
api = Api("analysis", settings)


@api.route("GET /v1/topics/{topic}/results/charts")
def list_charts(request: Request) -> Response:
    """Which charts there are: names of files, titles and descriptions."""
    results = _results(request)
    items = [
        {"file": each.file, "language": each.language, "title": each.title, "about": each.about}
        for each in all_charts(results)
    ]
    return Response(body={"items": items}, headers=_CACHED)


@api.route("GET /v1/topics/{topic}/results/charts/{chart}")
def read_chart(request: Request) -> Response:
    """One chart, as SVG."""
    drawing = chart_of(_results(request), request.path["chart"])
    if drawing is None:
        raise NotFound
    return Response(body=drawing, media_type=SVG, headers=_CACHED)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``analysis-charts``."""
    return api.handle(event, context)


def _results(request: Request) -> dict[str, Any]:
    run = read.public_run(request.path["topic"], request.round, store=store())
    return read.citable(run, store=store())
