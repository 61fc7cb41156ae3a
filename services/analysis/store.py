"""The analysis table and the analysis's own files; the only place that knows their keys.

``pk = T#<topic>``: ``sk = RUN#<round>`` (the round's run), ``A#<round>#<version>`` (audit), and
what `WorkStore` keeps of the run at work. The audit item of a disposition carries the whole rule,
that of a correction the correction: the newest of a target holds, the older ones are its history.
So each is one write, and none is overwritten.

What became of comments since the export is kept by `ChangeStore`, apart from the run's row: an
event may come before the run and never contends with the officers.

In the exports bucket under ``analysis/<topic>/<round>/<run>/<version>/``: ``results.json``,
``assignments.jsonl.gz``. Each run has its own, so that a row's are there until it names another.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.analysis import recorded
from services.analysis.change_store import ChangeStore
from services.analysis.events import ResponsesAnalysed
from services.analysis.model.assignment import Assignments
from services.analysis.model.change import Change
from services.analysis.model.corrected import Overlaid, corrected
from services.analysis.model.correction import Correction, Recorded
from services.analysis.model.disposition import Disposition, Rules
from services.analysis.model.ruling import Ruling
from services.analysis.model.run import Run
from services.analysis.recorded import OnRecord, file_key, on_record, pk, run_key
from services.analysis.words_store import WordsStore
from services.shared import clock, exports
from services.shared.errors import Conflict, TransientError
from services.shared.events import SYSTEM, Actor, audit
from services.shared.table import ConditionFailed, Put, Table, Update

_KEYS = {"pk", "sk"}
_ASSIGNMENTS = "assignments.jsonl.gz"


class AnalysisStore:
    """Runs and dispositions in DynamoDB, results in S3.

    Parameters
    ----------
    table : Table
        The analysis table.
    bucket : str
        The exports bucket.
    """

    def __init__(self, table: Table, *, bucket: str) -> None:
        self._table = table
        self._bucket = bucket

    def run(self, topic_id: str, round_: int | None = None) -> Run | None:
        """Run of a round, by default of the newest that was analysed; ``None`` if there is none."""
        if round_ is not None:
            item = self._table.get(pk(topic_id), run_key(round_))
            return _run_of(item) if item else None
        page = self._table.query(pk(topic_id), prefix="RUN#", limit=1, newest_first=True)
        return _run_of(page.items[0]) if page.items else None

    def save_run(self, run: Run, *, at: datetime) -> None:
        """Write a run with its audit item, in the place of an earlier run of the round.

        Raises
        ------
        ConditionFailed
            If another run or a disposition was written meanwhile.
        """
        fields = run.model_dump(exclude_none=True)
        former = run.version - 1
        update = Update(
            pk=pk(run.topic_id),
            sk=run_key(run.round),
            set=fields,
            remove=tuple(name for name in Run.model_fields if name not in fields),
            when={"version": former or None},
        )
        counts = ("run_id", "received", "published", "distinct", "campaigns")
        event = ResponsesAnalysed(**{name: fields[name] for name in counts})
        entry = audit(
            event,
            pk=pk(run.topic_id),
            version=run.version,
            topic_id=run.topic_id,
            round_=run.round,
            actor=SYSTEM,
            at=at,
        )
        self._table.transact(update, entry)

    def record(self, run: Run, items: Iterable[Disposition], *, actor: Actor, at: datetime) -> Run:
        """Write dispositions (≤ 99), all or none, and give the run as it then is.

        Raises
        ------
        Conflict
            If somebody else recorded some, or the gate closed, since the run was read.
        """
        entries = recorded.rule_entries(run, items, actor=actor, at=at)
        return self._advance(run, entries)

    def correct(self, run: Run, items: Iterable[Correction], *, actor: Actor, at: datetime) -> Run:
        """Write corrections of themes (≤ 50), all or none, and give the run as it then is.

        Raises
        ------
        Conflict
            If somebody else recorded something, or the gate closed, since the run was read.
        """
        entries = recorded.correction_entries(run, items, actor=actor, at=at)
        return self._advance(run, entries)

    def _advance(self, run: Run, entries: list[Put]) -> Run:
        version = run.version + len(entries)
        update = Update(
            pk=pk(run.topic_id),
            sk=run_key(run.round),
            set={"version": version},
            when={"version": run.version, "gate_passed_at": None},
        )
        try:
            self._table.transact(update, *entries)
        except ConditionFailed as error:
            raise Conflict("changed_meanwhile") from error
        return run.model_copy(update={"version": version})

    def restored(self, run: Run) -> int | None:
        """How often comments of a run's round were restored, for `close_gate`."""
        return ChangeStore(self._table).restored(run)

    def close_gate(self, run: Run, *, answers: str, restored: int | None, at: datetime) -> None:
        """Let the dispositions stand as they are, from now on; a closed gate closes anew.

        Parameters
        ----------
        answers : str
            Under which name it was kept what was answered.
        restored : int or None
            How often comments had been restored before it was counted what is outstanding.

        Raises
        ------
        TransientError
            If the row changed since it was read, or a comment was restored; there may be something
            outstanding again.
        """
        passed = {
            "gate_passed_at": clock.to_text(at),
            "gate_version": run.version,
            "answers": answers,
            **_still_told(run),
        }
        standing = {"version": run.version, "gate_passed_at": run.gate_passed_at}
        update = Update(
            pk=pk(run.topic_id),
            sk=run_key(run.round),
            set=passed,
            # The reopening may not be heard of yet: what was gathered before it is no hindrance.
            remove=("gathered_at",),
            when=standing,
        )
        try:
            self._table.transact(
                update, ChangeStore(self._table).none_restored_since(run, restored)
            )
        except ConditionFailed as error:
            raise TransientError("dispositions or comments changed at the gate") from error

    def open_gate(self, run: Run) -> None:
        """Let the dispositions be changed again; an open gate stays open."""
        update = Update(
            pk=pk(run.topic_id),
            sk=run_key(run.round),
            remove=("gate_passed_at", "gathered_at"),
            when={"gate_passed_at": run.gate_passed_at},
        )
        try:
            self._table.write(update)
        except ConditionFailed:
            return

    def rules(self, run: Run, *, version: int | None = None) -> Rules:
        """Dispositions of a round by target: that hold, or held at a version of the row."""
        return self._on_record(run, version).rules

    def rulings(self, run: Run) -> tuple[Ruling, ...]:
        """All dispositions of a round, the oldest first: also those that another one replaced."""
        return self._on_record(run, None).rulings

    def corrections(self, run: Run, *, version: int | None = None) -> tuple[Recorded, ...]:
        """Corrections of a round's themes, the oldest first: those up to a version of the row."""
        return self._on_record(run, version).corrections

    def overlaid(self, run: Run, *, version: int | None = None) -> Overlaid:
        """Themes of a run as they are corrected, or were at a version of the row."""
        if not self.corrections(run, version=version):
            # Nor is anything learned; a round's assignments are much to read for a public page.
            return Overlaid(themes=self.results(run)["themes"])
        return _overlaid(
            self._bucket,
            self._table.name,
            run.model_copy(update={"version": version or run.version}),
        )

    def machine(self, run: Run) -> tuple[list[dict[str, Any]], Assignments]:
        """Themes and assignments of a run as the machine made them."""
        found = _assignments(self._bucket, file_key(run, _ASSIGNMENTS))
        return self.results(run)["themes"], found

    def _on_record(self, run: Run, version: int | None) -> OnRecord:
        wanted = version or run.version
        return on_record(self._table.name, run.topic_id, round_=run.round, version=wanted)

    def changes(self, run: Run) -> list[Change]:
        """Changes of comments of a run's round, in the order of their ids."""
        return ChangeStore(self._table).of(run)

    def assignments(self, run: Run, *, version: int | None = None) -> Assignments:
        """Comments that a run covers, each as it stands by now, in the themes of a version."""
        _, found = self.machine(run)
        if self.corrections(run, version=version):
            seen = self.overlaid(run, version=version)
            known = (theme["theme_id"] for theme in seen.themes)
            found = found.with_themes(seen.theme_ids, known)
        return found.with_changes(self.changes(run))

    def results(self, run: Run) -> dict[str, Any]:
        """Results of a run, as they were at the analysis."""
        return _results(self._bucket, results_key(run))

    def write_files(self, run: Run, *, results: Any, assignments: Iterable[Any]) -> None:
        """Write the results and assignments of a run; they are there before the run's row is."""
        exports.write_json(self._bucket, results_key(run), results)
        exports.write_packed_lines(self._bucket, file_key(run, _ASSIGNMENTS), assignments)
        words = WordsStore(self._table, bucket=self._bucket)  # what was erased since the export
        words.forget(run.topic_id, run.round, keys=[results_key(run)])

    def read_file(self, key: str) -> bytes:
        """Bytes of a file of the comments export."""
        return exports.read(self._bucket, key)


