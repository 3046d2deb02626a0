"""Check a published count: python3 verify_count.py stemmen.pb uitslag.json
Counts the ballots again by the rules in the second file, and compares. It needs Python only.
Exit code 0: no difference; 1: a difference, of which the first is named; 2: it cannot count."""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, floor, gcd
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
UNSET: Facts = dict.fromkeys(("score", "step", "seats")) | {"positions": []}
UNSET |= {"category_budgets": {}, "area_budgets": {}}
RULES: Facts = {"withdrawn": [], "exclusive": [], "ties": [], "lot": [], "threshold": None}
RULES |= {"utility": "cost", "completion": "none", "comparison": False}
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen
STOPPING = {"greedy-no-skip", "knapsack"}
CHECKED = {"greedy", "greedy-threshold", "greedy-exclusive", "equal-shares", *STOPPING}
compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def amount(cents: Fraction | int) -> str:
    return f"{floor(cents) // 100}.{floor(cents) % 100:02}"  # rounded down: 1250 is "12.50"


def sha256(lines: Iterable[str], end: str = "\n") -> str:
    return hashlib.sha256("".join(line + end for line in lines).encode()).hexdigest()


class Election:
    """The file of ballots. Money is a whole number of cents."""

    def __init__(self, path: str) -> None:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, delimiter=";") if row]
        at, votes = rows.index(["PROJECTS"]), rows.index(["VOTES"])
        self.meta = {row[0]: row[1] for row in rows[2:at]}
        if self.meta["vote_type"] not in ("approval", "choose-1"):
            raise ValueError("these are no lists of plans: verify_poll.py checks other votes")
        (head, *projects), (names, *cast) = rows[at + 1 : votes], rows[votes + 1 :]
        plans = [dict(zip(head, row, strict=True)) for row in projects]
        cents = {plan["project_id"]: int(Fraction(plan["cost"]) * 100) for plan in plans}
        self.title, self.cost = {plan["project_id"]: plan.get("name", "") for plan in plans}, cents
        self.budget = int(Fraction(self.meta["budget"]) * 100)
        each = [tuple(sorted({*filter(None, row[names.index("vote")].split(","))})) for row in cast]
        self.ballots, self.voters = Counter(each), len(cast)
        self.fans = {n: [at for at, names in enumerate(each) if n in names] for n in self.cost}

    def fingerprint(self) -> str:
        """The `input_hash` of docs/counting.md: the same in whatever order the file has them."""
        lines = [["participatie-election", 1], ["budget", str(Fraction(self.budget, 100))]]
        lines += [["vote_type", self.meta["vote_type"]]]
        euros = {name: str(Fraction(self.cost[name], 100)) for name in sorted(self.cost)}
        lines += [["project", name, cost, [], ""] for name, cost in euros.items()]
        kinds = sorted((f"1,{compact(names)},null", n) for names, n in self.ballots.items())
        return sha256([*map(compact, lines), *(f'["ballot",{n},{text}]' for text, n in kinds)])


