"""Of an erased comment the analysis keeps no word, in whatever file of whatever run it stood."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.analysis.handlers import store
from services.analysis.words_store import WordsStore
from services.shared import aws, exports
from tests.integration.analysis.rounds import LETTERS, OFFICER, Round, disposition

MARK = "Zyxomark"
HOURS = "h" * 26
CARS = "The cars near the clinic park on the pavement every evening, which is dangerous."


@pytest.fixture
def analysed(consultation: Round) -> Round:
    """A letter of three and single comments, one of which has a word of its own; analysed."""
    for _ in range(3):
        consultation.comment(LETTERS["en"])
    for number in range(4):
        consultation.comment(f"{CARS} {number}")
    consultation.comment(f"{MARK} {MARK} {CARS} {MARK}")
    consultation.run()
    return consultation


def marked(consultation: Round) -> str:
    return next(str(row["comment_id"]) for row in consultation.rows if MARK in row["text"])


def files() -> dict[str, bytes]:
    """Results in the exports bucket, by key."""
    return {key: body for key, body in everything().items() if key.endswith("results.json")}


def everything() -> dict[str, bytes]:
    """What lies in the exports bucket for as long as a topic is read, by key."""
    listed = aws.client("s3").list_objects_v2(Bucket="exports", Prefix="analysis/")["Contents"]
    return {each["Key"]: exports.read("exports", each["Key"]) for each in listed}


def test_an_erased_comment_needs_no_answer_and_is_not_in_the_record(analysed: Round) -> None:
    before = analysed.gate()["outstanding"]
    analysed.tell("CommentErased", marked(analysed))
    assert analysed.gate()["outstanding"] == before - 1
    analysed.put(disposition(all_remaining=True))
    keys = {file["key"].rsplit("/", 1)[1]: file["key"] for file in analysed.record_part()}
    rows = exports.read_lines("exports", keys["dispositions.jsonl"])
    assert marked(analysed) not in {row["comment_id"] for row in rows}
    assert MARK not in exports.read("exports", keys["results.json"]).decode()


def test_its_words_leave_the_files_of_every_run(analysed: Round) -> None:
    analysed.comment("One more says something else entirely about buses.")
    analysed.run()
    assert len(files()) == 2
    assert all(MARK.lower() in body.decode().lower() for body in files().values())
    before = {key: json.loads(body) for key, body in files().items()}
    assert analysed.tell("CommentErased", marked(analysed)) == {"batchItemFailures": []}
    for key, body in files().items():
        assert MARK.lower() not in body.decode().lower(), key
        assert marked(analysed) not in body.decode(), key
        after = json.loads(body)
        for figure in ("received", "published", "distinct", "by_day"):
            assert after.get(figure) == before[key].get(figure)
    assert MARK.lower() not in analysed.get("analysis", groups=OFFICER).text.lower()


def test_its_words_leave_the_labels_of_themes_wherever_these_are_told(
    consultation: Round,
) -> None:
    for number in range(4):
        consultation.comment(f"{CARS} {number}")
    consultation.comment(f"{MARK} {MARK} {CARS} {MARK}")
    consultation.themed({HOURS: [0, 1, 2, 3, 4]})
    word = {"term": MARK, "score": 3.0, "comments": 1, "citing": [marked(consultation)]}
    rewrite(lambda theme: {**theme, "terms": [word], "label": f"{MARK} · pavement"})
    consultation.put(disposition(all_remaining=True))
    consultation.gate()
    consultation.announced()
    assert labels(consultation) == [f"{MARK} · pavement"] * 2
    consultation.tell("CommentErased", marked(consultation))
    assert labels(consultation) == ["pavement"] * 2
    assert [key for key, body in everything().items() if MARK.encode() in body] == []


def labels(consultation: Round) -> list[str]:
    """Labels of the theme: of itself, and in what was answered to it."""
    found = consultation.get("results").json
    return [each["label"] for each in (*found["themes"], *found["answers"]["themes"])]


def rewrite(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Have the run's results tell something else of their themes."""
    [(key, body)] = files().items()
    results = json.loads(body)
    themes = [change(theme) for theme in results["themes"]]
    exports.write_json("exports", key, {**results, "themes": themes})


def test_a_letters_wording_goes_with_the_comment_that_stood_for_it(analysed: Round) -> None:
    found = analysed.get("analysis", groups=OFFICER).json["campaigns"]
    [letter] = [each for each in found if each["text"] == LETTERS["en"]]
    analysed.tell("CommentErased", letter["representative"])
    [body] = files().values()
    campaigns = json.loads(body)["campaigns"]
    [left] = [each for each in campaigns if each["campaign_id"] == letter["campaign_id"]]
    assert (left["text"], left["size"], len(left["comment_ids"])) == (None, 3, 2)


def test_what_is_not_quoted_changes_no_file(analysed: Round) -> None:
    before = files()
    analysed.tell("CommentErased", "a" * 26)
    analysed.tell("CommentWithdrawn", marked(analysed))
    assert files() == before


def test_a_comment_erased_while_it_is_analysed_is_in_no_file_either(consultation: Round) -> None:
    for number in range(4):
        consultation.comment(f"{CARS} {number}")
    consultation.comment(f"{MARK} {MARK} {CARS} {MARK}")
    consultation.export()
    consultation.tell("CommentErased", marked(consultation))
    consultation.run()
    [body] = files().values()
    assert MARK.lower() not in body.decode().lower()


def test_two_erased_at_once_are_both_forgotten(
    analysed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = str(analysed.rows[-2]["comment_id"])
    write = exports.write_json

    def overtaken(bucket: str, key: str, document: Any) -> Any:
        monkeypatch.setattr(exports, "write_json", write)
        analysed.tell("CommentErased", marked(analysed))
        return write(bucket, key, document)

    monkeypatch.setattr(exports, "write_json", overtaken)
    analysed.tell("CommentErased", other)
    [body] = files().values()
    assert other not in body.decode()
    assert marked(analysed) not in body.decode()


@pytest.mark.parametrize("late", ["CommentWithdrawn", "CommentRejected", "CommentErased"])
def test_an_erased_comment_stays_erased(analysed: Round, late: str) -> None:
    for kind in ("CommentRejected", "CommentWithdrawn", "CommentErased", late):
        assert analysed.tell(kind, marked(analysed)) == {"batchItemFailures": []}
    run = store().run(analysed.topic_id, analysed.round)
    assert run is not None
    assert [change.status for change in store().changes(run)] == ["erased"]


def test_another_rounds_files_are_left_alone(analysed: Round) -> None:
    words = WordsStore(store()._table, bucket="exports")
    assert words.results_of(analysed.topic_id, 11) == []
    assert len(words.results_of(analysed.topic_id, analysed.round)) == 1
