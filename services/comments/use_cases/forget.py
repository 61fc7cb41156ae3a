"""Carry out what waits to be erased: requests of accounts, and those by receipt that were cut off.

Each shard of a topic's rounds is gone through once for all accounts that asked by then, and what
there is no time for is taken up where it was left.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from services.comments.erasure_store import SUBJECTS_AT_ONCE
from services.comments.model.erasure import ErasureRequest
from services.comments.model.window import Window
from services.comments.use_cases.erase import Eraser, carry_out, completed, erase
from services.comments.use_cases.find import find
from services.shared.errors import NotFound

Part = tuple[Window, int]
"""A shard of a round."""


def carry_out_all(eraser: Eraser, *, at: datetime, has_time: Callable[[], bool]) -> int:
    """Carry out the requests that wait, as far as there is time, and give how many were completed.

    Doing it again changes nothing.
    """
    waiting = sorted(eraser.requests.waiting(), key=lambda each: (each.topic_id, each.request_id))
    done = 0
    for topic_id, group in groupby(waiting, key=lambda each: each.topic_id):
        of_topic = list(group)
        by_receipt = [each for each in of_topic if each.subject_key is None]
        for request in by_receipt:
            if has_time():
                _take_up(eraser, request, at=at)
                done += 1
        of_accounts = [each for each in of_topic if each.subject_key is not None]
        for start in range(0, len(of_accounts), SUBJECTS_AT_ONCE):
            some = of_accounts[start : start + SUBJECTS_AT_ONCE]
            done += _go_through(eraser, topic_id, some, at=at, has_time=has_time)
    return done


def _take_up(eraser: Eraser, request: ErasureRequest, *, at: datetime) -> None:
    found = []
    for comment_id in request.comment_ids:
        try:
            found.append(
                find(
                    request.topic_id,
                    comment_id,
                    store=eraser.store,
                    windows=eraser.windows,
                    at=at,
                )
            )
        except NotFound:  # nothing is ever deleted: there is nothing to erase either
            continue
    carry_out(eraser, request, found, at=at)


def _go_through(
    eraser: Eraser,
    topic_id: str,
    requests: Sequence[ErasureRequest],
    *,
    at: datetime,
    has_time: Callable[[], bool],
) -> int:
    """Go through a topic for some accounts; who asked last is caught up with first."""
    parts, left, done = _parts(eraser, topic_id, at=at), list(requests), 0
    while left and has_time():
        place = min(each.place for each in left)
        here = [each for each in left if each.place == place]
        left = [each for each in left if each.place != place]
        if place >= len(parts):
            for request in here:
                completed(eraser, request, at=at)
            done += len(here)
            continue
        _erase_own(eraser, parts[place], here, at=at)
        left += [eraser.requests.gone_through(each, place=place + 1) for each in here]
    return done


def _parts(eraser: Eraser, topic_id: str, *, at: datetime) -> list[Part]:
    """Shards of all rounds of a topic, always in the same order."""
    parts: list[Part] = []
    for number in range(1, eraser.windows.current(topic_id, at=at).round + 1):
        window = eraser.store.window(topic_id, number)
        parts += [(window, shard) for shard in range(window.shards)] if window else []
    return parts


def _erase_own(
    eraser: Eraser, part: Part, requests: Sequence[ErasureRequest], *, at: datetime
) -> None:
    """Erase, in a shard, what the accounts had sent by the time they asked."""
    window, shard = part
    by_subject = {str(each.subject_key): each for each in requests}
    own = eraser.requests.own(window, shard, subject_keys=sorted(by_subject))
    for comment_id, subject_key, received_at in list(own):
        request = by_subject[subject_key]
        if received_at <= request.requested_at:
            comment = eraser.store.comment(comment_id, window=window)
            erase(eraser, comment, window, request=request, at=at)
