"""The settings are one versioned file; the model may not overrule the list of words."""

import json
from importlib import resources

import pytest
from pydantic import ValidationError

from services.moderation.model.screening import abuse_score, screen, versions
from services.moderation.model.thresholds import Thresholds, model_version, thresholds
from services.moderation.tables import faults

FILE = resources.files("services.moderation").joinpath("data", "thresholds.json")


def test_the_shipped_settings_say_what_they_were_measured_to_do() -> None:
    settings = thresholds()
    assert settings.version
    assert {"ar-mpold", "ar-mlma", "en-davidson-6000"} <= {each.set for each in settings.measured}


@pytest.mark.parametrize("kind", ["hard", "soft", "aimed"])
def test_the_model_may_set_no_insult_aside(kind: str) -> None:
    document = json.loads(FILE.read_text("utf-8"))
    document["terms"][kind] = 1.0
    with pytest.raises(ValidationError, match=f"terms.{kind}"):
        Thresholds.model_validate(document)


def test_a_comment_is_held_from_the_threshold_on() -> None:
    hold_at = thresholds().hold_at
    for text in ("moron", "you are so stupid", "liar", "شكرًا لكم", "الخدمة فاشلة", "يا فاشل"):
        assert (screen(text).outcome == "hold") is (abuse_score(text) >= hold_at)


def test_the_score_puts_worse_above_better() -> None:
    clean, mild, soft, hard = map(
        abuse_score, ("thank you", "so stupid", "that liar", "that moron")
    )
    assert clean < mild < soft < hard
    assert abuse_score("moron liar") > hard
    assert abuse_score("moron scum") > hard, "several of one tier weigh more than one"


def test_the_version_names_weights_and_settings() -> None:
    assert versions().model == model_version()
    assert len(model_version()) == 12


def test_rows_of_before_the_model_are_still_read() -> None:
    from services.moderation.model.screening import Versions

    assert Versions.model_validate({"rules": "2", "lexicon": "4465a3108c8a"}).model == ""


def test_settings_with_a_fault_are_named() -> None:
    bad = FILE.read_bytes().replace(b'"hold_at": 0.5', b'"hold_at": 5')
    [fault] = [each for each in faults({FILE.name: bad}) if "missing" not in each.what]
    assert "hold_at" in str(fault)


def test_plain_words_however_many_are_a_complaint() -> None:
    assert screen("filthy, useless").outcome == "publish"
    assert abuse_score("filthy, useless") == abuse_score("filthy")
