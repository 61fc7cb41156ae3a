"""Disposing of a whole round by theme: seconds, AWS calls, dollars, and memory at a million.

The real functions answer requests on the emulated account, each size in a process of its own, so
that its peak is that of the round alone (the emulator's part in it counts too). A round has fifty
themes, and every tenth comment none: 100,000 comments are disposed of by one request a theme, a
million by one request for all, and what remains by one more; then the list of dispositions is read
and the gate closes. The first request reads the round, later ones of the container do not. Not
billed here: S3's requests (a handful) and storage, the relay and the audit trail behind an event.
"""

import json
import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.figure import Figure
from bench.support import template
from bench.support.bill import MILLION, Tariff
from bench.support.collection import answered
from bench.support.emulated import Emulated, watched
from bench.support.meter import Meter, Used

COMMENTS, MANY = 100_000, 1_000_000
THEMES = 50
AIM_SECONDS = 60
AIM_MB = 1769
"""What the function has."""
_WITHOUT_THEME = 10
_MB = 1024
_GROUPS = ("officer", "agency.health")
_REASON = {"ar": "أخذنا بما اقترحت.", "en": "We took up what you proposed."}


@dataclass
class Spent:
    """What it took to dispose of a round.

    Attributes
    ----------
    seconds : dict
        CPU of each step, without the emulator's.
    requests : int
        How many changed something.
    calls : int
        AWS calls of these, those to other functions included.
    quantities : dict
        What they are billed for, by price.
    peak : float
        Memory of the process at its most, MB.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    calls: int = 0
    quantities: dict[str, float] = field(default_factory=dict)
    peak: float = 0.0


def measure() -> Iterator[Figure]:
    """Seconds, calls and dollars of either size, and memory of the larger."""
    tariff = Tariff.load()
    few = _apart(COMMENTS, 1)
    of = f"dispositions: {COMMENTS:,} comments"
    yield Figure(name=f"{of}, a request a theme", value=few.seconds["disposed"], unit="s")
    yield Figure(name=f"{of}, AWS calls a request", value=few.calls / few.requests, unit="calls")
    dollars = sum(tariff.cost(name, each) for name, each in few.quantities.items())
    per_million = dollars * MILLION / COMMENTS
    yield Figure(name="dispositions: a million comments", value=per_million, unit="USD")
    many, of = _apart(MANY, THEMES), f"dispositions: {MANY:,} comments"
    yield Figure(name=f"{of}, disposed", value=many.seconds["disposed"], unit="s", aim=AIM_SECONDS)
    yield Figure(name=f"{of}, listed", value=many.seconds["listed"], unit="s")
    yield Figure(name=f"{of}, gate closed", value=many.seconds["closed"], unit="s")
    yield Figure(name=f"{of}, peak memory", value=many.peak, unit="MB", aim=AIM_MB)


def _apart(comments: int, together: int) -> Spent:
    """What it takes in a process of its own; `together`: themes of one request."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(disposed, comments, together).result()


def disposed(comments: int, together: int) -> Spent:
    """Dispose of a round on a fresh emulated account."""
    from moto import mock_aws

    from local.seams import Seam, replaced
    from services.analysis import handlers
    from tests.support.account import ENVIRONMENT, create_account

    os.environ |= ENVIRONMENT
    with mock_aws():
        create_account()
        topic_id, theme_ids = _analysed(comments)
        meter = Meter()
        decision = Seam(handlers, "invoke", lambda _name, _payload: _decision(meter))
        with replaced([decision]), watched(meter) as emulated:
            found = _Officer(topic_id, meter, emulated)
            found.dispose(theme_ids, together)
            found.look()
    found.spent.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    return found.spent


