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
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

Ballot = tuple[tuple[str, ...], tuple[int, ...] | None]
Fan = tuple[int, int, int]  # a voter, the points given, the number of such voters
Ties = list[dict[str, Any]]


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
        vote, given = head.index("vote"), head.index("points") if "points" in head else -1
        cast = (self.ballot(row[vote], None if given < 0 else row[given]) for row in rows)
        self.ballots = Counter(cast)
        self.voters, self.votes = self.ballots.total(), self.score("approval")

    @staticmethod
    def ballot(vote: str, points: str | None) -> Ballot:
        choices = vote.split(",") if vote else []
        first = [i for i, name in enumerate(choices) if name not in choices[:i]]
        numbers = [int(p) for p in points.split(",")] if points else []
        kept = None if points is None else tuple(numbers[i] for i in first)
        return tuple(choices[i] for i in first), kept

    def worth(self, ballot: Ballot, way: str | None, places: Sequence[int] = ()) -> Sequence[int]:
        """What each choice of a ballot adds to the score of its project."""
        choices, points = ballot
        most = self.meta.get("max_length", "")
        longest = int(most) if most.isdecimal() else len(self.projects)
        by_place, ones = [longest - place for place in range(len(choices))], [1] * len(choices)
        given = points if points is not None else by_place if self.kind == "ordinal" else ones
        ways = {"plurality": [1], "positions": places, "approval": ones, "borda": by_place}
        return ways.get(way or "", given)

    def score(self, way: str | None, places: Sequence[int] = ()) -> dict[str, int]:
        total = dict.fromkeys(self.projects, 0)
        for ballot, count in self.ballots.items():
            for name, worth in zip(ballot[0], self.worth(ballot, way, places), strict=False):
                total[name] += worth * count
        default = int(self.meta.get("default_score", "0")) if self.kind == "scoring" else 0
        if default and way in (None, "points"):
            return {
                name: total[name] + default * (self.voters - self.votes[name]) for name in total
            }
        return total

    def labels(self, name: str, kind: str) -> list[str]:
        project, area = self.projects[name], ("neighborhood", "district", "subunit")
        if kind == "area":
            return [next((project[key] for key in area if project.get(key)), "")]
        return sorted(filter(None, map(str.strip, project.get("category", "").split(","))))

    def hash(self) -> str:
        told: list[list[Any]] = [["participatie-election", 1], ["budget", str(self.budget)]]
        counted = ("default_score", "max_length", "min_project_score_threshold")
        told += [
            ["vote_type", self.kind],
            *(["meta", k, m] for k in counted if (m := self.meta.get(k))),
        ]
        for name in sorted(self.projects):
            labels = [self.labels(name, "category"), *self.labels(name, "area")]
            told.append(["project", name, str(self.cost[name]), *labels])
        kinds = Counter[str]()
        for (choices, points), count in self.ballots.items():
            at = range(len(choices))
            order = at if self.kind == "ordinal" else sorted(at, key=choices.__getitem__)
            given = None if points is None else [points[i] for i in order]
            kinds[f"1,{compact([choices[i] for i in order])},{compact(given)}"] += count
        return sha256([*map(compact, told), *(f'["ballot",{kinds[t]},{t}]' for t in sorted(kinds))])


class Count:
    """One count: fills `winners`, `ties`, `rejected` and `endowment`."""

    def __init__(self, election: Election, rules: dict[str, Any], first_step: int) -> None:
        self.e, self.rules, self.first_step = election, rules, first_step
        self.winners: list[str] = []
        self.ties: Ties = []
        self.rejected: dict[str, str] = {}
        self.endowment: dict[str, Any] | None = None
        self.paid_in_part = Fraction(0)
        self.score = election.score(rules["score"], rules["positions"])
        getattr(self, rules["rule"].replace("-", "_"))(list(filter(self.takes_part, election.cost)))

    def takes_part(self, name: str) -> bool:
        e, rule, cost = self.e, self.rules["rule"], self.e.cost[name]
        kind, value = self.rules["threshold"] or ("score", None)
        if value is None and rule in ("greedy-no-skip", "greedy-threshold"):
            value = e.meta.get("min_project_score_threshold")
        share = cost / e.budget if kind == "cost-share" and e.budget else Fraction(1, 100)
        has, needs = e.votes[name], Fraction(value or 0) * e.voters * share
        if kind == "score":
            has, needs = self.score[name], Fraction(value or 0)
        refused = [
            ("withdrawn", name in self.rules["withdrawn"]),
            ("no-votes", self.score[name] <= 0),
            ("over-budget", cost > e.budget and rule not in ("count-only", "instant-runoff")),
            ("below-threshold", has < needs),
        ]
        self.rejected.update([(name, code) for code, holds in refused if holds][:1])
        return name not in self.rejected

    def settle(self, tied: Sequence[str], number: int, pick: Any = min) -> str:
        """The first of equals (with pick=max the last) by the tie rules."""
        lot, cost, votes = self.rules["lot"], self.e.cost, self.e.votes
        keys = {"cost": cost.get, "votes": lambda name: -votes[name], "lot": lot.index}
        left, by = list(tied), None
        for rule in self.rules["ties"]:
            if len(left) > 1:
                best, by = pick(map(keys[rule], left)), rule
                left = [name for name in left if keys[rule](name) == best]
        if len(left) > 1:
            raise ValueError(f"the tie of {sorted(left)} is not decided")
        if by:
            self.ties.append({"round": number, "tied": sorted(tied), "chosen": left[0], "by": by})
        return left[0]

    def left(self) -> Fraction:
        return self.e.budget - self.paid_in_part - self.total(self.winners)

    def total(self, names: Iterable[str]) -> Fraction:
        return sum((self.e.cost[name] for name in names), Fraction(0))

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
        """Highest score first. Other rules stop at a misfit; a completion skips it, as greedy."""
        rule = self.rules["rule"]
        stops = rule in ("greedy-no-skip", "knapsack", "count-only")
        while waiting := [n for n in waiting if n not in self.winners and n not in self.rejected]:
            best = max(self.score[name] for name in waiting)
            top = [name for name in waiting if self.score[name] == best]
            misfits = {n: code for n in top if rule != "count-only" and (code := self.misfit(n))}
            if rule == "count-only" and len(self.winners) >= self.rules["seats"]:
                self.rejected |= dict.fromkeys(waiting, "too-few-votes")
            elif not stops and len(misfits) == len(top):
                self.rejected |= misfits
            else:
                fits = [name for name in top if stops or name not in misfits]
                name = self.settle(fits, len(self.winners) + 1)
                if name not in misfits:
                    self.winners.append(name)
                    continue
                if rule == "knapsack":
                    misfits[name], self.paid_in_part = "partly-funded", self.left()
                self.rejected |= {**dict.fromkeys(waiting, "stopped"), name: misfits[name]}

    greedy_threshold = greedy_exclusive = greedy_no_skip = knapsack = count_only = greedy

    def instant_runoff(self, waiting: list[str]) -> None:
        for number in range(1, len(waiting) + 1):
            tops = Counter(dict.fromkeys(waiting, 0))
            for (choices, _), count in self.e.ballots.items():
                tops.update(dict.fromkeys([c for c in choices if c in tops][:1], count))
            if 2 * max(tops.values()) > tops.total() or len(waiting) == 1:
                self.winners = [max(tops, key=tops.__getitem__)]
                self.rejected |= {n: "eliminated" for n in waiting if n not in self.winners}
                break
            fewest = [name for name in waiting if tops[name] == min(tops.values())]
            waiting.remove(loser := self.settle(fewest, number, max))
            self.rejected[loser] = "eliminated"

    def equal_shares(self, waiting: list[str]) -> None:
        e, completion = self.e, self.rules["completion"]
        step = Fraction(self.rules["step"] or e.per_unit, e.per_unit)
        start, number = e.budget / max(e.voters, 1), self.first_step
        chosen, stop, cost = self.run(waiting, start + number * step), "not-raised", None
        while completion.startswith("add1") and waiting and stop == "not-raised":
            rest = [e.cost[name] for name in waiting if name not in chosen[0]]
            after = self.run(waiting, start + (number + 1) * step)
            if not rest:
                stop = "all-won"
            elif "exhaustive" in completion and min(rest) > e.budget - self.total(chosen[0]):
                stop = "exhausted"
            elif self.total(after[0]) > e.budget:
                stop, cost = "overspend", self.amount(self.total(after[0]))
            else:
                number, chosen = number + 1, after
        shared = {"start": start, "final": start + number * step, "step": step}
        self.endowment = {name: self.amount(value) for name, value in shared.items()}
        self.endowment |= {"steps": number, "stop": stop, "next_cost": cost}
        self.winners, self.ties = chosen
        if "greedy" in completion:
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

    def run(self, waiting: Sequence[str], level: Fraction) -> tuple[list[str], Ties]:
        """Equal Shares at one endowment: winners and ties. Voters hold a number of a purse."""
        e, self.ties = self.e, []
        chosen: list[str] = []
        purses, held = [level], [0] * len(e.ballots)
        fans: dict[str, list[Fan]] = {name: [] for name in waiting}
        for voter, (ballot, count) in enumerate(e.ballots.items()):
            for name, worth in zip(ballot[0], e.worth(ballot, None), strict=True):
                if worth and name in fans:
                    fans[name].append((voter, worth, count))
        gain = {n: e.cost[n] if e.cost[n] and self.rules["utility"] == "cost" else 1 for n in fans}
        least, price = {n: Fraction(0) for n in fans if fans[n]}, {}
        while least:
            lowest = [n for n in least if least[n] == min(least.values())]
            if stale := [n for n in lowest if n not in price]:
                name = stale[0]
                price[name] = self.price(e.cost[name], fans[name], purses, held)
                least[name] = price[name] / gain[name]
                if price[name] < 0:
                    del least[name]
                continue
            name = self.settle(lowest, len(chosen) + 1)
            chosen.append(name)
            del least[name]
            new: dict[tuple[int, int], int] = {}
            for voter, worth, _ in fans[name]:
                kind = held[voter], worth
                if kind not in new:
                    new[kind] = len(purses)
                    purses.append(max(Fraction(0), purses[held[voter]] - worth * price[name]))
                held[voter] = new[kind]
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
        whole, rest = divmod(abs(int(value * self.e.per_unit)), self.e.per_unit)
        return f"{'-' * (value < 0)}{whole}.{rest:0{len(str(self.e.per_unit)) - 1}}"

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
    election, *files = [argument for argument in arguments if argument != "--last-steps"] or [""]
    try:
        rules, stated = (json.loads(Path(file).read_text("utf-8")) for file in files)
        last = stated["endowment"]["steps"] if stated["endowment"] else 0
        first = last if "--last-steps" in arguments else 0
        found = Count(Election(election), rules, first).outcome()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"cannot recount: {error!r}", file=sys.stderr)
        return 2
    for key in [key for key in found if stated.get(key) != found[key]][:1]:
        print(f"{key} differs: published {stated.get(key)!r}, recounted {found[key]!r}")
        return 1
    print("the recount gives the published result")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