class Count:
    """One count of an election: `winners`, `ties`, `reasons` and `endowment` are what comes out."""

    class Undecided(Exception): ...  # equal projects that no tie rule separates

    def __init__(self, election: Election, counting: Facts, rule: str = "") -> None:
        self.rule, self.counting = rule or counting["rule"], counting
        self.rules: Facts = {**UNSET, **RULES, **counting}
        self.election, self.cost, self.fans = election, election.cost, election.fans
        self.votes = {name: len(voters) for name, voters in self.fans.items()}
        self.winners, self.ties, self.reasons = list[str](), list[Facts](), dict[str, Facts]()
        self.endowment, self.paid_in_part, self.seen = Facts(), 0, list[Any]()
        if unknown := {*counting, self.rule} - {"rule", *RULES, *CHECKED}:
            raise ValueError(f"this program does not check {unknown.pop()}")
        kind, least = self.rules["threshold"] or ("score", 0)
        needed = ceil(Fraction(least) * {"score": 100, "percent": election.voters}[kind] / 100)
        for name, votes in self.votes.items():
            if name in self.rules["withdrawn"]:
                self.reject(name, "withdrawn")
            elif not votes:
                self.reject(name, "no-votes")
            elif self.cost[name] > election.budget:
                self.reject(name, "over-budget", cost=self.cost[name], budget=election.budget)
            elif (short := needed - votes) > 0:
                self.reject(name, "below-threshold", votes=votes, needed=needed, votes_short=short)
        self.plans = [name for name in self.cost if name not in self.reasons]

    def counted(self) -> "Count":
        """Itself, counted; or a count by votes, if asked and more voters have more winners then."""
        self.equal_shares() if self.rule == "equal-shares" else self.greedy()
        if not self.rules["comparison"]:
            return self
        other, more = Count(self.election, self.counting, "greedy"), 0
        other.greedy()
        for kind, number in self.election.ballots.items():
            ours, theirs = (len({*kind}.intersection(one.winners)) for one in (self, other))
            more += number * ((theirs > ours) - (theirs < ours))
        return other if more > 0 else self

    def reject(self, name: str, code: str, **facts: Any) -> None:
        self.reasons[name] = {"code": code, "facts": facts}

    def settle(self, tied: Iterable[str]) -> str:
        """The first of equals by the tie rules."""
        left, by = list(tied), None
        lot = {name: at for at, name in enumerate(self.rules["lot"])}
        keys = {"cost": self.cost, "votes": {n: -self.votes[n] for n in left}, "lot": lot}
        for rule in self.rules["ties"]:
            if len(left) > 1:
                best, by = min(keys[rule].get(n, sys.maxsize) for n in left), rule
                left = [n for n in left if keys[rule].get(n, sys.maxsize) == best]
        if len(left) > 1:
            raise Count.Undecided(sorted(left))
        told = {"round": len(self.winners) + 1, "tied": sorted(tied), "chosen": left[0], "by": by}
        self.ties += [told] if by else []
        return left[0]

    def left(self) -> int:
        return self.election.budget - self.paid_in_part - sum(self.cost[n] for n in self.winners)

    def greedy(self) -> None:
        """Most votes first. What does not fit is skipped, or by some rules ends the count."""
        while waiting := [n for n in self.plans if n not in self.winners and n not in self.reasons]:
            most, left = max(self.votes[name] for name in waiting), self.left()
            top = [name for name in waiting if self.votes[name] == most]
            top = [self.settle(top)] if self.rule in STOPPING else top
            refused = {name: why for name in top if (why := self.refusal(name, left))}
            if len(refused) < len(top):
                self.winners.append(self.settle([n for n in top if n not in refused]))
                continue
            self.reasons |= refused
            if self.rule in STOPPING and refused[top[0]]["code"] == "no-money-left":
                for other in {*waiting} - {*top}:
                    self.reject(other, "stopped", by=top[0])
                if self.rule == "knapsack":
                    self.reject(top[0], "partly-funded", cost=self.cost[top[0]], paid=left)
                    self.paid_in_part = left

    def refusal(self, name: str, left: int = sys.maxsize) -> Facts:
        """Why `name` cannot be taken, if so: its group has a winner, or too little is left."""
        for by in (w for g in self.rules["exclusive"] if name in g for w in self.winners if w in g):
            return {"code": "excluded", "facts": {"by": by}}
        money = {"cost": self.cost[name], "left": left}
        return {"code": "no-money-left", "facts": money} if money["cost"] > left else {}

    def equal_shares(self) -> None:
        """Every voter has an equal share to spend; `add1` raises it until too much is spent."""
        election, waiting, completion = self.election, self.plans, self.rules["completion"]
        level = start = Fraction(election.budget, election.voters or 1)
        step, stop, next_cost = 100, "not-raised", None
        self.shop(level)
        while completion.startswith("add1") and waiting and stop == "not-raised":
            unbought = [name for name in waiting if name not in self.winners]
            free = [self.cost[name] for name in unbought if not self.refusal(name)]
            if not free:
                stop = "shut-out" if unbought else "all-won"
            elif completion == "add1-exhaustive" and min(free) > self.left():
                stop = "exhausted"
            else:
                self.shop(level := level + step)
                if self.left() < 0:
                    next_cost = amount(election.budget - self.left())
                    level, stop = level - step, "overspend"
        self.shop(level, look=True)
        self.endowment = {"start": amount(start), "final": amount(level), "step": amount(step)}
        self.endowment |= {"steps": (level - start) // step, "stop": stop, "next_cost": next_cost}
        if "greedy" in completion:
            self.greedy()
        for n in [n for n in waiting if n not in self.winners]:
            why = self.reasons.get(n, self.refusal(n)).get("facts", {"cost": self.cost[n]})
            money = sum(purse * of for purse, of in self.seen[-1][3][n]) // self.seen[-1][2]
            self.reject(n, "excluded" if "by" in why else "supporters-short", behind=money, **why)

    def shop(self, level: Fraction, look: bool = False) -> None:
        """Buy what voters with `level` can pay; when asked to `look`, `seen` keeps all purses."""
        self.winners, self.ties, self.seen, self.level = [], [], [], level
        left, unit, fans = [level.numerator] * self.election.voters, level.denominator, self.fans

        def purses(name: str) -> list[tuple[int, int]]:
            return sorted(Counter(map(left.__getitem__, fans[name])).items())

        least, asked = dict.fromkeys(self.plans, Fraction()), dict[str, Fraction]()
        while least := {n: price for n, price in least.items() if price >= 0}:  # they only rise
            low = min(least.values())
            best = [name for name, price in least.items() if price == low]
            if new := {n: lowest(self.cost[n], purses(n), unit) for n in best if n not in asked}:
                asked |= new
                least |= {name: price / self.gain(name) for name, price in new.items()}
                continue
            self.seen.append((low, best, unit, {n: purses(n) for n in self.plans if look}))
            self.winners.append(name := self.settle(best))
            more = asked[name].denominator // gcd(asked[name].denominator, unit)
            unit, left = unit * more, [purse * more for purse in left]
            for voter in fans[name]:
                left[voter] = max(0, left[voter] - int(asked[name] * unit))
            out = {n: Fraction(-1) for n in least if n in self.winners or self.refusal(n)}
            least, asked = least | out, {}
        self.seen.append((sys.maxsize, [], unit, {n: purses(n) for n in self.plans}))

    def gain(self, name: str) -> int:
        """What a plan is worth to who chose it: its cost, or by the other utility one."""
        return 1 if self.rules["utility"] == "cardinality" else self.cost[name] or 1

    def wins(self, name: str, change: str, figure: int) -> bool | None:
        """Whether `name` wins at another cost, or with more voters who chose nothing else."""
        trial = Count(self.election, self.counting, self.rule)
        trial.votes[name] += (more := figure * (change == "votes_short"))
        trial.cost = self.cost | ({} if change == "votes_short" else {name: figure})
        try:  # until its turn the others buy what they bought
            for at, (share, best, unit, purses) in enumerate(self.seen):
                trial.winners = self.winners[:at]
                crowd = [*purses[name], (int(self.level * unit), more)] * (not trial.refusal(name))
                mine = lowest(trial.cost[name], crowd, unit) / trial.gain(name)
                if 0 <= mine <= share and (mine < share or trial.settle({*best, name}) == name):
                    return True
            if self.rule != "equal-shares" or "greedy" in self.rules["completion"]:
                trial.greedy()
        except Count.Undecided:
            return None
        return name in trial.winners

    def needed(self, name: str, stated: Facts) -> None:
        """What would have let `name` win, if counts with just that, and one less, bear it out."""
        for fact, most, less in (("votes_short", sys.maxsize, -1), ("cost_at_most", 0, 1)):
            told, known = stated.get(fact, most), fact in stated
            right = type(told) is int and not self.wins(name, fact, told + less * known)
            right = right and not (known and self.wins(name, fact, told) is False)
            if known or not right:
                self.reasons[name]["facts"][fact] = told if right else "another number"

    def outcome(self, stated: Facts) -> Facts:
        """The result as it should have been published."""
        told: Facts = {"rule": self.rules["rule"], "winners": self.winners, "ties": self.ties}
        told["spent"] = amount(sum(self.cost[name] for name in self.winners))
        told |= {"leftover": amount(self.left()), "endowment": self.endowment or None}
        told["rejected"] = {name: reason["code"] for name, reason in self.reasons.items()}
        told["input_hash"] = self.election.fingerprint()
        rules = self.rules | {"exclusive": sorted(sorted(one) for one in self.rules["exclusive"])}
        told["result_hash"] = sha256([compact(rules), compact(told)])
        for name in [name for name in self.plans if name not in self.winners]:
            self.needed(name, stated.get("reasons", {}).get(name, {}).get("facts", {}))
        return {**told, "votes": self.votes, "reasons": self.reasons}


def lowest(cost: int, purses: list[tuple[int, int]], unit: int) -> Fraction:
    """What each pays, or all there is, so that together they pay the cost; -1 if they cannot."""
    missing, voters = cost * unit, sum(number for _, number in purses)
    for purse, number in purses:
        if voters and purse * voters >= missing:
            return Fraction(missing, voters * unit)
        missing, voters = missing - purse * number, voters - number
    return Fraction(-1)


def recount(election: Election, stated: Facts) -> Facts:
    """What the published file should say, as far as the ballots and the rules settle it."""
    try:
        by, said = stated["counting"], stated["result"]
        drew = {key: said[key] for key in said if key == "drawn"}
        lot = [n for n in [*by.get("lot", []), *drew.get("drawn", [])] if n in election.cost]
        out = sorted(n for n, c in said.get("rejected", {}).items() if c == "withdrawn")
        result = drew | Count(election, by | {"lot": lot, "withdrawn": out}).counted().outcome(said)
    except Count.Undecided as tie:
        result = {"undecided": tie.args[0]}
    cost, title, all_asked = election.cost, election.title, stated["questions"]
    asked = max(all_asked, key=lambda one: {o["code"] for o in one["options"]} == {*cost})
    options = [o | {"title": title[o["code"]], "cost": cost[o["code"]]} for o in asked["options"]]
    frozen = sha256([compact({k: stated[k] for k in stated.keys() - OUTCOME})], end="")
    counted = {**asked, "budget": election.budget, "options": options}
    told = {"questions": [counted if one is asked else one for one in all_asked]}
    return {**told, "rules_hash": frozen, "ballots": election.voters, "result": result}


def differences(published: Any, counted: Any, where: str) -> Iterator[str]:
    """Every place where two values differ, in the order of the recount."""
    if isinstance(published, dict) and isinstance(counted, dict):
        for key in dict.fromkeys([*counted, *published]):
            pair = published.get(key, "nothing"), counted.get(key, "nothing")
            yield from differences(*pair, f"{where}.{key}" if where else key)
    elif compact(published) != compact(counted):
        yield f"{where} differs: published {published!r}, recounted {counted!r}"


def main(arguments: list[str]) -> int:
    try:
        stated = json.loads(Path(arguments[1]).read_text("utf-8"))
        counted = recount(Election(arguments[0]), stated)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"cannot recount: {error!r}", file=sys.stderr)
        return 2
    difference = next(differences({key: stated.get(key) for key in counted}, counted, ""), None)
    print(difference or "the recount gives the published result")
    return int(difference is not None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
