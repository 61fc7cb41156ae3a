"""Submissions are read strictly, and every fault is named at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.comments.model.form import Form
from services.comments.model.questions import Question, Scale
from services.comments.model.submission import Submission, read
from services.shared.errors import Invalid

CONSENT = {"publish": True, "privacy_notice": "2026-11"}
QUESTIONS = (
    Question(id="q1", kind="open"),
    Question(id="q2", kind="single", option_ids=("support", "oppose")),
    Question(id="q3", kind="multiple", option_ids=("a", "b", "c")),
    Question(id="q4", kind="scale", scale=Scale(min=1, max=5)),
)
PARENT = "a" * 26
SCALED: dict[str, Any] = {"answers": [{"question_id": "q4", "value": 1}]}


def body(**members: Any) -> dict[str, Any]:
    return {"kind": "comment", "text": "نعم للعيادات", "consent": CONSENT, **members}


def faults(document: Any, questions: tuple[Question, ...] = QUESTIONS) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(document, form=Form(questions=questions))
    return {(fault.field, fault.code) for fault in caught.value.faults}


def test_a_whole_comment_is_taken() -> None:
    submission = read(
        body(
            language="ar",
            parent_id=None,
            author_name="  فاطمة ",
            answers=[
                {"question_id": "q1", "text": "الدوام"},
                {"question_id": "q2", "option_ids": ["support"]},
                {"question_id": "q3", "option_ids": ["a", "c"]},
                {"question_id": "q4", "value": 5},
            ],
            contact={"email": "f@example.org", "phone": "+973 3600 0001"},
            demographics={"age_band": "25-34", "gender": "f", "area": "محرق", "disability": "لا"},
            attachment_ids=[],
        ),
        form=Form(questions=QUESTIONS),
    )
    assert submission.author_name == "فاطمة"
    assert set(submission.personal_part()) == {"contact", "demographics"}


@pytest.mark.parametrize("text", [None, ""])
def test_who_answers_a_question_need_not_write_a_text(text: str | None) -> None:
    answers = [{"question_id": "q4", "value": 1}]
    assert read(body(text=text, answers=answers), form=Form(questions=QUESTIONS)).text is None


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"text": None}, ("/text", "text_required")),
        ({"text": ""}, ("/text", "text_required")),
        ({"text": " \u200b\ufeff "}, ("/text", "blank")),
        ({"text": "a\x00b"}, ("/text", "not_storable")),
        ({"text": "a\ud800b"}, ("/text", "not_storable")),
        ({"author_name": "علي\x00"}, ("/author_name", "not_storable")),
        ({"demographics": {"area": "a\x00"}}, ("/demographics/area", "not_storable")),
        ({"text": "ا" * 20_001}, ("/text", "too_long")),
        ({"text": 5}, ("/text", "wrong_type")),
        ({"kind": "petition"}, ("/kind", "not_allowed")),
        ({"language": "fr"}, ("/language", "not_allowed")),
        ({"author_name": "ن" * 81}, ("/author_name", "too_long")),
        ({"author_name": "\u200b"}, ("/author_name", "blank")),
        (
            {"consent": {"publish": False, "privacy_notice": "1"}},
            ("/consent/publish", "consent_required"),
        ),
        (
            {"consent": {"publish": "yes", "privacy_notice": "1"}},
            ("/consent/publish", "wrong_type"),
        ),
        ({"consent": {"publish": True}}, ("/consent/privacy_notice", "missing")),
        ({"consent": None}, ("/consent", "wrong_type")),
        ({"attachment_ids": ["x"]}, ("/attachment_ids", "not_supported")),
        ({"contact": {"email": "nowhere"}}, ("/contact/email", "bad_format")),
        ({"contact": {"phone": "call me"}}, ("/contact/phone", "bad_format")),
        ({"demographics": {"religion": "x"}}, ("/demographics/religion", "unknown_field")),
        ({"colour": "red"}, ("/colour", "unknown_field")),
        ({"parent_id": PARENT}, ("/parent_id", "parent_not_allowed")),
        ({"kind": "inquiry", "parent_id": PARENT}, ("/parent_id", "parent_not_allowed")),
        ({"kind": "reply"}, ("/parent_id", "parent_required")),
        ({"kind": "inquiry", "text": None, **SCALED}, ("/text", "text_required")),
        ({"kind": "reply", "parent_id": PARENT, "text": "", **SCALED}, ("/text", "text_required")),
        (
            {"consent": {"publish": True, "privacy_notice": " \u200b"}},
            ("/consent/privacy_notice", "blank"),
        ),
        ({"contact": {"phone": "-----)"}}, ("/contact/phone", "bad_format")),
        ({"contact": {"email": "a@b,c@d"}}, ("/contact/email", "bad_format")),
        ({"contact": {"email": "<a@b>"}}, ("/contact/email", "bad_format")),
        ({"answers": [7] * 40_000}, ("/answers", "too_long")),
        ({"attachment_ids": [7] * 40_000}, ("/attachment_ids", "not_supported")),
        ({"kind": "reply", "parent_id": "../x"}, ("/parent_id", "parent_not_found")),
    ],
)
def test_a_fault_is_named_with_its_place(members: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(body(**members)) == {fault}


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_what_is_no_object_is_refused(document: Any) -> None:
    assert {field for field, _ in faults(document)} == {""}


def test_the_text_may_have_20000_characters_without_the_spaces_around_it() -> None:
    assert len(read(body(text=f" {'ا' * 20_000}\n"), form=Form()).text or "") == 20_000


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([{"question_id": "q9", "value": 1}], ("/answers/0/question_id", "unknown_question")),
        (
            [{"question_id": "q4", "value": 1}, {"question_id": "q4", "value": 2}],
            ("/answers/1/question_id", "answered_twice"),
        ),
        ([{"question_id": "q4", "value": 0}], ("/answers/0/value", "too_small")),
        ([{"question_id": "q4", "value": 6}], ("/answers/0/value", "too_great")),
        ([{"question_id": "q4", "value": 2.5}], ("/answers/0/value", "wrong_type")),
        ([{"question_id": "q4", "value": True}], ("/answers/0/value", "wrong_type")),
        ([{"question_id": "q4"}], ("/answers/0/value", "missing")),
        ([{"question_id": "q1"}], ("/answers/0/text", "missing")),
        ([{"question_id": "q2", "option_ids": []}], ("/answers/0/option_ids", "missing")),
        (
            [{"question_id": "q2", "option_ids": ["support", "oppose"]}],
            ("/answers/0/option_ids", "one_option_only"),
        ),
        (
            [{"question_id": "q3", "option_ids": ["a", "z"]}],
            ("/answers/0/option_ids/1", "option_not_offered"),
        ),
        (
            [{"question_id": "q3", "option_ids": ["a", "a"]}],
            ("/answers/0/option_ids/1", "option_twice"),
        ),
        (
            [{"question_id": "q4", "value": 1, "text": "x"}],
            ("/answers/0/text", "wrong_answer_kind"),
        ),
    ],
)
def test_answers_keep_to_the_questions(answers: list[Any], fault: tuple[str, str]) -> None:
    assert faults(body(answers=answers)) == {fault}


def test_a_comment_owes_the_required_answers_but_an_inquiry_does_not() -> None:
    required = (Question(id="q1", kind="open", required=True),)
    assert faults(body(), required) == {("/answers", "answer_required")}
    assert read(body(kind="inquiry"), form=Form(questions=required)).kind == "inquiry"


def test_faults_of_the_form_and_of_the_answers_are_named_together() -> None:
    document = body(
        kind="reply",
        text="\u200b",
        colour="red",
        answers=[{"question_id": "q2", "option_ids": ["x"]}, {"question_id": "q4", "value": 9}],
    )
    assert faults(document) == {
        ("/parent_id", "parent_required"),
        ("/text", "blank"),
        ("/colour", "unknown_field"),
        ("/answers/0/option_ids/0", "option_not_offered"),
        ("/answers/1/value", "too_great"),
    }


def test_an_answer_that_cannot_be_read_does_not_keep_the_faults_of_the_others_back() -> None:
    required = (
        *QUESTIONS,
        Question(id="q5", kind="single", required=True, option_ids=("x", "y")),
        Question(id="q6", kind="single", required=True, option_ids=("x", "y")),
    )
    document = body(
        answers=[
            {"question_id": "q4", "value": 2.5},
            {"question_id": "q2", "option_ids": ["support", "oppose"]},
            {"question_id": "q9", "value": 1},
            {"question_id": "q3", "option_ids": ["z"], "colour": "red"},
            {"question_id": "q5", "option_ids": "x"},
            "no answer",
        ],
    )
    assert faults(document, required) == {
        ("/answers/0/value", "wrong_type"),
        ("/answers/1/option_ids", "one_option_only"),
        ("/answers/2/question_id", "unknown_question"),
        ("/answers/3/colour", "unknown_field"),
        ("/answers/4/option_ids", "wrong_type"),
        ("/answers/5", "wrong_type"),
        ("/answers", "answer_required"),
    }


MANY = [{"question_id": "q4", "value": 1}] * 101


@pytest.mark.parametrize("answers", [None, "x", 5, {"question_id": "q2"}, MANY])
def test_answers_that_are_no_list_of_answers_are_one_fault(answers: Any) -> None:
    assert {field for field, _ in faults(body(answers=answers))} == {"/answers"}


def test_contacts_and_demographics_are_in_neither_part_that_a_receipt_binds() -> None:
    document = body(contact={"email": "f@example.org"}, demographics={"area": "محرق"})
    submission = Submission.model_validate(document)
    bound = str([submission.public_part(), submission.private_part()])
    assert "example.org" not in bound
    assert "محرق" not in bound
    assert submission.private_part() == {"consent": CONSENT}


def test_every_example_is_taken_and_its_language_told_by_its_script() -> None:
    examples = Path(__file__).parents[3] / "examples"
    topic = json.loads((examples / "topic.json").read_text(encoding="utf-8"))
    questions = tuple(
        Question(
            **{k: v for k, v in question.items() if k in ("id", "kind", "required", "scale")},
            option_ids=tuple(option["id"] for option in question.get("options", ())),
        )
        for question in topic["questions"]
    )
    offered = {
        name: tuple(value["id"] for value in values)
        for name, values in topic["demographics"].items()
    }
    form = Form(questions=questions, demographics=offered)
    lines = (examples / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        document = json.loads(line)["submission"]
        named = document.pop("language")
        submission = read(document, form=form)
        other = "en" if named == "ar" else "ar"
        assert submission.written_in(otherwise=other) == named


def test_an_empty_field_of_a_form_is_one_that_was_left_out() -> None:
    empty = body(contact={"email": "", "phone": " "}, demographics={"area": ""})
    assert read(empty, form=Form(questions=QUESTIONS)).personal_part() == {}
