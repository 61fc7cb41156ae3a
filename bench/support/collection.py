"""A round that collects on the emulated account, and the requests that people send to it."""

import gc
import itertools
import json
import os
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.shared import aws, ids
from tests.support.account import ENVIRONMENT, create_account
from tests.support.calls import LambdaContext

ROUTE = "POST /v1/topics/{topic}/comments"
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
EXPECTED_PARTICIPANTS = 1_000_000
BATCH = 99
"""New comments that the stream hands to the screening at once, as infra has it."""
_CONSENT = {"publish": True, "privacy_notice": "2026-11"}
_WORDS = (
    "نطلب فتح العيادات المسائية في جميع المراكز الصحية لأن كثيرا من الموظفين لا يستطيعون الحضور"
    " صباحا ونقترح أن تكون المواعيد عبر التطبيق مع تخصيص وقت لكبار السن وذوي الإعاقة كما نأمل"
    " توسيع مواقف السيارات وتحسين النقل العام بين المحافظات وخفض الرسوم عن الأسر الكبيرة",
    "evening clinics would help those of us who work shifts please keep two open on Saturdays and"
    " let people book by telephone because my parents cannot use the application at all we also"
    " need more parking near every school better buses between towns lower fees for families",
)
_COMMENT_BYTES = 1_000
_OPENED = itertools.count()


@contextmanager
def collecting(*, expected: int = EXPECTED_PARTICIPANTS) -> Iterator[str]:
    """Id of a topic that collects comments on a fresh emulated account, at the instant `AT`.

    Parameters
    ----------
    expected : int
        How many people are expected, which fixes over how many partitions the comments lie.
    """
    os.environ |= ENVIRONMENT
    from moto import mock_aws

    from local import dynamodb
    from local.clock import LocalClock
    from local.seams import Seam, replaced
    from services.shared import identity

    changed = [
        *dynamodb.seams(LocalClock(), lambda _table: None),
        Seam(identity, "_jwks", lambda _url: _keys_at_hand()),
    ]
    with mock_aws(), replaced(changed):
        create_account()
        yield _opened(expected)


def submission(number: int) -> dict[str, Any]:
    """Body of a comment of 1 KB, Arabic or English by turns, unlike that of any other number.

    Words in no order compress a little worse than sentences do.
    """
    draw, vocabulary = random.Random(number), _WORDS[number % 2].split()
    words, size = [str(number)], len(str(number))
    while size < _COMMENT_BYTES:
        words.append(draw.choice(vocabulary))
        size += len(f" {words[-1]}".encode())
    return {"kind": "comment", "text": " ".join(words), "consent": _CONSENT}


def sender(number: int) -> dict[str, str]:
    """Headers of one of many people: an address of their own, so that no limit counts them as one.

    The one place that knows how the limits of intake tell people apart.
    """
    high, low = divmod(number % 65_536, 256)
    return {"x-forwarded-for": f"10.77.{high}.{low}"}


def event(
    topic_id: str, body: dict[str, Any], *, number: int, token: str | None = None
) -> dict[str, Any]:
    """HTTP API event (payload 2.0) of a submission under an idempotency key of its own."""
    path = f"/v1/topics/{topic_id}/comments"
    headers = {
        "accept-language": "ar,en;q=0.8",
        "content-type": "application/json",
        "idempotency-key": str(uuid.UUID(int=number, version=4)),
        **sender(number),
    }
    if token:
        headers["authorization"] = f"Bearer {token}"
    return _event(ROUTE, path, headers=headers, topic=topic_id) | {
        "body": json.dumps(body, ensure_ascii=False)
    }


def listing(topic_id: str) -> dict[str, Any]:
    """HTTP API event (payload 2.0) of the first page of the public list."""
    path = f"/v1/topics/{topic_id}/comments"
    return _event(f"GET {path}", path, headers={"accept-language": "ar"}, topic=topic_id)


def token(number: int) -> str:
    """Access token (RS256, as Cognito signs) of one of many people whom the services can verify."""
    return str(_issuer().token("participant", subject=str(uuid.UUID(int=number))))


