"""The moderation table: cases, log and counters. Keys and items are in `rows`."""

import contextlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from services.moderation import rows, steps
from services.moderation.events import TermsChanged
from services.moderation.model.case import Case, Status
from services.moderation.model.doubts import Flag, Verdict
from services.moderation.model.reasons import ReasonCode
from services.moderation.model.screening import Versions
from services.moderation.model.topic_terms import TopicTerms
from services.moderation.rows import Entry, Redaction
from services.shared import clock, events
from services.shared.events import Actor
from services.shared.table import ConditionFailed, Item, Page, Put, Table, Update

_ENTRIES_PER_TRANSACTION = 24
"""Each of at most four items."""
_READ_TOGETHER = 100
"""Items that DynamoDB gives back in one call."""


class ChangedMeanwhile(Exception):
    """The case is no longer the one that was read."""


@dataclass(frozen=True, kw_only=True)
class StoredTerms:
    """Words of a topic's own, and how often they were changed."""

    terms: TopicTerms
    version: int


class CaseStore:
    """Cases, log and counters in DynamoDB.

    Parameters
    ----------
    table : Table
        The moderation table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, case_id: str) -> Case | None:
        """Case with an id, or ``None``."""
        item = self._table.get(rows.case_pk(case_id), rows.ROW)
        return rows.case_of(item) if item else None

    def bar(self, case_id: str, *, at: datetime) -> None:
        """Keep a case from ever being opened: its comment was withdrawn at an instant.

        Raises
        ------
        ChangedMeanwhile
            If it was opened already.
        """
        try:
            self._table.write(rows.tombstone(case_id, at=at))
        except ConditionFailed as error:
            if self.get(case_id):
                raise ChangedMeanwhile from error

    def open_cases(self, cases: Iterable[Case]) -> list[Case]:
        """Write new cases; answers those that were there before, as they stand now.

        Of a comment that was withdrawn before there is none, and none is written.
        """
        stood = self._insert([rows.opened(case, *_told(case)) for case in cases])
        found = (self.get(entry.puts[0].item["case_id"]) for entry in stood)
        return [case for case in found if case]

    def note_redactions(self, redactions: Iterable[Redaction]) -> None:
        """Log comments that the rules masked; one that is in the log already stays as it is."""
        self._insert([rows.masked(redaction) for redaction in redactions])

    def note_versions(self, versions: Versions, *, topic_id: str, round_: int) -> None:
        """Keep with what a round is screened; from then on it has a report."""
        fields = {"round": round_, "versions": versions.model_dump()}
        self._table.write(Update(pk=rows.topic_pk(topic_id), sk=f"R#{round_:03d}", set=fields))

    def versions(self, topic_id: str, round_: int | None) -> tuple[int, Versions] | None:
        """Round (the latest if none is named) with its versions; ``None`` if it had no comment."""
        prefix = "R#" if round_ is None else f"R#{round_:03d}"
        page = self._table.query(rows.topic_pk(topic_id), prefix=prefix, newest_first=True, limit=1)
        if not page.items:
            return None
        return page.items[0]["round"], Versions.model_validate(page.items[0]["versions"])

    def take(self, case: Case, *beside: Put | Update) -> None:
        """Write the next version of a case, with what its step writes beside it (`steps`).

        Raises
        ------
        ChangedMeanwhile
            If it was changed since it was read.
        """
        try:
            self._table.transact(rows.changed(case), *beside)
        except ConditionFailed as error:
            raise ChangedMeanwhile from error

    def twins(self, case: Case) -> Iterator[Case]:
        """Other cases of the round with the very same text, read a hundred at a time."""
        if not case.text_key:
            return
        known = (item["sk"] for item in self._table.items(rows.text_pk(*case.text_place)))
        others = (each for each in known if each not in (rows.REJECTED, case.case_id))
        while keys := [(rows.case_pk(each), rows.ROW) for each in islice(others, _READ_TOGETHER)]:
            yield from filter(None, map(rows.case_of, self._table.get_many(keys)))

    def rejected(self, text_keys: Iterable[str], topic_id: str, round_: int) -> dict[str, Verdict]:
        """Of at most 100 texts, by their keys, those that people reject in a round."""
        keys = {(rows.text_pk(topic_id, round_, key), rows.REJECTED) for key in text_keys if key}
        return {
            item["pk"].rpartition("#")[2]: Verdict(
                case_id=item["case_id"], code=item["reason_code"], by=item["decided_by"]
            )
            for item in self._table.get_many(keys)
            if item["rejected"]
        }

    def terms(self, topic_id: str) -> StoredTerms:
        """Words of a topic's own; none of version 0, before anybody wrote some."""
        item = self._table.get(rows.topic_pk(topic_id), rows.TERMS)
        if item is None:
            return StoredTerms(terms=TopicTerms(), version=0)
        return StoredTerms(terms=TopicTerms.model_validate(item["terms"]), version=item["version"])

    def put_terms(
        self, topic_id: str, stored: StoredTerms, *, round_: int, by: Actor, at: datetime
    ) -> None:
        """Write a topic's words, as the version after the one that stands.

        Raises
        ------
        ChangedMeanwhile
            If another version stands by now.
        """
        event = TermsChanged(
            version=stored.version, allowed=len(stored.terms.allow), held=len(stored.terms.hold)
        )
        audit = events.audit(
            event,
            pk=rows.topic_pk(topic_id),
            version=stored.version,
            topic_id=topic_id,
            round_=round_,
            actor=by,
            at=at,
        )
        change = Update(
            pk=rows.topic_pk(topic_id),
            sk=rows.TERMS,
            set={"terms": stored.terms.model_dump(mode="json"), "version": stored.version},
            when={"version": stored.version - 1 or None},
        )
        try:
            self._table.transact(change, audit)
        except ConditionFailed as error:
            raise ChangedMeanwhile from error

    def add_flag(self, case_id: str, flag: Flag, *, at: datetime) -> None:
        """Keep a reader's flag; the same reader's again changes nothing."""
        item = {"code": flag.code, "at": clock.to_text(at)}
        key = {"pk": rows.case_pk(case_id), "sk": f"{rows.FLAG}{flag.flagger}"}
        with contextlib.suppress(ConditionFailed):
            self._table.write(Put(item={**key, **item}))

    def flags_of(self, case_id: str) -> list[tuple[ReasonCode, datetime]]:
        """What the readers said who flagged a comment, one each, and when."""
        items = self._table.items(rows.case_pk(case_id), prefix=rows.FLAG)
        return [(item["code"], clock.from_text(item["at"])) for item in items]

    def queued(self, status: Status, *, after: str | None, limit: int) -> tuple[list[Case], bool]:
        """Undecided cases stored under a status, oldest first, and whether there are more.

        Parameters
        ----------
        after : str, optional
            `rows.place` of the case to go on from; it need not be in the queue any more.
        """
        pk, start = rows.queue_pk(status), None
        if after is not None:
            case_pk = rows.case_pk(after.rpartition("#")[2])
            start = {"pk": case_pk, "sk": rows.ROW, "queue_pk": pk, "queue_sk": after}
        page = self._table.query(pk, index="queue", after=start, limit=limit)
        cases = [case for case in map(rows.case_of, page.items) if case]
        return cases, page.last is not None

    def of_topic(self, topic_id: str, *, done: bool, after: Item | None, limit: int) -> Page:
        """Log rows of a topic's cases, oldest first."""
        pk = rows.queue_pk("decided" if done else "undecided", topic_id)
        return self._table.query(pk, index="queue", after=after, limit=limit)

    def counters(self, topic_id: str, round_: int) -> list[dict[str, int]]:
        """Rows of a round's counters, to be added up."""
        items = self._table.items(rows.round_pk(topic_id, round_), prefix="counts#")
        return [{name: n for name, n in item.items() if name not in rows.KEYS} for item in items]

    def log(self, topic_id: str, round_: int) -> Iterator[dict[str, Any]]:
        """Log rows of a round, oldest first, in the same order each time."""
        stripes = (
            self._table.items(rows.log_pk(topic_id, round_, stripe))
            for stripe in range(rows.STRIPES)
        )
        ordered = [sorted((item["log"] for item in items), key=_log_order) for items in stripes]
        return heapq.merge(*ordered, key=_log_order)

    def _insert(self, entries: list[Entry]) -> list[Entry]:
        """Write entries with their counters, chunk by chunk; answers those that stood already."""
        stood: list[Entry] = []
        pending = entries
        while pending:
            chunk, rest = pending[:_ENTRIES_PER_TRANSACTION], pending[_ENTRIES_PER_TRANSACTION:]
            repeated = self._insert_chunk(chunk)
            stood += repeated
            # One that stood undid the whole transaction: the others are written again without it.
            pending = [e for e in chunk if e not in repeated] + rest if repeated else rest
        return stood

    def _insert_chunk(self, chunk: list[Entry]) -> list[Entry]:
        total: Counter[str] = Counter()
        for entry in chunk:
            total.update(entry.counts)
        counts = Update(pk=chunk[0].counts_pk, sk=rows.counts_key(chunk[0].stripe), add=dict(total))
        puts = [(put, entry) for entry in chunk for put in entry.puts]
        try:
            self._table.transact(*(put for put, _ in puts), counts)
        except ConditionFailed as error:
            failed = {place for place in error.failed if place < len(puts)}
            return [entry for entry in chunk if any(puts[n][1] is entry for n in failed)]
        return []


def _told(case: Case) -> Iterator[Put]:
    """What tells of a new case: readers' doubts are told, the rules' are known to comments."""
    if case.origin == "flags":
        yield steps.flags_told(case)


def _log_order(row: dict[str, Any]) -> tuple[str, str]:
    return row["opened_at"], row["comment_id"]
