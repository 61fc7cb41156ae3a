"""Proofs of comments, made of what the growing left."""

from typing import Any

from services.archive.handlers import prove, tree_store
from services.archive.model.merkle import leaf_hash
from services.archive.model.proofs import is_included
from services.archive.use_cases.grow import grow_log
from services.shared import clock as service_clock
from services.shared import ids
from tests.integration.archive.test_archive_grow import Collection, collection, look
from tests.support.calls import invoke

__all__ = ["collection"]


def proof_of(collection: Collection, comment_id: str, *, received_at: str) -> Any:
    of = {"topic_id": collection.topic_id, "round": collection.round}
    payload = {**of, "comment_id": comment_id, "received_at": received_at}
    return invoke(prove.handler, payload)["inclusion"]


def holds(proof: dict[str, Any], leaf: str | bytes) -> bool:
    content = bytes.fromhex(leaf) if isinstance(leaf, str) else leaf
    path = [bytes.fromhex(each) for each in proof["path"]]
    root = bytes.fromhex(proof["head"]["root"])
    size = proof["tree_size"]
    assert size == proof["head"]["tree_size"]
    return is_included(leaf_hash(content), proof["leaf_index"], size, path=path, root=root)


def test_comments_of_every_batch_are_proved_against_the_newest_head_and_that_in_the_log(
    collection: Collection, clock: Any
) -> None:
    came: list[tuple[dict[str, str], str]] = []
    for numbers in (range(1, 8), range(8, 9), range(9, 20)):
        at = service_clock.to_text(clock())
        came += [(row, at) for row in collection.receive(*numbers)]
        clock.advance(hours=6)
        look()
    for row, at in came:
        proof = proof_of(collection, row["comment_id"], received_at=at)
        assert proof["head"] == collection.head.model_dump()
        assert holds(proof, row["leaf"])
        assert holds(proof["log"], collection.head.as_leaf())


def test_what_came_since_has_no_proof_until_the_tree_grows(
    collection: Collection, clock: Any
) -> None:
    (row,) = collection.receive(1)
    at = service_clock.to_text(clock())
    assert proof_of(collection, row["comment_id"], received_at=at) is None
    clock.advance(minutes=3)
    look()
    (later,) = collection.receive(2)
    since = service_clock.to_text(clock())
    assert proof_of(collection, later["comment_id"], received_at=since) is None
    assert proof_of(collection, row["comment_id"], received_at=at) is not None


def test_what_came_to_its_table_too_late_is_proved_once_the_tree_grows(
    collection: Collection, clock: Any
) -> None:
    collection.receive(1)
    at = service_clock.to_text(clock())
    clock.advance(minutes=3)
    look()
    (late,) = collection.receive(2, at=at)
    assert proof_of(collection, late["comment_id"], received_at=at) is None
    collection.receive(3)
    clock.advance(minutes=3)
    look()
    assert holds(proof_of(collection, late["comment_id"], received_at=at), late["leaf"])
    assert proof_of(collection, ids.random_id(), received_at=at) is None


def test_a_comment_of_the_very_instant_at_which_a_batch_ends_is_in_the_next(
    collection: Collection, clock: Any
) -> None:
    collection.receive(1)
    clock.advance(minutes=2)
    at = service_clock.to_text(clock())
    (row,) = collection.receive(2)
    for _ in range(2):
        clock.advance(minutes=2)
        look()
    tree = collection.tree
    assert tree is not None
    assert [head.tree_size for head in tree_store().entries(0, 2)] == [1, 2]
    proof = proof_of(collection, row["comment_id"], received_at=at)
    assert holds(proof, row["leaf"])


def test_a_head_that_the_log_has_not_taken_up_is_proved_without_it(
    collection: Collection, clock: Any, monkeypatch: Any
) -> None:
    (row,) = collection.receive(1)
    at = service_clock.to_text(clock())
    clock.advance(minutes=3)
    look()
    assert proof_of(collection, row["comment_id"], received_at=at)["log"] is not None
    collection.receive(2)
    clock.advance(minutes=3)
    with monkeypatch.context() as broken:
        broken.setattr(f"{grow_log.__module__}.grow_log", lambda *_, **__: None)
        look()
    proof = proof_of(collection, row["comment_id"], received_at=at)
    assert proof["log"] is None
    assert holds(proof, row["leaf"])
