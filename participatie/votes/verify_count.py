"""Check a published count: python3 verify_count.py stemmen.pb uitslag.json
Counts the ballots again by the rules in the second file, and compares. It needs Python only.
Exit code 0: no difference; 1: a difference, of which the first is named; 2: it cannot be counted.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from fractions import Fraction
from math import floor, gcd
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Purses = list[tuple[int, int]]  # the smallest first, each with the number of voters that have it
SETTINGS = {"rule", "ties", "lot", "completion", "withdrawn"}
RULES: Facts = {key: [] for key in ("withdrawn", "exclusive", "positions", "ties", "lot")}
RULES |= {"category_budgets": {}, "area_budgets": {}, "utility": "cost", "completion": "none"}
RULES |= dict.fromkeys(("score", "threshold", "step", "seats")) | {"comparison": False}
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen
STOPPING, SETTLED = {"greedy-no-skip", "knapsack"}, {"withdrawn", "no-votes", "over-budget"}
KNOWN = {"greedy", "greedy-threshold", "greedy-exclusive", "equal-shares", *STOPPING}


class UndecidedTie(Exception): ...  # equal projects that no tie rule separates


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def amount(cents: Fraction | int) -> str:
    return f"{floor(cents) // 100}.{floor(cents) % 100:02}"  # rounded down: 1250 is "12.50"


def sha256(lines: Iterable[str], end: str = "\n") -> str:
    return hashlib.sha256("".join(line + end for line in lines).encode()).hexdigest()


class Election:
    """The file of ballots. Money is a whole number of cents."""

    def __init__(self, path: str) -> None:
        parts: dict[str, list[list[str]]] = {"META": [], "PROJECTS": [], "VOTES": []}
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, delimiter=";"):
                if len(row) == 1 and row[0].strip() in parts:
                    rows = parts[row[0].strip()]
                elif row:
                    rows.append(row)
        self.meta = {row[0]: row[1] for row in parts["META"][1:]}
        if self.meta["vote_type"] not in ("approval", "choose-1"):
            raise ValueError("these are no lists of plans: verify_poll.py checks other votes")
        head, *rows = parts["PROJECTS"]
        plans = [dict(zip(head, row, strict=True)) for row in rows]
        self.title = {plan["project_id"]: plan.get("name", "") for plan in plans}
        self.cost = {plan["project_id"]: int(Fraction(plan["cost"]) * 100) for plan in plans}
        self.budget = int(Fraction(self.meta["budget"]) * 100)
        head, *cast = parts["VOTES"]
        votes, self.voters = [row[head.index("vote")] for row in cast], len(cast)
        self.ballots = Counter(tuple(sorted(set(filter(None, vote.split(","))))) for vote in votes)
        self.votes = dict.fromkeys(self.cost, 0)
        for name, number in ((n, number) for kind, number in self.ballots.items() for n in kind):
            self.votes[name] += number

    def fingerprint(self) -> str:
        """The `input_hash` of docs/counting.md: the same in whatever order the file has them."""
        lines = [["participatie-election", 1], ["budget", str(Fraction(self.budget, 100))]]
        lines += [["vote_type", self.meta["vote_type"]]]
        euros = {name: str(Fraction(self.cost[name], 100)) for name in sorted(self.cost)}
        lines += [["project", name, cost, [], ""] for name, cost in euros.items()]
        kinds = [(f"1,{compact(names)},null", number) for names, number in self.ballots.items()]
        ballots = [f'["ballot",{number},{text}]' for text, number in sorted(kinds)]
        return sha256([*map(compact, lines), *ballots])


class Count:
    """One count of an election: `winners`, `ties`, `reasons` and `endowment` are what comes out."""

    def __init__(self, election: Election, counting: Facts) -> None:
        self.rule, self.rules = counting["rule"], RULES | counting
        self.election, self.cost, self.votes = election, election.cost, election.votes
        self.winners, self.ties, self.reasons = list[str](), list[Facts](), dict[str, Facts]()
        self.endowment, self.paid_in_part, self.seen = Facts(), 0, list[Any]()
        if unknown := [*(counting.keys() - SETTINGS), *({self.rule} - KNOWN)]:
            raise ValueError(f"this program does not check {unknown[0]}")
        for name, cost in self.cost.items():
            if name in self.rules["withdrawn"]:
                self.reject(name, "withdrawn")
            elif not self.votes[name]:
                self.reject(name, "no-votes")
            elif cost > election.budget:
                self.reject(name, "over-budget", cost=cost, budget=election.budget)
        waiting = [name for name in self.cost if name not in self.reasons]
        self.equal_shares(waiting) if self.rule == "equal-shares" else self.greedy(waiting)

    def reject(self, name: str, code: str, **facts: Any) -> None:
        self.reasons[name] = {"code": code, "facts": facts}

    def settle(self, tied: Iterable[str]) -> str:
        """The first of equals by the tie rules."""
        left, by = list(tied), None
        lot = dict.fromkeys(left, sys.maxsize) | {n: at for at, n in enumerate(self.rules["lot"])}
        keys = {"cost": self.cost, "votes": {n: -self.votes[n] for n in left}, "lot": lot}
        for rule in self.rules["ties"]:
            if len(left) > 1:
                best, by = min(keys[rule][name] for name in left), rule
                left = [name for name in left if keys[rule][name] == best]
        if len(left) > 1:
            raise UndecidedTie(sorted(left))
        told = {"round": len(self.winners) + 1, "tied": sorted(tied), "chosen": left[0], "by": by}
        self.ties += [told] if by else []
        return left[0]

    def left(self) -> int:
        return self.election.budget - self.paid_in_part - sum(self.cost[n] for n in self.winners)

    def greedy(self, waiting: Sequence[str]) -> None:
        """Most votes first. What does not fit is skipped, or by some rules ends the count."""
        while waiting := [n for n in waiting if n not in self.winners and n not in self.reasons]:
            most, left = max(self.votes[name] for name in waiting), self.left()
            top = [name for name in waiting if self.votes[name] == most]
            fitting = [name for name in top if self.cost[name] <= left]
            if self.rule not in STOPPING and not fitting:
                for name in top:
                    self.reject(name, "no-money-left", cost=self.cost[name], left=left)
                continue
            name = self.settle(top if self.rule in STOPPING else fitting)
            if name in fitting:
                self.winners.append(name)
                continue
            for other in waiting:
                self.reject(other, "stopped", by=name)
            in_part = self.rule == "knapsack"
            code, fact = ("partly-funded", "paid") if in_part else ("no-money-left", "left")
            self.reject(name, code, **{"cost": self.cost[name], fact: left})
            self.paid_in_part = left * in_part

    def equal_shares(self, waiting: Sequence[str]) -> None:
        """Every voter has an equal share to spend; `add1` raises it until too much is spent."""
        election, completion = self.election, self.rules["completion"]
        level = start = Fraction(election.budget, election.voters or 1)
        step, stop, next_cost = 100, "not-raised", None
        self.shop(waiting, level)
        while completion.startswith("add1") and waiting and stop == "not-raised":
            unbought = [self.cost[name] for name in waiting if name not in self.winners]
            if not unbought:
                stop = "all-won"
            elif completion == "add1-exhaustive" and min(unbought) > self.left():
                stop = "exhausted"
            else:
                self.shop(waiting, level := level + step)
                if self.left() < 0:
                    next_cost = amount(election.budget - self.left())
                    level, stop = level - step, "overspend"
        self.shop(waiting, level, look=True)
        self.endowment = {"start": amount(start), "final": amount(level), "step": amount(step)}
        self.endowment |= {"steps": (level - start) // step, "stop": stop, "next_cost": next_cost}
        self.greedy(waiting if "greedy" in completion else [])
        for name in [name for name in waiting if name not in self.winners]:
            skipped = self.reasons.get(name, {"facts": {"cost": self.cost[name]}})["facts"]
            money = sum(purse * of for purse, of in self.seen[-1][3][name]) // self.seen[-1][2]
            self.reject(name, "supporters-short", **skipped, behind=money)

    def shop(self, waiting: Sequence[str], level: Fraction, look: bool = False) -> None:
        """Buy what voters with `level` can pay; when asked to `look`, `seen` keeps all purses."""
        self.winners, self.ties, self.seen, self.level = [], [], [], level
        kinds, unit, left = self.election.ballots, level.denominator, [level.numerator]
        number, at = [*kinds.values()], [0] * len(kinds)
        fans = {n: [place for place, kind in enumerate(kinds) if n in kind] for n in waiting}

        def purses(name: str) -> Purses:
            found = Counter[int]()
            for place in fans[name]:
                found[at[place]] += number[place]
            return sorted((left[purse], voters) for purse, voters in found.items())

        least, asked = {n: Fraction() for n in waiting}, dict[str, Fraction]()  # prices only rise
        while least:
            lowest = [name for name in least if least[name] == min(least.values())]
            if (name := next((n for n in lowest if n not in asked), lowest[0])) not in asked:
                asked[name] = lowest_price(self.cost[name], purses(name), unit)
                least[name] = asked[name] / (self.cost[name] or 1)
                if asked[name] < 0:
                    del least[name]
                continue
            self.seen.append((least[name], lowest, unit, {n: purses(n) for n in waiting if look}))
            self.winners.append(name := self.settle(lowest))
            more = asked[name].denominator // gcd(asked[name].denominator, unit)
            unit, left, paid = unit * more, [purse * more for purse in left], dict[int, int]()
            for place in fans[name]:
                if at[place] not in paid:
                    paid[at[place]] = len(left)
                    left.append(max(0, left[at[place]] - int(asked[name] * unit)))
                at[place] = paid[at[place]]
            del least[name]
            asked = {}
        self.seen.append((sys.maxsize, [], unit, {n: purses(n) for n in waiting}))

    def wins(self, name: str, change: str, figure: int) -> bool | None:
        """Whether `name` wins at another cost, or with more voters who chose nothing else."""
        trial, more = copy(self), figure * (change == "votes_short")
        trial.cost = self.cost | ({} if change == "votes_short" else {name: figure})
        trial.votes, trial.ties = self.votes | {name: self.votes[name] + more}, []
        trial.reasons = {n: r for n, r in self.reasons.items() if r["code"] in SETTLED}
        trial.winners, trial.paid_in_part = self.winners[: max(len(self.seen) - 1, 0)], 0
        try:  # until its turn the others buy what they bought
            for share, lowest, unit, purses in self.seen:
                crowd = [*purses[name], (int(self.level * unit), more)]
                price = lowest_price(trial.cost[name], crowd, unit)
                mine = price / (trial.cost[name] or 1)
                ties = mine == share and trial.settle({*lowest, name}) == name
                if price >= 0 and (mine < share or ties):
                    return True
            if self.rule != "equal-shares" or "greedy" in self.rules["completion"]:
                trial.greedy([n for n in self.cost if n not in trial.reasons])
        except UndecidedTie:
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
        told: Facts = {"rule": self.rule, "winners": self.winners}
        spent = amount(sum(self.cost[name] for name in self.winners))
        told |= {"spent": spent, "leftover": amount(self.left()), "ties": self.ties}
        codes = {name: reason["code"] for name, reason in self.reasons.items()}
        told |= {"endowment": self.endowment or None, "rejected": codes}
        told["input_hash"] = self.election.fingerprint()
        told["result_hash"] = sha256([compact(self.rules), compact(told)])
        for name in [name for name in codes if codes[name] not in SETTLED]:
            self.needed(name, stated.get("reasons", {}).get(name, {}).get("facts", {}))
        return {**told, "votes": self.votes, "reasons": self.reasons}


def lowest_price(cost: int, purses: Purses, unit: int) -> Fraction:
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
        lot = [name for name in stated["counting"].get("lot", []) if name in election.cost]
        gone = [n for n, c in stated["result"].get("rejected", {}).items() if c == "withdrawn"]
        counting = stated["counting"] | {"lot": lot, "withdrawn": sorted(gone)}
        result = Count(election, counting).outcome(stated["result"])
    except UndecidedTie as tie:
        result = {"undecided": tie.args[0]}
    cost, plans, all_asked = election.cost, sorted(election.title.items()), stated["questions"]
    asked = max(all_asked, key=lambda one: {o["code"] for o in one["options"]} == {*cost})
    text = {option["code"]: option["text"] for option in asked["options"]}
    options = [{"code": n, "title": t, "text": text.get(n), "cost": cost[n]} for n, t in plans]
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
