"""Bodies as they come over the wire, and what a sound refusal is."""

import json
import re
from typing import Any

from services.comments.handlers import store, submit
from services.comments.model.comment import Comment
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.support.calls import Answer, http

ROUTE = "POST /v1/topics/{topic}/comments"
REFUSED = range(400, 500)
_ARABIC = re.compile("[\u0600-\u06ff]")
_LONGEST_PROBLEM = 300_000


def submission(**members: Any) -> dict[str, Any]:
    """A submission that is taken, with some members otherwise."""
    return {"kind": "comment", "text": "نعم للعيادات المسائية", "consent": CONSENT, **members}


def send(consultation: Consultation, body: str | bytes, **headers: str) -> Answer:
    """Send a body as it stands; names of headers with underscores for dashes."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    path = {"topic": consultation.topic_id}
    return http(submit.handler, ROUTE, path=path, body=body, headers=sent)


def told(answer: Answer, *, language: str = "en") -> set[tuple[str, str]]:
    """Faults (field, code) of a refusal, which must be a sound one."""
    assert answer.status in REFUSED, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert len(answer.text.encode()) < _LONGEST_PROBLEM
    faults = answer.json["errors"]
    texts = [answer.json["title"], answer.json["detail"], *(fault["message"] for fault in faults)]
    for text in texts:
        assert text
        assert "{" not in text
        assert bool(_ARABIC.search(text)) == (language == "ar"), text
    return {(fault["field"], fault["code"]) for fault in faults}


def refused(consultation: Consultation, body: str | bytes, **headers: str) -> Answer:
    """Refusal of a body, the same in both languages; nothing is stored of it."""
    before = consultation.count()
    arabic = send(consultation, body, accept_language="ar", **headers)
    english = send(consultation, body, accept_language="en", **headers)
    assert told(arabic, language="ar") == told(english)
    assert (arabic.status, arabic.json["code"]) == (english.status, english.json["code"])
    assert consultation.count() == before
    return english


def faults(consultation: Consultation, body: str | bytes, **headers: str) -> set[tuple[str, str]]:
    """Faults (field, code) for which a body is refused."""
    answer = refused(consultation, body, **headers)
    assert answer.status == 422
    return told(answer)


def stored(consultation: Consultation, answer: Answer) -> Comment:
    """The comment that was taken in."""
    assert answer.status == 202, answer.text[:500]
    window = store().window(consultation.topic_id, consultation.round)
    assert window is not None
    comment = store().comment(answer.json["comment_id"], window=window)
    assert comment is not None
    return comment


def with_raw(document: dict[str, Any], raw: str) -> str:
    """JSON of a document with ``"@"`` replaced by what no serializer would write."""
    return json.dumps(document).replace('"@"', raw)
