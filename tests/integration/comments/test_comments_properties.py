"""What holds for every body, text and cursor, and not for the chosen ones alone.

The examples are always the same (`derandomize`), so that a failure here fails everywhere.
"""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.shared.texts import is_visible
from tests.integration.comments.conftest import CONSENT, QUESTIONS, SETTLED, Consultation
from tests.integration.comments.sending import REFUSED, send, stored, submission, told

steady = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from("\x00\x01\t\n\r \u200b\u200f\u202e\u2066\u2800\u3164\ufeff\ufe0f\ud83d\ude00"),
    st.sampled_from("ابتثـًّ٣؟ﷺaé👍🇧🇭\U000e0041"),
)
TEXTS = st.text(CHARACTERS, max_size=40)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
MEMBERS = {
    "kind": st.sampled_from(["comment", "reply", "inquiry"]),
    "text": TEXTS,
    "language": st.sampled_from(["ar", "en", None]),
    "parent_id": st.none() | TEXTS,
    "author_name": st.none() | TEXTS,
    "answers": st.lists(
        st.fixed_dictionaries(
            {"question_id": st.sampled_from(["q1", "q2", "q3", "q9"])},
            optional={"option_ids": st.just(["support"]), "value": st.just(3), "text": TEXTS},
        ),
        max_size=3,
    ),
    "consent": st.just(CONSENT),
    "contact": st.just({"email": "fatima@example.org"}),
    "demographics": st.fixed_dictionaries({}, optional={"area": TEXTS}),
    "attachment_ids": st.just([]),
}
LIKELY = {name: MEMBERS.pop(name) for name in ("kind", "text", "consent")}
EITHER = {name: value | ANYTHING for name, value in MEMBERS.items()}
BODIES = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({}, optional=LIKELY | EITHER),
    st.fixed_dictionaries(LIKELY, optional=MEMBERS),
)
SEEN = st.characters(categories=["L", "N", "P", "Sm", "Sc"], exclude_characters="\u3164\uffa0")
LEGIBLE = st.builds("{}{}".format, st.text(CHARACTERS, max_size=30), SEEN).filter(
    lambda text: is_visible(text) and not set(text) & set("\x00\ud83d\ude00")
)
PLAIN = st.text(SEEN, min_size=1, max_size=80)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "q1": LEGIBLE.map(lambda text: {"text": text}),
        "q2": st.sampled_from(QUESTIONS[1]["option_ids"]).map(lambda one: {"option_ids": [one]}),
        "q3": st.integers(1, 5).map(lambda value: {"value": value}),
    },
).map(lambda found: [{"question_id": name, **answer} for name, answer in found.items()])
VALID = st.fixed_dictionaries(
    {"kind": st.sampled_from(["comment", "inquiry"]), "text": LEGIBLE, "consent": st.just(CONSENT)},
    optional={
        "language": st.sampled_from(["ar", "en", None]),
        "author_name": st.none() | PLAIN,
        "answers": ANSWERS,
        "parent_id": st.none(),
        "demographics": st.fixed_dictionaries({}, optional={"area": PLAIN, "gender": PLAIN}),
        "contact": st.fixed_dictionaries({}, optional={"phone": st.just("+973 36000000")}),
    },
)


@steady
@given(body=BODIES)
@example(body={"kind": "comment", "text": "\ufeff", "consent": CONSENT})
def test_whatever_json_comes_it_is_taken_as_it_is_or_refused_with_a_reason(
    consultation: Consultation, body: Any
) -> None:
    answer = send(consultation, json.dumps(body))
    if answer.status == 202:
        text = (body.get("text") or "").strip()
        assert stored(consultation, answer).text == text
    else:
        assert told(answer) or answer.status == 400


@steady
@given(document=VALID, escaped=st.booleans(), indent=st.none() | st.integers(0, 3))
def test_a_valid_submission_is_taken_and_its_repeat_gets_the_same_reply_to_the_letter(
    consultation: Consultation, document: dict[str, Any], escaped: bool, indent: int | None
) -> None:
    key = hashlib.sha256(json.dumps(document).encode()).hexdigest()
    first = send(consultation, json.dumps(document), idempotency_key=key)
    comment = stored(consultation, first)
    assert comment.text == document["text"].strip()
    turned = dict(reversed(document.items()))
    written = json.dumps(turned, ensure_ascii=escaped, indent=indent)
    assert send(consultation, written, idempotency_key=key).text == first.text


@steady
@given(text=TEXTS)
def test_a_text_is_stored_exactly_or_the_fault_is_that_of_the_text(
    consultation: Consultation, text: str
) -> None:
    answer = send(consultation, json.dumps(submission(text=text)))
    if answer.status == 202:
        assert stored(consultation, answer).text == text.strip()
    else:
        assert {field for field, _code in told(answer)} == {"/text"}


@pytest.fixture
def cursor(consultation: Consultation, clock: Any) -> str:
    """Cursor of the second page of a consultation of 101 comments."""
    for number in range(101):
        assert consultation.post(f"تعليق {number}").status == 202
    consultation.screen()
    clock.advance(seconds=SETTLED)
    return str(consultation.list().json["next_cursor"])


@settings(steady, max_examples=200)
@given(data=st.data())
def test_a_cursor_is_the_one_that_was_given_out_or_it_is_refused(
    consultation: Consultation, cursor: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(cursor)))
    gone = data.draw(st.integers(0, 4))
    piece = data.draw(st.text(CHARACTERS | st.sampled_from("AZaz09-_=+/"), max_size=4))
    changed = [cursor[:at] + piece + cursor[at + gone :], cursor[:at], cursor + piece, piece]
    altered = data.draw(st.sampled_from(changed))
    answer = consultation.list(cursor=altered)
    if altered == cursor:
        assert answer.status == 200
    else:
        assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_a_cursor_is_good_for_one_list_and_its_filters_only(
    consultation: Consultation, cursor: str
) -> None:
    rest = consultation.list(cursor=cursor).json
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    for query in ({"kind": "comment"}, {"language": "ar"}, {"parent": "a" * 26}):
        answer = consultation.list(cursor=cursor, **query)
        assert (answer.status, answer.json["code"]) == (400, "bad_cursor")
    consultation.round = 2
    consultation.set_window()
    assert consultation.list(cursor=cursor, round="2").json["code"] == "bad_cursor"
    other = Consultation(moderation=consultation.moderation, token=consultation.token)
    other.set_window()
    assert other.list(cursor=cursor).status in REFUSED
