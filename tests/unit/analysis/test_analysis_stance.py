"""Stances: told by answers or learned from labels, with the score; refused where neither can be."""

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from services.analysis.contracts.stances import Stance as Contract
from services.analysis.engine import pipeline
from services.analysis.engine.brief import Brief, StanceBrief, StanceLabel
from services.analysis.engine.pipeline import Finished
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.engine.reading import read
from services.analysis.model.comment import Answer, ExportedComment, Question
from services.analysis.model.results import without
from services.analysis.model.stances import with_tables
from services.shared.exports import canonical
from tests.support.opinions import comment, opinions, stance_in

CHOICE = Question(id="q1", kind="single", option_ids=("yes", "rather", "no", "unknown"))
OPTIONS = {"yes": "for", "rather": "for", "no": "against"}


def _run(
    comments: Sequence[ExportedComment],
    *stances: StanceBrief,
    shards: int = 1,
    questions: tuple[Question, ...] = (),
) -> Finished:
    plan = Plan(
        topic_id="topic",
        round=1,
        slices=even_slices(len(comments), shards=shards),
        questions=questions,
        brief=Brief(themes=2, stances=stances),
    )
    return pipeline.run(plan, lambda part: part.of(comments))


def _row(comments: Sequence[ExportedComment], *stances: StanceBrief, **how: Any) -> dict[str, Any]:
    [row] = _run(comments, *stances, **how).results["stances"]
    Contract.model_validate({**row, "by_theme": [], "citing": {}})
    return dict(row)


def _labels(comments: Sequence[ExportedComment], **fields: Any) -> StanceBrief:
    labels = [{"comment_id": c.comment_id, "stance": stance_in(c.comment_id)} for c in comments]
    return StanceBrief.model_validate({"labels": labels, **fields})


def test_39_labels_are_refused_with_how_many_there_are() -> None:
    comments = opinions(100)
    row = _row(comments, _labels(comments[:39]))
    assert (row["method"], row["reason"], row["labelled"]) == ("refused", "too_few_labels", 39)
    assert (row["score"], row["counts"]) == (None, None)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_40_labels_tell_the_rest_and_show_their_score(language: str) -> None:
    comments = opinions(200, language=language)
    row = _row(comments, _labels(comments[:40]))
    assert (row["method"], row["reason"], row["labelled"]) == ("learned", None, 40)
    assert row["labelled_by_stance"] == {"against": 20, "for": 20}
    assert row["score"]["folds"] == 5
    assert row["score"]["accuracy"] > 0.7
    counts = {stance: each["comments"] for stance, each in row["counts"].items()}
    assert sum(counts.values()) == 200
    assert counts["unsure"] < 80
    assert abs(counts["for"] - counts["against"]) < 40
    cited = [*row["citing"]["for"], *row["citing"]["against"]]
    assert len(cited) == 20
    assert all(comment_id in row["citing"][stance_in(comment_id)] for comment_id in cited)


def test_nothing_is_told_where_nothing_is_asked() -> None:
    assert _run(opinions(50)).results["stances"] == []


def test_no_comments_at_all_are_refused() -> None:
    row = _row([], StanceBrief())
    assert (row["method"], row["reason"], row["labelled"]) == ("refused", "too_few_labels", 0)


def test_one_stance_alone_is_refused() -> None:
    comments = opinions(60, stances=("for",))
    assert _row(comments, _labels(comments))["reason"] == "one_label_only"


def test_a_stance_that_hardly_anybody_has_is_refused() -> None:
    comments = [*opinions(60), *opinions(4, stances=("neutral",))]
    row = _row(comments, _labels(comments))
    assert (row["reason"], row["labelled_by_stance"]["neutral"]) == ("too_few_of_a_label", 4)


def test_labels_of_comments_that_are_not_there_are_ignored_and_counted() -> None:
    comments = opinions(60)
    gone = comments[0].model_copy(update={"status": "withdrawn", "text": None})
    empty = comments[1].model_copy(update={"text": " … "})
    asked = _labels([*comments, comment("en-for-unknown", None)])
    row = _row([gone, empty, *comments[2:]], asked)
    assert (row["labelled"], row["ignored"], row["repeated"]) == (58, 3, 0)
    assert row["method"] == "learned"


def test_what_an_officer_read_goes_before_what_the_machine_tells() -> None:
    """Also for every copy of it."""
    comments = opinions(60)
    contrary = comments[0].model_copy(update={"comment_id": "en-against-contrary"})
    copies = [comments[0].model_copy(update={"comment_id": f"copy-{n}"}) for n in range(50)]
    rest = comments[1:]
    row = _row([contrary, *copies, *rest], _labels([contrary, *rest]))
    assert row["labelled"] == 60
    assert row["counts"]["against"]["comments"] >= 51


def test_copies_are_counted_both_ways_and_cited_once() -> None:
    comments = opinions(60)
    first = comments[0].comment_id
    copies = [comments[0].model_copy(update={"comment_id": f"{first}-{n:03d}"}) for n in range(500)]
    alone, beside = (_row(all_, _labels(comments)) for all_ in (comments, [*comments, *copies]))
    assert beside["score"] == alone["score"]
    assert beside["counts"]["for"] == {
        "comments": alone["counts"]["for"]["comments"] + 500,
        "distinct": alone["counts"]["for"]["distinct"],
    }
    assert first in beside["citing"]["for"]
    assert not {copy.comment_id for copy in copies} & set(beside["citing"]["for"])


