"""Check a published poll: python3 verify_poll.py stemmen.pb uitslag.json

Counts the ballots of the first file again, by the rules that the second file states, and compares
all that the second file says with what comes out. For votes without money: one choice, several,
points, or an order; verify_count.py checks budgets. It needs Python and nothing else, and was
written apart from the program that made the result.

Exit code 0: no difference; 1: a difference, of which the first is named; 2: it cannot be counted.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Ballot = tuple[tuple[str, int], ...]  # what one voter chose, each with its points
SETTINGS = {"rule", "ties", "lot", "seats"}
RULES: Facts = {"score": None, "threshold": None, "withdrawn": [], "exclusive": [], "step": None}
RULES |= {"category_budgets": {}, "area_budgets": {}, "utility": "cost", "completion": "none"}
RULES |= {"comparison": False, "seats": None, "positions": [], "ties": [], "lot": []}
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen
LISTS, POINTED = ("approval", "choose-1"), ("cumulative", "scoring")
NEEDS = {"count-only": (*LISTS, *POINTED, "ordinal"), "instant-runoff": ("ordinal",)}
MANY = 10**12


class UndecidedTie(Exception):
    """Equal options that no tie rule separates."""


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def amount(cents: int) -> str:
    """An amount as text: 1250 is "12.50"."""
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02}"


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
        self.kind = self.meta["vote_type"]
        if "default_score" in self.meta:
            raise ValueError("this program does not check a default score")
        head, *rows = parts["PROJECTS"]
        plans = [dict(zip(head, row, strict=True)) for row in rows]
        self.title = {plan["project_id"]: plan.get("name", "") for plan in plans}
        amounts = [self.meta["budget"], *(plan["cost"] for plan in plans)]
        self.budget, *costs = [int(Fraction(text) * 100) for text in amounts]
        self.cost = dict(zip(self.title, costs, strict=True))
        head, *cast = parts["VOTES"]
        self.voters, pointed = len(cast), self.kind in POINTED
        if cast and pointed != ("points" in head):
            raise ValueError(f"this program does not check a {self.kind} vote like this")
        columns = [head.index(name) for name in ("vote", "points") if name in head]
        # Each kind of ballot with its number.
        self.ballots = Counter(self.ballot(*(row[place] for place in columns)) for row in cast)
        self.votes, self.score = dict.fromkeys(self.cost, 0), dict.fromkeys(self.cost, 0)
        for ballot, number in self.ballots.items():
            for name, points in ballot:
                self.votes[name] += number
                self.score[name] += number * points

    def ballot(self, vote: str, given: str = "") -> Ballot:
        """A project that is named twice counts once, the first time. Only an order keeps order."""
        names = [name for name in vote.split(",") if name]
        if self.kind in POINTED:
            points = [int(number) for number in given.split(",") if number]
            return tuple(sorted(dict(reversed(list(zip(names, points, strict=True)))).items()))
        if self.kind in LISTS:
            return tuple((name, 1) for name in sorted(set(names)))
        most = int(self.meta.get("max_length") or len(self.cost))
        return tuple((name, most - place) for place, name in enumerate(dict.fromkeys(names)))

    def fingerprint(self) -> str:
        """The `input_hash` of docs/counting.md: the same in whatever order the file has them."""
        lines: list[Any] = [["participatie-election", 1]]
        lines += [["budget", str(Fraction(self.budget, 100))], ["vote_type", self.kind]]
        if self.meta.get("max_length"):
            lines.append(["meta", "max_length", self.meta["max_length"]])
        euros = {name: str(Fraction(self.cost[name], 100)) for name in sorted(self.cost)}
        lines += [["project", name, cost, [], ""] for name, cost in euros.items()]
        kinds = []
        for ballot, number in self.ballots.items():
            points = [p for _, p in ballot] if self.kind in POINTED else None
            kinds.append((f"1,{compact([n for n, _ in ballot])},{compact(points)}", number))
        ballots = [f'["ballot",{number},{text}]' for text, number in sorted(kinds)]
        return sha256([*map(compact, lines), *ballots])


class Count:
    """One count of an election: `winners`, `ties` and `reasons` are what comes out."""

    def __init__(self, election: Election, counting: Facts) -> None:
        self.rule, self.counting, self.election = counting["rule"], counting, election
        self.rules = RULES | counting
        if unknown := [*(counting.keys() - SETTINGS), *({self.rule} - NEEDS.keys())]:
            raise ValueError(f"this program does not check {unknown[0]}")
        if election.kind not in NEEDS[self.rule]:
            raise ValueError(f"this program does not check {self.rule} of a {election.kind} vote")
        self.score = election.score
        self.winners, self.ties, self.reasons = list[str](), list[Facts](), dict[str, Facts]()
        for name in [name for name in self.score if self.score[name] <= 0]:
            self.reject(name, "no-votes")
        standing = [name for name in self.score if name not in self.reasons]
        self.runoff(standing) if self.rule == "instant-runoff" else self.by_score(standing)

    def reject(self, name: str, code: str, **facts: int) -> None:
        self.reasons[name] = {"code": code, "facts": facts}

    def key(self, rule: str, name: str) -> int:
        """Of equal options the one with the lowest key goes first."""
        lot, election = self.rules["lot"], self.election
        drawn = lot.index(name) if name in lot else len(lot)
        return {"cost": election.cost[name], "votes": -election.votes[name], "lot": drawn}[rule]

    def settle(self, tied: Sequence[str], number: int, best: Callable[..., int] = min) -> str:
        """The first (or last) of equals by the tie rules, in round `number`."""
        left, by = list(tied), None
        for rule in self.rules["ties"]:
            if len(left) > 1:
                chosen, by = best(self.key(rule, name) for name in left), rule
                left = [name for name in left if self.key(rule, name) == chosen]
        if len(left) > 1:
            raise UndecidedTie(sorted(left))
        if by:
            facts = {"round": number, "tied": sorted(tied)}
            self.ties.append({**facts, "chosen": left[0], "by": by})
        return left[0]

    def by_score(self, waiting: list[str]) -> None:
        """The highest scores win, as many as there are seats."""
        while waiting and len(self.winners) < self.rules["seats"]:
            most = max(self.score[name] for name in waiting)
            top = [name for name in waiting if self.score[name] == most]
            self.winners.append(self.settle(top, len(self.winners) + 1))
            waiting.remove(self.winners[-1])
        for name in waiting:
            self.reject(name, "too-few-votes", votes=self.score[name])

    def runoff(self, standing: list[str]) -> None:
        """A ballot is for its highest that is still in; the last drops out until one has most."""
        number = 0
        while standing and not self.winners:
            number += 1
            tally = dict.fromkeys(standing, 0)
            for ballot, voters in self.election.ballots.items():
                for name in [name for name, _ in ballot if name in tally][:1]:
                    tally[name] += voters
            self.winners = [name for name in standing if 2 * tally[name] > sum(tally.values())]
            if len(standing) == 1:
                self.winners = standing
            last = [name for name in standing if tally[name] == min(tally.values())]
            out = [name for name in standing if name not in self.winners]
            for name in out if self.winners else [self.settle(last, number, max)]:
                self.reject(name, "eliminated", round=number, votes=tally[name])
            standing = [name for name in standing if name not in self.reasons]

    def wins(self, name: str, votes: int) -> bool | None:
        """Whether `name` wins with so many more votes, each from a voter who chose nothing."""
        other = copy(self.election)
        other.ballots = other.ballots + Counter({((name, 1),): votes})
        other.votes = {**other.votes, name: other.votes[name] + votes}
        other.score = {**other.score, name: other.score[name] + votes}
        try:
            return name in Count(other, self.counting).winners
        except UndecidedTie:
            return None

    def needed(self, name: str, stated: Facts) -> None:
        """The votes that `name` was short, if counts with those, and one less, bear it out."""
        told, known = stated.get("votes_short", MANY), "votes_short" in stated
        right = type(told) is int and not self.wins(name, told - known)
        right = right and not (known and self.wins(name, told) is False)
        if known or not right:
            self.reasons[name]["facts"]["votes_short"] = told if right else "another number"

    def outcome(self, stated: Facts) -> Facts:
        """The result as it should have been published."""
        spent = sum(self.election.cost[name] for name in self.winners)
        told: Facts = {"rule": self.rule, "winners": self.winners, "spent": amount(spent)}
        told |= {"leftover": amount(self.election.budget - spent), "endowment": None}
        told |= {"ties": self.ties, "input_hash": self.election.fingerprint()}
        told["rejected"] = {name: reason["code"] for name, reason in self.reasons.items()}
        told["result_hash"] = sha256([compact(self.rules), compact(told)])
        for name in [name for name in self.reasons if told["rejected"][name] != "no-votes"]:
            self.needed(name, stated.get("reasons", {}).get(name, {}).get("facts", {}))
        return {**told, "votes": self.election.votes, "reasons": self.reasons}


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
    budget = asked["budget"] and election.budget  # a poll has none
    told = {"questions": [{**asked, "budget": budget, "options": options}]}
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
