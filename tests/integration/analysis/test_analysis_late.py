"""What is changed after the announcement is a correction, and visible as such."""

import json
from typing import Any

import pytest

from services.analysis.announced_store import AnnouncedStore
from services.analysis.handlers import announced as announcements
from services.analysis.handlers import relay, store
from services.shared import clock as instants
from services.shared import exports, ids
from tests.integration.analysis.rounds import OFFICER, REASON, WHY, Round, disposition
from tests.support import calls

HOURS, PARKING = sorted(ids.derived_id(name) for name in ("hours", "parking"))
OTHER = {"ar": "لا نستطيع ذلك.", "en": "We cannot do that."}


def _item(outcome: str = "not_accepted", **target: Any) -> dict[str, Any]:
    return {"target": target, "outcome": outcome, "reason": OTHER, "clause_ids": ["c1"]}


@pytest.fixture
def announced(consultation: Round, clock: Any) -> Round:
    """Comments 0 to 2 on hours, 2 and 3 on parking, 4 on nothing; 5 rejected, 6 withdrawn.

    All accepted, 0 noted, and so announced.
    """
    for _ in range(5):
        consultation.comment()
    consultation.comment(status="rejected", reason_code="spam")
    consultation.comment(status="withdrawn")
    consultation.themed({HOURS: [0, 1, 2], PARKING: [2, 3]})
    first = consultation.rows[0]["comment_id"]
    consultation.put(disposition("accepted", all_remaining=True), disposition(comment_id=first))
    consultation.gate()
    clock.advance(minutes=1)
    consultation.announced(at=instants.to_text(clock()))
    clock.advance(days=1)
    return consultation


def _ids(consultation: Round) -> list[str]:
    return [row["comment_id"] for row in consultation.rows]


def _outcomes(consultation: Round) -> list[str | None]:
    served = consultation.served(*_ids(consultation))["dispositions"].values()
    return [each and each["outcome"] for each in served]


def _answers(consultation: Round) -> dict[str, Any]:
    return dict(consultation.get("results").json["answers"])


def _some(counts: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in counts["by_outcome"].items() if count}


def _events() -> list[dict[str, Any]]:
    images = [record["dynamodb"].get("NewImage", {}) for record in calls.stream_records("analysis")]
    events = [image["event"]["M"] for image in images if "event" in image]
    return [event for event in events if event["type"]["S"] == "DispositionCorrected"]


def test_a_corrected_answer_says_when_why_and_what_was_announced(
    announced: Round, clock: Any
) -> None:
    comment = _ids(announced)[0]
    answer = announced.amend(_item(comment_id=comment))
    assert (answer.status, answer.json) == (200, {"applied": 1, "changed": 1})
    served = announced.served(comment, _ids(announced)[1])["dispositions"]
    assert served[comment] == {
        **_item(comment_id=comment),
        "corrected": {
            "version": 4,
            "at": instants.to_text(clock()),
            "explanation": WHY,
            "before": {"outcome": "noted", "reason": REASON, "clause_ids": ["c1"]},
        },
    }
    assert served[_ids(announced)[1]]["corrected"] is None


def test_a_correction_goes_before_what_was_announced_and_the_nearest_before_the_others(
    announced: Round,
) -> None:
    c = _ids(announced)
    assert announced.amend(_item("out_of_scope", theme_id=HOURS)).json["changed"] == 3
    assert _outcomes(announced)[:5] == ["out_of_scope"] * 3 + ["accepted"] * 2
    assert announced.amend(_item("partly_accepted", comment_id=c[1])).json["changed"] == 1
    assert announced.amend(_item("already_covered", theme_id=HOURS)).json["changed"] == 2
    assert _outcomes(announced)[:4] == [
        "already_covered",
        "partly_accepted",
        "already_covered",
        "accepted",
    ]
    before = announced.served(c[0])["dispositions"][c[0]]["corrected"]["before"]
    assert before["outcome"] == "noted"


