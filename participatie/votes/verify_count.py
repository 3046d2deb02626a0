"""Check a published count: python3 verify_count.py ELECTION.pb RULES.json RESULT.json

Recounts the ballots by the rules and names the first difference with the result. Standard library
only, exact fractions, written apart from the engine that made the result. Where endowments were
raised in steps it recounts every step; with --last-steps only the last one and the one after.
Exit code 0: no difference; 1: a difference; 2: the files cannot be read.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

Ballot = tuple[tuple[str, ...], tuple[int, ...] | None]
Fan = tuple[int, int, int]  # a voter, the points given, the number of such voters
Value = Callable[[Any, Any], Sequence[int]]
COUNTED_META = ("default_score", "max_length", "min_project_score_threshold")


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def sha256(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


class Election:
    """The file as it stands; ballots are (choices, points), each with its number."""

    def __init__(self, path: str) -> None:
        parts: dict[str, list[list[str]]] = {"META": [], "PROJECTS": [], "VOTES": []}
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, delimiter=";"):
                if len(row) == 1 and row[0].strip() in parts:
                    rows = parts[row[0].strip()]
                elif row:
                    rows.append(row)
        self.meta = {row[0]: row[1] for row in parts["META"][1:]}
        named = [dict(zip(parts["PROJECTS"][0], r, strict=True)) for r in parts["PROJECTS"][1:]]
        self.projects = {project["project_id"]: project for project in named}
        self.budget, self.kind = Fraction(self.meta["budget"]), self.meta["vote_type"]
        self.cost = {name: Fraction(project["cost"]) for name, project in self.projects.items()}
        amounts = [self.meta["budget"], *(project["cost"] for project in named)]
        decimals = [len(text.partition(".")[2].strip().rstrip("0")) for text in amounts]
        self.per_unit = 10 ** max(2, *decimals)
        head, *rows = parts["VOTES"]
        vote, given = head.index("vote"), head.index("points") if "points" in head else None
        cast = (self.ballot(row[vote], None if given is None else row[given]) for row in rows)
        self.ballots = Counter(cast)
        self.voters = sum(self.ballots.values())
        self.votes = self.add(lambda choices, _: [1] * len(choices))

    @staticmethod
    def ballot(vote: str, points: str | None) -> Ballot:
        choices = vote.split(",") if vote else []
        first = [i for i, name in enumerate(choices) if name not in choices[:i]]
        numbers = [int(p) for p in points.split(",")] if points else []
        kept = None if points is None else tuple(numbers[i] for i in first)
        return tuple(choices[i] for i in first), kept

    def add(self, value: Value) -> dict[str, int]:
        total = dict.fromkeys(self.projects, 0)
        for (choices, points), count in self.ballots.items():
            for name, worth in zip(choices, value(choices, points), strict=False):
                total[name] += worth * count
        return total

    def by_place(self, choices: Sequence[str]) -> list[int]:
        most = self.meta.get("max_length", "")
        longest = int(most) if most.isdecimal() else len(self.projects)
        return [longest - place for place in range(len(choices))]

    def points(self, choices: Sequence[str], points: Sequence[int] | None) -> Sequence[int]:
        if points is not None:
            return points
        return self.by_place(choices) if self.kind == "ordinal" else [1] * len(choices)

    def labels(self, name: str, kind: str) -> list[str]:
        project, area = self.projects[name], ("neighborhood", "district", "subunit")
        if kind == "area":
            return [next((project[key] for key in area if project.get(key)), "")]
        return sorted(filter(None, map(str.strip, project.get("category", "").split(","))))

    def hash(self) -> str:
        lines = [compact(["participatie-election", 1]), compact(["budget", str(self.budget)])]
        lines.append(compact(["vote_type", self.kind]))
        lines += [compact(["meta", k, self.meta[k]]) for k in COUNTED_META if k in self.meta]
        for name in sorted(self.projects):
            told = [name, str(self.cost[name]), self.labels(name, "category")]
            lines.append(compact(["project", *told, *self.labels(name, "area")]))
        kinds = Counter[str]()
        for (choices, points), count in self.ballots.items():
            at = range(len(choices))
            order = at if self.kind == "ordinal" else sorted(at, key=choices.__getitem__)
            given = None if points is None else [points[i] for i in order]
            kinds[f"1,{compact([choices[i] for i in order])},{compact(given)}"] += count
        return sha256([*lines, *(f'["ballot",{kinds[t]},{t}]' for t in sorted(kinds))])


class Count:
    """One count: fills `winners`, `ties`, `rejected` and `endowment`."""

    def __init__(self, election: Election, rules: dict[str, Any], first_step: int) -> None:
        self.e, self.rules, self.first_step = election, rules, first_step
        self.winners: list[str] = []
        self.ties: list[dict[str, Any]] = []
        self.rejected: dict[str, str] = {}
        self.endowment: dict[str, Any] | None = None
        self.paid_in_part = Fraction(0)
        self.keys: dict[str, Callable[[str], Any]] = {
            "cost": lambda name: election.cost[name],
            "votes": lambda name: -election.votes[name],
            "lot": rules["lot"].index,
        }
        self.score = self.scores()
        getattr(self, rules["rule"].replace("-", "_"))(list(filter(self.takes_part, election.cost)))

    def scores(self) -> dict[str, int]:
        e, way, places = self.e, self.rules["score"], [1]
        if way in ("approval", "positions"):
            places = self.rules["positions"] if way == "positions" else [1] * len(e.cost)
        if way not in (None, "points"):
            return e.add(lambda choices, _: e.by_place(choices) if way == "borda" else places)
        default = int(e.meta.get("default_score", "0")) if e.kind == "scoring" else 0
        given = e.add(e.points)
        return {name: given[name] + default * (e.voters - e.votes[name]) for name in given}

    def takes_part(self, name: str) -> bool:
        e, rule, cost = self.e, self.rules["rule"], self.e.cost[name]
        stated = e.meta.get("min_project_score_threshold")
        threshold = self.rules["threshold"] or ["score", "-999999999999"]
        if (
            not self.rules["threshold"]
            and stated
            and rule in ("greedy-no-skip", "greedy-threshold")
        ):
            threshold = ["score", stated]
        needs, has = Fraction(threshold[1]), e.votes[name]
        if threshold[0] == "score":
            has = self.score[name]
        elif threshold[0] == "percent":
            needs *= Fraction(e.voters, 100)
        else:
            needs *= e.voters * cost / (e.budget or Fraction(1, e.per_unit))
        refused = [
            (has < needs, "below-threshold"),
            (cost > e.budget and rule not in ("count-only", "instant-runoff"), "over-budget"),
            (self.score[name] <= 0, "no-votes"),
            (name in self.rules["withdrawn"], "withdrawn"),
        ]
        self.rejected.update({name: code for holds, code in refused if holds})  # noqa: B035
        return name not in self.rejected

    def settle(self, tied: Sequence[str], number: int, pick: Callable[..., Any] = min) -> str:
        """The first of equals (with pick=max the last) by the tie rules."""
        left, by = list(tied), None
        for rule in self.rules["ties"]:
            if len(left) > 1:
                best, by = pick(map(self.keys[rule], left)), rule
                left = [name for name in left if self.keys[rule](name) == best]
        if len(left) > 1:
            raise ValueError(f"the tie of {sorted(left)} is not decided")
        if by:
            self.ties.append({"round": number, "tied": sorted(tied), "chosen": left[0], "by": by})
        return left[0]

    def left(self) -> Fraction:
        return self.e.budget - self.paid_in_part - self.total(self.winners)

    def total(self, names: Iterable[str]) -> Fraction:
        return sum((self.e.cost[name] for name in names), Fraction(0))

    def top(self, waiting: Sequence[str]) -> list[str]:
        best = max(self.score[name] for name in waiting)
        return [name for name in waiting if self.score[name] == best]

    def misfit(self, name: str) -> str | None:
        """Why `name` cannot be taken now."""
        won = set(self.winners)
        if any(name in group and won & set(group) for group in self.rules["exclusive"]):
            return "excluded"
        for kind in ("category", "area"):
            for label, most in self.rules[f"{kind}_budgets"].items():
                both = [w for w in [*won, name] if label in self.e.labels(w, kind)]
                if name in both and self.total(both) > Fraction(most, self.e.per_unit):
                    return f"{kind}-full"
        return "no-money-left" if self.e.cost[name] > self.left() else None

    def greedy(self, waiting: list[str]) -> None:
        while waiting := [n for n in waiting if n not in self.winners and n not in self.rejected]:
            misfits = {name: code for name in self.top(waiting) if (code := self.misfit(name))}
            if fits := [name for name in self.top(waiting) if name not in misfits]:
                self.winners.append(self.settle(fits, len(self.winners) + 1))
            else:
                self.rejected.update(misfits)

    greedy_threshold = greedy_exclusive = greedy

    def greedy_no_skip(self, waiting: list[str]) -> None:
        rule = self.rules["rule"]
        while waiting:
            if rule == "count-only" and len(self.winners) >= self.rules["seats"]:
                return self.rejected.update(dict.fromkeys(waiting, "too-few-votes"))
            name = self.settle(self.top(waiting), len(self.winners) + 1)
            waiting.remove(name)
            code = None if rule == "count-only" else self.misfit(name)
            if code:
                if rule == "knapsack":
                    code, self.paid_in_part = "partly-funded", self.left()
                return self.rejected.update({name: code, **dict.fromkeys(waiting, "stopped")})
            self.winners.append(name)
        return None

    knapsack = count_only = greedy_no_skip

    def instant_runoff(self, waiting: list[str]) -> None:
        for number in range(1, len(waiting) + 1):
            tops = Counter(dict.fromkeys(waiting, 0))
            for (choices, _), count in self.e.ballots.items():
                tops.update(dict.fromkeys([c for c in choices if c in tops][:1], count))
            best = max(tops, key=tops.__getitem__)
            if 2 * tops[best] > tops.total() or len(waiting) == 1:
                self.winners = [best]
                return self.rejected.update({n: "eliminated" for n in waiting if n != best})
            fewest = [n for n in waiting if tops[n] == min(tops.values())]
            waiting.remove(loser := self.settle(fewest, number, max))
            self.rejected[loser] = "eliminated"
        return None

    def equal_shares(self, waiting: list[str]) -> None:
        e, completion = self.e, self.rules["completion"]
        step = Fraction(self.rules["step"] or e.per_unit, e.per_unit)
        start, number = e.budget / max(e.voters, 1), self.first_step
        chosen, stop, after = self.run(waiting, start + number * step), "not-raised", None
        while completion.startswith("add1") and waiting and stop == "not-raised":
            left = e.budget - self.total(chosen[0])
            rest = set(waiting).difference(chosen[0])
            fits = completion != "add1-exhaustive" or any(e.cost[name] <= left for name in rest)
            if not rest or not fits:
                stop = "exhausted" if rest else "all-won"
                break
            after = self.run(waiting, start + (number + 1) * step)
            if self.total(after[0]) > e.budget:
                stop = "overspend"
            else:
                number, chosen = number + 1, after
        shared = {"start": start, "final": start + number * step, "step": step}
        self.endowment = {name: self.amount(value) for name, value in shared.items()}
        cost = self.amount(self.total(after[0])) if after and stop == "overspend" else None
        self.endowment |= {"steps": number, "stop": stop, "next_cost": cost}
        self.winners, self.ties = chosen
        if completion in ("greedy", "add1+greedy"):
            self.greedy(waiting)
        self.rejected |= {n: "supporters-short" for n in waiting if n not in self.winners}
        if self.rules["comparison"]:
            other, lead = Count(e, {**self.rules, "rule": "greedy"}, 0), 0
            for (choices, _), count in e.ballots.items():
                gain = sum((c in self.winners) - (c in other.winners) for c in choices)
                lead += count * ((gain > 0) - (gain < 0))
            if lead < 0:
                self.winners, self.ties, self.endowment = other.winners, other.ties, None
                self.rejected = other.rejected

    def run(
        self, waiting: Sequence[str], level: Fraction
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Equal Shares at one endowment: winners and ties. Voters hold a number of a purse."""
        e, self.ties = self.e, []
        chosen: list[str] = []
        purses, held = [Fraction(0), level], [1] * len(e.ballots)
        fans: dict[str, list[Fan]] = {name: [] for name in waiting}
        for voter, ((choices, points), count) in enumerate(e.ballots.items()):
            for name, worth in zip(choices, e.points(choices, points), strict=True):
                if worth and name in fans:
                    fans[name].append((voter, worth, count))
        gain = {n: e.cost[n] if e.cost[n] and self.rules["utility"] == "cost" else 1 for n in fans}
        least, price = {n: Fraction(0) for n in fans if fans[n]}, {}
        while least:
            lowest = [n for n in least if least[n] == min(least.values())]
            if stale := [n for n in lowest if n not in price]:
                asked = price[stale[0]] = self.price(e.cost[stale[0]], fans[stale[0]], purses, held)
                least[stale[0]] = asked / gain[stale[0]]
                if asked < 0:
                    del least[stale[0]]
                continue
            name = self.settle(lowest, len(chosen) + 1)
            chosen.append(name)
            del least[name]
            new = {(0, worth): 0 for _, worth, _ in fans[name]}
            for voter, worth, _ in fans[name]:
                if (held[voter], worth) not in new:
                    left = purses[held[voter]] - worth * price[name]
                    new[held[voter], worth] = len(purses) if left > 0 else 0
                    purses += [left] if left > 0 else []
                held[voter] = new[held[voter], worth]
            price = {}
        return chosen, self.ties

    @staticmethod
    def price(cost: Fraction, fans: list[Fan], purses: list[Fraction], held: list[int]) -> Fraction:
        """What a point costs its fans; -1 if together they have too little."""
        kinds = Counter[tuple[int, int]]()
        for voter, worth, count in fans:
            kinds[held[voter], worth] += count
        if sum(purses[purse] * count for (purse, _), count in kinds.items()) < cost:
            return Fraction(-1)
        weight = sum(worth * count for (_, worth), count in kinds.items())
        for (purse, worth), count in sorted(kinds.items(), key=lambda k: purses[k[0][0]] / k[0][1]):
            if purses[purse] * weight >= worth * cost:
                break
            cost, weight = cost - purses[purse] * count, weight - worth * count
        return cost / weight

    def amount(self, value: Fraction) -> str:
        whole, rest = divmod(int(value * self.e.per_unit), self.e.per_unit)
        return f"{whole}.{rest:0{len(str(self.e.per_unit)) - 1}}"

    def outcome(self) -> dict[str, Any]:
        told: dict[str, Any] = {"rule": self.rules["rule"], "winners": self.winners}
        told |= {
            "spent": self.amount(self.total(self.winners)),
            "leftover": self.amount(self.left()),
        }
        told |= {"ties": self.ties, "endowment": self.endowment, "rejected": self.rejected}
        told["input_hash"] = self.e.hash()
        return told | {"result_hash": sha256([compact(self.rules), compact(told)])}


def main(arguments: list[str]) -> int:
    files = [argument for argument in arguments if argument != "--last-steps"]
    try:
        rules, stated = (json.loads(Path(file).read_text("utf-8")) for file in files[1:3])
        first = (stated.get("endowment") or {}).get("steps", 0) if files != arguments else 0
        found = Count(Election(files[0]), rules, first).outcome()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"cannot recount: {error!r}", file=sys.stderr)
        return 2
    for key, value in found.items():
        if stated.get(key) != value:
            print(f"{key} differs: published {stated.get(key)!r}, recounted {value!r}")
            return 1
    print("the recount gives the published result")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
