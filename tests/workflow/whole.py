"""The sealed record of a consultation with comments of several kinds and fates."""

from typing import Any

from local.stack import LocalStack
from tests.workflow.journey import Journey

FORMULA = '=HYPERLINK("https://evil.example.org","الرابط")'
NAME = "+966, نورة"
Files = dict[str, bytes]


def archived(stack: LocalStack) -> Journey:
    """A journey to its end: comments that are published, rejected, asked and answered."""
    journey = Journey(stack)
    journey.collecting()
    journey.pass_time(days=7)
    written = {"question_id": "q1", "text": "نعم، في المساء"}
    consent = {"publish": True, "privacy_notice": "2026-11"}
    comment = {"kind": "comment", "text": FORMULA, "author_name": NAME, "answers": [written]}
    journey.citizen.post(f"{journey.path}/comments", comment | {"consent": consent}, expect=202)
    journey.comment("You are all idiots and bastards")
    asked = journey.participate("متى تفتح المراكز؟", kind="inquiry").json["comment_id"]
    answer = {"text": {"ar": "في الثامنة", "en": "At eight"}}
    journey.officer.post(f"{journey.path}/comments/{asked}/answer", answer, expect=200)
    _reject(journey)
    journey.end()
    return journey


def files_of(journey: Journey) -> Files:
    """Locked files of its record as they are listed, by path."""
    return _listed(journey, journey.citizen.get(f"{journey.path}/record").json["files"])


def texts_of(journey: Journey) -> Files:
    """Files of participants' words beside it, by path."""
    record = journey.citizen.get(f"{journey.path}/record").json
    return _listed(journey, record["texts"]["files"])


def _listed(journey: Journey, files: list[dict[str, Any]]) -> Files:
    path = f"{journey.path}/record?path="
    names = [file["path"] for file in files]
    return {name: journey.citizen.get(f"{path}{name}").text.encode() for name in names}


def _reject(journey: Journey) -> None:
    cases = f"/v1/moderation/cases?topic={journey.topic_id}"
    for case in journey.moderator.get(cases).json["items"]:
        decision = {"decision": "reject", "reason_code": "abusive"}
        place = f"/v1/moderation/cases/{case['case_id']}/decision"
        journey.moderator.post(place, decision, expect=200)
    journey.stack.settle()