def test_a_correction_tells_what_it_changed_last_with_the_former_answer(
    announced: Round, clock: Any
) -> None:
    c = _ids(announced)
    announced.amend(_item(theme_id=HOURS))
    first = announced.served(*c, correction=4)["dispositions"]
    assert [each for each in c if first[each]] == c[:3]
    assert first[c[0]]["former"] == {"outcome": "noted", "reason": REASON, "clause_ids": ["c1"]}
    assert first[c[1]]["former"]["outcome"] == "accepted"
    assert first[c[1]]["corrected"]["explanation"] == WHY
    clock.advance(minutes=1)
    announced.amend(_item("accepted", comment_id=c[1]))
    later = announced.served(*c, correction=5)["dispositions"]
    assert [each for each in c if later[each]] == [c[1]]
    assert later[c[1]]["outcome"] == later[c[1]]["corrected"]["before"]["outcome"] == "accepted"
    assert later[c[1]]["former"]["outcome"] == "not_accepted"
    superseded = announced.served(*c, correction=4)["dispositions"]
    assert [each for each in c if superseded[each]] == [c[0], c[2]]
    announced.tell("CommentWithdrawn", c[0])
    left = announced.served(*c, correction=4)["dispositions"]
    assert [each for each in c if left[each]] == [c[2]]


def test_what_one_request_corrects_is_told_as_one_change(announced: Round) -> None:
    c = _ids(announced)
    announced.amend(_item(theme_id=HOURS), _item("noted", comment_id=c[1]))
    by_theme, by_itself = (
        announced.served(*c, correction=version)["dispositions"] for version in (4, 5)
    )
    assert [each for each in c if by_theme[each]] == [c[0], c[2]]
    assert [each for each in c if by_itself[each]] == [c[1]]
    assert by_itself[c[1]]["former"]["outcome"] == "accepted"


def test_who_was_answered_the_same_before_was_not_changed_by_a_correction(
    announced: Round,
) -> None:
    c = _ids(announced)
    same = {**_item("accepted", theme_id=HOURS), "reason": REASON}
    assert announced.amend(same).json["changed"] == 1
    told = announced.served(*c, correction=4)["dispositions"]
    assert [each for each in c if told[each]] == [c[0]]
    assert told[c[0]]["former"]["outcome"] == "noted"
    shown = announced.served(*c)["dispositions"]
    assert shown[c[1]]["corrected"]["version"] == 4
    assert "former" not in shown[c[0]]


def test_everybody_reads_the_sums_as_corrected_and_as_announced(
    announced: Round, clock: Any
) -> None:
    told = _answers(announced)
    assert (told["announced"], told["corrections"]) == (None, [])
    announced.amend(_item(theme_id=HOURS))
    told = _answers(announced)
    assert _some(told) == {"not_accepted": 3, "accepted": 2}
    assert _some(told["announced"]) == {"noted": 1, "accepted": 4}
    assert told["corrections"] == [
        {
            "version": 4,
            "at": instants.to_text(clock()),
            **_item(theme_id=HOURS),
            "explanation": WHY,
            "changed": 3,
        }
    ]
    hours, _ = told["themes"]
    assert _some(hours) == {"not_accepted": 3}
    staff = announced.get("analysis", groups=OFFICER).json["answers"]
    assert staff == told


def test_officers_see_corrections_among_the_dispositions(announced: Round) -> None:
    first = _ids(announced)[0]
    announced.amend(_item(comment_id=first))
    page = announced.dispositions().json
    assert _some(page) == {"not_accepted": 1, "accepted": 4}
    newest, rest = page["items"]
    assert newest["correction"] == {"explanation": WHY, "changed": 1}
    assert (newest["actor"]["id"], newest["holds"], newest["comments"]) == ("someone", True, 1)
    assert (rest["correction"], rest["comments"]) == (None, 4)
    former = announced.dispositions(history="true").json["items"][1]
    assert (former["target"], former["holds"]) == ({"comment_id": first}, False)


def test_the_event_has_counts_and_no_text(announced: Round) -> None:
    announced.amend(_item(theme_id=HOURS))
    [event] = _events()
    assert event["actor"]["M"] == {"role": {"S": "officer"}, "id": {"S": "someone"}}
    assert event["data"]["M"] == {
        "target_kind": {"S": "theme"},
        "target_id": {"S": HOURS},
        "outcome": {"S": "not_accepted"},
        "clause_ids": {"L": [{"S": "c1"}]},
        "correction_version": {"N": "4"},
        "changed": {"N": "3"},
    }
    answer = relay.handler({"Records": calls.stream_records("analysis")}, None)
    assert answer == {"batchItemFailures": []}


