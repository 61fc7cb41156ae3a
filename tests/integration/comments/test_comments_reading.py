"""What the public reads: lists and one comment."""

from typing import Any

import pytest

from services.comments.handlers import lists, read, store, windows
from services.comments.list_store import Part, Wanted
from services.comments.use_cases.read import Reading, list_published
from services.shared import clock as service_clock
from tests.integration.comments.conftest import CLOSES, SETTLED, Consultation
from tests.support.calls import http


def texts(answer: Any) -> list[str]:
    return [item["text"] for item in answer.json["items"]]


def reading() -> Reading:
    return Reading(
        store=store(),
        lists=lists(),
        windows=windows(),
        signer=None,  # type: ignore[arg-type]
        ask_dispositions=lambda *_: {},
        ask_proof=lambda _: None,
    )


def test_a_list_is_in_the_order_of_publication_over_all_shards(
    consultation: Consultation, clock: Any
) -> None:
    for number in range(12):
        consultation.published(f"رأي {number}")
        clock.advance(seconds=1)
    assert texts(consultation.list()) == [f"رأي {number}" for number in range(12)]


@pytest.mark.parametrize("page", [1, 3, 5, 12, 13])
def test_pages_follow_on_each_other_without_gap_or_repetition(
    consultation: Consultation, page: int
) -> None:
    for number in range(12):
        consultation.post(f"رأي {number}")
    consultation.screen()
    window = windows().current(consultation.topic_id, at=service_clock.now())
    found: list[str] = []
    after = None
    while True:
        part = Part(after=after, size=page, settled=service_clock.to_text(CLOSES))
        listed = list_published(reading(), window, Wanted(), part)
        assert len(listed.items) <= page
        found += [item["comment_id"] for item in listed.items]
        after = listed.last
        if after is None:
            break
    assert len(found) == len(set(found)) == 12


def test_over_http_the_next_page_begins_where_the_first_ended(
    consultation: Consultation, clock: Any
) -> None:
    for number in range(103):
        consultation.post(f"رأي {number}")
    consultation.screen()
    clock.advance(seconds=SETTLED)
    first = consultation.list().json
    assert len(first["items"]) == 100
    second = consultation.list(cursor=first["next_cursor"]).json
    assert len(second["items"]) == 3
    assert second["next_cursor"] is None
    ids = {item["comment_id"] for item in [*first["items"], *second["items"]]}
    assert len(ids) == 103
    for query in (
        {"cursor": first["next_cursor"] + "A"},
        {"cursor": first["next_cursor"], "kind": "reply"},
    ):
        assert consultation.list(**query).status == 400


def test_a_list_can_be_narrowed_by_kind_parent_and_language(consultation: Consultation) -> None:
    parent = consultation.published("Comment in English")
    consultation.post("متى يبدأ التطبيق؟", kind="inquiry")
    consultation.post("رد بالعربية", kind="reply", parent_id=parent)
    consultation.post("Reply in English", kind="reply", parent_id=parent)
    consultation.screen()
    assert texts(consultation.list(kind="inquiry")) == ["متى يبدأ التطبيق؟"]
    assert set(texts(consultation.list(parent=parent))) == {"رد بالعربية", "Reply in English"}
    assert texts(consultation.list(parent=parent, language="ar")) == ["رد بالعربية"]
    assert set(consultation.list().json["counts"]) == {
        "received",
        "published",
        "held",
        "rejected",
        "withdrawn",
        "erased",
        "distinct",
    }


@pytest.mark.parametrize(
    "query",
    [{"kind": "petition"}, {"language": "fr"}, {"round": "x"}, {"round": "0"}, {"round": "٢"}],
)
def test_a_query_that_makes_no_sense_is_refused(
    consultation: Consultation, query: dict[str, str]
) -> None:
    assert consultation.list(**query).status == 400


def test_an_unknown_topic_round_or_comment_is_not_found(consultation: Consultation) -> None:
    stranger = Consultation(moderation=consultation.moderation, token=consultation.token)
    assert stranger.list().status == 404
    assert consultation.list(round="2").status == 404
    assert consultation.get("a" * 26).status == 404
    assert consultation.get("../../etc").status == 404