def results_key(run: Run) -> str:
    """Key of a run's results in the exports bucket."""
    return file_key(run, recorded.RESULTS)


def _still_told(run: Run) -> dict[str, Any]:
    """What everybody is told though a gate closes, of a row whose release did not keep that apart.

    Until the announcement they are not told what the gate keeps.
    """
    if run.published_at is None or run.told_version is not None:
        return {}
    told = {"told_version": run.announced_version, "told_answers": run.announced_answers}
    return {name: value for name, value in told.items() if value is not None}


# What a container has read stays true: of the same run once more the version, and the key, differ.
@lru_cache(maxsize=1)
def _assignments(bucket: str, key: str) -> Assignments:
    return Assignments(exports.read_packed_lines(bucket, key))


@lru_cache(maxsize=8)
def _results(bucket: str, key: str) -> dict[str, Any]:
    return dict(json.loads(exports.read(bucket, key)))


@lru_cache(maxsize=2)
def _overlaid(bucket: str, table: str, run: Run) -> Overlaid:
    store = AnalysisStore(Table(table), bucket=bucket)
    return corrected(
        *store.machine(run), store.corrections(run), analysed_version=run.analysed_version
    )


def _run_of(item: Mapping[str, Any]) -> Run:
    return Run.model_validate({name: value for name, value in item.items() if name not in _KEYS})
