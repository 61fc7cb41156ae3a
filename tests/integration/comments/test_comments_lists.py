"""Lists of a round with many comments: orders, filters, threads, and walks while things change."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.lambdas import PAYLOAD_LIMIT_BYTES
from services.comments.handlers import read
from services.comments.model.names import shard_of
from services.comments.store import CommentStore
from services.shared import aws
from tests.integration.comments.conftest import Consultation
from tests.support.calls import stream_records

PARTICIPANTS = {1: 1_000, 4: 20_000, 16: 200_000}
"""How many are expected where a round has so many shards."""
_NETWORKS = count()
MODEST = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def texts(answer: Any) -> list[str]:
    return [item["text"] for item in answer.json["items"]]


def another(consultation: Consultation, *, shards: int = 1) -> Consultation:
    """A topic of its own on the same account."""
    opened = Consultation(
        moderation=consultation.moderation,
        token=consultation.token,
        seen=len(stream_records("comments")),
    )
    opened.set_window(expected_participants=PARTICIPANTS[shards])
    return opened


def pages(consultation: Consultation, **query: str) -> Iterator[list[dict[str, Any]]]:
    """Pages of a list as a reader gets them, each asked for when it is taken."""
    cursor: str | None = None
    while True:
        place = {"cursor": cursor} if cursor else {}
        page = consultation.list(**query, **place).json
        yield page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def walk(consultation: Consultation, **query: str) -> list[str]:
    return [item["comment_id"] for page in pages(consultation, **query) for item in page]


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "PAGE", 3)
    monkeypatch.setattr(read, "_UNSETTLED", timedelta(seconds=-1))  # the clock stands still


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_the_newest_come_first_if_asked_for(
    consultation: Consultation, clock: Any, short_pages: None, shards: int
) -> None:
    topic = another(consultation, shards=shards)
    sent = []
    for number in range(8):
        sent.append(topic.published(f"رأي {number}"))
        clock.advance(milliseconds=1)
    assert walk(topic, order="newest") == sent[::-1]
    assert walk(topic, order="oldest") == walk(topic) == sent
    assert topic.list(order="best").status == 400


def test_the_shards_of_a_list_are_used(consultation: Consultation) -> None:
    topic = another(consultation, shards=16)
    found = [topic.post(f"رأي {number}").json["comment_id"] for number in range(20)]
    topic.screen()
    assert len({shard_of(comment_id, 16) for comment_id in found}) > 1
    assert sorted(walk(topic)) == sorted(found)


class Reader:
    """What happens between two pages, drawn by hypothesis, and what must be seen in the end."""

    def __init__(self, topic: Consultation, clock: Any, **wanted: str) -> None:
        self.topic, self.clock, self.wanted = topic, clock, wanted
        # A network of its own: of many topics on one account one address sends more than it may.
        self.address = f"2001:db8:{next(_NETWORKS):x}::1"
        self.secrets: dict[str, str] = {}
        self.public: dict[str, dict[str, str | None]] = {}
        self.held: list[str] = []
        self.ever: set[str] = set()

    def publish(self, number: int) -> None:
        kind = ("comment", "inquiry", "reply")[number % 3]
        parents = [i for i, made in self.public.items() if made["kind"] != "reply"]
        members: dict[str, Any] = {"kind": kind}
        if kind == "reply":
            if not parents:
                return
            members["parent_id"] = parents[number % len(parents)]
        text = f"رأي {number}" if number % 2 else f"Opinion {number}"
        sent = self.topic.post(text, address=self.address, **members).json
        self.topic.screen()
        self._keep(sent, members, language="ar" if number % 2 else "en")

    def _keep(self, sent: dict[str, Any], members: dict[str, Any], *, language: str) -> None:
        comment_id = sent["comment_id"]
        self.secrets[comment_id] = sent["receipt_secret"]
        self.public[comment_id] = {
            "kind": members["kind"],
            "parent": members.get("parent_id"),
            "language": language,
        }
        self.ever.add(comment_id)

    def hold(self, number: int) -> None:
        sent = self.topic.post(f"You idiot {number}", address=self.address).json
        self.topic.screen()
        self.secrets[sent["comment_id"]] = sent["receipt_secret"]
        self.held.append(sent["comment_id"])

    def decide(self, number: int) -> None:
        if not self.held:
            return
        comment_id = self.held.pop(number % len(self.held))
        if number % 2:
            self.topic.decide(comment_id, "reject", reason_code="abusive")
            return
        self.topic.decide(comment_id, "redact", spans=[[4, 9]])
        self.public[comment_id] = {"kind": "comment", "parent": None, "language": "en"}
        self.ever.add(comment_id)

    def withdraw(self, number: int) -> None:
        there = [*self.public, *self.held]
        if there:
            gone = there[number % len(there)]
            self.topic.withdraw(gone, self.secrets[gone])
            self.public.pop(gone, None)
            self.held = [comment_id for comment_id in self.held if comment_id != gone]

    def answer(self, number: int) -> None:
        asked = [i for i, made in self.public.items() if made["kind"] == "inquiry"]
        if asked:
            text = {"ar": f"جواب {number}", "en": f"Answer {number}"}
            self.topic.answer(asked[number % len(asked)], text, replace=True)

    def fitting(self) -> list[str]:
        return [
            comment_id
            for comment_id, made in self.public.items()
            if all(made[name] == value for name, value in self.wanted.items())
        ]

    def act(self, action: tuple[str, int]) -> None:
        name, number = action
        getattr(self, name)(number)
        self.clock.advance(milliseconds=number % 3)


ACTIONS = st.tuples(
    st.sampled_from(("publish", "publish", "hold", "decide", "withdraw", "answer")),
    st.integers(0, 30),
)


@MODEST
@given(
    shards=st.sampled_from((1, 4, 16)),
    order=st.sampled_from(("oldest", "newest")),
    wanted=st.sampled_from(
        ({}, {"kind": "inquiry"}, {"language": "ar"}, {"kind": "reply", "language": "en"})
    ),
    before=st.lists(st.tuples(st.just("publish"), st.integers(0, 30)), min_size=4, max_size=14),
    meanwhile=st.lists(ACTIONS, max_size=8),
)
def test_whatever_is_and_stays_public_is_met_exactly_once(
    consultation: Consultation,
    clock: Any,
    short_pages: None,
    shards: int,
    order: str,
    wanted: dict[str, str],
    before: list[tuple[str, int]],
    meanwhile: list[tuple[str, int]],
) -> None:
    reader = Reader(another(consultation, shards=shards), clock, **wanted)
    for action in before:
        reader.act(action)
    at_first, left, met = set(reader.fitting()), list(meanwhile), []
    for page in pages(reader.topic, order=order, **wanted):
        met += [item["comment_id"] for item in page]
        if left:
            reader.act(left.pop(0))
    assert len(met) == len(set(met))
    assert at_first & set(reader.fitting()) <= set(met) <= reader.ever


@MODEST
@given(shards=st.sampled_from((1, 4)), actions=st.lists(ACTIONS, min_size=5, max_size=25))
def test_counts_lists_and_threads_agree_with_the_rows_at_any_quiet_moment(
    consultation: Consultation, clock: Any, shards: int, actions: list[tuple[str, int]]
) -> None:
    topic = another(consultation, shards=shards)
    reader = Reader(topic, clock)
    for action in actions:
        reader.act(action)
    assert topic.recount()["drift"] == {}
    listed = topic.list().json
    shown = {item["comment_id"]: item for item in listed["items"]}
    assert set(shown) == set(reader.public)
    assert listed["counts"]["published"] == len(shown)
    assert listed["counts"]["held"] == len(reader.held)
    assert listed["counts"]["received"] == len(reader.secrets)
    for comment_id, item in shown.items():
        thread = walk(topic, parent=comment_id)
        replies = [i for i, made in reader.public.items() if made["parent"] == comment_id]
        assert sorted(thread) == sorted(replies)
        assert item["replies"] == len(replies)
    waiting = [
        i["comment_id"] for i in shown.values() if i["kind"] == "inquiry" and not i["answer"]
    ]
    asked = topic.inquiries(answered="false").json
    assert sorted(item["comment_id"] for item in asked["items"]) == sorted(waiting)
    assert asked["unanswered"] == topic.unanswered() == len(waiting)


def test_a_cursor_outlives_the_comment_that_it_points_at(
    consultation: Consultation, clock: Any, short_pages: None
) -> None:
    sent = []
    for number in range(5):
        sent.append(consultation.post(f"رأي {number}").json)
        consultation.screen()
        clock.advance(seconds=1)
    first = consultation.list().json
    last = sent[2]
    assert first["items"][-1]["comment_id"] == last["comment_id"]
    consultation.withdraw(last["comment_id"], last["receipt_secret"])
    assert texts(consultation.list(cursor=first["next_cursor"])) == ["رأي 3", "رأي 4"]


def test_a_cursor_is_good_for_its_own_list_alone(
    consultation: Consultation, short_pages: None
) -> None:
    parent = consultation.published("أصل")
    for number in range(5):
        consultation.post(f"رد {number}", kind="reply", parent_id=parent)
    consultation.screen()
    cursor = consultation.list(parent=parent).json["next_cursor"]
    assert len(texts(consultation.list(parent=parent, cursor=cursor))) == 2
    other = another(consultation)
    foreign: list[tuple[Consultation, dict[str, str]]] = [
        (consultation, {}),
        (consultation, {"parent": "a" * 26}),
        (consultation, {"parent": parent, "order": "newest"}),
        (consultation, {"parent": parent, "language": "ar"}),
        (consultation, {"parent": parent, "kind": "reply"}),
        (other, {"parent": parent}),
    ]
    for topic, query in foreign:
        refused = topic.list(**query, cursor=cursor)
        assert (refused.status, refused.json["code"]) == (400, "bad_cursor")
    assert consultation.inquiries(cursor=cursor).status == 400
    for broken in (cursor[:-1], cursor + "A", "", "%", "سر"):
        assert consultation.list(parent=parent, cursor=broken).status == 400


def test_a_thread_is_one_query_however_large_the_topic(
    consultation: Consultation, queries: list[dict[str, Any]]
) -> None:
    topic = another(consultation, shards=16)
    parent = topic.published("أصل")
    for number in range(4):
        topic.post(f"رأي {number}")
    topic.post("رد", kind="reply", parent_id=parent)
    topic.screen()
    topic.list()
    queries.clear()
    assert texts(topic.list(parent=parent)) == ["رد"]
    assert [query.get("IndexName") for query in queries] == ["grouped", None]  # and the counters


@pytest.fixture
def queries() -> Iterator[list[dict[str, Any]]]:
    """What is asked of DynamoDB by queries."""
    asked: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    hooks = aws.client("dynamodb").meta.events
    hooks.register("provide-client-params.dynamodb.Query", note, unique_id="queries-of-a-test")
    yield asked
    hooks.unregister("provide-client-params.dynamodb.Query", unique_id="queries-of-a-test")


def test_a_list_reads_neither_contacts_nor_pseudonyms(
    consultation: Consultation, queries: list[dict[str, Any]]
) -> None:
    consultation.published("نعم", contact={"email": "a@example.org"}, subject="fatima")
    queries.clear()
    consultation.list()
    for query in queries:
        if "IndexName" in query:
            read_names = set(query["ExpressionAttributeNames"].values())
            assert "body" in read_names
            assert not {"private", "subject_key", "leaf", "body_digest"} & read_names


@pytest.mark.parametrize("parent", ["", "x", "a" * 3_000, "A" * 26, "سؤال"])
def test_what_is_no_id_has_no_thread(consultation: Consultation, parent: str) -> None:
    assert consultation.list(parent=parent).status == 400


def test_replies_outlive_their_parent(consultation: Consultation) -> None:
    sent = consultation.post("أصل").json
    consultation.screen()
    parent = sent["comment_id"]
    first = consultation.published("رد أول", kind="reply", parent_id=parent)
    second = consultation.post("رد ثان", kind="reply", parent_id=parent).json["comment_id"]
    consultation.withdraw(parent, sent["receipt_secret"])
    consultation.screen()
    assert consultation.get(parent).status == 404
    assert sorted(walk(consultation, parent=parent)) == sorted((first, second))
    for comment_id in (first, second):
        assert consultation.get(comment_id).json["parent_id"] == parent
    deeper = consultation.published("رد على رد", kind="reply", parent_id=first)
    assert consultation.get(first).json["replies"] == 1
    assert walk(consultation, parent=first) == [deeper]
    refused = consultation.post("رد", kind="reply", parent_id=parent)
    assert [fault["code"] for fault in refused.json["errors"]] == ["parent_not_found"]
    counts = consultation.list().json["counts"]
    assert (counts["published"], counts["withdrawn"]) == (3, 1)


def test_the_thread_of_what_nobody_knows_is_empty(consultation: Consultation) -> None:
    answer = consultation.list(parent="a" * 26)
    assert (answer.status, answer.json["items"], answer.json["next_cursor"]) == (200, [], None)


def test_a_reply_taken_back_is_gone_from_its_thread(consultation: Consultation) -> None:
    parent = consultation.published("أصل")
    sent = consultation.post("رد سري", kind="reply", parent_id=parent).json
    consultation.screen()
    assert walk(consultation, parent=parent) == [sent["comment_id"]]
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert "رد سري" not in consultation.list(parent=parent).text + consultation.list().text
    assert consultation.get(parent).json["replies"] == 0


def test_an_empty_round_has_an_empty_list(consultation: Consultation) -> None:
    for query in ({}, {"order": "newest"}, {"kind": "inquiry"}):
        answer = consultation.list(**query).json
        assert (answer["items"], answer["next_cursor"]) == ([], None)
        assert set(answer["counts"].values()) == {0, None}


@pytest.mark.parametrize("text", ["👍" * 20_000, '"' * 20_000])
def test_a_page_of_the_longest_texts_is_as_long_as_a_function_may_answer(
    consultation: Consultation, text: str
) -> None:
    sent = {consultation.post(text, address=f"192.0.2.{n}").json["comment_id"] for n in range(90)}
    consultation.screen()
    found = list(pages(consultation))
    assert sorted(item["comment_id"] for page in found for item in page) == sorted(sent)
    assert len(found) > 1
    for page in found:
        assert len(json.dumps(json.dumps(page))) < PAYLOAD_LIMIT_BYTES


def test_a_walk_waits_for_what_is_being_published_just_now(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One lane of the stream is slower than another: its comments come in between, later."""
    monkeypatch.setattr(read, "PAGE", 3)
    first = [consultation.published(f"first {n}") for n in range(2)]
    clock.advance(seconds=20)
    slow = str(consultation.post("slow").json["comment_id"])
    quick: list[str] = []
    commit = CommentStore.commit

    def overtaken(self: CommentStore, *given: Any, **named: Any) -> None:
        monkeypatch.setattr(CommentStore, "commit", commit)
        clock.advance(seconds=1)
        quick.extend(consultation.published(f"quick {n}") for n in range(4))
        walked.append(next(walking))
        clock.advance(seconds=3)
        commit(self, *given, **named)

    walking, walked = pages(consultation), []
    monkeypatch.setattr(CommentStore, "commit", overtaken)
    consultation.screen()
    assert sorted(item["comment_id"] for item in walked[0]) == sorted(first)
    clock.advance(seconds=20)
    walked += list(walking)
    met = [item["comment_id"] for page in walked for item in page]
    assert sorted(met) == sorted([*first, slow, *quick])
