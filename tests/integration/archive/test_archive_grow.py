"""Trees of rounds that collect: they take up what came, once, whatever breaks off."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.archive.handlers import grow, tree_store
from services.archive.head_key import HeadKey
from services.archive.model.heads import RoundHead
from services.archive.model.merkle import leaf_hash, tree_hash
from services.archive.model.proofs import inclusion_path
from services.archive.model.tiles import Tile, TiledNodes
from services.archive.tree_files import LOG_FOLDER, round_folder
from services.archive.tree_store import RoundTree
from services.archive.verify_proof import HOLDS, main
from services.comments.handlers import leaves
from services.comments.leaf_store import LeafStore
from services.comments.model.names import shard_of
from services.shared import aws, clock, exports, ids
from services.shared.errors import TransientError
from services.shared.signatures import published_key
from services.shared.table import Put, Table, to_item
from tests.integration.comments.conftest import Consultation
from tests.support.calls import LambdaContext, invoke, sqs_event

SHARDS = 4


class Context(LambdaContext):
    """A context of a function that has just begun."""

    def get_remaining_time_in_millis(self) -> int:
        return 840_000


class Collection:
    """A round that collects, its window set for real; comments are rows with a leaf."""

    def __init__(self, clock: Any, topic_id: str) -> None:
        self.consultation = Consultation(None, None, topic_id=topic_id)  # type: ignore[arg-type]
        self.consultation.set_window(closes_at="2026-12-20T21:00:00Z")
        self.topic_id, self.round = self.consultation.topic_id, self.consultation.round
        self._clock = clock

    def receive(self, *numbers: int, at: str | None = None) -> list[dict[str, str]]:
        """Comments that came, now by default."""
        received_at = at or clock.to_text(self._clock())
        rows = []
        for number in numbers:
            comment_id = ids.derived_id(self.topic_id, str(number))
            shard = shard_of(comment_id, SHARDS)
            leaf = bytes([number]) * 32
            item = {
                "pk": f"T#{self.topic_id}#{self.round}#{shard:02d}",
                "sk": comment_id,
                "received_at": received_at,
                "leaf": leaf,
            }
            Table("comments").write(Put(item=item))
            rows.append({"comment_id": comment_id, "leaf": leaf.hex()})
        return sorted(rows, key=lambda row: row["comment_id"])

    @property
    def tree(self) -> RoundTree | None:
        return tree_store().round_tree(self.topic_id, self.round)

    @property
    def head(self) -> RoundHead:
        tree = self.tree
        assert tree is not None
        return tree.head

    @property
    def folder(self) -> str:
        return round_folder(self.topic_id, self.round)

    def batch(self, first: int) -> list[dict[str, Any]]:
        return exports.read_lines("archive", f"trees/{self.folder}/batches/{first:012d}.jsonl")

    def nodes(self) -> TiledNodes:
        return TiledNodes(lambda tile: tree_store().read_tile(self.folder, tile))


def log_nodes() -> TiledNodes:
    return TiledNodes(lambda tile: tree_store().read_tile(LOG_FOLDER, tile))


@pytest.fixture
def collection(account: None, clock: Any, ask_for_leaves: None) -> Collection:
    """A round of four shards."""
    return Collection(clock, "sq77ojosp4jxirnxa4i4vugtji")


def look() -> list[Any]:
    """The schedule's message; gives what failed."""
    answer = grow.handler(sqs_event(("Scheduled Event", {})), Context())
    failed: list[Any] = answer["batchItemFailures"]
    return failed


def root_of(rows: list[dict[str, str]]) -> str:
    return tree_hash(bytes.fromhex(row["leaf"]) for row in rows).hex()


def test_what_came_is_in_the_tree_by_id_and_a_head_says_so(
    collection: Collection, clock: Any
) -> None:
    first = collection.receive(*range(20))
    clock.advance(minutes=3)
    assert look() == []
    head, key = collection.head, HeadKey("alias/heads")
    assert (head.tree_size, head.root, head.previous) == (20, root_of(first), None)
    assert head.time == "2026-12-01T09:03:00.000Z"
    assert head.is_signed(public_key=key.public_key)
    assert collection.batch(0) == [{"index": n, **row} for n, row in enumerate(first)]
    second = collection.receive(*range(20, 30))
    clock.advance(hours=6)
    assert look() == []
    after = collection.head
    assert (after.tree_size, after.root) == (30, root_of([*first, *second]))
    assert after.previous == head.digest
    assert collection.batch(20) == [{"index": 20 + n, **row} for n, row in enumerate(second)]


