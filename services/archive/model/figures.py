"""Whether the results of a round say of its comments what their rows do, counted again.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong. The results count comments as they were when they
were analysed: of those that changed after the collection closed (`Opened.changed`) the rows do not
say which way they were counted, so any way is right.
"""

import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from services.archive.model.opened import Comment, Opened
from services.archive.model.paths import RESULTS
from services.archive.model.reading import Broken

_CITES = frozenset({"citing", "comment_id", "comment_ids", "representative"})
_KeyOf = Callable[[Comment], Any]


def results(record: Opened) -> str:
    """The results are of this round; by status, kind, language, channel and day they add up."""
    if RESULTS not in record.names:
        return "0 figures"
    told = record.document(RESULTS)
    for name in ("topic_id", "round"):
        if told.get(name, record.manifest[name]) != record.manifest[name]:
            raise Broken(RESULTS, f"of another {name}, {told[name]}")
    received = len(record.comments)
    if told.get("received", received) != received:
        raise Broken(RESULTS, f"says {told['received']} received, there are {received}")
    looked = 1
    for name, key_of, counts in _tables(record, told):
        _within(name, counts, _of_all(record, key_of))
        looked += len(counts)
    return f"{looked} figures"


def _tables(
    record: Opened, told: Mapping[str, Any]
) -> Iterator[tuple[str, _KeyOf, dict[str, int]]]:
    """Tables of the results, and what of a comment each goes by; ``None`` counts it nowhere."""
    if "by_status" in told:
        yield "by_status", lambda comment: comment.status, told["by_status"]
    if "published" in told:
        yield "published", _if_public(lambda _comment: ""), {"": told["published"]}
    for name in ("kind", "language", "channel"):
        if f"by_{name}" in told:
            yield f"by_{name}", _if_public(_member(name)), told[f"by_{name}"]
    if "by_day" in told and (day := day_in(told["method"]["time_zone"])):
        days = {row["day"]: row["comments"] for row in told["by_day"]}
        if len(days) != len(told["by_day"]):
            raise Broken(RESULTS, "by_day: a day twice")
        yield "by_day", _if_public(day), days


def _member(name: str) -> _KeyOf:
    return lambda comment: getattr(comment, name)


def _if_public(key_of: _KeyOf) -> _KeyOf:
    return lambda comment: key_of(comment) if comment.status == "published" else None


def day_in(zone: str) -> _KeyOf | None:
    """Day of a comment where the topic is; ``None`` where Python knows no time zones at all."""
    try:
        place = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        if zoneinfo.available_timezones():
            raise Broken(RESULTS, f"{zone!r} is no time zone") from error
        return None
    days: dict[str, str] = {}

    def day(comment: Comment) -> str:
        minute = str(comment.received_at)[:16]
        if minute not in days:
            moment = datetime.fromisoformat(minute).replace(tzinfo=UTC)
            days[minute] = moment.astimezone(place).date().isoformat()
        return days[minute]

    return day


def _of_all(record: Opened, key_of: _KeyOf) -> tuple[Counter[Any], int]:
    """Comments that did not change by their key, and how many changed."""
    stayed = (
        each for comment_id, each in record.comments.items() if comment_id not in record.changed
    )
    return Counter(key for each in stayed if (key := key_of(each)) is not None), len(record.changed)


def _within(name: str, told: Mapping[str, int], found: tuple[Counter[Any], int]) -> None:
    counts, changed = found
    over = 0
    for key in sorted({*told, *counts}):
        says, least = told.get(key, 0), counts[key]
        over += says - least
        if not least <= says <= least + changed:
            at_most = f" to {least + changed}" if changed else ""
            label = f"{name} {key}".strip()
            raise Broken(RESULTS, f"{label}: says {says}, there are {least}{at_most}")
    if over > changed:
        raise Broken(RESULTS, f"{name}: says {over} more than there are, and {changed} changed")


def campaigns(record: Opened) -> str:
    """Groups of near-identical comments: their members, by day and channel, each in one group."""
    if RESULTS not in record.names:
        return "0 groups"
    told = record.document(RESULTS)
    day = day_in(told["method"]["time_zone"]) if "method" in told else None
    seen: set[str] = set()
    groups = told.get("campaigns", [])
    for group in groups:
        members = group["comment_ids"]
        what = f"campaign {group['campaign_id']}"
        if members != sorted(set(members)) or not seen.isdisjoint(members):
            raise Broken(RESULTS, f"{what}: a comment twice, or not in order")
        seen.update(members)
        _expect_public(record, what, members)
        _group_adds_up(record, group, day)
    return f"{len(groups)} groups"


def _group_adds_up(record: Opened, group: Mapping[str, Any], day: _KeyOf | None) -> None:
    what = f"campaign {group['campaign_id']}"
    members = [record.comments[each] for each in group["comment_ids"]]
    days = {row["day"]: row["comments"] for row in group["by_day"]}
    sums = [(group["by_channel"], Counter(each.channel for each in members), "by_channel")]
    if day:
        sums.append((days, Counter(map(day, members)), "by_day"))
    gone = group["size"] - len(members)
    if not 0 <= gone <= len(record.changed):
        raise Broken(RESULTS, f"{what}: says {group['size']}, there are {len(members)}")
    for told, found, name in sums:
        if sum(told.values()) != group["size"] or any(
            found[key] > told.get(key, 0) for key in found
        ):
            raise Broken(RESULTS, f"{what}: {name} is not that of its comments")
    if not 1 <= group["distinct"] <= group["size"]:
        raise Broken(RESULTS, f"{what}: {group['distinct']} distinct of {group['size']}")
    for name, distinct in group["distinct_by_channel"].items():
        if not 1 <= distinct <= min(group["distinct"], group["by_channel"].get(name, 0)):
            raise Broken(RESULTS, f"{what}: {distinct} distinct by {name}")


def citations(record: Opened) -> str:
    """Every comment that the results cite or quote is one that is public in the record."""
    if RESULTS not in record.names:
        return "0 citations"
    looked = 0
    for what, cited in _cited(record.document(RESULTS), ""):
        looked += len(cited)
        _expect_public(record, what, cited)
    return f"{looked} citations"


def _cited(value: Any, place: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, list):
        for each in value:
            yield from _cited(each, place)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in _CITES and each is not None:
                yield f"{place}.{name}".lstrip("."), each if isinstance(each, list) else [each]
            else:
                yield from _cited(each, f"{place}.{name}")


def _expect_public(record: Opened, what: str, comment_ids: Iterable[str]) -> None:
    for comment_id in comment_ids:
        found = record.comments.get(comment_id)
        if found is None:
            raise Broken(RESULTS, f"{what}: comment {comment_id} is not in the record")
        if found.status != "published" and comment_id not in record.changed:
            raise Broken(RESULTS, f"{what}: comment {comment_id} is {found.status}")