def test_no_text_leaves_a_shard_but_what_was_labelled() -> None:
    answer = Answer(question_id="why", text="because of the noise")
    comments = [each.model_copy(update={"answers": (answer,)}) for each in opinions(4)]
    slices = even_slices(4, shards=1)
    brief = Brief(stances=(_labels(comments[:1]), _labels(comments[1:2], question_id="why")))
    found = read(comments, Plan(topic_id="topic", round=1, slices=slices, brief=brief))
    told = [(each.comment_id, each.question_id) for each in found.told["labelled"]]
    assert told == [(comments[0].comment_id, ""), (comments[1].comment_id, "why")]


def test_stances_of_an_open_question_are_told_of_its_answers_alone() -> None:
    answers = [
        each.model_copy(
            update={"text": None, "answers": (Answer(question_id="why", text=each.text),)}
        )
        for each in opinions(80)
    ]
    comments = [*answers, *opinions(20, language="ar")]
    row = _row(
        comments,
        _labels(answers[:50], question_id="why"),
        questions=(Question(id="why", kind="open"),),
    )
    assert sum(each["comments"] for each in row["counts"].values()) == 80
    themed = [each["counts"] for each in row["by_theme"]]
    assert 0 < sum(sum(counts.values()) for counts in themed) <= 80
    assert len(themed) == 2


@pytest.mark.parametrize("shards", [4, 16])
def test_stances_are_the_same_to_the_byte_for_any_number_of_shards(shards: int) -> None:
    comments = [*opinions(90), *opinions(90, language="ar")]
    comments.sort(key=lambda each: each.comment_id)
    asked = _labels([*comments[:30], *comments[-45:], *comments[80:110]])
    whole, parted = _run(comments, asked), _run(comments, asked, shards=shards)
    assert whole.results["stances"][0]["method"] == "learned"
    assert canonical(whole.results) == canonical(parted.results)


def _answered(**choices: int) -> list[ExportedComment]:
    return [
        comment(f"{choice}-{n:03d}", f"text {choice} {n}").model_copy(
            update={"answers": (Answer(question_id="q1", option_ids=(choice,)),)}
        )
        for choice, count in choices.items()
        for n in range(count)
    ]


def test_answers_to_a_choice_tell_the_stance() -> None:
    comments = _answered(yes=20, rather=10, no=30, unknown=7)
    row = _row(comments, StanceBrief(question_id="q1", options=OPTIONS), questions=(CHOICE,))
    assert row["method"] == "answers"
    counts = {stance: each["comments"] for stance, each in row["counts"].items()}
    assert counts == {"for": 30, "against": 30, "neutral": 0, "unsure": 7}
    assert not any(row["citing"].values())


def test_a_stance_tells_nothing_that_its_table_keeps_back() -> None:
    comments = _answered(yes=20, rather=2, no=30, unknown=7)
    found = _run(comments, StanceBrief(question_id="q1", options=OPTIONS), questions=(CHOICE,))
    [row], [table] = found.results["stances"], found.results["questions"]
    shown = {cell["option"]: cell["count"] for cell in table["cells"]}
    assert shown["rather"] is None
    assert row["counts"]["for"]["comments"] is None
    for stance, options in {"against": ("no",), "unsure": ("unknown",)}.items():
        assert row["counts"][stance]["comments"] == shown[options[0]]


def test_a_published_table_that_stands_is_what_stances_are_counted_from() -> None:
    brief = StanceBrief(question_id="q1", options=OPTIONS)
    before, after = (
        _run(_answered(**each), brief, questions=(CHOICE,)).results
        for each in (
            {"yes": 20, "rather": 10, "no": 30, "unknown": 7},
            {"yes": 21, "rather": 10, "no": 30, "unknown": 7},
        )
    )
    assert with_tables(after["stances"], before["questions"]) == before["stances"]


@pytest.mark.parametrize(
    ("question", "options", "reason"),
    [
        (CHOICE.model_copy(update={"id": "q2"}), OPTIONS, "question_unknown"),
        (CHOICE.model_copy(update={"kind": "multiple"}), OPTIONS, "question_not_single"),
        (CHOICE, {"perhaps": "for"}, "option_unknown"),
    ],
    ids=["unknown", "multiple", "no such option"],
)
def test_options_that_tell_no_stance_are_refused(
    question: Question, options: dict[str, str], reason: str
) -> None:
    asked = StanceBrief.model_validate({"question_id": "q1", "options": options})
    row = _row(_answered(yes=20), asked, questions=(question,))
    assert (row["method"], row["reason"], row["counts"]) == ("refused", reason, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"options": OPTIONS},
        {"question_id": "q1", "options": {"yes": "perhaps"}},
        {"question_id": "q1", "options": {}},
        {"question_id": "q1", "options": OPTIONS, "labels": [{"comment_id": "c", "stance": "for"}]},
        {"labels": [{"comment_id": "c", "stance": "for"}, {"comment_id": "c", "stance": "for"}]},
        {"labels": [{"comment_id": "c", "stance": "for", "text": "words"}]},
    ],
    ids=["no question", "no stance", "no option", "both", "twice", "a text"],
)
def test_a_brief_that_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Brief.model_validate({"stances": [asked]})


def test_a_question_is_asked_for_once() -> None:
    with pytest.raises(ValidationError):
        Brief(stances=(StanceBrief(), StanceBrief()))
    label = StanceLabel(comment_id="c", stance="for")
    Brief(stances=(StanceBrief(labels=(label,)), StanceBrief(question_id="q", labels=(label,))))


def test_stances_do_not_cite_who_withdrew() -> None:
    comments = opinions(60)
    results = _run(comments, _labels(comments)).results
    gone = set(results["stances"][0]["citing"]["for"])
    told = canonical(without(results, gone)["stances"]).decode()
    assert gone
    assert not any(f'"{comment_id}"' in told for comment_id in gone)
