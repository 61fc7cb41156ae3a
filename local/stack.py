"""The local stack: the synthesized templates, standing, served, and under one clock."""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Self

import jwt
from moto.events.models import events_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local import dynamodb, emulator, expiry, machine
from local.admin import Admin
from local.assembly import Assembly
from local.clock import LocalClock
from local.emulator import ACCOUNT, REGION, TURN, client
from local.events import Bus
from local.gateway import Gateway, Request, Response
from local.http import HOST, Server
from local.identity import AUDIENCE, ISSUER, Issuer
from local.lambdas import Answer, Functions, variables
from local.outbox import Outbox
from local.pollers import queues
from local.resources import Deployment, create
from local.resources.gateway import gateway_of
from local.seams import Seam, replaced
from local.template import Template
from services.shared import clock as services_clock

ADMIN_PREFIX = "/_local/"
# The functions' standard output is this process's: warnings only, unless they are asked for more.
_QUIET = {"POWERTOOLS_LOG_LEVEL": "WARNING", "POWERTOOLS_METRICS_DISABLED": "true"}


class FunctionFailed(Exception):
    """An invoked function answered with an error document."""


class LocalStack:
    """The whole system in this process; a context manager, or `start` and `stop`.

    Parameters
    ----------
    assembly : Assembly
        The synthesized templates, see `local.synth.assembly`.
    port : int
        Port of 127.0.0.1 to serve on; 0 for any free one.
    speed : float
        Local seconds per real second.

    Attributes
    ----------
    url : str
        Where the API is served.
    clock : LocalClock
        The one clock.
    issuer : Issuer
        Who signs the access tokens.
    outputs : dict
        Outputs of the templates by stack and name.
    """

    def __init__(self, assembly: Assembly, *, port: int = 0, speed: float = 1.0) -> None:
        self.clock = LocalClock(speed=speed)
        self.functions = Functions(self.clock)
        self.outbox = Outbox(self.clock)
        self.outputs: dict[str, dict[str, Any]] = {}
        self._assembly = assembly
        self._deployment = Deployment(self.clock, self.functions, assembly.assets)
        self._bus = Bus(self.clock, self.functions)
        self._gateway: Gateway | None = None
        self._admin = Admin(self)
        self._server = Server(self._answer, port=port)
        self._running = ExitStack()
        self.url = f"http://{HOST}:{self._server.port}"
        self.issuer = Issuer()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Create the resources, start the pollers, answer requests.

        Raises
        ------
        DeploymentError
            If a template asks for what the local stack cannot stand up.
        """
        try:
            self._running.callback(self._server.stop)
            self._running.enter_context(emulator.running())
            self._running.enter_context(replaced(self._seams()))
            # Before moto is put back, the threads that use it must be gone.
            self._running.callback(self.clock.stop)
            self._deploy()
            self._running.enter_context(variables(self._variables()))
            for poller in self._deployment.pollers:
                poller.start()
            expiry.start(self.clock)
            self._server.start()
        except BaseException:
            self._running.close()
            raise

    def stop(self) -> None:
        """End everything and put moto, the environment and the services' clock back."""
        self._running.close()

    def settle(self, *, timeout_seconds: float = 300) -> None:
        """Wait until all work begun is done; see `LocalClock.settle`."""
        self.clock.settle(timeout_seconds=timeout_seconds)

    def advance(self, delta: timedelta, *, timeout_seconds: float = 300) -> None:
        """Let local time pass; see `LocalClock.advance`."""
        self.clock.advance(delta, timeout_seconds=timeout_seconds)

    def token(self, role: str, agency: str | None = None, subject: str | None = None) -> str:
        """Access token of a role, for an agency if one is named."""
        groups = [role] if agency is None else [role, f"agency.{agency}"]
        return self.issuer.token(*groups, subject=subject or f"local-{role}")

    def invoke(self, function: str, payload: Any) -> Any:
        """Invoke a function by its name or as ``"<service>-<handler>"``.

        Raises
        ------
        FunctionFailed
            With the error document, if the function failed.
        """
        wanted = function.replace("_", "-")
        names = [n for n in self.functions.by_name if n == wanted or n.endswith(f"-{wanted}")]
        if len(names) != 1:
            raise KeyError(f"{function}: {len(names)} functions of that name")
        answer: Answer = self.functions.call(names[0], payload)
        if answer.failed:
            raise FunctionFailed(answer.payload)
        return answer.value()

    def client(self, service: str) -> Any:
        """AWS client of this stack's account and region."""
        return client(service)

    def executions(self) -> list[dict[str, Any]]:
        """Executions of all state machines, oldest first."""
        machines = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
        return [_told(found) for machine_ in machines for found in machine_.executions]

    def queues(self) -> list[dict[str, Any]]:
        """Queues with their numbers of messages."""
        with TURN:
            found = list(sqs_backends[ACCOUNT][REGION].queues.values())
            return [
                {
                    "name": queue.name,
                    "visible": queue.approximate_number_of_messages,
                    "in_flight": queue.approximate_number_of_messages_not_visible,
                }
                for queue in found
            ]

    def _seams(self) -> list[Seam]:
        watchers = self._deployment.watchers

        def written(source: str) -> None:
            for watcher in watchers.get(source, ()):
                watcher()

        return [
            *emulator.seams(),
            *dynamodb.seams(self.clock, written),
            *queues.seams(self.clock, written),
            *self.functions.seams(),
            *self._bus.seams(),
            *self.outbox.seams(),
            *machine.seams(self.clock, self._announce),
            Seam(services_clock, "_source", self.clock.now),
        ]

    def _deploy(self) -> None:
        exports: dict[str, Any] = {}
        for name, body in self._assembly.templates.items():
            template = Template(name, body, exports)
            create(self._deployment, template)
            self.outputs[name] = template.export()
        environment = self.functions.environment()
        self.issuer = Issuer(
            environment.get("OIDC_ISSUER", ISSUER), environment.get("OIDC_AUDIENCE", AUDIENCE)
        )
        keys = jwt.PyJWKSet.from_dict(self.issuer.jwks())
        self._gateway = gateway_of(self._deployment, keys)

    def _variables(self) -> Mapping[str, str]:
        """The functions' variables; what names this server is known only now."""
        return {
            **{name: os.environ.get(name, value) for name, value in _QUIET.items()},
            **self.functions.environment(),
            "OIDC_JWKS_URL": f"{self.url}{ADMIN_PREFIX}oidc/jwks.json",
            "PUBLIC_BASE_URL": self.url,
        }

    def _answer(self, request: Request) -> Response:
        if request.target.startswith(ADMIN_PREFIX):
            return self._admin.answer(request)
        if self._gateway is None:
            return Response(status=404)
        with self.clock.busy():
            return self._gateway.answer(request)

    def _announce(self, execution: Any) -> None:
        """Put the event of an execution's end on the default bus, as AWS does."""
        entry = {
            "Source": "aws.states",
            "DetailType": "Step Functions Execution Status Change",
            "Resources": [execution.exec_arn],
            "Detail": json.dumps(_status_change(execution)),
        }
        with TURN:
            self._bus.put(events_backends[ACCOUNT][REGION], [entry])


def _status_change(execution: Any) -> dict[str, Any]:
    output = None if execution.output is None else json.dumps(execution.output)
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": str(execution.exec_status.value),
        "startDate": int(execution.start_date.timestamp() * 1000),
        "stopDate": int(execution.stop_date.timestamp() * 1000),
        "input": json.dumps(execution.input_data),
        "output": output,
        "error": execution.error,
        "cause": execution.cause,
    }


def _told(execution: Any) -> dict[str, Any]:
    events = execution.to_history_output()["events"] if execution.exec_worker else []
    entered = [event for event in events if str(event["type"].value).endswith("StateEntered")]
    last = entered[-1]["stateEnteredEventDetails"]["name"] if entered else None
    return {
        "name": execution.name,
        "arn": execution.exec_arn,
        "status": str(execution.exec_status.value),
        "state": last,
        "history_events": len(events),
        "transitions": len(entered),
        "error": execution.error,
        "cause": execution.cause,
    }
