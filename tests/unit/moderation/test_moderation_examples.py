"""Every example comment meets with what its label says."""

import json
from pathlib import Path

import pytest

from services.moderation.model.screening import screen

EXAMPLES = Path(__file__).parents[3] / "examples" / "comments.jsonl"
OUTCOMES = {"abuse": "hold", "spam": "hold", "personal_data": "redact-and-publish"}


@pytest.mark.parametrize(
    "example",
    [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()],
    ids=lambda example: example["id"],
)
def test_an_example_is_screened_as_its_label_says(example: dict) -> None:
    submission = example["submission"]
    screening = screen(submission["text"], beside=[*filter(None, [submission.get("author_name")])])
    assert screening.outcome == OUTCOMES.get(example["label"], "publish"), screening.reasons
