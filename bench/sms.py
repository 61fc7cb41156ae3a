"""Segments of every text message in Arabic and English, with a short and a long title.

Each segment is paid for (3GPP TS 23.038). What is told of is made up; the address of the API is as
long as a ministry's own, and the links in it as the service makes them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from bench.figure import Figure
from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.delivery import NOTICES
from services.outreach.model.notice import Bilingual, Notice, PublicTopic
from services.outreach.model.segments import segments
from services.outreach.model.subscription import Subscriber
from services.outreach.model.tokens import Keyring
from services.outreach.texts import MOST_SEGMENTS, code_text, notice_text
from services.shared.language import LANGUAGES, Language
from services.shared.texts import Title

_LINKS = Links(
    "https://consultations.example.org",
    Keyring(recipient=b"r", confirmation=b"c", unsubscription=b"u", webhook=b"w"),
)
_TOPIC_ID = "a" * 26
_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
_FOR_MAIL_ALONE = {"inclusion_gap"}
_TO_AUTHORS = {"inquiry_answer", "inquiry_open", "moderated", "outcome", "corrected"}
"""Who did not subscribe needs no way out."""
_TITLES = {
    "short title": Title(ar="مواعيد المراكز الصحية", en="Opening hours of health centres"),
    "long title": Title(
        ar="مشروع اللائحة التنفيذية لتنظيم مواعيد العمل في المراكز الصحية الأولية والعيادات "
        "المسائية وخدمات الطوارئ في جميع المحافظات",
        en="Draft regulation on the opening hours of the primary health centres – evening clinics’ "
        "hours and emergency services in all governorates",
    ),
}
_SUMMARY = Bilingual(
    ar="نقترح أن تفتح العيادات المسائية أبوابها حتى الساعة العاشرة. " * 5,
    en="We propose that the evening clinics stay open until ten o’clock. " * 5,
)


def measure() -> Iterator[Figure]:
    """Segments of each notice's text message, and of the one with a code."""
    for language in LANGUAGES:
        for length, title in _TITLES.items():
            for kind in NOTICES:
                if kind not in _FOR_MAIL_ALONE:
                    text = _text(_notice(kind, title), _topic(title), language)
                    yield _figure(f"{kind}.{language}, {length}", text)
        code = code_text("123456", to="+97317000000", language=language)
        yield _figure(f"code.{language}", code.text)


def _figure(name: str, text: str) -> Figure:
    return Figure(name=f"sms: {name}", value=segments(text), unit="parts", aim=MOST_SEGMENTS)


def _text(notice: Notice, topic: PublicTopic, language: Language) -> str:
    to = Subscriber(
        address="+97317000000",
        language=language,
        channel="sms",
        scope=None if notice.notice in _TO_AUTHORS else _TOPIC_ID,
        subscription_id="s" * 26,
    )
    return notice_text(notice, topic, to=to, links=_LINKS).text


def _notice(kind: str, title: Title) -> Notice:
    return Notice.model_validate(
        {
            "entry_id": "tag:example",
            "topic_id": _TOPIC_ID,
            "round": 1,
            "notice": kind,
            "agency": "health",
            "title": bilingual(f"notice_{kind}", title=title),
            "summary": _SUMMARY,
            "link": _LINKS.topic(_TOPIC_ID),
            "at": _AT,
        }
    )


def _topic(title: Title) -> PublicTopic:
    return PublicTopic.model_validate(
        {
            "topic_id": _TOPIC_ID,
            "round": 1,
            "stage": "collecting",
            "agency": "health",
            "title": title,
            "summary": {"ar": "…", "en": "…"},
            "timetable": {"closes_at": "2026-12-28T21:00:00Z"},
            "contact": {"name": {"ar": "إدارة", "en": "Office"}, "email": "a@example.org"},
        }
    )
