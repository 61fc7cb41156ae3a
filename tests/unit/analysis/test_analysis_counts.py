"""What is counted of a round, and what is kept back so that nobody can be picked out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.analysis.engine import pipeline
from services.analysis.engine.pipeline import Finished
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.model.comment import ExportedComment, Question, Scale
from services.analysis.model.results import shortened
from services.shared.exports import canonical


def _comment(number: int, text: str | None = "text", **fields: object) -> ExportedComment:
    row: dict[str, object] = {
        "comment_id": f"c{number:03d}",
        "kind": "comment",
        "status": "published",
        "received_at": f"2026-12-01T09:00:00.{number:03d}Z",
        "language": "en",
        "channel": "web",
        "text": text,
    }
    return ExportedComment.model_validate(row | fields)


CHOICE = Question(id="q", kind="single", option_ids=("no", "yes", "zeal"))


def _read(*comments: ExportedComment, question: Question = CHOICE, shards: int = 1) -> Finished:
    slices = even_slices(len(comments), shards=shards)
    plan = Plan(topic_id="topic", round=1, slices=slices, questions=(question,))
    return pipeline.run(plan, lambda part: part.of(comments))


def _answering(**chosen: int) -> list[ExportedComment]:
    picks = [option for option, count in chosen.items() for _ in range(count)]
    return [
        _comment(n, answers=[{"question_id": "q", "option_ids": [option]}])
        for n, option in enumerate(picks)
    ]


def test_percentages_are_of_those_who_answered() -> None:
    table = _read(*_answering(yes=15, no=5), _comment(900)).results["questions"][0]
    assert table["respondents"] == 20
    assert table["cells"] == [
        {"option": "no", "count": 5, "percent": 25.0},
        {"option": "yes", "count": 15, "percent": 75.0},
        {"option": "zeal", "count": 0, "percent": 0.0},
    ]


def test_what_is_hidden_shows_neither_count_nor_share_nor_rank() -> None:
    table = _read(*_answering(zeal=1, yes=15, no=9)).results["questions"][0]
    assert [cell["option"] for cell in table["cells"]] == ["no", "yes", "zeal"]
    assert [cell["count"] for cell in table["cells"]] == [None, 15, None]
    assert [cell["percent"] for cell in table["cells"]] == [None, 60.0, None]


def test_a_question_that_few_answered_does_not_tell_how_few() -> None:
    table = _read(*_answering(yes=4)).results["questions"][0]
    assert table["respondents"] is None


def test_a_scale_is_in_the_order_of_its_values() -> None:
    comments = [
        _comment(n, answers=[{"question_id": "q", "value": value}])
        for n, value in enumerate([10] * 5 + [9] * 6)
    ]
    scale = Question(id="q", kind="scale", scale=Scale(min=9, max=10))
    table = _read(*comments, question=scale).results["questions"][0]
    assert [cell["option"] for cell in table["cells"]] == ["9", "10"]
    assert (table["kind"], table["mean"]) == ("scale", 9.45)


def test_open_answers_are_not_counted() -> None:
    answered = _comment(1, answers=[{"question_id": "q", "text": "because"}])
    question = Question(id="q", kind="open")
    assert _read(answered, question=question).results["questions"] == []


def test_identical_letters_are_grouped_and_counted_both_ways() -> None:
    reading = _read(
        _comment(3, "Please keep the walk-in hours."),
        _comment(1, "please keep the walk in hours"),
        _comment(2, "Something else"),
        _comment(4, ""),
        _comment(5, ""),
    )
    counts, [campaign] = reading.results, reading.results["campaigns"]
    assert (counts["published"], counts["distinct"]) == (5, 4)
    assert campaign["size"] == 2
    assert campaign["representative"] == "c001"
    assert campaign["comment_ids"] == ["c001", "c003"]
    groups = {row["comment_id"]: row["campaign_id"] for row in reading.assignments}
    assert groups["c001"] == groups["c003"] == campaign["campaign_id"]
    assert groups["c002"] is None
    assert groups["c004"] is None


def test_what_is_not_published_is_counted_by_its_status_alone() -> None:
    reading = _read(
        _comment(1),
        _comment(2, None, status="rejected", reason_code="spam"),
        _comment(3, None, status="held"),
        _comment(4, None, status="withdrawn"),
    )
    counts = reading.results
    assert counts["by_status"] == {"published": 1, "rejected": 1, "held": 1, "withdrawn": 1}
    assert counts["by_channel"] == {"web": 1}
    assert [row["reason_code"] for row in reading.assignments] == [None, "spam", None, None]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(12)), st.integers(1, 5))
def test_neither_order_nor_shards_of_the_comments_change_a_byte(
    order: list[int], shards: int
) -> None:
    texts = ["parking please", "more parking", "نطالب بمواقف", "نطالب بمواقفَ"]
    comments = [_comment(n, texts[n % 4], language="ar" if n % 4 > 1 else "en") for n in range(12)]
    straight, shuffled = _read(*comments), _read(*(comments[n] for n in order), shards=shards)
    assert canonical(straight.results) == canonical(shuffled.results)
    assert [*straight.assignments] == [*shuffled.assignments]


def test_an_answer_over_http_lists_a_hundred_members_and_says_how_many_there_are() -> None:
    results = _read(*(_comment(n, "same letter") for n in range(150))).results
    [campaign] = shortened(results)["campaigns"]
    assert (campaign["size"], len(campaign["comment_ids"])) == (150, 100)
    assert len(results["campaigns"][0]["comment_ids"]) == 150