def test_what_is_not_published_is_not_there(consultation: Consultation) -> None:
    screening = consultation.post().json["comment_id"]
    assert consultation.get(screening).status == 404
    held = consultation.held()
    assert consultation.get(held).status == 404
    assert held not in [item["comment_id"] for item in consultation.list().json["items"]]


def test_a_further_round_has_its_own_list_and_the_first_stays_readable(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.published("الجولة الأولى")
    clock.advance(seconds=31)
    consultation.round = 2
    consultation.set_window()
    consultation.published("الجولة الثانية")
    assert texts(consultation.list()) == ["الجولة الثانية"]
    assert texts(consultation.list(round="1")) == ["الجولة الأولى"]
    assert consultation.get(first).json["text"] == "الجولة الأولى"


def test_a_late_order_for_the_first_round_does_not_bring_it_back(
    consultation: Consultation, clock: Any
) -> None:
    consultation.round = 2
    consultation.set_window()
    consultation.round = 1
    consultation.set_window()
    clock.advance(seconds=31)
    assert consultation.post().json["round"] == 2


def test_caches_may_keep_an_answer_for_half_a_minute(consultation: Consultation) -> None:
    consultation.published()
    first = consultation.list()
    assert first.headers["cache-control"] == "public, max-age=30"
    route, path = "GET /v1/topics/{topic}/comments", {"topic": consultation.topic_id}
    known = {"if-none-match": first.headers["etag"]}
    for tag in (known, {"if-none-match": "*"}):
        assert http(read.handler, route, path=path, headers=tag).status == 304
    consultation.published("جديد")
    assert http(read.handler, route, path=path, headers=known).status == 200


def test_dispositions_are_shown_from_the_announcement_on(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = consultation.post("نعم").json
    other = consultation.published("لا")
    disposition = {
        "outcome": "accepted",
        "reason": {"ar": "نعم", "en": "Yes"},
        "clause_ids": ["c1"],
        "target": {"all_remaining": True},
        "corrected": None,
    }
    asked: list[Any] = []

    def analysis_serve(function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if function_name == "archive-prove":
            return {"inclusion": None}
        asked.append((function_name, payload))
        known = {sent["comment_id"]: disposition, other: None}
        return {"dispositions": {i: known[i] for i in payload["comment_ids"]}}

    monkeypatch.setattr(read, "invoke", analysis_serve)
    assert consultation.get(sent["comment_id"]).json["disposition"] is None
    assert asked == []
    assert consultation.consume("DecisionAnnounced", {"anything": 1}) == {"batchItemFailures": []}
    clock.advance(seconds=31)
    shown = {item["comment_id"]: item["disposition"] for item in consultation.list().json["items"]}
    assert shown == {sent["comment_id"]: disposition, other: None}
    assert consultation.get(sent["comment_id"]).json["disposition"] == disposition
    assert consultation.check(sent["receipt"]).json["disposition"] == disposition
    [function_name, payload] = asked[0]
    assert function_name == "analysis-serve"
    assert set(payload) == {"topic_id", "round", "comment_ids"}


def test_dispositions_that_one_answer_does_not_take_are_asked_for_again(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {consultation.published(f"رأي {number}") for number in range(5)}
    disposition = {
        "outcome": "accepted",
        "reason": {"ar": "نعم", "en": "Yes"},
        "clause_ids": ["c1"],
        "target": {"all_remaining": True},
        "corrected": None,
    }

    def analysis_serve(_function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"dispositions": dict.fromkeys(payload["comment_ids"][:2], disposition)}

    monkeypatch.setattr(read, "invoke", analysis_serve)
    consultation.consume("DecisionAnnounced", {"anything": 1})
    clock.advance(seconds=31)
    items = consultation.list().json["items"]
    assert {item["comment_id"] for item in items if item["disposition"]} == wanted


def test_an_announcement_survives_a_later_order_for_the_window(
    consultation: Consultation, clock: Any
) -> None:
    consultation.consume("DecisionAnnounced", {})
    consultation.set_window()
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    assert window.announced_at == "2026-12-01T09:00:00.000Z"