def test_the_same_correction_again_is_recorded_once(announced: Round) -> None:
    c = _ids(announced)
    answers = [announced.amend(_item(comment_id=c[0])) for _ in range(2)]
    assert [each.json for each in answers] == [{"applied": 1, "changed": 1}] * 2
    both = announced.amend(_item(comment_id=c[0]), _item(comment_id=c[1]))
    assert both.json == {"applied": 2, "changed": 2}
    assert len(_events()) == 2


def test_every_fault_is_told_at_once_and_nothing_is_recorded(announced: Round) -> None:
    c = _ids(announced)
    answer = announced.amend(
        _item(comment_id=c[1]),
        _item(comment_id="nobody"),
        _item(comment_id=c[5]),
        _item(comment_id=c[6]),
        _item(theme_id="nothing"),
        {**_item(campaign_id="none"), "clause_ids": ["c9"]},
        _item(comment_id=c[1]),
        {**_item("accepted", comment_id=c[3]), "reason": REASON},
    )
    assert answer.status == 422
    assert {(each["field"], each["code"]) for each in answer.json["errors"]} == {
        ("/items/1/target/comment_id", "unknown_comment"),
        ("/items/2/target/comment_id", "disposed_by_moderation"),
        ("/items/3/target/comment_id", "comment_withdrawn"),
        ("/items/4/target/theme_id", "unknown_theme"),
        ("/items/5/target/campaign_id", "unknown_campaign"),
        ("/items/5/clause_ids/0", "unknown_clause"),
        ("/items/6/target", "duplicate_target"),
        ("/items/7", "corrects_nothing"),
    }
    assert _outcomes(announced)[1] == "accepted"
    assert _events() == []


def test_what_is_no_correction_is_refused_in_both_languages(announced: Round) -> None:
    told = {
        language: announced.amend(
            _item(all_remaining=False),
            _item(),
            explanation={"ar": " ", "en": "So."},
            language=language,
        )
        for language in ("ar", "en")
    }
    for answer in told.values():
        assert answer.status == 422
        assert {(each["field"], each["code"]) for each in answer.json["errors"]} >= {
            ("/items/0/target/all_remaining", "not_allowed"),
            ("/items/1/target", "one_target"),
            ("/explanation/ar", "too_short"),
        }
    assert told["ar"].json["errors"] != told["en"].json["errors"]


def test_what_a_nearer_correction_answers_is_not_corrected_by_a_wider_one(
    announced: Round,
) -> None:
    announced.amend(*(_item(comment_id=each) for each in _ids(announced)[2:4]))
    answer = announced.amend(_item("noted", theme_id=PARKING))
    assert [each["code"] for each in answer.json["errors"]] == ["corrects_nothing"]


def test_what_was_answered_as_all_the_rest_is_corrected_as_that(announced: Round) -> None:
    c = _ids(announced)
    announced.amend(_item("partly_accepted", comment_id=c[3]))
    answer = announced.amend(_item(all_remaining=True))
    assert (answer.status, answer.json) == (200, {"applied": 1, "changed": 3})
    assert _outcomes(announced)[:5] == [
        "noted",
        "not_accepted",
        "not_accepted",
        "partly_accepted",
        "not_accepted",
    ]
    before = announced.served(c[1])["dispositions"][c[1]]["corrected"]["before"]
    assert before["outcome"] == "accepted"
    assert _answers(announced)["corrections"][0]["target"] == {"all_remaining": True}
    rows = exports.read_lines("exports", announced.record_part()[1]["key"])
    assert {row["comment_id"]: row["target"] for row in rows}[c[4]] == {"all_remaining": True}