@dataclass
class _Officer:
    """Somebody who disposes of a round, and what the functions used."""

    topic_id: str
    meter: Meter
    emulated: Emulated
    spent: Spent = field(default_factory=Spent)

    def dispose(self, theme_ids: list[str], together: int) -> None:
        """Answer themes, so many a request, and then all that remain."""
        from services.analysis.handlers import dispositions

        targets: list[dict[str, Any]] = [{"theme_id": each} for each in theme_ids]
        requests = [targets[n : n + together] for n in range(0, len(targets), together)]
        requests.append([{"all_remaining": True}])
        with self.meter.part("disposed") as used:
            for each in requests:
                event = _event("PUT", self.topic_id, body={"items": [*map(_answer, each)]})
                self._timed(
                    "disposed", lambda event=event: answered(dispositions.handler, event, 200)
                )
        self.spent.requests, self.spent.calls = len(requests), used.calls.total()
        self.spent.quantities = {
            "http_api_requests": len(requests),
            "lambda_requests": len(requests) + used.calls["Invoke"],
            "lambda_gb_seconds": self._gb_seconds(used),
            "write_units": used.write_units,
            "read_units": used.reads,
        }

    def look(self) -> None:
        """Read the list of dispositions, and have the gate close."""
        from services.analysis.handlers import dispositions, gate

        listing = _event("GET", self.topic_id)
        self._timed("listed", lambda: answered(dispositions.handler, listing, 200))
        order = {"topic_id": self.topic_id, "round": 1, "close": True}
        self._timed("closed", lambda: gate.handler(order, None))

    def _timed(self, step: str, work: Callable[[], Any]) -> None:
        began = self.emulated.cpu()
        work()
        spent = self.emulated.cpu() - began
        self.spent.seconds[step] = self.spent.seconds.get(step, 0.0) + spent

    def _gb_seconds(self, used: Used) -> float:
        """Of what was disposed: CPU on a whole core, and the waiting for DynamoDB and the like."""
        times = Tariff.load().assumed["milliseconds"]
        waiting = sum(times.get(name, 0) * number for name, number in used.calls.items()) / 1000
        memory = template.memory()["analysis-dispositions"]
        return (self.spent.seconds["disposed"] + waiting) * memory / 1024


def _analysed(comments: int) -> tuple[str, list[str]]:
    """A round that was analysed, as its run leaves it; its themes."""
    from services.analysis.handlers import store
    from services.analysis.model.run import Run
    from services.shared import clock, ids

    topic_id = ids.derived_id("bench dispositions", str(comments))
    theme_ids = [ids.derived_id("theme", str(number)) for number in range(THEMES)]
    counts = {"received": comments, "published": comments, "distinct": comments, "campaigns": 0}
    run = Run(
        topic_id=topic_id,
        round=1,
        run_id=ids.derived_id("run"),
        version=1,
        analysed_version=1,
        agency="health",
        analysed_at=clock.to_text(clock.now()),
        **counts,
    )
    themes = [{"theme_id": each, "label": each, "size": comments // THEMES} for each in theme_ids]
    store().write_files(run, results={"themes": themes}, assignments=_rows(comments, theme_ids))
    store().save_run(run, at=clock.now())
    return topic_id, theme_ids


def _rows(comments: int, theme_ids: list[str]) -> Iterator[dict[str, Any]]:
    from services.shared import ids

    for number in range(comments):
        has_theme = number % _WITHOUT_THEME
        yield {
            "comment_id": ids.derived_id("comment", str(number)),
            "kind": "comment",
            "status": "published",
            "language": "ar",
            "campaign_id": None,
            "reason_code": None,
            "theme_ids": [theme_ids[number // _WITHOUT_THEME % THEMES]] if has_theme else [],
        }


def _answer(target: dict[str, Any]) -> dict[str, Any]:
    return {"target": target, "outcome": "accepted", "reason": _REASON, "clause_ids": ["c1"]}


def _decision(meter: Meter) -> dict[str, Any]:
    """What ``topics-serve`` tells of the decision; that it is asked is a call, too."""
    meter.now.calls["Invoke"] += 1
    return {"decision": {"clauses": [{"id": "c1"}]}}


def _event(method: str, topic_id: str, *, body: Any = None) -> dict[str, Any]:
    """HTTP API event (payload 2.0) of an officer's request."""
    path = f"/v1/topics/{topic_id}/dispositions"
    claims = {"sub": "officer-1", "cognito:groups": f"[{' '.join(_GROUPS)}]"}
    return {
        "version": "2.0",
        "routeKey": f"{method} /v1/topics/{{topic}}/dispositions",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "accept-language": "ar"},
        "pathParameters": {"topic": topic_id},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
            "requestId": "request",
            "timeEpoch": 0,
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
