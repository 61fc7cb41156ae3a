"""What a round asks for binds what is sent to it: offered values, and names or none."""

from typing import Any

import pytest

from services.comments.model.form import AuthorNames, Form
from services.comments.model.questions import Question
from services.comments.model.submission import read
from services.shared.errors import Invalid
from services.shared.language import catalogue

CONSENT = {"publish": True, "privacy_notice": "2026-11"}
OFFERED = Form(demographics={"age_band": ("18-24", "25-34", "65+"), "area": ("muharraq", "BH-13")})
PARENT = "a" * 26
KINDS = ({"kind": "comment"}, {"kind": "inquiry"}, {"kind": "reply", "parent_id": PARENT})


def body(**members: Any) -> dict[str, Any]:
    return {"kind": "comment", "text": "نعم للعيادات", "consent": CONSENT, **members}


def faults(document: Any, form: Form) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(document, form=form)
    return {(fault.field, fault.code) for fault in caught.value.faults}


def told(form: Form = OFFERED, **demographics: Any) -> dict[str, Any]:
    """Demographics of a submission as they are sealed; empty if none were given."""
    document = body(demographics=demographics)
    return dict(read(document, form=form).personal_part().get("demographics", {}))


@pytest.mark.parametrize("value", ["18-24", "65+", " 25-34\n"])
def test_a_value_that_is_offered_is_taken(value: str) -> None:
    assert told(age_band=value) == {"age_band": value.strip()}


@pytest.mark.parametrize(
    "value", ["25 - 34", "25-34,18-24", "muharraq", "٢٥-٣٤", "25–34", "\u200b", "18"]
)
def test_a_value_that_is_not_offered_is_refused(value: str) -> None:
    document = body(demographics={"age_band": value})
    assert faults(document, OFFERED) == {("/demographics/age_band", "not_offered")}


@pytest.mark.parametrize("value", ["bh-13", "BH-13 ", "Muharraq"])
def test_an_id_is_compared_letter_by_letter(value: str) -> None:
    if value.strip() == "BH-13":
        assert told(area=value) == {"area": "BH-13"}
    else:
        assert faults(body(demographics={"area": value}), OFFERED) == {
            ("/demographics/area", "not_offered")
        }


@pytest.mark.parametrize("value", ["f", "أنثى", "25-34", "x" * 80])
def test_where_there_is_no_list_any_short_word_is_taken(value: str) -> None:
    assert told(gender=value) == {"gender": value}
    assert told(Form(), age_band=value, area=value) == {"age_band": value, "area": value}


@pytest.mark.parametrize("value", [None, "", "  \t"])
def test_nobody_need_tell_anything_of_themselves(value: str | None) -> None:
    assert told(age_band=value, gender=value) == {}
    assert read(body(demographics=None), form=OFFERED).personal_part() == {}
    assert read(body(), form=OFFERED).personal_part() == {}


def test_every_value_that_is_not_offered_is_named_with_all_the_other_faults() -> None:
    form = Form(
        questions=(Question(id="q1", kind="open", required=True),),
        demographics=OFFERED.demographics,
        author_names="required",
    )
    document = body(
        text="\u200b",
        colour="red",
        consent={"publish": False, "privacy_notice": "1"},
        demographics={"age_band": "12", "area": "mars", "gender": 5, "religion": "x"},
    )
    assert faults(document, form) == {
        ("/text", "blank"),
        ("/colour", "unknown_field"),
        ("/consent/publish", "consent_required"),
        ("/author_name", "name_required"),
        ("/answers", "answer_required"),
        ("/demographics/age_band", "not_offered"),
        ("/demographics/area", "not_offered"),
        ("/demographics/gender", "wrong_type"),
        ("/demographics/religion", "unknown_field"),
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5, "wrong_type"),
        (["18-24"], "wrong_type"),
        ("x" * 81, "too_long"),
        ("\x00", "not_storable"),
    ],
)
def test_what_is_no_word_has_that_fault_alone(value: Any, code: str) -> None:
    document = body(demographics={"age_band": value})
    assert faults(document, OFFERED) == {("/demographics/age_band", code)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("names", "given", "code"),
    [
        ("optional", None, None),
        ("optional", "فاطمة", None),
        ("required", "فاطمة", None),
        ("required", None, "name_required"),
        ("required", "", "name_required"),
        ("required", "   ", "blank"),
        ("required", "\u200b", "blank"),
        ("none", None, None),
        ("none", "", None),
        ("none", "فاطمة", "names_not_shown"),
        ("none", "Sara", "names_not_shown"),
    ],
)
def test_a_name_is_given_as_the_topic_has_it(
    names: AuthorNames, given: str | None, code: str | None, kind: dict[str, str]
) -> None:
    form, document = Form(author_names=names), body(author_name=given, **kind)
    if code is None:
        assert read(document, form=form).author_name == (given or None)
    else:
        assert faults(document, form) == {("/author_name", code)}


def test_a_name_that_is_left_out_is_none() -> None:
    assert faults(body(), Form(author_names="required")) == {("/author_name", "name_required")}
    assert read(body(), form=Form(author_names="none")).author_name is None


@pytest.mark.parametrize("code", ["not_offered", "name_required", "names_not_shown"])
def test_what_is_wrong_is_told_in_both_languages(code: str) -> None:
    told_in = catalogue("comments")[code]
    assert "\u0600" <= told_in["ar"][0] <= "\u06ff"
    assert told_in["en"].isascii()
