"""The steps of one run, each left as a file: what is there and whole is not made again.

So a step may be killed, repeated or given to somebody else at any time. Whoever needs what is not
there, is cut, or is another run's makes it: no step trusts that the ones before are done.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import lru_cache

from services.analysis.engine import pipeline
from services.analysis.engine.applying import apply
from services.analysis.engine.finding import Found, find
from services.analysis.engine.parcel import Parcel, packed, unpacked
from services.analysis.engine.plan import Plan
from services.analysis.engine.reading import read
from services.analysis.model.comment import ExportedComment, Shard
from services.analysis.model.work import FOUND
from services.analysis.store import AnalysisStore
from services.analysis.work_store import WorkFiles, WorkStore
from services.shared.errors import Conflict

PLAN, ITEMS = "plan.json", "items.json"


class Steps:
    """Steps of a run.

    Parameters
    ----------
    run_id : str
        What every file is labelled with.
    read_file : callable
        Bytes of a file of the export, by key.
    """

    def __init__(
        self, plan: Plan, *, run_id: str, work: WorkFiles, read_file: Callable[[str], bytes]
    ) -> None:
        self._plan = plan
        self._run_id = run_id
        self._work = work
        # A file's slices follow each other: it is fetched once for all of them.
        self._lines = lru_cache(maxsize=1)(lambda file: _lines(file, read_file(file.key)))

    def read(self, index: int) -> Parcel:
        """First step, of one shard."""
        return self._kept(f"read/{index}", lambda: read(self._rows(index), self._plan))

    def find(self) -> Found:
        """Second step, over all shards."""
        left = self._left(FOUND)
        return Found.of(left) if left else self._find()[0]

    def apply(self, index: int) -> Parcel:
        """Third step, of one shard."""

        def made() -> Parcel:
            found, letters = self.find(), self._letters(index)
            return apply(self._rows(index), self._plan, found=found, letters=letters)

        return self._kept(f"apply/{index}", made)

    def finish(self) -> pipeline.Finished:
        """Last step: everything added up."""
        applied = (self.apply(each.index) for each in self._plan.slices)
        return pipeline.finish(self._plan, self.find(), applied)

    def _find(self) -> tuple[Found, list[Parcel]]:
        reads = (self.read(each.index) for each in self._plan.slices)
        found, letters = find(reads, self._plan)
        for index, part in enumerate(letters):
            self._leave(f"letters/{index}", part)
        self._leave(FOUND, found.parcel())
        return found, letters

    def _letters(self, index: int) -> Parcel:
        return self._left(f"letters/{index}") or self._find()[1][index]

    def _rows(self, index: int) -> Iterator[ExportedComment]:
        part = self._plan.slices[index]
        lines = part.of(self._lines(part.file))
        return (ExportedComment.model_validate(json.loads(line)) for line in lines)

    def _kept(self, name: str, make: Callable[[], Parcel]) -> Parcel:
        left = self._left(name)
        return left or self._leave(name, make())

    def _leave(self, name: str, parcel: Parcel) -> Parcel:
        self._work.put(name, packed(parcel, label=f"{self._run_id}/{name}"))
        return parcel

    def _left(self, name: str) -> Parcel | None:
        body = self._work.get(name)
        return None if body is None else unpacked(body, label=f"{self._run_id}/{name}")


def steps_of(
    topic_id: str, round_: int, *, run_id: str, store: AnalysisStore, works: WorkStore
) -> Steps:
    """Steps of a run that was planned.

    Raises
    ------
    Conflict
        If it was not, or its files expired.
    """
    work = works.files(topic_id, round_, run_id=run_id)
    plan = work.get(PLAN)
    if plan is None:
        raise Conflict("run_not_planned")
    return Steps(
        Plan.model_validate_json(plan), run_id=run_id, work=work, read_file=store.read_file
    )


def _lines(file: Shard, body: bytes) -> list[bytes]:
    lines = [line for line in body.split(b"\n") if line]
    if hashlib.sha256(body).hexdigest() != file.sha256 or len(lines) != file.items:
        raise Conflict("export_mismatch", key=file.key)
    return lines
