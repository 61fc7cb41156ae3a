"""The test vectors of proofs hold, by the code, and the page says what is in them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts import record_vectors
from services.archive.model.heads import LogHead, RoundHead
from services.archive.model.merkle import leaf_hash, tree_hash
from services.archive.model.proofs import is_consistent, is_included
from tests.unit.archive.test_archive_merkle import LEAVES, ROOTS

DOCUMENT: dict[str, Any] = json.loads(record_vectors.TARGET.read_text("utf-8"))
PAGE = (Path(__file__).parents[3] / "docs" / "record.md").read_text("utf-8")
TREE = DOCUMENT["tree"]


def test_the_vectors_are_what_the_code_makes() -> None:
    assert record_vectors.TARGET.read_text("utf-8") == record_vectors.text()


def test_the_tree_is_the_one_by_which_others_compare() -> None:
    assert [bytes.fromhex(leaf) for leaf in TREE["leaves"]] == LEAVES
    assert TREE["roots"] == ROOTS


@pytest.mark.parametrize("case", TREE["inclusion"])
def test_every_inclusion_holds(case: dict[str, Any]) -> None:
    index, size = case["leaf_index"], case["tree_size"]
    path = [bytes.fromhex(each) for each in case["path"]]
    root = bytes.fromhex(TREE["roots"][size])
    assert is_included(leaf_hash(LEAVES[index]), index, size, path=path, root=root)


@pytest.mark.parametrize("case", TREE["consistency"])
def test_every_growth_holds(case: dict[str, Any]) -> None:
    first, second = case["first_size"], case["second_size"]
    before, after = (bytes.fromhex(TREE["roots"][size]) for size in (first, second))
    path = [bytes.fromhex(each) for each in case["path"]]
    assert is_consistent(first, second, path=path, first_root=before, second_root=after)


def test_the_heads_are_a_chain_over_the_leaves_and_the_log_is_over_the_heads() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in DOCUMENT["leaves"]]
    heads = [RoundHead.model_validate(head) for head in DOCUMENT["heads"]]
    assert [head.root for head in heads] == [tree_hash(leaves[: h.tree_size]).hex() for h in heads]
    assert [head.previous for head in heads] == [None, *(head.digest for head in heads[:-1])]
    entries = [RoundHead.model_validate(e).as_leaf() for e in DOCUMENT["log"]["entries"]]
    for document in DOCUMENT["log"]["heads"]:
        head = LogHead.model_validate(document)
        assert head.root == tree_hash(entries[: head.tree_size]).hex()


def test_the_page_names_every_member() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE)) | set(re.findall(r'"(\w+)"', PAGE))
    full = next(each for each in DOCUMENT["proofs"] if each["name"] == "against the first head")
    inclusion = full["proof"]["inclusion"]
    for document in (
        inclusion,
        inclusion["head"],
        inclusion["log"]["head"],
        full["consistency"],
        full["proof"],
        DOCUMENT,
    ):
        assert set(document) - {"about"} <= named
