"""A notice to very many subscribers by mail: how long, and whether each is told once.

The real function delivers part by part, as the state machine has it do, on the emulated account;
SES answers at once and counts. One recipient in a thousand is refused, one in ten also follows all
consultations. In the middle the function is killed while a mail is on its way; then every part is
delivered again, and once more. `make bench` and `python -m bench recipients` measure 20,000; as
many as one likes, `python -m bench.recipients 100000`. Seconds are CPU of the function alone: what
SES and DynamoDB take is not in them.
"""

import os
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bench.figure import Figure
from bench.support.emulated import watched

RECIPIENTS = 20_000
AIM_MB = 1769
"""What the function has."""
_REFUSED = 1_000
_WIDE = 10
_MB = 1024
_TOPIC = "r" * 26
_TASK = {"topic_id": _TOPIC, "round": 1, "notice": "announced", "channel": "email"}
_TEXT = {"ar": "مواعيد المراكز الصحية", "en": "Health centres' hours"}
_ANSWER = {
    "topic": {
        "topic_id": _TOPIC,
        "round": 1,
        "stage": "announced",
        "agency": "health",
        "title": _TEXT,
        "summary": _TEXT,
        "timetable": {"opens_at": "2026-11-01T10:00:00Z", "closes_at": "2026-12-28T21:00:00Z"},
        "contact": {"name": _TEXT, "email": "centres@health.example"},
    },
    "announcement": {"summary": _TEXT, "rationale": _TEXT, "clauses": [], "version": 1},
}


class Killed(BaseException):
    """The function's process ends."""


@dataclass
class Ses:
    """SES: takes a mail or refuses it, and at one of them the function's process ends.

    Attributes
    ----------
    kill_at : int
        At which mail.
    taken : Counter
        Mails by address, the one included that was on its way then.
    """

    kill_at: int
    taken: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    _to: str = ""

    def notice(self, params: dict[str, Any], **_: Any) -> None:
        """See whom a mail is to."""
        self._to = params["Destination"]["ToAddresses"][0]

    def answer(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        """Answer for the mail seen last."""
        from botocore.awsrequest import AWSResponse

        self.asked += 1
        refused = self.asked % _REFUSED == 0
        status = 400 if refused else 200
        if not refused:
            self.taken[self._to] += 1
        if self.asked == self.kill_at:
            raise Killed
        error = {"Error": {"Code": "MessageRejected", "Message": ""}} if refused else {}
        parsed = {"MessageId": "m", "ResponseMetadata": {"HTTPStatusCode": status}} | error
        return AWSResponse("https://email.invalid", status, {}, b""), parsed


def measure(recipients: int = RECIPIENTS) -> Iterator[Figure]:
    """Seconds, how many were sent, failed and unknown, and how often somebody was told twice."""
    of = f"recipients: {recipients:,}"
    ses = Ses(kill_at=recipients // 2)
    with _account(ses, recipients), watched() as emulated:
        began = emulated.cpu()
        parts = _delivered()
        seconds = emulated.cpu() - began
        found = _progress()
    told = found.sent + found.failed + found.unknown
    repeated = sum(number - 1 for number in ses.taken.values())
    yield Figure(name=f"{of}, delivered", value=seconds, unit="s")
    yield Figure(name=f"{of}, parts", value=parts, unit="parts")
    yield Figure(name=f"{of}, sent", value=found.sent, unit="mails")
    yield Figure(name=f"{of}, failed", value=found.failed, unit="mails")
    yield Figure(name=f"{of}, unknown", value=found.unknown, unit="mails", aim=1)
    yield Figure(name=f"{of}, told twice", value=repeated, unit="people", aim=0)
    # The topic's contact is told too.
    forgotten = abs(recipients + 1 - told)
    yield Figure(name=f"{of}, not accounted for", value=forgotten, unit="people", aim=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    yield Figure(name=f"{of}, peak memory, emulator's too", value=peak, unit="MB")


@contextmanager
def _account(ses: Ses, recipients: int) -> Iterator[None]:
    """A fresh emulated account with so many subscribers."""
    from moto import mock_aws
    from moto.dynamodb.models import table

    from local import dynamodb
    from local.clock import LocalClock
    from local.seams import Seam, replaced
    from services.outreach import handlers, transport
    from tests.support.account import ENVIRONMENT, create_account

    os.environ |= ENVIRONMENT
    changed = [
        *dynamodb.seams(LocalClock(), lambda _table: None),
        Seam(table.Table, "all_items", _in_order),
        Seam(handlers, "invoke", lambda _name, _payload: _ANSWER),
    ]
    with mock_aws(), replaced(changed):
        create_account()
        events = transport.client("sesv2").meta.events
        events.register("provide-client-params.sesv2.SendEmail", ses.notice)
        events.register("before-call.sesv2.SendEmail", ses.answer)
        _subscribe(recipients)
        yield


def _in_order(table: Any) -> list[Any]:
    """Items as moto sorts them for each query, by their keys' texts: quicker, and as right."""
    items = [item for partition in table.items.values() for item in partition.values()]
    return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))


def _subscribe(recipients: int) -> None:
    from tests.support.crowd import crowd, subscribe

    for address in crowd(recipients, scope=_TOPIC)[::_WIDE]:
        subscribe(address, scope="all")


def _delivered() -> int:
    """Deliver, be killed, deliver everything again and once more; how many parts there were."""
    from services.outreach.handlers import deliver

    context = _Context()
    parts = deliver.handler(_TASK | {"step": "begin"}, context)["parts"]
    for _ in range(3):
        for part in parts:
            with suppress(Killed):
                deliver.handler(_TASK | {"step": "part", "part": part}, context)
    deliver.handler(_TASK | {"step": "end"}, context)
    return len(parts)


def _progress() -> Any:
    from services.outreach import handlers
    from services.outreach.model.delivery import Delivery
    from services.outreach.use_cases.progress import progress

    delivery = Delivery.model_validate(_TASK)
    return progress(delivery, deliveries=handlers.delivery_store(), parts=handlers.part_store())


class _Context:
    """A function that always has time."""

    def get_remaining_time_in_millis(self) -> int:
        """Time left, in milliseconds."""
        return 800_000


if __name__ == "__main__":
    for figure in measure(*map(int, sys.argv[1:])):
        print(f"{figure.name:60} {figure.value:10.2f} {figure.unit}", flush=True)
