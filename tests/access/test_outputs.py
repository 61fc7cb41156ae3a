"""Whatever people write, in whichever field, every output has it as text or not at all."""

from collections import defaultdict
from typing import Any

import pytest

from local.demo.client import Answer
from local.stack import LocalStack
from scripts.openapi.declared import operations
from scripts.openapi.document import document
from tests.access import readers
from tests.access.hostile import PAYLOADS, declared_texts
from tests.access.hostile_scene import HostileScene, everything_read, refusals
from tests.access.safe_headers import unsafe

Answers = list[tuple[str, Answer]]
Sent = dict[str, list[dict[str, Any]]]
pytestmark = pytest.mark.xdist_group("access outputs")


@pytest.fixture(scope="module")
def scenes(stack: LocalStack) -> dict[str, HostileScene]:
    """A consultation for each payload."""
    played = {name: HostileScene(stack, payload) for name, payload in PAYLOADS.items()}
    for scene in played.values():
        scene.play()
    return played


@pytest.fixture(scope="module")
def sent(stack: LocalStack, scenes: dict[str, HostileScene]) -> Sent:
    """What was sent, by channel."""
    found = defaultdict(list)
    for message in stack.outbox.listed():
        found[message["channel"]].append(message)
    return found


@pytest.fixture(scope="module")
def answered(scenes: dict[str, HostileScene]) -> Answers:
    """What is answered to those who read, with the path."""
    return [found for scene in scenes.values() for found in everything_read(scene)]


def test_every_text_that_can_be_sent_was_tried(scenes: dict[str, HostileScene]) -> None:
    declared = declared_texts(document())
    for name, scene in scenes.items():
        scene.try_the_rest(declared)
        for route, pointers in declared.items():
            untried = {each for each in pointers if (route, each) not in scene.tried}
            assert not untried, (name, route)
    assert sum(map(len, declared.values())) > 100


def test_hostile_texts_are_taken_as_texts(scenes: dict[str, HostileScene]) -> None:
    """Nothing is filtered at the door: what follows would be true of an empty stack, too."""
    for name, scene in scenes.items():
        taken = {pointer for _route, pointer in scene.taken}
        assert {"/title/ar", "/text", "/reason", "/contact/name/en", "/summary/en"} <= taken, name


def test_no_answer_has_more_in_it_than_texts(answered: Answers) -> None:
    told, seen = [], defaultdict(int)
    for path, answer in answered:
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if not answer.text:
            continue
        read = readers.BY_MEDIA_TYPE.get(media_type)
        assert read, f"{path}: nobody looked at {media_type}; see tests/access/readers.py"
        told += [f"{path} {media_type}: {fault}" for fault in read(answer.text)]
        seen[media_type] += "evil" in answer.text
    assert not told, "\n".join(told)
    telling = {"application/json", "application/jsonl", "application/atom+xml", "text/calendar"}
    assert all(seen[each] for each in telling), seen
    assert {"text/html", "application/problem+json"} <= set(seen)


def test_no_media_type_is_answered_that_nobody_looked_at() -> None:
    described = {
        media_type
        for operation in operations().values()
        for answer in operation.answers
        for media_type in answer.media_types
    }
    assert described <= set(readers.BY_MEDIA_TYPE), "see tests/access/readers.py"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_refusal_has_more_in_it_than_texts(stack: LocalStack, payload: str) -> None:
    for path, answer in refusals(stack.url, payload):
        media_type = answer.headers["content-type"].partition(";")[0]
        assert answer.status < 500, path
        assert not readers.BY_MEDIA_TYPE[media_type](answer.text), path
        assert not unsafe(path, answer), path


def test_every_answer_has_the_headers_of_a_safe_one(answered: Answers) -> None:
    told = [f"{path}: {fault}" for path, answer in answered for fault in unsafe(path, answer)]
    assert not told, "\n".join(told)


def test_a_mail_is_one_mail_to_one_reader(sent: Sent) -> None:
    told = [(m["subject"], fault) for m in sent["email"] for fault in readers.of_mail(m)]
    assert not told, told
    assert all(len(mail["to"]) == 1 for mail in sent["email"])
    for part in ("subject", "text", "html"):
        assert sum("evil" in mail[part] for mail in sent["email"]) > 5 * len(PAYLOADS), part


def test_a_text_message_has_one_title_and_one_link_or_two(sent: Sent) -> None:
    """Two for whoever subscribed, who finds the way out; one for the author of a comment."""
    for text in sent["sms"]:
        lines = text["text"].splitlines()
        assert not [fault for line in lines for fault in readers.of_line(line)], lines
        assert sum("http" in line for line in lines) in {0, 1, 2}, lines
    assert sum("evil" in text["text"] for text in sent["sms"]) >= len(PAYLOADS)


def test_a_partner_is_posted_json(sent: Sent) -> None:
    for post in sent["webhook"]:
        assert not readers.of_json(post["text"])
        assert post["headers"]["Content-Type"] == "application/json"
        assert not [value for value in post["headers"].values() if "evil" in value]
    assert sum("evil" in post["text"] for post in sent["webhook"]) >= len(PAYLOADS)
