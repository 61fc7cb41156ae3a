"""EventBridge: PutEvents matches the rules of a bus and delivers to queues and functions.

moto delivers to queues only, tells the time in seconds instead of RFC 3339 and by the wall clock,
takes entries of any size, and quotes no text in a template; so `put_events` is replaced. Its rules
and patterns are used.
"""

import json
import uuid
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventPattern, EventsBackend
from moto.sqs.models import sqs_backends

from local.clock import LocalClock
from local.lambdas import Functions
from local.seams import Seam

ENTRY_LIMIT_BYTES = 256 * 1024
ENTRIES_PER_CALL = 10


class Bus:
    """Puts events to the rules' targets.

    Parameters
    ----------
    clock : LocalClock
        Tells when an event was put.
    functions : Functions
        The functions that rules may invoke.
    """

    def __init__(self, clock: LocalClock, functions: Functions) -> None:
        self._clock = clock
        self._functions = functions

    def seams(self) -> list[Seam]:
        """Where moto's EventBridge is changed."""

        def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[Any]:
            return self.put(backend, events)

        return [Seam(EventsBackend, "put_events", put_events)]

    def put(self, backend: EventsBackend, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Deliver entries of a PutEvents call; returns an event id or an error for each."""
        if len(entries) > ENTRIES_PER_CALL:
            raise _refusal(f"more than {ENTRIES_PER_CALL} entries")
        if sum(map(_size, entries)) > ENTRY_LIMIT_BYTES:
            raise _refusal(f"Total size of the entries in the request is over {ENTRY_LIMIT_BYTES}")
        return [self._put_one(backend, entry) for entry in entries]

    def _put_one(self, backend: EventsBackend, entry: dict[str, Any]) -> dict[str, Any]:
        fault = _fault(entry)
        if fault is not None:
            return fault
        event: Any = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": backend.account_id,
            "time": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": backend.region_name,
            "resources": entry.get("Resources", []),
            "detail": json.loads(entry["Detail"]),
        }
        bus = backend.describe_event_bus(
            backend._normalize_event_bus_arn(entry.get("EventBusName"))
        )
        flat = EventPattern._flatten_dict(event)
        for rule in list(bus.rules.values()):
            pattern = rule.event_pattern.get_pattern()
            if (
                rule.state == "ENABLED"
                and pattern
                and rule.event_pattern._does_event_match(flat, pattern)
            ):
                for target in rule.targets:
                    deliver(target, _message(target, event), functions=self._functions)
        return {"EventId": event["id"]}


def deliver(target: dict[str, Any], message: Any, *, functions: Functions) -> None:
    """Hand a message to a rule's target, a queue or a function."""
    _, _, service, region, account, name = target["Arn"].split(":", 5)
    if service == "sqs":
        sqs_backends[account][region].send_message(
            queue_name=name,
            message_body=json.dumps(message, ensure_ascii=False),
            group_id=target.get("SqsParameters", {}).get("MessageGroupId"),
        )
    elif service == "lambda":
        functions.call_later(target["Arn"], message)
    else:
        raise NotImplementedError(f"rule target {target['Arn']}")


def _message(target: dict[str, Any], event: Any) -> Any:
    """What a rule's target is to get of an event."""
    if "InputTransformer" not in target:
        return event
    return transformed(target["InputTransformer"], event)


def transformed(given: dict[str, Any], event: Any) -> Any:
    """What an input transformer makes of an event: a variable stands for its value, as JSON."""
    template = given["InputTemplate"]
    for name, path in given["InputPathsMap"].items():
        value = event
        for step in path.removeprefix("$.").split("."):
            value = value[step]
        template = template.replace(f"<{name}>", json.dumps(value))
    return json.loads(template)


def _size(entry: dict[str, Any]) -> int:
    """Bytes of an entry as EventBridge counts them (14 for a time)."""
    texts = [entry.get("Source", ""), entry.get("DetailType", ""), entry.get("Detail", "")]
    texts += entry.get("Resources", [])
    return sum(len(text.encode()) for text in texts) + (14 if "Time" in entry else 0)


def _fault(entry: dict[str, Any]) -> dict[str, Any] | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"{name} is required"}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is not an object."}
    return None


def _refusal(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)
