"""In which language a comment is: as its author says, as it is written, else as it was asked."""

from typing import Any

import pytest

from services.comments.handlers import submit
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.support.calls import http

CHOICE = {"question_id": "q2", "option_ids": ["support"]}
ARABIC, ENGLISH = "أؤيد العيادات المسائية", "I support evening clinics"


def language(consultation: Consultation, *, accept: str, **members: Any) -> str:
    """Language under which a contribution is listed that is sent with an ``Accept-Language``."""
    answer = http(
        submit.handler,
        "POST /v1/topics/{topic}/comments",
        path={"topic": consultation.topic_id},
        body={"kind": "comment", "consent": CONSENT, **members},
        headers={"accept-language": accept},
    )
    assert answer.status == 202
    consultation.screen()
    (item,) = consultation.list().json["items"]
    return str(item["language"])


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"text": ARABIC}, "ar"),
        ({"text": ENGLISH}, "en"),
        ({"text": f"{ARABIC}، I mean the evening clinics of the health centres"}, "en"),
        ({"text": f"{ENGLISH}: {ARABIC} في كل محافظات البلاد"}, "ar"),
        ({"text": f"{ARABIC} https://example.org/consultations/evening-clinics"}, "ar"),
        ({"text": "ana mwafeg 3ala el 3eyadat el masa2eya"}, "ar"),
        ({"text": ENGLISH, "author_name": "فاطمة بنت عبدالله بن محمد آل علي"}, "en"),
        ({"text": ENGLISH, "language": "ar"}, "ar"),
        ({"text": None, "answers": [{"question_id": "q1", "text": ARABIC}]}, "ar"),
        ({"text": "ok", "answers": [{"question_id": "q1", "text": ARABIC}, CHOICE]}, "ar"),
    ],
)
@pytest.mark.parametrize("accept", ["ar", "en"])
def test_what_is_written_tells_the_language_however_it_was_sent(
    consultation: Consultation, members: dict[str, Any], found: str, accept: str
) -> None:
    assert language(consultation, accept=accept, **members) == found


@pytest.mark.parametrize("accept", ["ar", "en"])
@pytest.mark.parametrize("text", [None, "👍 100%", "शाम"])
def test_what_has_no_words_of_either_is_in_the_language_of_the_request(
    consultation: Consultation, text: str | None, accept: str
) -> None:
    assert language(consultation, accept=accept, text=text, answers=[CHOICE]) == accept
