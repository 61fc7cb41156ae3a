"""The Atom feed: what happened, newest first, readable by any feed reader."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.outreach.handlers import deliver, read
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, TopicsService
from tests.support.calls import Answer, http, invoke

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
pytestmark = pytest.mark.usefixtures("account", "clock", "topics")


def get(headers: dict[str, str] | None = None, **query: str) -> Answer:
    return http(read.handler, "GET /v1/feed.atom", query=query or None, headers=headers)


def document(**query: str) -> ET.Element:
    answer = get(**query)
    assert answer.status == 200, answer.text
    return ET.fromstring(answer.text.encode())


def texts(element: ET.Element, path: str) -> list[str]:
    return [str(found.text) for found in element.findall(path.replace("/", f"/{ATOM}"))]


def tell(notice: str = "published", topic_id: str = TOPIC_ID) -> None:
    payload = {"topic_id": topic_id, "round": 1, "notice": notice, "channel": "atom"}
    invoke(deliver.handler, payload)


def another(topics: TopicsService, topic_id: str, **changes: Any) -> None:
    topics.topics[topic_id] = VIEW | {"topic_id": topic_id} | changes


def test_an_empty_feed_is_a_valid_feed() -> None:
    feed = document()
    assert feed.tag == f"{ATOM}feed"
    for required in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + required) is not None
    assert feed.findall(f"{ATOM}entry") == []
    assert get().text == get().text


def test_the_feed_is_named_in_both_languages_and_its_entries_in_one() -> None:
    tell()
    for language, title in (
        ("ar", f"استشارة عامة جديدة: {VIEW['title']['ar']}"),
        ("en", f"New public consultation: {VIEW['title']['en']}"),
    ):
        feed = document(language=language)
        assert feed.get(LANGUAGE) == language
        assert texts(feed, "./title") == [
            "تشاور: الاستشارات العامة | Tashawur: public consultations"
        ]
        assert texts(feed, "./entry/title") == [title]


def test_the_language_is_the_callers_unless_it_is_named() -> None:
    arabic = get(headers={"accept-language": "ar-BH,en;q=0.5"})
    assert arabic.headers["content-language"] == "ar"
    assert get(headers={"accept-language": "ar"}, language="en").headers["content-language"] == "en"
    assert get(headers={"accept-language": "fr"}).headers["content-language"] == "ar"


def test_the_newest_entry_comes_first(clock: FixedClock) -> None:
    for notice in ("published", "announced", "withdrawn"):
        tell(notice)
        clock.advance(days=1)
    feed = document()
    ids = texts(feed, "./entry/id")
    assert [entry_id.rsplit("/", 1)[1] for entry_id in ids] == [
        "withdrawn",
        "announced",
        "published",
    ]
    assert texts(feed, "./updated") == texts(feed, "./entry/updated")[:1]
    assert ids[2] == f"tag:localhost,2026:topics/{TOPIC_ID}/r1/published"


def test_an_entry_leads_to_the_topic_and_quotes_it_escaped() -> None:
    tell()
    entry = document(language="en").find(f"{ATOM}entry")
    assert entry is not None
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://localhost/v1/topics/{TOPIC_ID}"
    assert entry.findtext(f"{ATOM}summary") == VIEW["summary"]["en"]
    assert "<b>" not in get(language="en").text


def test_characters_that_xml_forbids_do_not_break_the_feed(topics: TopicsService) -> None:
    another(topics, "c" * 26, title={"ar": "عنوان\x0b", "en": "A\x1b title\ufffe"})
    tell(topic_id="c" * 26)
    assert texts(document(language="en"), "./entry/title") == ["New public consultation: A title"]


def test_the_feed_can_be_narrowed_to_an_agency(topics: TopicsService) -> None:
    another(topics, "c" * 26, agency="works")
    tell()
    tell(topic_id="c" * 26)
    assert len(texts(document(), "./entry/id")) == 2
    (only,) = texts(document(agency="works"), "./entry/id")
    assert "c" * 26 in only
    assert texts(document(agency="nobody"), "./entry/id") == []
    assert texts(document(agency="works"), "./id") != texts(document(), "./id")


def test_a_topic_has_a_feed_of_its_own(topics: TopicsService) -> None:
    another(topics, "c" * 26)
    tell()
    tell("announced")
    tell(topic_id="c" * 26)
    answer = topic_feed(TOPIC_ID, language="en")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.text.encode())
    assert len(texts(feed, "./entry/id")) == 2
    assert all(TOPIC_ID in entry_id for entry_id in texts(feed, "./entry/id"))
    assert VIEW["title"]["en"] in texts(feed, "./title")[0]
    link = feed.find(f"{ATOM}link[@rel='self']")
    assert link is not None
    assert link.get("href") == f"http://localhost/v1/topics/{TOPIC_ID}/feed.atom?language=en"
    known = topic_feed(TOPIC_ID, headers={"if-none-match": answer.headers["etag"]}, language="en")
    assert known.status == 304


def test_a_topic_that_is_not_public_has_no_feed() -> None:
    assert topic_feed("d" * 26).status == 404
    assert topic_feed(TOPIC_ID, agency="health").status == 400


def topic_feed(topic: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
    route = "GET /v1/topics/{topic}/feed.atom"
    return http(read.handler, route, path={"topic": topic}, query=query or None, headers=headers)


def test_the_feed_has_the_newest_hundred(topics: TopicsService, clock: FixedClock) -> None:
    for number in range(102):
        topic_id = f"{number:03d}".translate(str.maketrans("0123456789", "abcdefghij")) + "a" * 23
        another(topics, topic_id)
        tell(topic_id=topic_id)
        clock.advance(minutes=1)
    ids = texts(document(), "./entry/id")
    assert len(ids) == 100
    assert "/baba" in ids[0]
    assert "/aaca" in ids[-1]


def test_a_reader_that_has_the_feed_is_told_so(clock: FixedClock) -> None:
    tell()
    first = get()
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert first.headers["cache-control"] == "public, max-age=60"
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = get(headers={"if-none-match": known})
        assert (again.status, again.text, again.headers["etag"]) == (304, "", etag)
    clock.advance(minutes=1)
    tell("announced")
    assert get(headers={"if-none-match": etag}).status == 200


@pytest.mark.parametrize(
    "query", [{"language": "fr"}, {"agency": "../x"}, {"page": "2"}, {"agency": ""}]
)
def test_what_the_feed_does_not_know_is_refused(query: dict[str, str]) -> None:
    answer = get(**query)
    assert answer.status == 400
    assert next(iter(query)) in answer.json["detail"]
