"""The catalogue of problems has all that the code refuses with, and nothing else."""

import re

import pytest

from scripts.openapi.raised import (
    SLUGS,
    Raised,
    catalogue,
    codes_raised,
    codes_told,
    literals,
    slugs_raised,
)
from scripts.openapi.responses import problem_types, titles
from scripts.problems import TARGET, main, page
from services.comments.handlers import read as comments_read
from services.shared import errors
from services.topics.handlers import read
from tests.support.calls import http

PAGE = TARGET.read_text("utf-8")
_ARABIC = re.compile("[\u0600-\u06ff]")


def test_the_page_is_that_of_the_code() -> None:
    assert page() == PAGE, "python -m scripts.problems"


def test_the_check_finds_drift(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    target = TARGET.__class__(str(tmp_path)) / "problems.md"
    assert main(["--check"], target=target) == 1
    assert "python -m scripts.problems" in capsys.readouterr().out
    assert main([], target=target) == 0
    assert main(["--check"], target=target) == 0


def test_every_problem_that_is_raised_is_in_the_catalogue_and_no_other() -> None:
    assert set(problem_types()) == slugs_raised()
    assert set(re.findall(r"^## `/problems/([a-z-]+)`", PAGE, re.MULTILINE)) == slugs_raised()


def test_the_status_is_the_one_that_is_answered() -> None:
    for name, slug in SLUGS.items():
        assert problem_types()[slug]["status"] == getattr(errors, name).status


@pytest.mark.parametrize("slug", sorted(problem_types()))
def test_a_problem_is_explained_in_both_languages(slug: str) -> None:
    entry = problem_types()[slug]
    for texts in (titles()[slug], entry["meaning"], entry["advice"]):
        assert texts.keys() == {"ar", "en"}
        assert _ARABIC.search(texts["ar"])
        assert not _ARABIC.search(texts["en"])


def test_the_search_finds_codes_however_they_are_raised() -> None:
    found = {(each.service, each.code, each.slug) for each in codes_raised()}
    assert found >= {
        ("topics", "stage_does_not_allow", "conflict"),  # through a function that makes the error
        ("comments", "not_yet_open", "conflict"),  # chosen before
        ("comments", "option_twice", "invalid"),  # a fault of a member
        ("analysis", "withdrawn", "conflict"),  # one of two
        ("shared", "bad_cursor", "malformed"),
    }


@pytest.mark.parametrize("raised", codes_raised(), ids=lambda each: f"{each.service} {each.code}")
def test_every_code_that_is_raised_is_on_the_page(raised: Raised) -> None:
    assert raised.code in catalogue(raised.service) or raised.code in catalogue("shared")
    assert f"| `{raised.code}` |" in PAGE


@pytest.mark.parametrize("told", codes_told(), ids=lambda each: f"{each.service} {each.code}")
def test_no_code_is_on_the_page_that_no_code_knows(told: Raised) -> None:
    assert told.code in literals(told.service)


def test_texts_that_refuse_nothing_are_not_on_the_page() -> None:
    assert {"calendar_name", "calendar_closing"} <= set(catalogue("topics"))
    assert "calendar_" not in PAGE


@pytest.mark.parametrize("slug", sorted(problem_types()))
def test_the_type_of_a_problem_can_be_read(slug: str) -> None:
    answer = http(read.handler, "GET /problems/{problem}", path={"problem": slug})
    assert answer.status == 200
    assert answer.json["type"] == f"/problems/{slug}"
    assert answer.json["title"] == titles()[slug]
    assert answer.json["meaning"]["en"] in PAGE


def test_an_unknown_type_of_problem_is_not_found() -> None:
    answer = http(read.handler, "GET /problems/{problem}", path={"problem": "boredom"})
    assert answer.status == 404
    assert answer.json["type"] == "/problems/not-found"


def test_a_refusal_tells_its_case_to_programs_too() -> None:
    answer = http(read.handler, "GET /v1/topics", query={"stage": "nowhere"})
    assert (answer.json["type"], answer.json["code"]) == ("/problems/malformed", "bad_query")
    answer = http(read.handler, "GET /problems/{problem}", path={"problem": "boredom"})
    assert answer.json["code"] == "not-found"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "ar"),
        ("ar-BH", "ar"),
        ("en-GB", "en"),
        ("ar;q=0.4, en;q=0.6", "en"),
        ("ur, hi;q=0.9", "ar"),
    ],
)
def test_a_refusal_is_in_the_language_asked_for(asked: str | None, language: str) -> None:
    headers = {"accept-language": asked or ""}
    body = {"version": "1", "round": "one"}
    answer = http(comments_read.handler, "POST /v1/receipts/check", body=body, headers=headers)
    assert answer.status == 422
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]
    texts = [answer.json["title"], answer.json["detail"]]
    texts += [fault["message"] for fault in answer.json["errors"]]
    assert len(texts) > 5
    assert all(bool(_ARABIC.search(text)) == (language == "ar") for text in texts)
