"""The tree over the entries of a board, as RFC 6962 (and 9162) has it.

Only complete subtrees are ever stored, for these never change. A subtree is known by its level and
its position there: it covers the leaves from `position << level` on, `1 << level` of them. Roots
and proofs of every size are put together from a few dozen of them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Subtree(NamedTuple):
    """A complete subtree: leaves are of level 0."""

    level: int
    position: int


class Span(NamedTuple):
    """The leaves from `start` up to `end`."""

    start: int
    end: int


Hashes = Mapping[Subtree, bytes]

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_of(data: bytes) -> bytes:
    """What the tree holds of `data`."""
    return hashlib.sha256(b"\x00" + data).digest()


def joined(left: bytes, right: bytes) -> bytes:
    """The hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtrees(span: Span) -> list[Subtree]:
    """The complete subtrees that together cover `span`, from left to right, the largest first.

    `span` begins where a subtree at least as large as itself begins, as in every tree and proof.
    """
    start, found = span.start, []
    for level in reversed(range((span.end - span.start).bit_length())):
        if (span.end - span.start) >> level & 1:
            found.append(Subtree(level, start >> level))
            start += 1 << level
    return found


def hash_of(span: Span, hashes: Hashes) -> bytes:
    """The hash over the leaves of `span`, from those of its complete subtrees."""
    if span.start == span.end:
        return EMPTY
    *before, total = [hashes[subtree] for subtree in subtrees(span)]
    for left in reversed(before):
        total = joined(left, total)
    return total


def root(size: int, hashes: Hashes) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return hash_of(Span(0, size), hashes)


def root_of(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """How many leaves there are, and their root; in one walk, with nothing kept but the edge."""
    size, edge = 0, list[bytes]()
    for leaf in leaves:
        total, place = leaf, size
        while place & 1:
            total, place = joined(edge.pop(), total), place >> 1
        edge.append(total)
        size += 1
    if not edge:
        return 0, EMPTY
    total = edge.pop()
    while edge:
        total = joined(edge.pop(), total)
    return size, total


def grown(size: int, leaves: Sequence[bytes], edge: Hashes) -> Iterator[tuple[Subtree, bytes]]:
    """The subtrees above the leaves that are complete once `leaves` come after the first `size`.

    `edge` has the hashes of `subtrees(Span(0, size))`.
    """
    open_edge = dict(edge)
    for place, leaf in enumerate(leaves, size):
        subtree, total = Subtree(0, place), leaf
        while subtree.position & 1:
            total = joined(open_edge.pop(Subtree(subtree.level, subtree.position - 1)), total)
            subtree = Subtree(subtree.level + 1, subtree.position >> 1)
            yield subtree, total
        open_edge[subtree] = total


def inclusion(index: int, size: int) -> list[Span]:
    """What an inclusion proof of the leaf at `index` in a tree of `size` is made of, in order."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    whole, path = Span(0, size), []
    while whole.end - whole.start > 1:
        left, right = _split(whole)
        whole, other = (left, right) if index < left.end else (right, left)
        path.append(other)
    return path[::-1]


def consistency(old: int, size: int) -> list[Span]:
    """What proves that the tree of `old` leaves is the beginning of the tree of `size`."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {size} does not grow from one of {old}")
    whole, path, is_old_tree = Span(0, size), [], True
    while old < whole.end:
        left, right = _split(whole)
        if old <= left.end:
            path.append(right)
            whole = left
        else:
            path.append(left)
            whole, is_old_tree = right, False
    if not is_old_tree:
        path.append(whole)
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` leads to (RFC 9162 §2.1.3.2). Raises `ValueError`."""
    place, last, total = index, size - 1, leaf
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    for sibling in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            total = joined(sibling, total)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            total = joined(total, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return total


def grew(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `size` grew from that of `old` (RFC 9162 §2.1.4.2)."""
    if old == size:
        return not proof and old_root == new_root
    steps = [*proof] if old & (old - 1) else [old_root, *proof]
    if not 0 < old < size or not steps:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = joined(step, before), joined(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = joined(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def _split(span: Span) -> tuple[Span, Span]:
    """A span of two leaves at least, cut after the largest power of two that leaves something."""
    half = 1 << (span.end - span.start - 1).bit_length() - 1
    return Span(span.start, span.start + half), Span(span.start + half, span.end)