def test_what_a_filter_answered_is_corrected_by_the_same_filter_and_by_no_other(
    consultation: Round, clock: Any
) -> None:
    for _ in range(4):
        consultation.comment()
    consultation.themed({HOURS: [0, 1]})
    consultation.put(
        disposition("accepted", filter={"kind": "comment", "has_theme": False}),
        disposition("accepted", filter={"kind": "comment"}),
    )
    consultation.gate()
    consultation.announced(at=instants.to_text(clock()))
    refused = consultation.amend(
        _item(filter={"has_theme": True}),
        _item(filter={"kind": "inquiry"}),
        _item(all_remaining=True),
    )
    assert [(each["field"], each["code"]) for each in refused.json["errors"]] == [
        ("/items/1/target/filter", "nothing_fits"),
        ("/items/0/target", "unannounced_target"),
        ("/items/2/target", "unannounced_target"),
    ]
    answer = consultation.amend(_item(filter={"kind": "comment", "has_theme": False}))
    assert (answer.status, answer.json) == (200, {"applied": 1, "changed": 2})
    assert _outcomes(consultation) == ["accepted"] * 2 + ["not_accepted"] * 2
    assert consultation.amend(_item("noted", filter={"kind": "comment"})).json["changed"] == 2
    assert _outcomes(consultation) == ["noted"] * 2 + ["not_accepted"] * 2


def test_before_the_announcement_nothing_is_corrected(consultation: Round, clock: Any) -> None:
    comment = consultation.comment()
    assert consultation.amend(_item(comment_id=comment)).json["code"] == "not_analysed"
    consultation.run()
    consultation.put(disposition(all_remaining=True))
    assert consultation.amend(_item(comment_id=comment)).status == 409
    consultation.gate()
    answer = consultation.amend(_item(comment_id=comment))
    assert (answer.status, answer.json["code"]) == (409, "not_announced")
    consultation.announced(at=instants.to_text(clock()))
    assert consultation.amend(_item(comment_id=comment)).status == 200


def test_once_the_record_is_gathered_the_round_must_be_reopened(
    announced: Round, clock: Any
) -> None:
    comment = _ids(announced)[0]
    announced.record_part()
    answer = announced.amend(_item(comment_id=comment))
    assert (answer.status, answer.json["code"]) == (409, "gathered")
    # A record that is still being sealed belongs to a topic that cannot be reopened yet.
    assert "allowed" not in answer.json
    assert "reopen" in answer.json["detail"]
    clock.advance(days=1)
    announced.reopened(at=instants.to_text(clock()))
    assert announced.amend(_item(comment_id=comment)).json["code"] == "not_announced"
    assert announced.put(_item(comment_id=comment)).status == 200
    announced.gate()
    announced.announced(at=instants.to_text(clock()))
    assert announced.amend(_item("noted", comment_id=comment)).status == 200


def test_a_reopened_round_is_corrected_though_its_gate_closed_before_the_reopening_was_heard_of(
    announced: Round, clock: Any
) -> None:
    announced.record_part()
    clock.advance(days=1)
    reopened_at = instants.to_text(clock())
    clock.advance(minutes=5)
    announced.gate()
    announced.reopened(at=reopened_at)
    clock.advance(minutes=5)
    announced.announced(at=instants.to_text(clock()))
    assert announced.amend(_item(comment_id=_ids(announced)[0])).status == 200
    announced.record_part()
    assert announced.amend(_item(theme_id=HOURS)).json["code"] == "gathered"


def test_only_the_agencys_officers_correct(announced: Round) -> None:
    item = _item(comment_id=_ids(announced)[0])
    assert announced.amend(item, groups=("officer", "agency.transport")).status == 404
    assert announced.amend(item, groups=("approver",)).status == 403