def test_what_has_come_just_now_waits_until_nothing_can_come_before_it(
    collection: Collection, clock: Any
) -> None:
    old = collection.receive(1, 2)
    clock.advance(minutes=2, seconds=1)
    new = collection.receive(3)
    clock.advance(minutes=1, seconds=59)
    look()
    assert (collection.head.tree_size, collection.head.root) == (2, root_of(old))
    clock.advance(seconds=2)
    look()
    assert (collection.head.tree_size, collection.head.root) == (3, root_of([*old, *new]))


def test_a_head_is_signed_once_a_day_though_nothing_came(
    collection: Collection, clock: Any
) -> None:
    look()
    first = collection.head
    assert (first.tree_size, first.root) == (0, root_of([]))
    for _ in range(2):
        clock.advance(hours=6)
        look()
        assert collection.head == first
    clock.advance(hours=6)
    look()
    assert collection.head.previous == first.digest
    assert tree_store().logged() == 2


def test_a_week_after_its_closing_a_round_is_not_looked_at_any_more(collection: Collection) -> None:
    (item,) = Table("comments").items("COLLECTS")
    assert item["expires_at"] == int(clock.from_text("2026-12-27T21:00:00Z").timestamp())
    collection.consultation.set_window(closes_at="2026-12-10T21:00:00Z")
    (item,) = Table("comments").items("COLLECTS")
    assert item["expires_at"] == int(clock.from_text("2026-12-17T21:00:00Z").timestamp())
    assert list(LeafStore(Table("comments")).collecting()) == [
        (collection.topic_id, collection.round, SHARDS)
    ]


def test_every_head_is_in_the_log_in_the_order_of_signing(
    collection: Collection, clock: Any
) -> None:
    other = Collection(clock, ids.random_id())
    heads = []
    for number in range(3):
        collection.receive(number)
        other.receive(100 + number)
        clock.advance(hours=1)
        look()
        heads += [collection.head, other.head]
    store = tree_store()
    entries = list(store.entries(0, 6))
    assert sorted(entries, key=str) == sorted(heads, key=str)
    assert list(store.entries(2, 5)) == entries[2:5]
    log = store.log_head()
    assert log is not None
    assert (log.tree_size, log.root) == (6, tree_hash(e.as_leaf() for e in entries).hex())
    assert log.is_signed(public_key=HeadKey("alias/heads").public_key)


def test_a_proof_made_of_what_is_kept_holds_for_the_offline_verifier(
    collection: Collection, clock: Any, tmp_path: Any
) -> None:
    from scripts.receipt_vectors import KEYS

    header = {"topic_id": collection.topic_id, "round": 1, "comment_id": ids.random_id()}
    header["received_at"] = clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    leaf = bytes([7]) * 32
    receipt = KEYS.sign(header, salt=b"\x01" * 32, leaf=leaf).model_dump()
    rows = collection.receive(*range(1, 12))
    clock.advance(minutes=5)
    look()
    store, log, key = tree_store(), tree_store().log_head(), HeadKey("alias/heads")
    assert log is not None
    index = [row["leaf"] for row in rows].index(leaf.hex())

    def inclusion(at: int, head: Any, nodes: TiledNodes) -> dict[str, Any]:
        path = [each.hex() for each in inclusion_path(at, head.tree_size, nodes)]
        size = head.tree_size
        return {"tree_size": size, "leaf_index": at, "path": path, "head": head.model_dump()}

    made = inclusion(index, collection.head, collection.nodes())
    logged = inclusion(list(store.entries(0, 1)).index(collection.head), log, log_nodes())
    proof = {"receipt": receipt, "inclusion": {**made, "log": logged}}
    begin = "2026-01-01T00:00:00.000Z"
    listed = published_key(key.public_key, use="head", valid_from=begin, valid_until=None)
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [*KEYS.published(), listed]}))
    assert main([str(tmp_path / "proof.json"), "--keys", str(tmp_path / "keys.json")]) == HOLDS


# --- what breaks off, and what is not as it was ------------------------------------------------


@pytest.fixture
def broken_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int], None]:
    """Have an AWS call fail, once, when it is made for the n-th time."""

    def at(service: str, call: str, number: int) -> None:
        client = aws.client(service)
        real, made = getattr(client, call), [0]

        def once(**request: Any) -> Any:
            made[0] += 1
            if made[0] == number:
                raise ConnectionError(call)
            return real(**request)

        monkeypatch.setattr(client, call, once)

    return at


PLACES = [  # every call of a growth of four shards by a few comments
    *[("s3", "put_object", n) for n in range(1, 8)],
    *[("s3", "get_object", n) for n in range(1, 8)],
    *[("kms", "sign", n) for n in (1, 2)],
    *[("dynamodb", "transact_write_items", n) for n in (1, 2)],
]


