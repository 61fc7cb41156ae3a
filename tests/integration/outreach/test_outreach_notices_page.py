"""What a topic's page shows of its notices: the channel ``web`` over HTTP."""

from typing import Any

import pytest

from services.outreach.handlers import deliver, read
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, TopicsService
from tests.support.calls import Answer, http, invoke

pytestmark = pytest.mark.usefixtures("account", "topics")
ROUTE = "GET /v1/topics/{topic}/notices"


def get(topic: str = TOPIC_ID, **query: str) -> Answer:
    return http(read.handler, ROUTE, path={"topic": topic}, query=query or None)


def post(notice: str = "published", **fields: Any) -> None:
    told = {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": "web"}
    assert invoke(deliver.handler, told | fields)["outcome"] == "sent"


def test_a_page_without_notices_is_an_empty_list(clock: FixedClock) -> None:
    answer = get()
    assert answer.json == {"topic_id": TOPIC_ID, "items": [], "next_cursor": None}
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_a_notice_is_there_in_both_languages(clock: FixedClock) -> None:
    post()
    (notice,) = get().json["items"]
    assert notice == {
        "entry_id": f"tag:localhost,2026:topics/{TOPIC_ID}/r1/published",
        "round": 1,
        "notice": "published",
        "title": {
            "ar": f"استشارة عامة جديدة: {VIEW['title']['ar']}",
            "en": f"New public consultation: {VIEW['title']['en']}",
        },
        "summary": VIEW["summary"],
        "link": f"http://localhost/v1/topics/{TOPIC_ID}",
        "at": "2026-12-01T09:00:00.000Z",
    }


def test_the_newest_notice_comes_first_whatever_its_name_and_round(clock: FixedClock) -> None:
    told: list[dict[str, Any]] = [
        {"notice": "withdrawn"},
        {"notice": "announced"},
        {"notice": "published", "round": 2},
        {"notice": "announced", "occasion": "edition-2"},
    ]
    for each in told:
        post(**each)
        clock.advance(minutes=1)
    found = [(item["notice"], item["round"]) for item in get().json["items"]]
    assert found == [("announced", 1), ("published", 2), ("announced", 1), ("withdrawn", 1)]


def test_what_went_over_other_channels_or_of_other_topics_is_not_on_the_page(
    clock: FixedClock, topics: TopicsService
) -> None:
    topics.topics["c" * 26] = VIEW | {"topic_id": "c" * 26}
    post(channel="atom")
    post(topic_id="c" * 26)
    assert get().json["items"] == []


def test_pages_of_a_hundred_have_every_notice_once(clock: FixedClock) -> None:
    for number in range(201):
        post("answered", occasion=f"inquiry-{number:03d}")
        clock.advance(seconds=1)
    first = get().json
    second = get(cursor=first["next_cursor"]).json
    third = get(cursor=second["next_cursor"]).json
    assert [len(page["items"]) for page in (first, second, third)] == [100, 100, 1]
    assert third["next_cursor"] is None
    whole = [item["entry_id"] for page in (first, second, third) for item in page["items"]]
    numbers = [int(entry.rpartition("-")[2]) for entry in whole]
    assert numbers == list(range(200, -1, -1))


def test_a_hundred_notices_are_one_page_and_no_more(clock: FixedClock) -> None:
    for number in range(100):
        post("answered", occasion=f"inquiry-{number:03d}")
    answer = get().json
    assert (len(answer["items"]), answer["next_cursor"]) == (100, None)


def test_a_cursor_is_good_for_its_topic_alone(clock: FixedClock, topics: TopicsService) -> None:
    topics.topics["c" * 26] = VIEW | {"topic_id": "c" * 26}
    for number in range(101):
        post("answered", occasion=f"inquiry-{number:03d}")
    cursor = get().json["next_cursor"]
    assert get(cursor=cursor).status == 200
    assert get("c" * 26, cursor=cursor).status == 400
    assert "N#" not in cursor
    assert get(cursor="x").json["type"].endswith("/malformed")


def test_a_topic_that_is_not_public_has_no_page(clock: FixedClock) -> None:
    assert get("d" * 26).status == 404


def test_what_the_page_does_not_know_is_refused(clock: FixedClock) -> None:
    answer = get(page="2")
    assert answer.status == 400
    assert "page" in answer.json["detail"]


def test_a_topics_service_that_is_away_is_asked_again(
    clock: FixedClock, topics: TopicsService
) -> None:
    topics.away = True
    assert get().status == 503
