"""The root is the Merkle tree hash of RFC 6962, as other implementations compute it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.archive.model.merkle import tree_hash
from services.archive.model.record import is_path, root_of

# Test vectors of the reference implementation of Certificate Transparency (merkletree_test).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_the_published_vectors(size: int) -> None:
    assert tree_hash(LEAVES[:size]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40, unique=True), st.data())
def test_another_leaf_another_order_or_another_number_is_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    root = tree_hash(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    assert tree_hash([*leaves[:place], leaves[place] + b"x", *leaves[place + 1 :]]) != root
    assert tree_hash(leaves[:place] + leaves[place + 1 :]) != root
    shuffled = data.draw(st.permutations(leaves))
    assert (tree_hash(shuffled) == root) is (shuffled == leaves)


def test_the_leaves_are_path_and_digest_in_the_order_of_the_paths() -> None:
    def node(prefix: bytes, *parts: bytes) -> bytes:
        return hashlib.sha256(prefix + b"".join(parts)).digest()

    first, second = "1" * 64, "2" * 64
    leaf_a = node(b"\x00", b"a.json\x00", first.encode())
    leaf_b = node(b"\x00", b"b.json\x00", second.encode())
    expected = node(b"\x01", leaf_a, leaf_b).hex()
    assert root_of({"b.json": second, "a.json": first}) == expected


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("topics/topic.json", True),
        ("README.txt", True),
        ("comments/shard-00.jsonl", True),
        ("manifest.json", False),
        ("../topic.json", False),
        ("topics/../topic.json", False),
        ("/etc/passwd.txt", False),
        ("topics//topic.json", False),
        ("topics\\topic.json", False),
        (".hidden.json", False),
        ("topics/موضوع.json", False),
        ("topics/topic.json\n", False),
        ("topics/topic.exe", False),
        ("topics/json", False),
        ("", False),
    ],
)
def test_a_record_has_plain_paths_only(path: str, fits: bool) -> None:
    assert is_path(path) is fits
