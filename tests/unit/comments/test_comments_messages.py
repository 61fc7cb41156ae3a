"""Whatever the service refuses, it says why in Arabic and in English."""

import re
from pathlib import Path

import pytest

from services import comments
from services.comments.model.moderation import REASON_CODES
from services.shared.language import catalogue

SERVICE = Path(comments.__file__).parent
RAISED = re.compile(
    r"(?:fault|Conflict|NotFound|SignInRequired|Malformed|Invalid)\(\"([a-z_]+)\""
    r"|code ?= ?\"([a-z_]+)\""
    r"|_fault\(.*\"([a-z_]+)\"\)"
)


def raised() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SERVICE.rglob("*.py"))
    return {next(filter(None, found)) for found in RAISED.findall(source)}


def test_the_search_finds_what_the_service_raises() -> None:
    assert {"consent_required", "parent_not_found", "registered_only", "option_twice"} < raised()


@pytest.mark.parametrize("code", sorted(raised() | {"closed", "not_yet_open", "too_great"}))
def test_every_code_has_a_message_in_both_languages(code: str) -> None:
    texts = catalogue("comments")[code]
    assert set(texts) == {"ar", "en"}
    assert re.search("[\u0600-\u06ff]", texts["ar"])


def test_every_ground_of_the_policy_has_a_text_and_no_other_has() -> None:
    told = {code for code in catalogue("comments") if code.startswith("reason_")}
    assert told == {f"reason_{code}" for code in REASON_CODES}
