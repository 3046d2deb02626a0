"""Invented elections for the tests of the count."""

import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from participatie.votes.counting.election import Ballot, Election, Project, VoteType
from tests.conftest import LONG_FORMS

FILES = 150


def examples(most: int) -> settings:
    """So many new elections in the long form; in the short form a third, the same each time."""
    return settings(max_examples=most if LONG_FORMS else most // 3, deadline=None)


def real_files() -> list[Path]:
    """The real elections under PABULIB_DIR; skips visibly where they are absent."""
    folder = os.environ.get("PABULIB_DIR")
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"PABULIB_DIR is not set: {FILES} real elections not counted")
    found = sorted(Path(folder).glob("*.pb"))
    if len(found) < FILES:
        pytest.skip(f"PABULIB_DIR holds {len(found)} of {FILES} real elections")
    return found


def manifest() -> Iterator[tuple[Path, str]]:
    """Each real file with what is known of it."""
    folder = real_files()[0].parent
    for line in (folder / "MANIFEST.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if cells[0].endswith(".pb"):
            yield folder / cells[0], cells[-1]


def approvals(budget: int, costs: dict[str, int], *ballots: str | tuple[str, int]) -> Election:
    """An election from "a b c" ballots, alone or with their number; amounts in whole units."""
    counted = [(b, 1) if isinstance(b, str) else b for b in ballots]
    return Election.from_counts(
        budget * 100,
        [Project(name, cost * 100) for name, cost in costs.items()],
        [(tuple(names.split()), count) for names, count in counted],
    )


def invented() -> Election:
    """A fixed election of 300 ballots over 12 projects, made by a formula that never changes."""
    number, drawn = 20260401, []
    for _ in range(2000):
        number = (1103515245 * number + 12345) % 2**31
        drawn.append(number >> 16)
    draw = iter(drawn)
    ids = [f"plan {place}" for place in range(12)]
    projects = [Project(name, 100 * (1 + next(draw) % 40)) for name in ids]
    ballots = [
        (tuple(ids[next(draw) % 12] for _ in range(1 + next(draw) % 5)), 1) for _ in range(300)
    ]
    return Election.from_counts(12000, projects, ballots)


@st.composite
def small_elections(
    draw: st.DrawFn,
    *,
    pointed: bool = False,
    shared: bool = False,
    placed: bool = False,
    blank: int = 0,
) -> Election:
    """Up to seven projects and nine kinds of ballots; few costs, so that ties are common.

    `placed`: projects have an area and categories. `blank`: so many ballots name nothing.
    """
    size = draw(st.integers(1, 7))
    ids = [chr(ord("a") + i) for i in range(size)]
    scale = draw(st.sampled_from([1, 100, 137]))
    costs = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    projects = [Project(name, cost * scale) for name, cost in zip(ids, costs, strict=True)]
    if placed:
        projects = [
            replace(
                p,
                area=draw(st.sampled_from(["noord", "zuid"])),
                categories=draw(st.sampled_from([(), ("groen",), ("groen", "spel"), ("spel",)])),
            )
            for p in projects
        ]
    budget = draw(st.integers(0, max(sum(costs), 1))) * scale
    kinds = draw(
        st.lists(
            st.tuples(st.lists(st.sampled_from(ids), unique=True), st.integers(1, 4)),
            min_size=1,
            max_size=9,
        )
    )
    ballots = [Ballot((), blank, () if pointed else None)] * bool(blank)
    for names, count in kinds:
        points = draw(st.tuples(*[st.integers(0, 3)] * len(names))) if pointed else None
        share = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(3, 2)])) if shared else 1
        ballots.append(Ballot(tuple(names), count, points, Fraction(share)))
    kind = VoteType.CUMULATIVE if pointed else VoteType.APPROVAL
    return Election.from_counts(budget, projects, ballots, vote_type=kind)


@st.composite
def limits(draw: st.DrawFn, election: Election) -> dict[str, Any]:
    """Limits for an election that is `placed`: some budgets, and some projects that exclude."""
    most = st.integers(0, max(election.budget, 1))
    ids = [project.id for project in election.projects]
    group = st.frozensets(st.sampled_from(ids), max_size=3)
    return {
        "area_budgets": draw(st.dictionaries(st.sampled_from(["noord", "zuid"]), most)),
        "category_budgets": draw(st.dictionaries(st.sampled_from(["groen", "spel"]), most)),
        "exclusive": tuple(draw(st.lists(group, max_size=2))),
    }
