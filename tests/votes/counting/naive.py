"""The rules as plainly as they can be written: exact fractions, one voter at a time, no haste."""

from collections.abc import Callable, Sequence
from fractions import Fraction

Voter = tuple[dict[int, int], int]  # points per project, share of the budget
Choose = Callable[[list[int]], int]
Fits = Callable[[int, list[int]], bool]  # whether a project may join those chosen


def anything(_project: int, _chosen: list[int]) -> bool:
    return True


def within(caps: Sequence[tuple[set[int], int]], groups: list[set[int]], costs: list[int]) -> Fits:
    """At most so much for the members of a cap; at most one project of a group."""

    def fits(project: int, chosen: list[int]) -> bool:
        after = {*chosen, project}
        return all(
            project not in members or sum(costs[p] for p in after & members) <= most
            for members, most in caps
        ) and all(project not in group or after & group == {project} for group in groups)

    return fits


def price(left: Sequence[Fraction], points: Sequence[int], cost: int) -> Fraction | None:
    """The lowest price per point at which the supporters together pay `cost`."""
    if sum(left) < cost:
        return None
    poor = Fraction(0)
    order = sorted(range(len(left)), key=lambda i: left[i] / points[i])
    weight = sum(points)
    for i in order:
        if (asked := (cost - poor) / weight) * points[i] <= left[i]:
            return asked
        poor, weight = poor + left[i], weight - points[i]
    raise AssertionError


def shares_once(
    voters: Sequence[Voter],
    costs: dict[int, int],
    level: Fraction,
    *,
    by_cost: bool,
    choose: Choose,
    fits: Fits = anything,
) -> list[int]:
    """One run of Equal Shares at a mean endowment of `level`."""
    mean = Fraction(sum(share for _, share in voters), len(voters))
    left = [level * share / mean for _, share in voters]
    chosen: list[int] = []
    while True:
        rho = {}
        for p, cost in costs.items():
            of = [i for i, (points, _) in enumerate(voters) if points.get(p)]
            asked = price([left[i] for i in of], [voters[i][0][p] for i in of], cost)
            if p not in chosen and asked is not None and fits(p, chosen):
                rho[p] = (asked / (cost if by_cost and cost else 1), asked)
        if not rho:
            return chosen
        best = choose([p for p in rho if rho[p][0] == min(r for r, _ in rho.values())])
        chosen.append(best)
        for i, (points, _) in enumerate(voters):
            left[i] -= min(left[i], points.get(best, 0) * rho[best][1])


def add1(
    run: Callable[[Fraction], list[int]],
    costs: dict[int, int],
    *,
    budget: int,
    start: Fraction,
    step: Fraction,
    exhaustive: bool,
    fits: Fits = anything,
) -> tuple[int, list[int]]:
    """The number of steps and the outcome after them."""
    number, chosen = 0, run(start)
    while open_ := [p for p in costs if p not in chosen and fits(p, chosen)]:
        left = budget - sum(costs[p] for p in chosen)
        if exhaustive and all(costs[p] > left for p in open_):
            break
        after = run(start + step * (number + 1))
        if sum(costs[p] for p in after) > budget:
            break
        number, chosen = number + 1, after
    return number, chosen


def greedy(
    scores: dict[int, int],
    costs: dict[int, int],
    budget: int,
    *,
    skip: bool,
    choose: Choose,
    fits: Fits = anything,
    chosen: Sequence[int] = (),
) -> list[int]:
    """Highest score first; a misfit is skipped or ends the count; `chosen` have won before."""
    chosen = list(chosen)
    left = budget - sum(costs[p] for p in chosen)
    while waiting := [p for p in scores if p not in chosen and fits(p, chosen)]:
        in_turn = [p for p in waiting if costs[p] <= left] if skip else waiting
        if not in_turn:
            break
        best = choose([p for p in in_turn if scores[p] == max(scores[q] for q in in_turn)])
        if costs[best] > left:
            break
        chosen.append(best)
        left -= costs[best]
    return chosen
