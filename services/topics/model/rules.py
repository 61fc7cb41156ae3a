"""Whether a definition may stand: every fault at once, whatever else is wrong beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.shared.errors import Fault, Invalid, TooLarge
from services.shared.parsing import faults_of, pointer
from services.topics.model.days import last_day, with_instants, zone_of
from services.topics.model.definition import (
    Definition,
    Instant,
    OfferedDemographics,
    Timetable,
)
from services.topics.model.plan import (
    CHANNELS,
    PARTICIPATIONS,
    PUBLICATION_MODES,
    Departure,
    Plan,
    plans,
)

_LISTS_WITH_IDS = ("questions", "target_groups")
_INSTANT = TypeAdapter[datetime](Instant)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""A timetable ends before: what follows from it (report, extension) must be readable in a row."""
_LARGEST_BYTES = 300 * 1024
"""Of a definition, and its departures once more, in a row (≤ 400 KB) with 64 KB to be searched."""
_ORDER = (
    ("publish_at", "opens_at", True, "before_publication"),
    ("opens_at", "closes_at", False, "before_opening"),
    ("closes_at", "decision_due_at", False, "before_closing"),
)
"""Pairs of instants that must follow each other, and what it is called if they do not."""


def checked(document: dict[str, Any], *, at: datetime) -> Definition:
    """Definition of a document, with what it leaves open filled in from its plan.

    Parameters
    ----------
    document : dict
        Body of the request.
    at : datetime
        Present instant, UTC.

    Raises
    ------
    Invalid
        With every fault: of form, of the plan, of the timetable.
    TooLarge
        If no row could hold it, as a former definition with many new questions.
    """
    faults: list[Fault] = []
    definition: Definition | None = None
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        faults += [fault for fault in faults_of(error) if not _is_defaulted(fault, document)]
    template = plans().get(str(document.get("plan")))
    departures = _departures(document)
    plan = _departed(template, departures) if template else None
    faults += [*_duplicates(document), *_unoffered(document), *_plan_faults(document, plan)]
    if template and plan:
        faults += _departure_faults(template, departures)
        faults += _deadline_faults(document, template, plan)
    faults += _instant_faults(document, plan, at=at)
    if faults or definition is None or plan is None:
        raise Invalid(faults=faults)
    if _size(definition) > _LARGEST_BYTES:
        raise TooLarge(limit=_LARGEST_BYTES)
    return _completed(definition, plan)


def timetable_faults(
    opens_at: datetime, closes_at: datetime, minimum: timedelta, *, at: datetime
) -> list[Fault]:
    """Faults of a window as it stands at an instant, against the shortest collection allowed."""
    if closes_at <= at:
        return [Fault(field="/timetable/closes_at", code="in_the_past")]
    remaining = closes_at - max(opens_at, at)
    if remaining < minimum:
        values = _days(minimum)
        return [Fault(field="/timetable/closes_at", code="below_minimum", values=values)]
    return []


def _size(definition: Definition) -> int:
    departures = (entry.model_dump_json() for entry in definition.plan_departures)
    return sum(len(text.encode()) for text in (definition.model_dump_json(), *departures))


def _completed(definition: Definition, plan: Plan) -> Definition:
    timetable = definition.timetable
    due = timetable.decision_due_at or timetable.closes_at + plan.report_due
    return definition.model_copy(
        update={
            "channels": definition.channels or plan.channels,
            "participation": definition.participation or plan.participation[0],
            "publication_mode": definition.publication_mode or plan.publication_mode,
            "timetable": timetable.model_copy(update={"decision_due_at": due}),
        }
    )


def _departed(template: Plan, departures: Mapping[int, Departure]) -> Plan:
    """The plan with those departures that it admits; the others are faults."""
    return template.departed(
        entry
        for entry in departures.values()
        if entry.field in template.departures
        and template.departures[entry.field].broken_by(entry.value) is None
    )


def _plan_faults(document: dict[str, Any], plan: Plan | None) -> Iterator[Fault]:
    if plan is None:
        if isinstance(document.get("plan"), str):
            known = ", ".join(plans())
            yield Fault(field="/plan", code="unknown_plan", values={"expected": known})
        return
    participation = document.get("participation")
    if participation in PARTICIPATIONS and participation not in plan.participation:
        yield Fault(field="/participation", code="not_in_plan")
    # What the plan would have otherwise is a departure, and a departure has a reason.
    mode = document.get("publication_mode")
    if mode in PUBLICATION_MODES and mode != plan.publication_mode:
        yield Fault(field="/publication_mode", code="departure_needed")
    for number, channel in enumerate(_list(document, "channels")):
        if channel in CHANNELS and channel not in plan.channels:
            yield Fault(field=pointer("channels", number), code="not_in_plan")


