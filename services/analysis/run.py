"""Analyse a file of comments on a laptop, as a deployed programme does, without deploying any.

``python -m services.analysis.run FILE.csv --text-column text --out DIR`` reads a table with a
header (CSV with comma, semicolon or tab; UTF-8, UTF-16 or Windows-1256) and writes

- ``results.json``: counts, campaigns, terms, themes, each with the comments that show it;
- ``assignments.csv``: id, theme, campaign and language of each comment;
- ``report.html``: the same as a page, in Arabic and English;
- ``charts/*.svg``: the page's charts, one file for each language;
- ``hash.txt``: SHA-256 of ``results.json``, the same for the same file whatever ``--shards``.

Exit code 0 if it did, 2 if the file or a column cannot be read.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.analysis.charts.picture import charts_of
from services.analysis.engine import pipeline
from services.analysis.engine.brief import Brief
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.engine.table import Columns, Unreadable, comments
from services.analysis.model.comment import ExportedComment
from services.analysis.report.page import page
from services.shared.exports import canonical
from services.shared.spreadsheet import plain


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse, and say on the standard error how far it is."""
    asked = _parser().parse_args(arguments)
    columns = Columns(text=asked.text_column, id=asked.id_column, question=asked.question_column)
    try:
        found = comments(asked.file.read_bytes(), columns)
    except (OSError, Unreadable) as error:
        print(f"{asked.file}: {error}", file=sys.stderr)
        return 2
    finished = _analysed(found, asked)
    asked.out.mkdir(parents=True, exist_ok=True)
    body = canonical(finished.results) + b"\n"
    digest = hashlib.sha256(body).hexdigest()
    (asked.out / "results.json").write_bytes(body)
    pictures = charts_of(finished.results)
    report = page(finished.results, digest=digest, pictures=pictures)
    (asked.out / "report.html").write_text(report, encoding="utf-8")
    _write_charts(asked.out / "charts", pictures)
    (asked.out / "hash.txt").write_text(f"{digest}\n", encoding="utf-8")
    _write_assignments(asked.out / "assignments.csv", finished.assignments)
    print(f"{len(found)} comments; SHA-256 of results.json {digest}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.analysis.run")
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--text-column", required=True)
    parser.add_argument("--id-column", help="by default comments are numbered")
    parser.add_argument("--question-column", help="themes are sought in each question by itself")
    parser.add_argument("--themes", type=_themes, default=None, help="a number, or auto")
    parser.add_argument("--shards", type=_at_least_one, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def _themes(text: str) -> int | None:
    return None if text == "auto" else _at_least_one(text)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _analysed(found: list[ExportedComment], asked: argparse.Namespace) -> pipeline.Finished:
    plan = Plan(
        topic_id=asked.file.stem,
        round=1,
        slices=even_slices(len(found), shards=asked.shards),
        brief=Brief(themes=asked.themes),
    )
    return pipeline.run(plan, lambda part: part.of(found), tell=_tell)


def _tell(step: str, done: int, of: int) -> None:
    print(f"{step}: {100 * done // of} %", file=sys.stderr, flush=True)


def _write_charts(folder: Path, pictures: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (folder / name).write_text(picture, encoding="utf-8")


def _write_assignments(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "theme", "campaign", "language"])
        for row in rows:
            themes = " ".join(row["theme_ids"])
            campaign, language = row["campaign_id"] or "", row["language"] or ""
            writer.writerow([plain(row["comment_id"]), themes, campaign, language])


if __name__ == "__main__":
    sys.exit(main())
