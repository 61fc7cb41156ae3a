"""A table's stream to a function: batches, filters, retries, bisection, and what is given up.

A batch that fails is tried again before anything after it. If the mapping bisects, its halves are
tried apart; what fails for the last time goes to the OnFailure destination, and the stream goes on.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from local.clock import LocalClock, LocalEvent, LocalThread
from local.emulator import TURN
from local.lambdas import Answer, Functions
from local.pollers.destinations import park
from local.pollers.mapping import Mapping

_POLL_SECONDS = 0.1
"""AWS looks at a shard four times a second: without a window too, records come in batches."""
_LONGEST_PAUSE_SECONDS = 60
_RECORD_LIFE = timedelta(hours=24)

Record = dict[str, Any]


def _as_json(value: Any) -> Any:
    """Part of a record as Lambda hands it over: binary values in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value


class StreamPoller:
    """Hands the records of one table's stream to a function, in order.

    Parameters
    ----------
    mapping : Mapping
        What the template says.
    clock : LocalClock
        The clock.
    functions : Functions
        Where to find the function.
    """

    def __init__(self, mapping: Mapping, clock: LocalClock, functions: Functions) -> None:
        self.wake = LocalEvent(clock)
        self._mapping = mapping
        self._clock = clock
        self._functions = functions
        self._position = 0
        self._wanted = 1
        self._ready: list[Record] = []
        _, _, _, region, account, resource = mapping.source_arn.split(":", 5)
        self.table_name = resource.split("/")[1]
        self._backend = dynamodb_backends[account][region]
        self._thread = LocalThread(clock, target=self._run, name=f"stream {self.table_name}")

    def start(self) -> None:
        """Begin to poll, from the first record."""
        self._thread.start()

    def written(self) -> None:
        """Take note that the stream has grown; a batch that fills up is not looked at each time."""
        if len(self._items) - self._position >= self._wanted:
            self.wake.set()

    def _run(self) -> None:
        while True:
            self.wake.clear()
            self._fetch()
            if not self._ready:
                self.wake.wait()
                continue
            self._gather()
            batch = self._ready[: self._mapping.batch_size]
            del self._ready[: self._mapping.batch_size]
            self._deliver(batch, attempts=0)

    def _gather(self) -> None:
        """Give a batch the time to fill, from when its first record was read."""
        until = self._clock.timestamp() + max(self._mapping.window_seconds, _POLL_SECONDS)
        while (missing := self._mapping.batch_size - len(self._ready)) > 0:
            left = until - self._clock.timestamp()
            if left <= 0:
                return
            self._wanted = missing
            self.wake.wait(left, work=True)
            self._wanted = 1
            self.wake.clear()
            self._fetch()

    def _fetch(self) -> None:
        """Read on in the stream; what the filters do not let through is dropped here."""
        with TURN:
            new = self._items[self._position :]
            self._position += len(new)
            records = [self._record(item.to_json()) for item in new]
        self._ready += [record for record in records if self._mapping.filters.pass_(record)]

    @property
    def _items(self) -> list[Any]:
        shard = self._backend.tables[self.table_name].stream_shard
        return shard.items if shard else []

    def _record(self, moto_record: Record) -> Record:
        change = {name: _as_json(value) for name, value in moto_record["dynamodb"].items()}
        created = change["ApproximateCreationDateTime"].replace(tzinfo=UTC).timestamp()
        return {
            **moto_record,
            "dynamodb": {**change, "ApproximateCreationDateTime": created},
            "awsRegion": self._mapping.source_arn.split(":")[3],
            "eventSourceARN": self._mapping.source_arn,
        }

    def _deliver(self, records: list[Record], *, attempts: int) -> None:
        first_tried = self._clock.now()
        while records:
            answer = self._functions.call(self._mapping.function_name, {"Records": records})
            attempts += 1
            done = self._done(answer, records)
            if done == len(records):
                return
            if done > 0:
                records, attempts = records[done:], 0
            if self._given_up(attempts, first_tried):
                park(self._mapping, records, attempts, self._clock)
                return
            if self._mapping.bisect and len(records) > 1:
                # A split does not count as an attempt of the halves.
                middle = len(records) // 2
                self._deliver(records[:middle], attempts=attempts - 1)
                records, attempts = records[middle:], attempts - 1
            else:
                self._clock.sleep(min(2 ** (attempts - 1), _LONGEST_PAUSE_SECONDS))

    def _done(self, answer: Answer, records: list[Record]) -> int:
        """How many records, from the first, need not be handed over again."""
        if answer.failed:
            return 0
        if not self._mapping.partial_failures:
            return len(records)
        value = answer.value() or {}
        failed = {item["itemIdentifier"] for item in value.get("batchItemFailures", [])}
        if not failed:
            return len(records)
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        # AWS goes back to the lowest number; one that is unknown fails the whole batch.
        return min((numbers.index(n) for n in failed if n in numbers), default=0)

    def _given_up(self, attempts: int, first_tried: datetime) -> bool:
        if self._mapping.retries is not None and attempts > self._mapping.retries:
            return True
        return self._clock.now() - first_tried > _RECORD_LIFE
