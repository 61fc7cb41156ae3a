"""Measured on what people judged: recall, precision, clean comments held.

The sets are read where they are at hand and are no part of the project; the bounds are below what
is reached, so that a better lexicon need not change them and a broken one fails. The model was
trained on them: what to expect of other texts stands in `data/model-card.md`.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.moderation.evaluation.figures import Figures, figures
from services.moderation.evaluation.labelled import Columns, read
from services.moderation.evaluation.measure import measure
from services.moderation.model.linear import Evidence, Model
from services.moderation.model.screening import screen

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
Row = dict[str, str]


def texts(name: str, *, column: str, where: Callable[[Row], bool] = lambda row: True) -> list[str]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the reference set {path} is not at hand")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[column] for row in csv.DictReader(file) if where(row)]


def held(comments: list[str]) -> float:
    """Share that is held."""
    return sum(screen(comment).outcome == "hold" for comment in comments) / len(comments)


def measured(name: str, columns: Columns) -> Figures:
    """Figures of a set as `services.moderation.evaluate` has them."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the reference set {path} is not at hand")
    return figures(measure(read(path, columns), lambda _done: None).judged)


MPOLD = ("ar-mpold.csv", Columns("Comment", "Majority_Label", ("Offensive",)))
MLMA = ("ar-mlma.csv", Columns("text", "labels"))
DAVIDSON = ("en-davidson-6000.csv", Columns("tweet", "label"))


@pytest.mark.parametrize(
    ("labelled", "f1", "auc", "held_clean"),
    [(MPOLD, 0.78, 0.95, 0.04), (MLMA, 0.78, 0.84, 0.25), (DAVIDSON, 0.95, 0.97, 0.15)],
    ids=["mpold", "mlma", "davidson"],
)
def test_what_is_shipped_judges_as_people_did(
    labelled: tuple[str, Columns], f1: float, auc: float, held_clean: float
) -> None:
    found = measured(*labelled)
    assert found.f1 is not None
    assert found.auc is not None
    assert found.held_clean is not None
    assert found.f1 >= f1
    assert found.auc >= auc
    assert found.held_clean <= held_clean


@pytest.mark.parametrize(
    ("labelled", "f1", "held_clean"),
    [(MPOLD, 0.62, 0.04), (DAVIDSON, 0.95, 0.12)],
    ids=["mpold", "davidson"],
)
def test_the_list_of_words_alone_finds_most_of_it(
    labelled: tuple[str, Columns], f1: float, held_clean: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "evidence", lambda self, text: Evidence(logit=0.0, words=0))
    found = measured(*labelled)
    assert found.f1 is not None
    assert found.held_clean is not None
    assert found.f1 >= f1
    assert found.held_clean <= held_clean


@pytest.mark.parametrize(
    "name", ["en-bowling-green.csv", "en-biodiversity.csv", "en-electoral-reform.csv"]
)
def test_comments_that_moderators_accepted_are_published(name: str) -> None:
    accepted = texts(name, column="comment-body", where=lambda row: row["moderated"] == "1")
    assert held(accepted) <= 0.01


def test_answers_and_arguments_of_consultations_are_published() -> None:
    answers = texts("en-themefinder-sentiments.csv", column="response")
    arguments = texts("en-argkp-12-topics.csv", column="argument")
    assert held(answers + arguments) <= 0.005
