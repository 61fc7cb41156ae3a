"""What must hold at the end of every story, whatever went wrong in it.

Each is a function of a story that answers with what is not so; `INVARIANTS` has them by name.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from local.demo.client import Unexpected
from services.archive.model.audit import BrokenTrail, verify
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.record import UNLISTED
from services.archive.model.soundness import verify as verify_record
from tests.faults import ground
from tests.faults.story import PERSONAL, Sent, Story
from tests.support.bodies import Bodies
from tests.support.record_schemas import misfits

Faults = Iterator[str]
_COUNTED = ("received", "published", "held", "rejected", "withdrawn", "erased")


def acknowledged_once(story: Story, _said: list[str]) -> Faults:
    """I1: every acknowledged comment exists exactly once."""
    stored = Counter(row["sk"] for row in _comments(story))
    for mark, sent in story.sent.items():
        if stored.pop(sent.comment_id, 0) != 1:
            yield f"{mark} is not there once"
    if stored:
        yield f"{len(stored)} comments that nobody was told of"


def refused_nowhere(story: Story, _said: list[str]) -> Faults:
    """I2: nothing refused is visible or counted."""
    seen = str(_listed(story)) + str(_comments(story))
    yield from (f"{mark} was refused and is there" for mark in story.refused if mark in seen)
    counts = story.counts()
    if counts["received"] != len(story.sent):
        yield f"{counts['received']} counted, {len(story.sent)} acknowledged"


def counters_agree(story: Story, _said: list[str]) -> Faults:
    """I3: counters equal a recount, of the rows and of what people did."""
    order = {"topic_id": story.topic_id, "round": 1, "action": "recount", "dry_run": True}
    found = story.stack.invoke("comments-reconcile", order)
    if found["drift"]:
        yield f"counters are off: {found['drift']}"
    ends = Counter(sent.end for sent in story.sent.values())
    due = {**dict.fromkeys(_COUNTED, 0), **ends, "received": len(story.sent)}
    counts = {name: story.counts()[name] for name in _COUNTED}
    if counts != due:
        yield f"counted {counts}, due {due}"


def audited_once(story: Story, _said: list[str]) -> Faults:
    """I4: the audit chain verifies and has one entry per state change."""
    entries: list[Any] = []
    cursor = ""
    while True:
        path = f"/v1/audit?topic={story.topic_id}"
        page = story.people.auditor.get(f"{path}&cursor={cursor}" if cursor else path).json
        entries += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    try:
        verify(entries)
    except BrokenTrail as broken:
        yield f"the trail is broken: {broken}"
    told = Counter((entry["source"], entry["event_id"]) for entry in entries)
    yield from (f"{key} has {count} entries" for key, count in told.items() if count > 1)
    done = ground.events(story.stack, story.topic_id)
    yield from (f"{kind} has no entry" for key, kind in done.items() if key not in told)
    kinds = {entry["type"] for entry in entries if (entry["source"], entry["event_id"]) not in done}
    if kinds - {"CommentsReceived"}:
        yield f"entries of what never was: {kinds}"
    yield from _told_of(story, entries)


def _told_of(story: Story, entries: list[Any]) -> Faults:
    ids = {
        comment_id
        for entry in entries
        if entry["type"] == "CommentsReceived"
        for comment_id in entry["data"]["comment_ids"]
    }
    missing = {sent.comment_id for sent in story.sent.values()} - ids
    if missing:
        yield f"{len(missing)} comments of which no event told"


def public_is_published(story: Story, _said: list[str]) -> Faults:
    """I5: public views show what is published, all of it, and only of that topic."""
    public = {entry["comment_id"]: entry for entry in _listed(story)}
    due = {sent.comment_id: sent for sent in story.sent.values() if sent.end == "published"}
    if public.keys() != due.keys():
        yield f"{len(public)} listed, {len(due)} published"
    for comment_id, sent in due.items():
        shown = public.get(comment_id, {"text": None, "disposition": None})
        if shown["text"] != sent.body["text"]:
            yield f"{comment_id} is listed otherwise than it was sent"
        if shown["disposition"] is None:
            yield f"{comment_id} has no answer"
    plain = next(sent for mark, sent in story.sent.items() if mark.startswith("plain"))
    if public.get(plain.comment_id, {}).get("replies") != 1:
        yield "the reply is not counted once"
    hidden = [sent for sent in story.sent.values() if sent.end != "published"]
    yield from (f"{sent.comment_id} is shown" for sent in hidden if _shown(story, sent))


def in_time(story: Story, _said: list[str]) -> Faults:
    """I6: nothing is accepted after closing, everything received before it is kept."""
    timetable = story.people.officer.get(story.path).json["timetable"]
    for sent in story.sent.values():
        at = sent.reply["received_at"]
        if not timetable["opens_at"] <= at < timetable["closes_at"]:
            yield f"{sent.comment_id} was received at {at}"
    kept = {row["comment_id"] for row in _exported(story)}
    missing = {sent.comment_id for sent in story.sent.values()} - kept
    if missing:
        yield f"{len(missing)} comments are not in the record"


def same_reply(story: Story, _said: list[str]) -> Faults:
    """I7: the same key and body get the same reply, at whatever time."""
    for sent in story.sent.values():
        if story.again(sent) != sent.reply:
            yield f"{sent.comment_id} is answered otherwise now"


def nothing_personal(story: Story, said: list[str]) -> Faults:
    """I8: no log, event, queue, execution, table or object has what is personal in the clear."""
    places = {
        "a log, event or queue": "\n".join(said),
        "an execution": ground.histories(story.stack, story.topic_id),
    }
    for place, text in places.items():
        wanted = [*PERSONAL, *story.sent, *story.refused]
        yield from (f"{place} has {word}" for word in wanted if word in text)
    stored = {
        **ground.objects(story.stack, of=story.topic_id),
        "comments": str(_comments(story)),
        "the public list": str(_listed(story)),
    }
    for place, text in stored.items():
        yield from (f"{place} has {word}" for word in PERSONAL if word in text)
    gone = [
        mark for mark, sent in story.sent.items() if sent.end in {"withdrawn", "rejected", "erased"}
    ]
    record = str(_record(story).values())
    yield from (f"the record has the text of {mark}" for mark in gone if mark in record)


def nothing_stuck(story: Story, _said: list[str]) -> Faults:
    """I9: all has come to an end: the topic, its comments, cases, queues and executions."""
    if story.stage() != "archived":
        yield f"the topic is {story.stage()}"
    if story.people.officer.get(story.path).json["attention_needed"]:
        yield "the topic needs attention"
    waiting = {q["name"]: q for q in story.stack.queues() if q["visible"] or q["in_flight"]}
    yield from (f"messages wait in {name}" for name in waiting)
    for row in _comments(story):
        if row["status"] not in {"published", "rejected", "withdrawn", "erased"}:
            yield f"{row['sk']} is {row['status']}"
    cases = f"/v1/moderation/cases?topic={story.topic_id}"
    if left := story.people.moderator.get(cases).json["items"]:
        yield f"{len(left)} cases are open"
    parked = ground.objects(story.stack, of="aws/lambda/")
    yield from (f"{key} is parked" for key in parked)
    yield from _record_faults(story)


def _record_faults(story: Story) -> Faults:
    files = _record(story)
    try:
        list(verify_record(Opened(source=Bodies(files))))
    except (Broken, Unexpected) as broken:
        yield f"the record is not sound: {broken}"
    yield from misfits(files)


def _record(story: Story, *, folder: str = "") -> dict[str, bytes]:
    path = f"{story.path}/record"
    told = story.people.citizen.get(path).json
    listed = [entry["path"] for entry in (*told["files"], *told["texts"]["files"])]
    names = [name for name in (*UNLISTED, *listed) if name.startswith(folder)]
    return {name: story.people.citizen.get(f"{path}?path={name}").text.encode() for name in names}


def _exported(story: Story) -> Iterator[dict[str, Any]]:
    for name, body in _record(story, folder="comments/").items():
        if name.startswith("comments/shard-"):
            yield from (json.loads(line) for line in body.splitlines())


def _comments(story: Story) -> list[Any]:
    found = ground.rows(story.stack, "comments", of=f"T#{story.topic_id}#")
    return [row for row in found if row["pk"].startswith("T#")]


def _listed(story: Story) -> list[dict[str, Any]]:
    return list(story.people.citizen.get(f"{story.path}/comments").json["items"])


def _shown(story: Story, sent: Sent) -> bool:
    return story.people.citizen.ask("GET", f"{story.path}/comments/{sent.comment_id}").status == 200


INVARIANTS: dict[str, Callable[[Story, list[str]], Faults]] = {
    "I1": acknowledged_once,
    "I2": refused_nowhere,
    "I3": counters_agree,
    "I4": audited_once,
    "I5": public_is_published,
    "I6": in_time,
    "I7": same_reply,
    "I8": nothing_personal,
    "I9": nothing_stuck,
}