def _departure_faults(template: Plan, departures: Mapping[int, Departure]) -> Iterator[Fault]:
    for number, entry in departures.items():
        limits = template.departures.get(entry.field)
        if limits is None:
            yield Fault(field=pointer("plan_departures", number, "field"), code="not_in_plan")
            continue
        code = limits.broken_by(entry.value)
        if code:
            place = pointer("plan_departures", number, "value")
            yield Fault(field=place, code=code, values=_days(limits.least or limits.most))
    for aspect, count in Counter(entry.field for entry in departures.values()).items():
        if count > 1:
            yield Fault(field="/plan_departures", code="duplicate_id", values={"id": aspect})


def _days(length: timedelta | None) -> dict[str, str]:
    return {"days": f"{length / timedelta(days=1):g}"} if length else {}


def _duplicates(document: dict[str, Any]) -> Iterator[Fault]:
    for name in _LISTS_WITH_IDS:
        yield from _repeated(_list(document, name), pointer(name))
    for number, question in enumerate(_list(document, "questions")):
        if isinstance(question, dict):
            place = pointer("questions", number, "options")
            yield from _repeated(_list(question, "options"), place)
    offered = document.get("demographics")
    if isinstance(offered, dict):
        for name in OfferedDemographics.model_fields:
            yield from _repeated(_list(offered, name), pointer("demographics", name))


def _unoffered(document: dict[str, Any]) -> Iterator[Fault]:
    """Values by which a target group is measured, and that nobody can choose."""
    offered = document.get("demographics")
    lists = offered if isinstance(offered, dict) else {}
    for number, group in enumerate(_list(document, "target_groups")):
        told = group.get("demographic") if isinstance(group, dict) else None
        if not isinstance(told, dict):
            continue
        for name in OfferedDemographics.model_fields:
            known = [entry.get("id") for entry in _list(lists, name) if isinstance(entry, dict)]
            for place, value in enumerate(_list(told, name)):
                if isinstance(value, str) and value not in known:
                    where = pointer("target_groups", number, "demographic", name, place)
                    yield Fault(field=where, code="value_not_offered", values={"id": value})


def _repeated(entries: list[Any], place: str) -> Iterator[Fault]:
    counts = Counter(str(entry.get("id")) for entry in entries if isinstance(entry, dict))
    for repeated in (key for key, count in counts.items() if count > 1):
        yield Fault(field=place, code="duplicate_id", values={"id": repeated})


def _instant_faults(
    document: dict[str, Any], plan: Plan | None, *, at: datetime
) -> Iterator[Fault]:
    """Faults of the timetable, out of those of its instants that can be read by themselves."""
    found = _instants(document)
    for name, instant in found.items():
        if instant >= _LATEST and document["timetable"].get(name) is not None:
            yield Fault(field=pointer("timetable", name), code="bad_instant")
    in_order = True
    for earlier, later, may_be_equal, code in _ORDER:
        if earlier in found and later in found:
            first, second = found[earlier], found[later]
            if second < first or (second == first and not may_be_equal):
                in_order = False
                yield Fault(field=pointer("timetable", later), code=code)
    if in_order and plan and {"opens_at", "closes_at"} <= set(found):
        minimum = plan.minimum_collection
        yield from timetable_faults(found["opens_at"], found["closes_at"], minimum, at=at)


def _deadline_faults(document: dict[str, Any], template: Plan, plan: Plan) -> Iterator[Fault]:
    """Faults of a decision that is due later than the plan has it, as far as departures go.

    By days of the topic's own zone: a deadline at the end of the plan's last day is within it.
    """
    found = _instants(document)
    closes_at, due_at = found.get("closes_at"), found.get("decision_due_at")
    if closes_at is None or due_at is None or due_at >= _LATEST:
        return
    zone, place = zone_of(document), pointer("timetable", "decision_due_at")
    last = last_day(due_at, zone)
    most = template.departures["report_due"].most or template.report_due
    if last > last_day(closes_at + most, zone):
        yield Fault(field=place, code="above_maximum", values=_days(most))
    elif last > last_day(closes_at + plan.report_due, zone):
        yield Fault(field=place, code="departure_needed")


def _instants(document: dict[str, Any]) -> dict[str, datetime]:
    timetable = with_instants(document).get("timetable")
    if not isinstance(timetable, dict):
        return {}
    found = {}
    for name in Timetable.model_fields:
        try:
            found[name] = _INSTANT.validate_python(timetable.get(name))
        except ValidationError:
            continue  # missing, or reported with the other faults of form
    if timetable.get("opens_at") is None and "publish_at" in found:
        found["opens_at"] = found["publish_at"]
    return found


def _is_defaulted(fault: Fault, document: dict[str, Any]) -> bool:
    """Tell whether a fault is of an opening that was not given: it is that of the publication."""
    timetable = document.get("timetable")
    given = isinstance(timetable, dict) and timetable.get("opens_at") is not None
    return fault.field == "/timetable/opens_at" and not given


def _departures(document: dict[str, Any]) -> dict[int, Departure]:
    """Departures that can be read by themselves, by their place in the document."""
    found = {}
    for number, entry in enumerate(_list(document, "plan_departures")):
        try:
            found[number] = Departure.model_validate(entry)
        except ValidationError:
            continue  # reported with the other faults of form
    return found


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []
