"""Fingerprints: of what is counted, and of what came out.

Both are SHA-256 over text that does not depend on the order of projects, ballots or voters, nor on
the machine. `docs/counting.md` says how to make that text by hand.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import gcd

import numpy as np

from participatie.votes.counting.election import Election, VoteType

COUNTED_META = ("default_score", "max_length", "min_project_score_threshold")


def compact(value: object) -> str:
    """JSON without spaces, keys in order, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def digest(lines: Iterator[str]) -> str:
    """SHA-256, as hexadecimal, of the lines in UTF-8, each with a newline."""
    total = hashlib.sha256()
    for line in lines:
        total.update(line.encode())
        total.update(b"\n")
    return total.hexdigest()


def input_hash(election: Election) -> str:
    """The fingerprint of everything that a count can depend on, apart from its rules."""
    return digest(canonical(election))


def canonical(election: Election) -> Iterator[str]:
    """The lines under `input_hash`: head, projects by id, then the kinds of ballots with numbers.

    Amounts are fractions of a currency unit in lowest terms ("1250", "25/2").
    """
    yield compact(["participatie-election", 1])
    yield compact(["budget", _amount(election.budget, election.per_unit)])
    yield compact(["vote_type", election.vote_type])
    for key in COUNTED_META:
        if election.meta.get(key):
            yield compact(["meta", key, election.meta[key]])
    for project in sorted(election.projects, key=lambda project: project.id):
        cost = _amount(project.cost, election.per_unit)
        yield compact(["project", project.id, cost, sorted(project.categories), project.area])
    kinds = Counter[str]()
    for text, count in _kinds(election):
        kinds[text] += count
    for text in sorted(kinds):
        yield f'["ballot",{kinds[text]},{text}]'


def _kinds(election: Election) -> Iterator[tuple[str, int]]:
    """Each group as `share,[choices],[points]`: in the voter's order if it counts, else by id."""
    ballots = election.ballots
    by_id = sorted(range(len(election.projects)), key=lambda p: election.projects[p].id)
    names = [compact(election.projects[p].id) for p in by_id]
    rank = np.empty(len(by_id), dtype=np.int64)
    rank[by_id] = np.arange(len(by_id))
    ranks = rank[ballots.choices]
    points = ballots.points
    if election.vote_type is not VoteType.ORDINAL:
        order = np.argsort(ballots.groups * max(len(by_id), 1) + ranks, kind="stable")
        ranks = ranks[order]
        points = None if points is None else points[order]
    texts = [names[r] for r in ranks.tolist()]
    numbers = None if points is None else [str(p) for p in points.tolist()]
    shares = [1] * len(ballots.counts) if ballots.shares is None else ballots.shares.tolist()
    common = gcd(*shares) or 1
    start = 0
    rows = zip(ballots.offsets[1:].tolist(), ballots.counts.tolist(), shares, strict=True)
    for end, count, share in rows:
        chosen = ",".join(texts[start:end])
        given = "null" if numbers is None else f"[{','.join(numbers[start:end])}]"
        if count:
            yield f"{share // common},[{chosen}],{given}", count
        start = end


def _amount(amount: int, per_unit: int) -> str:
    return str(Fraction(amount, per_unit))
