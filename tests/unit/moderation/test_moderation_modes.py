"""What the publication mode changes: whether people decide before publication or after it."""

from typing import Any

import pytest

from services.moderation.model.screening import CLEAR, screen

CLEAN = "شكرًا على طرح الموضوع للنقاش"
CLEARLY_ABUSIVE = "moron"
DOUBTFUL = "liar"
PRIVATE = "call 36000001"


@pytest.mark.parametrize(
    ("text", "beside", "pre", "post"),
    [
        (CLEAN, [], "publish", "publish"),
        (PRIVATE, [], "redact-and-publish", "redact-and-publish"),
        (DOUBTFUL, [], "hold", "publish-and-review"),
        (CLEAN, [DOUBTFUL], "hold", "publish-and-review"),
        (f"{DOUBTFUL}, {PRIVATE}", [], "hold", "publish-and-review"),
        (CLEARLY_ABUSIVE, [], "hold", "hold"),
        (CLEAN, [CLEARLY_ABUSIVE], "hold", "hold"),
        (f"{DOUBTFUL} {CLEARLY_ABUSIVE}", [], "hold", "hold"),
        # What stands beside the text is not masked in part, and cannot be taken back.
        (CLEAN, [PRIVATE], "hold", "hold"),
        (DOUBTFUL, [PRIVATE], "hold", "hold"),
    ],
)
def test_only_what_is_clear_is_held_where_comments_are_published_first(
    text: str, beside: list[str], pre: str, post: str
) -> None:
    assert screen(text, beside=beside).outcome == pre
    assert screen(text, beside=beside, mode="pre").outcome == pre
    assert screen(text, beside=beside, mode="post").outcome == post


def test_the_examples_are_on_either_side_of_what_is_clear() -> None:
    [clear], [doubtful] = screen(CLEARLY_ABUSIVE).reasons, screen(DOUBTFUL).reasons
    assert doubtful.score < CLEAR <= clear.score


@pytest.mark.parametrize("mode", ["pre", "post"])
def test_personal_data_is_masked_before_anybody_has_reviewed_the_rest(mode: Any) -> None:
    screening = screen(f"{DOUBTFUL}, {PRIVATE}", mode=mode)
    assert {reason.code for reason in screening.reasons} == {"abusive", "privacy"}
    assert screening.public_text == "liar, call ████████"


def test_the_mode_changes_no_reason() -> None:
    for text in (CLEAN, CLEARLY_ABUSIVE, DOUBTFUL, PRIVATE):
        assert screen(text, mode="post").reasons == screen(text, mode="pre").reasons