def publish(topic_id: str, number: int) -> None:
    """Have as many comments taken in and screened, so that they are public."""
    from services.comments.handlers import submit

    new = NewComments()
    for each in range(number):
        answered(submit.handler, event(topic_id, submission(each), number=each), 202)
    screen(new.read())


class NewComments:
    """The comments table's stream from here on, as its mappings hand new comments over."""

    def __init__(self) -> None:
        self._iterator: str = ""
        for _ in self._changes():
            pass

    def read(self) -> list[dict[str, Any]]:
        """Records of the comments that came since the last reading."""
        return [
            record
            for record in self._changes()
            if record["eventName"] == "INSERT" and "body" in record["dynamodb"]["NewImage"]
        ]

    def _changes(self) -> Iterator[dict[str, Any]]:
        client = aws.client("dynamodbstreams")
        iterator = self._iterator or _beginning("comments")
        while True:
            found = client.get_records(ShardIterator=iterator)
            yield from found["Records"]
            self._iterator = iterator = found["NextShardIterator"]
            if not found["Records"]:
                return


def screen(
    records: list[dict[str, Any]], moderation: Callable[[dict[str, Any]], Any] | None = None
) -> None:
    """Bring new comments to comments-screen; moderation's function answers in this process."""
    from local.seams import Seam, replaced
    from services.comments.handlers import screen as screening

    ask = moderation or _moderated
    with replaced([Seam(screening, "invoke", lambda _name, payload: ask(payload))]):
        for start in range(0, len(records), BATCH):
            screening.handler({"Records": records[start : start + BATCH]}, LambdaContext())


def _beginning(table: str) -> str:
    client = aws.client("dynamodbstreams")
    arn = client.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = {"ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    return str(client.get_shard_iterator(StreamArn=arn, **place)["ShardIterator"])


def _moderated(payload: dict[str, Any]) -> Any:
    from services.moderation.handlers import screen as moderation

    return moderation.handler(payload, LambdaContext())


def items(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What a list shows."""
    found: list[dict[str, Any]] = json.loads(answer["body"])["items"]
    return found


def answered(handler: Any, request: dict[str, Any], status: int) -> dict[str, Any]:
    """Answer of a handler.

    Raises
    ------
    ValueError
        If it has another status: nothing would have been measured.
    """
    answer: dict[str, Any] = handler(request, LambdaContext())
    if answer["statusCode"] != status:
        raise ValueError(f"{answer['statusCode']}: {answer['body']}")
    return answer


@cache
def _issuer() -> Any:
    from local.identity import Issuer

    return Issuer()


@cache
def _keys_at_hand() -> Any:
    """What a container has once it has fetched the issuer's keys."""
    import jwt

    client = jwt.PyJWKClient("http://localhost/", cache_keys=True, lifespan=86_400)
    client.jwk_set_cache.put(_issuer().jwks())
    return client


def _opened(expected: int) -> str:
    from services.comments.handlers import set_window
    from services.shared import clock

    clock.use(lambda: AT)
    gc.freeze()  # what the emulator keeps is not the handlers' to look through
    # Of its own for each account: a container remembers the windows of topics.
    topic_id = ids.derived_id("bench", str(next(_OPENED)))
    window = {
        "topic_id": topic_id,
        "round": 1,
        "version": 1,
        "agency": "health",
        "opens_at": (AT - timedelta(days=1)).isoformat(),
        "closes_at": (AT + timedelta(days=27)).isoformat(),
        "participation": "open",
        "publication_mode": "pre",
        "expected_participants": expected,
        "questions": [],
    }
    set_window.handler(window, LambdaContext())
    return topic_id


def _event(route: str, path: str, *, headers: dict[str, str], topic: str) -> dict[str, Any]:
    address = headers.get("x-forwarded-for", "192.0.2.1")
    method = route.partition(" ")[0]
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "pathParameters": {"topic": topic},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": address},
            "stage": "$default",
            "requestId": "request",
            "timeEpoch": 0,
        },
        "isBase64Encoded": False,
    }
