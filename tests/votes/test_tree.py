"""The tree: the values that the RFCs print, another program's answers, and its own laws."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from participatie.votes.rules import tree
from participatie.votes.rules.tree import Hashes, Span, Subtree

# The eight leaves and the roots that the test data of RFC 6962's own log has.
DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
DATA = [*DATA, "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def stored(leaves: list[bytes]) -> Hashes:
    """Every complete subtree over `leaves`."""
    of_leaves = {Subtree(0, place): one for place, one in enumerate(leaves)}
    return {**of_leaves, **dict(tree.grown(0, leaves, {}))}


def numbered(size: int) -> list[bytes]:
    return [leaf(b"%d" % number) for number in range(size)]


def other_tree(size: int) -> InmemoryTree:
    made = InmemoryTree(algorithm="sha256")
    for number in range(size):
        made.append_entry(b"%d" % number)
    return made


def proof(spans: list[Span], hashes: Hashes) -> list[bytes]:
    return [tree.hash_of(span, hashes) for span in spans]


def test_the_roots_of_the_known_leaves_are_the_known_roots():
    hashes = stored([leaf(bytes.fromhex(data)) for data in DATA])
    assert [tree.root(size, hashes).hex() for size in range(1, 9)] == ROOTS
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root(0, {}).hex() == empty


def test_the_proofs_are_put_together_as_rfc_6962_shows_for_seven_leaves():
    # Its figure names the nodes a…l over d0…d6: a b c d e f are leaves, g…l stand above them.
    assert tree.inclusion(0, 7) == [Span(1, 2), Span(2, 4), Span(4, 7)]  # [b, h, l]
    assert tree.inclusion(3, 7) == [Span(2, 3), Span(0, 2), Span(4, 7)]  # [c, g, l]
    assert tree.inclusion(4, 7) == [Span(5, 6), Span(6, 7), Span(0, 4)]  # [f, j, k]
    assert tree.inclusion(6, 7) == [Span(4, 6), Span(0, 4)]  # [i, k]
    assert tree.consistency(3, 7) == [Span(2, 3), Span(3, 4), Span(0, 2), Span(4, 7)]
    assert tree.consistency(4, 7) == [Span(4, 7)]  # [l]
    assert tree.consistency(6, 7) == [Span(4, 6), Span(6, 7), Span(0, 4)]  # [i, j, k]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 200), st.data())
def test_roots_and_proofs_are_those_of_another_program(size: int, data: st.DataObject):
    hashes, other = stored(numbered(size)), other_tree(size)
    old, index = data.draw(st.integers(1, size)), data.draw(st.integers(0, size - 1))
    assert tree.root(size, hashes) == other.get_root(size)
    included = other.prove_inclusion(index + 1, size)
    assert proof(tree.inclusion(index, size), hashes) == [*included.path][1:]
    path = proof(tree.consistency(old, size), hashes)
    assert tree.grew(old, other.get_root(old), size, other.get_root(size), path)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 130), st.data())
def test_a_proof_leads_to_the_root_and_a_changed_one_does_not(size: int, data: st.DataObject):
    leaves = numbered(size)
    hashes, index = stored(leaves), data.draw(st.integers(0, size - 1))
    root, path = tree.root(size, hashes), proof(tree.inclusion(index, size), hashes)
    assert tree.root_by_inclusion(leaves[index], index, size, path) == root
    assert tree.root_by_inclusion(leaf(b"other"), index, size, path) != root
    with pytest.raises(ValueError, match="too"):
        tree.root_by_inclusion(leaves[index], index, size, [*path, root])
    if path:
        with pytest.raises(ValueError, match="too"):
            tree.root_by_inclusion(leaves[index], index, size, path[:-1])
        changed = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:changed], leaf(b"bent"), *path[changed + 1 :]]
        assert tree.root_by_inclusion(leaves[index], index, size, bent) != root


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 130), st.data())
def test_only_what_grew_from_a_tree_is_proved_to_have_grown_from_it(size: int, data: st.DataObject):
    old = data.draw(st.integers(1, size))
    hashes = stored(numbered(size))
    before, after = tree.root(old, hashes), tree.root(size, hashes)
    path = proof(tree.consistency(old, size), hashes)
    assert tree.grew(old, before, size, after, path)
    assert not tree.grew(old, leaf(b"other"), size, after, path)
    assert not tree.grew(old, before, size, leaf(b"other"), path)
    assert not tree.grew(old, before, size, after, [*path, after])
    if path:
        assert not tree.grew(old, before, size, after, path[:-1])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_a_tree_that_grows_in_pieces_is_the_tree_that_grew_at_once(pieces: list[int]):
    edges, total = [0], 0
    for piece in pieces:
        total += piece
        edges.append(total)
    leaves = numbered(total)
    hashes = {Subtree(0, place): one for place, one in enumerate(leaves)}
    for start, end in pairwise(edges):
        edge = {one: hashes[one] for one in tree.subtrees(Span(0, start))}
        hashes |= dict(tree.grown(start, leaves[start:end], edge))
    assert hashes == stored(leaves)
    assert tree.root_of(leaves) == (total, tree.root(total, hashes))


def test_there_is_no_proof_of_what_is_not_there():
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion(7, 7)
    with pytest.raises(ValueError, match="no leaf"):
        tree.root_by_inclusion(leaf(b""), 3, 3, [])
    for old in (0, 8):
        with pytest.raises(ValueError, match="does not grow"):
            tree.consistency(old, 7)