def test_of_two_officers_at_once_one_looks_again(
    announced: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = _ids(announced)
    real = AnnouncedStore.standing
    races = iter([_item("noted", comment_id=c[1])])

    def slow(self: AnnouncedStore, run: Any) -> Any:
        for other in races:
            assert announced.amend(other).status == 200
        return real(self, run)

    monkeypatch.setattr(AnnouncedStore, "standing", slow)
    assert announced.amend(_item(theme_id=HOURS)).status == 409
    assert _outcomes(announced)[:3] == ["noted", "noted", "accepted"]
    assert announced.amend(_item(theme_id=HOURS)).json["changed"] == 2
    assert _some(_answers(announced)) == {"not_accepted": 2, "noted": 1, "accepted": 2}


def test_the_record_has_what_holds_beside_what_was_announced(announced: Round) -> None:
    c = _ids(announced)
    announced.amend(_item(theme_id=HOURS))
    announced.amend(_item("noted", comment_id=c[4]))
    announced.tell("CommentWithdrawn", c[4])
    results, rows, corrections, *_ = announced.record_part()
    told = json.loads(exports.read("exports", results["key"]))["answers"]
    found = {row["comment_id"]: row for row in exports.read_lines("exports", rows["key"])}
    assert found[c[0]]["corrected"]["before"]["outcome"] == "noted"
    assert found[c[3]]["corrected"] is found[c[5]]["corrected"] is None
    assert _some(told) == {"not_accepted": 3, "accepted": 1}
    assert _some(told["announced"]) == {"noted": 1, "accepted": 3}
    assert [each["target"] for each in told["corrections"]] == [None, {"theme_id": HOURS}]
    listed = list(exports.read_lines("exports", corrections["key"]))
    assert [(each["version"], each["target"], each["changed"]) for each in listed] == [
        (4, {"theme_id": HOURS}, 3),
        (5, None, 1),
    ]
    assert c[4] not in announced.get("results").text


def test_a_reopened_round_goes_on_from_what_was_corrected(announced: Round, clock: Any) -> None:
    c = _ids(announced)
    announced.amend(_item(theme_id=HOURS))
    announced.record_part()
    clock.advance(days=1)
    announced.reopened(at=instants.to_text(clock()))
    announced.put(_item("noted", comment_id=c[1]), _item("partly_accepted", all_remaining=True))
    after = ["not_accepted", "noted", "not_accepted", "partly_accepted", "partly_accepted"]
    told = _answers(announced)
    assert _outcomes(announced)[:5] == ["not_accepted"] * 3 + ["accepted"] * 2
    assert (_some(told), len(told["corrections"])) == ({"not_accepted": 3, "accepted": 2}, 1)
    announced.gate()
    clock.advance(minutes=1)
    announced.announced(at=instants.to_text(clock()))
    assert _outcomes(announced)[:5] == after
    told = _answers(announced)
    assert (told["announced"], told["corrections"]) == (None, [])
    assert _some(told) == {"not_accepted": 2, "noted": 1, "partly_accepted": 2}
    served = announced.served(*c[:1])["dispositions"][c[0]]
    assert served["corrected"] is None
    assert announced.amend(_item("accepted", theme_id=HOURS)).json["changed"] == 3
    assert _outcomes(announced)[:5] == ["accepted"] * 3 + after[3:]


def test_what_stands_is_worked_out_once_for_a_version_of_the_round(announced: Round) -> None:
    def standing() -> Any:
        run = store().run(announced.topic_id, 1)
        assert run is not None
        return announcements().standing(run)

    before = standing()
    assert standing() is before
    announced.amend(_item(theme_id=HOURS))
    assert standing() is not before


def test_answers_with_the_longest_reasons_are_told_as_many_at_once_as_one_answer_takes(
    consultation: Round, clock: Any
) -> None:
    longest = dict.fromkeys(("ar", "en"), "ب" * 20_000)
    wanted = [consultation.comment() for _ in range(100)]
    consultation.run()
    consultation.put({**disposition("accepted", all_remaining=True), "reason": longest})
    consultation.gate()
    consultation.announced(at=instants.to_text(clock()))
    corrected = {**_item(all_remaining=True), "reason": longest}
    assert consultation.amend(corrected).json == {"applied": 1, "changed": 100}
    calls_made = 0
    while wanted:
        told = consultation.served(*wanted)
        assert len(json.dumps(told)) < 6_000_000, "Lambda's answer is 6 MB at most"
        assert [*told["dispositions"]] == wanted[: len(told["dispositions"])]
        wanted = wanted[len(told["dispositions"]) :]
        calls_made += 1
    assert calls_made == 10
    assert len(consultation.served(*_ids(consultation)[:9])["dispositions"]) == 9


def test_the_announcement_told_again_takes_no_correction_back(announced: Round) -> None:
    announced.amend(_item(theme_id=HOURS))
    announced.announced(at="2027-03-01T09:00:00.000Z")
    assert _some(_answers(announced)) == {"not_accepted": 3, "accepted": 2}
    assert len(_answers(announced)["corrections"]) == 1
