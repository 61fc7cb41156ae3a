"""How well themes agree with what comments were sent on, beside plain NMF and k-means on LSA.

Agreement is normalised mutual information (NMI) with the labels of real sets (`../shared/data`, or
``SHARED_DATA``), the number of themes given. The peers are scikit-learn's, with its own words and
stop words, TF-IDF, ten beginnings of k-means; each the mean of five seeds, since one is luck (.25
to .44 on the Arabic set). *Short of* is the better peer's NMI less ours. Of the bilingual comments
ours are told by seeds in both languages, as officers give them; the peers know of none.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bench.figure import Figure
from bench.support.bilingual import SEEDS as SEED_TERMS
from bench.support.bilingual import bilingual
from bench.support.real import DATA
from services.analysis.engine import pipeline
from services.analysis.engine.brief import Brief
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.engine.stems import stems
from services.analysis.engine.themes import fit
from services.analysis.model.comment import ExportedComment

_TOPIC = re.compile(r"'topic_name': [\"']([^\"']+)[\"']")
_THEMES = 12
SEEDS = 5
BOTH = "both"


class Labelled(NamedTuple):
    """Texts of one language, or of both, and what each is on."""

    name: str
    language: str
    texts: list[str]
    labels: list[str]


def measure() -> Iterator[Figure]:
    """NMI of ours and of either peer, set by set; a set that is not there is left out."""
    from sklearn.metrics import normalized_mutual_info_score as nmi
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        for found in _sets():
            count = len(set(found.labels))
            ours = _ours(found, count)
            peers = [
                sum(float(nmi(found.labels, labels)) for labels in drawn) / SEEDS
                for drawn in _peers(found, count)
            ]
            value = float(nmi(found.labels, ours))
            yield Figure(name=f"themes: {found.name}", value=value, unit="NMI")
            for peer, reached in zip(("NMF", "k-means on LSA"), peers, strict=True):
                yield Figure(name=f"themes: {found.name}, {peer}", value=reached, unit="NMI")
            short = max(peers) - value
            yield Figure(name=f"themes: {found.name}, short of", value=short, unit="NMI", aim=0.0)


def _seeded() -> list[str]:
    """The themes of a run over the comments that have seeds; without one of its themes, "none"."""
    comments = [
        ExportedComment(
            comment_id=f"{number:026d}",
            kind="comment",
            status="published",
            received_at="2026-11-01T10:00:00Z",
            language=said.language,
            channel="web",
            text=said.text,
        )
        for number, said in enumerate(bilingual())
    ]
    brief = Brief(themes=1, seed_terms=SEED_TERMS)
    plan = Plan(topic_id="bench", round=1, slices=even_slices(len(comments), shards=1), brief=brief)
    rows = pipeline.run(plan, lambda part: part.of(comments)).assignments
    return [next(iter(row["theme_ids"]), "none") for row in rows]


def _ours(found: Labelled, count: int) -> list[int] | list[str]:
    if found.language == BOTH:
        return _seeded()
    said = [stems(text, found.language) for text in found.texts]
    themes: list[int] = fit(said, count=count).of(said).first.tolist()
    return themes


def _peers(found: Labelled, count: int) -> Iterator[list[list[int]]]:
    """Labels of either peer, seed by seed."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF, TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    stop_words = "english" if found.language == "en" else None
    rows = TfidfVectorizer(stop_words=stop_words).fit_transform(found.texts)
    yield [
        NMF(count, random_state=seed, max_iter=300).fit_transform(rows).argmax(axis=1).tolist()
        for seed in range(SEEDS)
    ]
    dimensions = min(100, min(rows.shape) - 1)
    reduced = normalize(TruncatedSVD(dimensions, random_state=0).fit_transform(rows))
    yield [
        KMeans(count, n_init=10, random_state=seed).fit_predict(reduced).tolist()
        for seed in range(SEEDS)
    ]


def _sets() -> Iterator[Labelled]:
    said = list(bilingual())
    yield Labelled(
        "bilingual with seeds", BOTH, [each.text for each in said], [each.matter for each in said]
    )
    argued = _rows("en-argkp-12-topics.csv")
    if argued:
        yield _labelled("ArgKP", "en", [(row["argument"], row["topic"]) for row in argued])
    themed = [
        (row["response"], names[0])
        for row in _rows("en-themefinder-sentiments.csv")
        if (names := _TOPIC.findall(row["target_topics"].replace("\\'", "'")))
    ]
    most = {name for name, _ in Counter(name for _, name in themed).most_common(_THEMES)}
    if themed:
        yield _labelled("ThemeFinder", "en", [pair for pair in themed if pair[1] in most])
    arabic = [(row["Comment"], row["Platform"]) for row in _rows("ar-mpold.csv")]
    arabic += [(row["text"], "MLMA") for row in _rows("ar-mlma.csv")]
    if arabic:
        yield _labelled("Arabic by source", "ar", arabic)


def _labelled(name: str, language: str, pairs: list[tuple[str, str]]) -> Labelled:
    return Labelled(name, language, [text for text, _ in pairs], [label for _, label in pairs])


def _rows(name: str) -> list[dict[str, str]]:
    file = DATA / name
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
