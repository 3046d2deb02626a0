"""Check a published count: python3 verify_count.py stemmen.pb uitslag.json

Counts the ballots of the first file again, by the rules that the second file states, and compares
all that the second file says with what comes out. It needs Python and nothing else, calculates in
exact fractions, and was written apart from the program that made the result.

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
from math import floor
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
SETTINGS = {"rule", "ties", "lot", "completion"}
RULES: Facts = {"score": None, "threshold": None, "withdrawn": [], "exclusive": [], "step": None}
RULES |= {"category_budgets": {}, "area_budgets": {}, "utility": "cost", "completion": "none"}
RULES |= {"comparison": False, "seats": None, "positions": [], "ties": [], "lot": []}
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen
STOPPING = {"greedy-no-skip", "knapsack"}
KNOWN = {"greedy", "greedy-threshold", "greedy-exclusive", "equal-shares", *STOPPING}
SETTLED, MANY, NONE = ("no-votes", "over-budget"), 10**12, Fraction(0)


class UndecidedTie(Exception):
    """Equal projects that no tie rule separates."""


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def amount(cents: Fraction | int) -> str:
    """An amount as text, rounded down to whole cents: 1250 is "12.50"."""
    return f"{floor(cents) // 100}.{floor(cents) % 100:02}"


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
            raise ValueError(
                "this program checks lists of plans; verify_poll.py checks other votes"
            )
        head, *rows = parts["PROJECTS"]
        plans = [dict(zip(head, row, strict=True)) for row in rows]
        self.title = {plan["project_id"]: plan.get("name", "") for plan in plans}
        amounts = [self.meta["budget"], *(plan["cost"] for plan in plans)]
        self.budget, *costs = [int(Fraction(text) * 100) for text in amounts]
        self.cost = dict(zip(self.title, costs, strict=True))
        head, *cast = parts["VOTES"]
        votes, self.voters = [row[head.index("vote")] for row in cast], len(cast)
        # Each kind of ballot with its number; a project that is named twice counts once.
        self.ballots = Counter(tuple(sorted(set(filter(None, vote.split(","))))) for vote in votes)
        self.votes = dict.fromkeys(self.cost, 0)
        for names, number in self.ballots.items():
            for name in names:
                self.votes[name] += number

    def fingerprint(self) -> str:
        """The `input_hash` of docs/counting.md: the same in whatever order the file has them."""
        lines = [["participatie-election", 1], ["budget", str(Fraction(self.budget, 100))]]
        lines.append(["vote_type", self.meta["vote_type"]])
        euros = {name: str(Fraction(self.cost[name], 100)) for name in sorted(self.cost)}
        lines += [["project", name, cost, [], ""] for name, cost in euros.items()]
        kinds = [(f"1,{compact(names)},null", number) for names, number in self.ballots.items()]
        ballots = [f'["ballot",{number},{text}]' for text, number in sorted(kinds)]
        return sha256([*map(compact, lines), *ballots])


class Count:
    """One count of an election: `winners`, `ties`, `reasons` and `endowment` are what comes out."""

    def __init__(self, election: Election, counting: Facts, level: Fraction = NONE) -> None:
        self.rule, self.rules, self.counting = counting["rule"], RULES | counting, counting
        self.election, self.cost, self.votes = election, election.cost, election.votes
        self.winners, self.ties, self.reasons = list[str](), list[Facts](), dict[str, Facts]()
        self.level, self.endowment, self.paid_in_part = level, Facts(), 0
        if unknown := [*(counting.keys() - SETTINGS), *({self.rule} - KNOWN)]:
            raise ValueError(f"this program does not check {unknown[0]}")
        waiting = [name for name in self.cost if self.takes_part(name)]
        self.equal_shares(waiting) if self.rule == "equal-shares" else self.greedy(waiting)

    def reject(self, name: str, code: str, **facts: Any) -> None:
        self.reasons[name] = {"code": code, "facts": facts}

    def takes_part(self, name: str) -> bool:
        """Whether a project may win at all; if not, why."""
        if not self.votes[name]:
            self.reject(name, "no-votes")
        elif self.cost[name] > self.election.budget:
            self.reject(name, "over-budget", cost=self.cost[name], budget=self.election.budget)
        return name not in self.reasons

    def key(self, rule: str, name: str) -> int:
        """Of equal projects the one with the lowest key goes first."""
        lot = self.rules["lot"]
        drawn = lot.index(name) if name in lot else len(lot)
        return {"cost": self.cost[name], "votes": -self.votes[name], "lot": drawn}[rule]

    def settle(self, tied: Sequence[str]) -> str:
        """The first of equals by the tie rules."""
        left, by = list(tied), None
        for rule in self.rules["ties"]:
            if len(left) > 1:
                best, by = min(self.key(rule, name) for name in left), rule
                left = [name for name in left if self.key(rule, name) == best]
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
        level = start = self.level or Fraction(election.budget, election.voters or 1)
        step, stop, next_cost = 100, "not-raised", None
        behind = self.shop(waiting, level)
        while completion.startswith("add1") and waiting and stop == "not-raised":
            winners, ties = self.winners, self.ties
            unbought = [self.cost[name] for name in waiting if name not in winners]
            if not unbought:
                stop = "all-won"
            elif completion == "add1-exhaustive" and min(unbought) > self.left():
                stop = "exhausted"
            else:
                after = self.shop(waiting, level + step)
                if self.left() >= 0:
                    level, behind = level + step, after
                else:
                    stop, next_cost = "overspend", amount(election.budget - self.left())
                    self.winners, self.ties = winners, ties
        self.endowment = {"start": amount(start), "final": amount(level), "step": amount(step)}
        self.endowment |= {"steps": (level - start) // step, "stop": stop, "next_cost": next_cost}
        self.level = level
        if "greedy" in completion:
            self.greedy(waiting)
        for name in [name for name in waiting if name not in self.winners]:
            skipped = self.reasons.get(name, {"facts": {"cost": self.cost[name]}})["facts"]
            self.reject(name, "supporters-short", **skipped, behind=floor(behind[name]))

    def shop(self, waiting: Sequence[str], level: Fraction) -> dict[str, Fraction]:
        """Buy what voters with `level` can pay; what is behind each project at the end."""
        # A price never falls, so the price in an earlier round is the least that it can be now.
        self.winners, self.ties = [], []
        number, left = self.election.ballots, dict.fromkeys(self.election.ballots, level)
        fans = {name: [kind for kind in left if name in kind] for name in waiting}
        least, asked = dict.fromkeys(waiting, NONE), dict[str, Fraction]()
        while least:
            lowest = [name for name in least if least[name] == min(least.values())]
            if unknown := [name for name in lowest if name not in asked]:
                name, payers = unknown[0], Counter[Fraction]()
                for kind in fans[name]:
                    payers[left[kind]] += number[kind]
                asked[name] = lowest_price(self.cost[name], payers)
                least[name] = asked[name] / (self.cost[name] or 1)
                if asked[name] < 0:
                    del least[name]
                continue
            name = self.settle(lowest)
            self.winners.append(name)
            del least[name]
            for kind in fans[name]:
                left[kind] = max(NONE, left[kind] - asked[name])
            asked = {}
        return {n: sum((left[kind] * number[kind] for kind in fans[n]), NONE) for n in fans}

    def wins(self, name: str, change: str, figure: int) -> bool | None:
        """Whether `name` wins at another cost, or with more voters who chose nothing else."""
        other = copy(self.election)
        if change == "cost_at_most":
            other.cost = {**other.cost, name: figure}
        else:
            other.ballots = other.ballots + Counter({(name,): figure})
            other.votes = {**other.votes, name: other.votes[name] + figure}
        after = "greedy" if "greedy" in self.rules["completion"] else "none"
        try:
            return name in Count(other, self.counting | {"completion": after}, self.level).winners
        except UndecidedTie:
            return None

    def needed(self, name: str, stated: Facts) -> None:
        """What would have let `name` win, if counts with just that, and one less, bear it out."""
        for fact, most, less in (("votes_short", MANY, -1), ("cost_at_most", 0, 1)):
            told, known = stated.get(fact, most), fact in stated
            right = type(told) is int and not self.wins(name, fact, told + less * known)
            right = right and not (known and self.wins(name, fact, told) is False)
            if known or not right:
                self.reasons[name]["facts"][fact] = told if right else "another number"

    def outcome(self, stated: Facts) -> Facts:
        """The result as it should have been published."""
        told: Facts = {"rule": self.rule, "winners": self.winners}
        spent, left = sum(self.cost[name] for name in self.winners), self.left()
        told |= {"spent": amount(spent), "leftover": amount(left)}
        told |= {"ties": self.ties, "endowment": self.endowment or None}
        told["rejected"] = {name: reason["code"] for name, reason in self.reasons.items()}
        told["input_hash"] = self.election.fingerprint()
        told["result_hash"] = sha256([compact(self.rules), compact(told)])
        for name in [n for n in self.reasons if told["rejected"][n] not in SETTLED]:
            self.needed(name, stated.get("reasons", {}).get(name, {}).get("facts", {}))
        return {**told, "votes": self.votes, "reasons": self.reasons}


def lowest_price(cost: int, payers: Counter[Fraction]) -> Fraction:
    """What each pays, or all there is, so that together they pay the cost; -1 if they cannot."""
    missing, voters = Fraction(cost), payers.total()
    for purse in sorted(payers):
        if purse * voters >= missing:
            return missing / voters
        missing, voters = missing - purse * payers[purse], voters - payers[purse]
    return Fraction(-1)


def recount(election: Election, stated: Facts) -> Facts:
    """What the published file should say, as far as the ballots and the rules settle it."""
    try:
        result = Count(election, stated["counting"]).outcome(stated["result"])
    except UndecidedTie as tie:
        result = {"undecided": tie.args[0]}
    [asked], cost, plans = stated["questions"], election.cost, sorted(election.title.items())
    text = {option["code"]: option["text"] for option in asked["options"]}
    options = [{"code": n, "title": t, "text": text.get(n), "cost": cost[n]} for n, t in plans]
    rules_hash = sha256([compact({k: stated[k] for k in stated.keys() - OUTCOME})], end="")
    told = {"questions": [{**asked, "budget": election.budget, "options": options}]}
    return {**told, "rules_hash": rules_hash, "ballots": election.voters, "result": result}


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
    for difference in differences({key: stated.get(key) for key in counted}, counted, ""):
        print(difference)
        return 1
    print("the recount gives the published result")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
