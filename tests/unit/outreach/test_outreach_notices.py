"""What is told, in Arabic and in English."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.outreach.links import Links
from services.outreach.mails import confirmation_mail, confirmed_page, notice_mail
from services.outreach.model.delivery import NOTICES, Delivery, NoticeKind
from services.outreach.model.notice import (
    Bilingual,
    PublicTopic,
    closing_text,
    printable,
    withdrawal_reason,
)
from services.outreach.model.subscription import Subscriber
from services.outreach.model.tokens import Keyring
from services.outreach.use_cases.compose import NothingToTell, compose
from services.shared.language import Language, catalogue
from services.shared.texts import Text

LINKS = Links(
    "https://consult.example.bh/",
    Keyring(recipient=b"r", confirmation=b"c", unsubscription=b"u", webhook=b"w"),
)
SUBSCRIBER = Subscriber(
    address="noor@example.com", language="ar", scope="t" * 26, subscription_id="s" * 26
)
DECISION = {"summary": {"ar": "القرار", "en": "The decision"}}


def view(**changes: Any) -> dict[str, Any]:
    return {
        "topic_id": "topic",
        "round": 1,
        "stage": "collecting",
        "agency": "health",
        "title": {"ar": "المراكز الصحية", "en": "Health centres"},
        "summary": {"ar": "الموجز", "en": "The summary"},
        "time_zone": "Asia/Bahrain",
        "timetable": {"closes_at": "2026-12-28T21:00:00Z"},
        "contact": {"name": {"ar": "المكتب", "en": "The office"}, "email": "office@example.bh"},
        "questions": [],
        **changes,
    }


def composed(kind: NoticeKind, **answer: Any) -> Any:
    delivery = Delivery(topic_id="topic", round=1, notice=kind, channel="web")
    parts = {"topic": view(), "announcement": DECISION, "timeline": [], **answer}
    at = datetime(2026, 12, 1, tzinfo=UTC)
    return compose(delivery, ask=lambda *_: parts, links=LINKS, at=at)


@pytest.mark.parametrize(
    ("closes_at", "zone", "ar", "en"),
    [
        (
            "2026-12-28T21:00:00Z",
            "Asia/Bahrain",
            "28 ديسمبر 2026، 23:59",
            "28 December 2026, 23:59",
        ),
        ("2027-01-05T09:30:00Z", "Asia/Bahrain", "5 يناير 2027، 12:30", "5 January 2027, 12:30"),
        ("2026-06-30T23:00:00Z", "UTC", "30 يونيو 2026، 23:00", "30 June 2026, 23:00"),
        (
            "2026-12-31T21:00:00Z",
            "Asia/Bahrain",
            "31 ديسمبر 2026، 23:59",
            "31 December 2026, 23:59",
        ),
    ],
)
def test_the_closing_is_told_as_people_say_it(closes_at: str, zone: str, ar: str, en: str) -> None:
    topic = PublicTopic.model_validate(view(timetable={"closes_at": closes_at}, time_zone=zone))
    assert closing_text(topic, "ar") == ar
    assert closing_text(topic, "en") == en


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_mail_has_both_languages_and_the_recipients_first(
    kind: NoticeKind, language: Language
) -> None:
    notice, topic = composed(kind)
    to = SUBSCRIBER.model_copy(update={"language": language})
    mail = notice_mail(notice, topic, to=to, links=LINKS)
    second: Language = "en" if language == "ar" else "ar"
    for text in (mail.subject, mail.text):
        assert text.index(notice.title.of(language)) < text.index(notice.title.of(second))
    assert mail.html.startswith(f'<!doctype html>\n<html lang="{language}"')
    assert mail.html.count('dir="rtl"') == (2 if language == "ar" else 1)
    for part in (mail.text, mail.html):
        assert notice.link in part
        assert "office@example.bh" in part
        assert notice.summary.ar in part
        assert notice.summary.en in part


def test_whoever_did_not_subscribe_is_not_told_how_to_unsubscribe() -> None:
    notice, topic = composed("published")
    contact = Subscriber(address="office@example.bh", language="ar")
    mail = notice_mail(notice, topic, to=contact, links=LINKS)
    assert mail.headers == {}
    assert "Unsubscribe" not in mail.text + mail.html
    assert "Unsubscribe" in notice_mail(notice, topic, to=SUBSCRIBER, links=LINKS).text


def test_headers_are_ascii_and_short_enough_for_ses() -> None:
    notice, topic = composed("published")
    for value in notice_mail(notice, topic, to=SUBSCRIBER, links=LINKS).headers.values():
        assert value.isascii()
        assert len(value) <= 995


def test_a_line_break_in_a_title_cannot_add_a_header() -> None:
    topic = PublicTopic.model_validate(view(title={"ar": "أ\r\nب", "en": "A\r\nBcc: x@y.zz"}))
    mail = confirmation_mail(topic.title, to=SUBSCRIBER, link="https://consult.example.bh/x")
    assert "\n" not in mail.subject
    assert "A Bcc: x@y.zz" in mail.subject


def test_markup_in_a_title_is_shown_not_run() -> None:
    topic = PublicTopic.model_validate(view(title={"ar": "<script>", "en": "{{ 7 * 7 }}<script>"}))
    mail = confirmation_mail(
        topic.title, to=SUBSCRIBER, link="https://consult.example.bh/x?a=1&b=2"
    )
    assert "<script>" not in mail.html
    assert "{{ 7 * 7 }}" in mail.html
    assert "https://consult.example.bh/x?a=1&b=2\n" in mail.text
    assert "&amp;b=2" in mail.html


def test_the_page_of_a_confirmation_escapes_its_link() -> None:
    page = confirmed_page("ar", unsubscribe='https://x/?a=1&b="><script>')
    assert "<script>" not in page
    assert page.index('lang="ar"') < page.index('lang="en"')


def test_the_announcement_quotes_the_decision() -> None:
    notice, _ = composed("announced")
    assert notice.summary == Bilingual(ar="القرار", en="The decision")
    with pytest.raises(NothingToTell, match="no_decision"):
        composed("announced", announcement=None)


@pytest.mark.parametrize(
    ("reason", "ar", "en"),
    [
        ("سقط المشروع", "سبب السحب: سقط المشروع", "Reason for the withdrawal: سقط المشروع"),
        ("", "الموجز", "The summary"),
    ],
)
def test_a_withdrawal_gives_the_officers_reason(reason: str, ar: str, en: str) -> None:
    event = {"event": "TopicWithdrawn", "round": 1, "data": {"reason": reason}}
    notice, _ = composed("withdrawn", timeline=[event])
    assert (notice.summary.ar, notice.summary.en) == (ar, en)


def test_the_reason_is_that_of_the_round() -> None:
    def event(round_: int) -> dict[str, Any]:
        return {"event": "TopicWithdrawn", "round": round_, "data": {"reason": f"r{round_}"}}

    timeline = [event(1), event(2), {"event": "TopicClosed", "round": 2, "data": {}}]
    assert withdrawal_reason(timeline, round_=1) == "r1"
    assert withdrawal_reason(timeline, round_=3) is None


def test_what_is_not_public_is_not_told() -> None:
    with pytest.raises(NothingToTell, match="topic_not_public"):
        composed("published", topic=None)


def test_an_entry_keeps_its_id_for_ever() -> None:
    notice, _ = composed("published")
    assert notice.entry_id == "tag:consult.example.bh,2026:topics/topic/r1/published"
    assert notice.link == "https://consult.example.bh/v1/topics/topic"


def test_a_long_summary_is_cut_between_words() -> None:
    text = Text(ar="كلمة " * 300, en="w" * 1500)
    cut = Bilingual.shortened(text)
    assert len(cut.ar) <= 1002
    assert cut.ar.endswith("كلمة …")
    assert cut.en == "w" * 1000 + " …"
    assert Bilingual.shortened(Text(ar="نص", en="text")) == Bilingual(ar="نص", en="text")


def test_what_xml_forbids_is_left_out_and_everything_else_kept() -> None:
    assert printable("أ\x00\x0b\ufffe\ud800ب\t\n😀") == "أب\t\n😀"


def test_every_message_is_in_both_languages_with_the_same_placeholders() -> None:
    import string

    for code, texts in catalogue("outreach").items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(texts[language]) if name}
            for language in ("ar", "en")
        ]
        assert fields[0] == fields[1], code
        assert any("\u0600" <= character <= "\u06ff" for character in texts["ar"]), code
