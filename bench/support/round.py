"""A round of very many comments, as its services hand it in for the record.

Rows lie in a folder in plain JSON Lines, as a table would give them; the documents are those of the
services' contracts. One comment in twenty was rejected, one in ten has a name, one in four also
answers a question; what is public has 550 bytes of text on average.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import IO, Any

from bench.support.collection import submission
from services.comments.model.names import shard_of
from services.comments.model.window import shards_for
from services.shared import exports, ids
from services.shared.exports import ExportedFile
from tests.integration.archive.parts import example

TOPIC = "r" * 26
_TEXTS = 1_000
_LENGTHS = 10
_REJECTED, _NAMED, _ASKED = 20, 10, 4
_REASON = {
    "ar": "أخذنا بما اقترحت: تُفتح ستة مراكز صحية من الرابعة إلى العاشرة مساءً ابتداءً من أبريل، ويمكن"
    " الحجز عبر الهاتف أيضًا. وتُراجع المواعيد بعد ستة أشهر في ضوء الإقبال عليها.",
    "en": "We took up what you proposed: six health centres open from 4 to 10 pm from April on, and"
    " can be booked by telephone too. The hours are looked at again after six months, by use.",
}
Row = dict[str, Any]


def write_rows(root: Path, comments: int) -> Counter[str]:
    """Write the rows of all comments and of their answers; how many comments of each status."""
    root.mkdir(parents=True)
    found = sorted((ids.derived_id("records", str(n)), n) for n in range(comments))
    many, counts = shards_for(comments), Counter[str]()
    with ExitStack() as stack:

        def opened(name: str) -> IO[str]:
            return stack.enter_context((root / f"{name}.jsonl").open("w"))

        shards = [opened(f"shard-{number:02d}") for number in range(many)]
        leaves = [opened(f"leaves-{number:02d}") for number in range(many)]
        answers = opened("dispositions")
        for comment_id, number in found:
            comment, shard = _comment(comment_id, number), shard_of(comment_id, many)
            counts[comment["status"]] += 1
            leaf = {"comment_id": comment_id, "leaf": comment["leaf_hash"]}
            for file, row in (
                (shards[shard], comment),
                (leaves[shard], leaf),
                (answers, _answer(comment)),
            ):
                file.write(json.dumps(row) + "\n")
    return counts


def rows(place: Path) -> Iterator[Row]:
    """Rows of a file."""
    with place.open() as lines:
        yield from map(json.loads, lines)


def parts(root: Path) -> list[Path]:
    """Files of rows that are handed in."""
    return [*sorted(root.glob("shard-*.jsonl")), root / "dispositions.jsonl"]


def hand_in(root: Path, counts: Counter[str]) -> list[dict[str, Any]]:
    """Write each service's part as it does, and give what the exports answer."""
    found: dict[str, list[dict[str, Any]]] = {}

    def write(how: Callable[..., ExportedFile], service: str, name: str, content: Any) -> None:
        key = exports.part_key(TOPIC, 1, service=service, name=name)
        found.setdefault(service, []).append(how("exports", key, content).model_dump())

    for (service, name), document in _documents(counts).items():
        write(exports.write_json, service, name, document)
    for place in parts(root):
        service = "analysis" if place.stem == "dispositions" else "comments"
        write(exports.write_lines, service, place.name, rows(place))
    return [{"service": service, "files": files} for service, files in found.items()]


def _documents(counts: Counter[str]) -> dict[tuple[str, str], dict[str, Any]]:
    decision = example("topics", "read_decision") | {"exception": None}
    topic = example("topics", "read_topic") | {"topic_id": TOPIC, "stage": "closed"}
    names = ("held", "rejected", "withdrawn", "erased", "in_review", "pending", "screening")
    told = dict.fromkeys(names, 0) | {"received": counts.total(), **counts}
    return {
        ("topics", "topic.json"): topic,
        ("topics", "decision.json"): decision,
        ("comments", "counts.json"): told,
    }


class Leaves:
    """The leaves of the round's comments, as ``comments-leaves`` tells them.

    Parameters
    ----------
    folder : Path
        Where the rows are.
    """

    def __init__(self, folder: Path) -> None:
        self._shards = sorted(folder.glob("leaves-*.jsonl"))

    def of_round(self, topic_id: str, round_: int) -> Row:
        """See `services.archive.use_cases.grow.Leaves`."""
        return {"topic_id": topic_id, "round": round_, "shards": len(self._shards)}

    def rounds(self) -> list[Row]:
        """The one round."""
        return [self.of_round(TOPIC, 1)]

    def came(self, _of: Row, *, after: str, before: str) -> tuple[int, list[list[Row]]]:
        """All comments, that many before any instant."""
        parts = [list(rows(shard)) for shard in self._shards]
        return sum(map(len, parts)), parts


@cache
def _text(number: int) -> str:
    return str(submission(number)["text"])


def _received(number: int) -> str:
    day, minute = divmod(number, 1_440)
    hours, minutes = divmod(minute, 60)
    return f"2026-11-{day % 28 + 1:02d}T{hours:02d}:{minutes:02d}:00.000Z"


def _comment(comment_id: str, number: int) -> Row:
    is_public = number % _REJECTED != 1
    text = _text(number % _TEXTS)
    length = len(text) * (number // _TEXTS % _LENGTHS + 1) // _LENGTHS
    asked = [{"question_id": "hours", "text": _text(number % 7)[:60]}]
    return {
        "comment_id": comment_id,
        "kind": "comment",
        "parent_id": None,
        "status": "published" if is_public else "rejected",
        "received_at": _received(number),
        "published_at": _received(number) if is_public else None,
        "language": "en" if number % 2 else "ar",
        "channel": "portal",
        "text": f"{number} {text[:length]}" if is_public else None,
        "author_name": f"N. {number}" if is_public and number % _NAMED == 0 else None,
        "answers": (asked if number % _ASKED == 0 else []) if is_public else None,
        "answer": None,
        "reason_code": None if is_public else "spam",
        "leaf_hash": hashlib.sha256(comment_id.encode()).hexdigest(),
    }


def _answer(comment: Row) -> Row:
    is_public = comment["status"] == "published"
    return {
        "comment_id": comment["comment_id"],
        "target": {"comment_id": comment["comment_id"]},
        "outcome": "accepted" if is_public else "rejected",
        "reason": _REASON if is_public else None,
        "reason_code": None if is_public else "spam",
        "clause_ids": ["c1"] if is_public else [],
        "corrected": None,
        "via": "rule" if is_public else "moderation",
    }