@pytest.mark.parametrize(("service", "call", "number"), PLACES)
def test_wherever_it_breaks_off_the_next_time_makes_it_good(
    collection: Collection,
    clock: Any,
    broken_at: Callable[[str, str, int], None],
    service: str,
    call: str,
    number: int,
) -> None:
    rows = collection.receive(*range(5))
    clock.advance(minutes=3)
    look()
    before = collection.head
    rows += collection.receive(*range(5, 9))
    clock.advance(minutes=3)
    broken_at(service, call, number)
    assert look() != []
    rows += collection.receive(9)
    clock.advance(minutes=3)
    assert look() == []
    entries = list(tree_store().entries(0, tree_store().logged()))
    sizes = [head.tree_size for head in entries]
    assert (entries[0], entries[-1]) == (before, collection.head)
    assert sizes in ([5, 10], [5, 9, 10])
    assert [head.previous for head in entries[1:]] == [head.digest for head in entries[:-1]]
    batches = [row for size in [0, *sizes[:-1]] for row in collection.batch(size)]
    assert [row["index"] for row in batches] == list(range(10))
    assert {row["comment_id"] for row in batches} == {row["comment_id"] for row in rows}
    assert collection.head.root == root_of(batches)
    log = tree_store().log_head()
    assert log is not None
    assert log.root == tree_hash(head.as_leaf() for head in entries).hex()


def test_of_two_who_grow_at_once_one_begins_anew(collection: Collection, clock: Any) -> None:
    look()
    former = collection.tree
    assert former is not None
    key = HeadKey("alias/heads")
    root = bytes.fromhex(former.head.root)
    head = former.head.next(key, tree_size=0, root=root, at="2026-12-01T12:00:00.000Z")
    later = RoundTree(until="2026-12-01T11:58:00.000Z", head=head, files=0)
    clock.advance(days=1)
    trees, of = tree_store(), (collection.topic_id, collection.round)
    with trees.alone(*of, at=clock()) as lease:
        assert look() != []
        assert collection.tree == former
        trees.keep_round_tree(later, lease, former=former)
    with pytest.raises(TransientError), trees.alone(*of, at=clock()) as lease:
        trees.keep_round_tree(later, lease, former=former)
    assert trees.logged() == 2
    clock.advance(days=1)
    assert look() == []
    assert trees.logged() == 3


def test_over_tiles_that_were_changed_no_head_is_signed(collection: Collection, clock: Any) -> None:
    collection.receive(*range(5))
    clock.advance(minutes=3)
    look()
    former = collection.head
    tree_store().write_tile(collection.folder, Tile(0, 0), leaf_hash(b"other") * 5)
    collection.receive(6)
    clock.advance(minutes=3)
    assert look() != []
    assert collection.head == former
    assert tree_store().logged() == 1


def test_a_comment_that_came_to_its_table_too_late_is_in_the_next_batch(
    collection: Collection, clock: Any
) -> None:
    rows = collection.receive(0)
    clock.advance(hours=1)
    look()
    late = collection.receive(1, 2, at="2026-12-01T09:30:00.000Z")
    clock.advance(hours=1)
    assert look() == []
    rows += late
    rows += sorted(collection.receive(3, 4), key=lambda row: row["comment_id"])
    clock.advance(hours=1)
    assert look() == []
    batches = [row for size in (0, 1, 3) for row in collection.batch(size)]
    assert [{**row, "index": n} for n, row in enumerate(rows)] == batches
    assert collection.head.root == root_of(batches)


def test_a_tree_with_more_than_was_received_rings_the_bell_and_holds_nobody(
    collection: Collection, clock: Any
) -> None:
    other = Collection(clock, "z" * 26)  # its turn comes after
    [row] = collection.receive(1)
    clock.advance(hours=1)
    look()
    shard = shard_of(row["comment_id"], SHARDS)
    place = {"pk": f"T#{collection.topic_id}#{collection.round}#{shard:02d}"}
    key = to_item({**place, "sk": row["comment_id"]})
    aws.client("dynamodb").delete_item(TableName="comments", Key=key)
    other.receive(2)
    clock.advance(hours=1)
    assert look() != []
    assert (collection.head.tree_size, other.head.tree_size) == (1, 1)


def test_where_time_runs_out_the_rest_waits(
    collection: Collection, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _self: 200_000)
    assert look() == []
    assert collection.tree is None
    assert tree_store().log_head() is None


def test_leaves_of_an_unknown_round_are_no_empty_answer(account: None) -> None:
    span = {"after": "2026-12-01T09:00:00.000Z", "before": "2026-12-02T09:00:00.000Z"}
    with pytest.raises(LookupError):
        invoke(leaves.handler, {"topic_id": ids.random_id(), "round": 1, "shard": 0, **span})
    assert invoke(leaves.handler, {}) == {"rounds": []}
