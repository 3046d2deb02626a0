"""Check a published poll: python3 verify_poll.py [folder]

Counts every question without money again, from the answers in results.jsonl and by the rules that
uitslag.json states, and compares all that uitslag.json says with what comes out. For a choice,
several, points or an order; verify_count.py checks budgets, and verify_board.py that nothing was
added to results.jsonl, taken out of it or changed. It needs Python and nothing else, and was
written apart from the program that made the result.

Exit code 0: no difference; 1: a difference, of which the first is named; 2: it cannot be counted.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Answers = Counter[tuple[str, ...]]  # each kind of answer with its number of ballots
METHODS = {"single": "votes", "multiple": "votes", "ranking": "order", "points": "points"}
METHODS |= {"open": "texts"}
SETTINGS = {"rule", "ties", "lot"}
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen


class Difference(Exception):
    """The first thing that is not as it should be."""


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def fingerprint(value: object) -> str:
    return hashlib.sha256(compact(value).encode()).hexdigest()


def codes_of(asked: Facts) -> list[str]:
    return sorted(option["code"] for option in asked["options"])


class Question:
    """One question with its answers; `outcome` is what should have been published of it."""

    def __init__(self, asked: Facts, counting: Facts, answers: Answers) -> None:
        self.kind, self.counting, self.answers = asked["kind"], counting, answers
        self.codes = codes_of(asked)
        self.most = asked["maximum"] or len(self.codes)
        if unknown := [*(counting.keys() - SETTINGS), *({self.kind} - METHODS.keys())]:
            raise ValueError(f"this program does not check {unknown[0]}")
        if counting["rule"] not in ("count-only", "instant-runoff"):
            raise ValueError(f"this program does not check {counting['rule']}")
        for answer in answers:
            if self.kind != "open" and {*dict(self.points(answer))} - {*self.codes}:
                raise ValueError(f"{answer} has what is not on the ballot")
        self.scores, self.first = dict.fromkeys(self.codes, 0), list[str]()
        self.dropped, self.method = dict[str, int](), METHODS[self.kind]
        if self.kind == "open":
            self.scores = {}
        elif counting["rule"] == "instant-runoff":
            self.method = "instant-runoff"
            self.runoff()
        else:
            self.add_up()

    def points(self, answer: Sequence[str]) -> list[tuple[str, int]]:
        """What an answer gives to each option that it names."""
        if self.kind == "points":
            pairs = [one.partition("=") for one in answer]
            return [(code, int(number)) for code, _, number in pairs]
        if self.kind == "ranking":
            return [(code, self.most - place) for place, code in enumerate(answer)]
        return [(code, 1) for code in answer]

    def add_up(self) -> None:
        """Every vote or point counts; who has most stands first, equals together."""
        for answer, number in self.answers.items():
            for code, points in self.points(answer):
                self.scores[code] += number * points
        most = max(self.scores.values(), default=0)
        self.first = [code for code, score in self.scores.items() if score == most > 0]

    def runoff(self) -> None:
        """A ballot is for its highest that is still in; the last drops out until one has most."""
        named = {code for answer in self.answers for code in answer}
        self.dropped = {code: 0 for code in self.codes if code not in named}
        standing, number = [code for code in self.codes if code in named], 0
        while standing and not self.first:
            number += 1
            tally = dict.fromkeys(standing, 0)
            for answer, ballots in self.answers.items():
                for code in [code for code in answer if code in tally][:1]:
                    tally[code] += ballots
            won = [code for code in standing if 2 * tally[code] > sum(tally.values())]
            self.first = standing[:] if len(standing) == 1 else won
            last = [code for code in standing if tally[code] == min(tally.values())]
            out = [code for code in standing if code not in self.first]
            if number == 1 or len(standing) > 1:
                self.scores.update(tally)
            for code in out if self.first else [self.settle(last)]:
                self.dropped[code] = number
                standing.remove(code)

    def settle(self, tied: list[str]) -> str:
        """Who drops out of equals: the one that the tie rules put last."""
        lot = self.counting.get("lot", [])
        named = Counter(code for answer in self.answers.elements() for code in answer)
        keys: dict[str, dict[str, int]] = {
            "cost": dict.fromkeys(tied, 0),
            "votes": {code: -named[code] for code in tied},
            "lot": {code: lot.index(code) if code in lot else len(lot) for code in tied},
        }
        for rule in self.counting.get("ties", []):
            worst = max(keys[rule][code] for code in tied)
            tied = [code for code in tied if keys[rule][code] == worst]
        if len(tied) > 1:
            raise Difference(f"nothing says which drops out first: {', '.join(tied)}")
        return tied[0]

    def outcome(self) -> Facts:
        blank = self.answers[()]
        return {
            "method": self.method,
            "answered": self.answers.total() - blank,
            "blank": blank,
            "scores": self.scores,
            "first": self.first,
            "dropped": self.dropped,
        }


class Folder:
    """What was published of a vote."""

    def __init__(self, place: Path) -> None:
        self.tallies, self.answers = dict[str, Facts](), defaultdict[str, Answers](Counter)
        self.papers = Counter[str]()  # of each question the papers that count
        with (place / "results.jsonl").open(encoding="utf-8") as file:
            for line in file:
                body = json.loads(line)["body"]
                if body["record"] == "tally":
                    self.tallies[body["question"]] = body
                elif body["record"] == "pile":
                    self.papers.update(body["votes"])
                elif body["record"] == "answer":
                    self.answers[body["question"]][tuple(body["answer"])] += body["ballots"]
        self.files = sorted(place.glob("uitslag*.json"))

    def check(self) -> Iterator[str]:
        """What is found of every question, in the order of the files. Raises `Difference`."""
        names = {f"uitslag-{code}.json": code for code in self.tallies}
        for path in self.files:
            stated = json.loads(path.read_text("utf-8"))
            asked = {one["code"]: one for one in stated["questions"]}
            code = names.get(path.name) or next(iter(self.tallies))
            if asked[code]["budget"] is None:
                yield self.question(path.name, stated, asked[code])

    def question(self, where: str, stated: Facts, asked: Facts) -> str:
        tally, answers = self.tallies[asked["code"]], self.answers.get(asked["code"])
        frozen = fingerprint({key: stated[key] for key in stated.keys() - OUTCOME})
        same(stated["rules_hash"], frozen, f"{where}: rules_hash")
        for key in ("ballots", "version", "counted_at"):
            same(stated[key], tally[key], f"{where}: {key}")
        same(tally["result"], fingerprint(stated["result"]), f"{where}: result of results.jsonl")
        same(tally["result_hash"], tally["result"], "results.jsonl: result_hash")
        same(tally["papers"], self.papers[asked["code"]], f"{where}: papers of results.jsonl")
        if answers is None:
            return f"{where}: the answers are not published, so nothing can be counted again"
        drawn = [code for code in stated["result"].get("drawn", []) if code in codes_of(asked)]
        lot = {"lot": [*stated["counting"].get("lot", []), *drawn]} if drawn else {}
        result = Question(asked, stated["counting"] | lot, answers).outcome()
        result |= {"drawn": drawn} if drawn else {}
        for key in dict.fromkeys([*result, *stated["result"]]):
            same(stated["result"].get(key), result.get(key), f"{where}: result.{key}")
        same(stated["ballots"], answers.total(), f"{where}: ballots")
        cast = [[list(answer), number] for answer, number in sorted(answers.items())]
        counted = fingerprint({"question": asked["code"], "answers": cast})
        same(tally["input_hash"], counted, "results.jsonl: input_hash")
        return f"{where}: the recount gives the published result"


def same(published: object, counted: object, where: str) -> None:
    if compact(published) != compact(counted):
        raise Difference(f"{where} differs: published {published!r}, recounted {counted!r}")


def main(arguments: list[str]) -> int:
    try:
        found = [*Folder(Path(*arguments[:1])).check()]
    except Difference as difference:
        print(difference)
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"cannot recount: {error!r}", file=sys.stderr)
        return 2
    if not found:
        print("this vote divides money: verify_count.py checks it", file=sys.stderr)
        return 2
    print("\n".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
