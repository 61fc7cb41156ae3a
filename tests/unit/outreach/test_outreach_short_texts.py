"""What a text message has of a title is one line, and the whole keeps to its segments."""

from datetime import UTC, datetime

import pytest

from services.outreach.links import Links
from services.outreach.model.notice import Bilingual, Notice, PublicTopic
from services.outreach.model.segments import is_gsm7, segments
from services.outreach.model.subscription import Subscriber
from services.outreach.model.tokens import Keyring
from services.outreach.texts import MOST_SEGMENTS, _short, notice_text
from services.shared.language import Language
from tests.access.readers import of_line
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW

LINKS = Links(
    "https://d111111abcdef8.cloudfront.net",
    Keyring(recipient=b"r", confirmation=b"c", unsubscription=b"u", webhook=b"w"),
)


def text(title: str, language: Language, *, notice: str = "published", summary: str = "") -> str:
    told = {"ar": title, "en": title}
    made = Notice(
        entry_id="tag:x",
        topic_id=TOPIC_ID,
        round=1,
        notice=notice,
        agency="health",
        title=Bilingual(**told),
        summary=Bilingual.both(summary),
        link=LINKS.topic(TOPIC_ID),
        at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    )
    topic = PublicTopic.model_validate(VIEW)
    to = Subscriber(
        address="+97317000001",
        language=language,
        channel="sms",
        scope=TOPIC_ID,
        subscription_id="s" * 26,
    )
    return notice_text(made, topic, to=to, links=LINKS).text


@pytest.mark.parametrize("most", [12, 200])
def test_what_is_taken_over_stays_on_its_line_and_ends_its_direction(most: int) -> None:
    shown = _short("a \u2067b\nhttps://elsewhere.example\u2069 c\x1b", most)
    assert len(shown) <= most + 1
    assert of_line(shown) == []
    assert shown.startswith("a \u2067b")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "title", ["كلمة", "كلمة " * 200, "word " * 200, "x" * 500, "word’s – " * 60]
)
@pytest.mark.parametrize("notice", ["published", "inquiry_answer", "announced", "corrected"])
def test_a_text_keeps_to_its_segments_and_its_links_whatever_the_title(
    language: Language, title: str, notice: str
) -> None:
    shown = text(title, language, notice=notice, summary="الإجابة عن استفسارك طويلة. " * 30)
    assert segments(shown) <= MOST_SEGMENTS
    assert LINKS.topic(TOPIC_ID) + "\n" in shown
    assert f"{LINKS._base}/stop/" in shown
    assert shown.split()[0].rstrip(".…")[:4] in title


def test_a_title_is_cut_between_words_and_says_so() -> None:
    assert _short("one two three", 13) == "one two three"
    assert _short("one two three", 12) == "one two..."
    assert _short("كلمة أخرى هنا", 11) == "كلمة أخرى…"


def test_typography_does_not_make_an_english_text_cost_more() -> None:
    typed, plain = text("Health centres’ “hours” – more…", "en"), text("Health", "en")
    assert is_gsm7(typed)
    assert 'Health centres\' "hours" - more...' in typed
    assert segments(typed) == segments(plain)
