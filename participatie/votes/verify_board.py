"""Check a published vote: python3 verify_board.py [folder] [head.txt …]

Checks that nothing was added to the board, taken off or changed, that each vote has a status, and
that the totals follow. A head or promise that you kept must fit the board. It needs Python only.
Exit code 0: no difference; 1: a difference, of which the first is named; 2: it cannot be read."""

import base64
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Point = tuple[int, int, int, int]
OUTCOME = {"rules_hash", "ballots", "version", "counted_at", "result"}  # the rest was frozen
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519: RFC 8032 §5.1
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class Difference(Exception):
    """The first thing that is not as it should be."""


def expect(true: object, text: str) -> None:
    if not true:
        raise Difference(text)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def point(data: bytes) -> Point:
    """The point that 32 bytes stand for. Raises `ValueError`."""
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * ROOT % P if (x * x - square) % P else x
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("this is not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, one: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    for bit in f"{number:b}":
        total = add(add(total, total), one) if bit == "1" else add(total, total)
    return total


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether `signature` under `text` was made with the key of `public`."""
    try:
        key, half = point(public), point(signature[:32])
    except ValueError:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    hashed = hashlib.sha512(signature[:32] + public + text).digest()
    x, y, z, _ = times(scalar, BASE)
    u, v, w, _ = add(half, times(int.from_bytes(hashed, "little") % ORDER, key))
    is_same = (x * w - u * z) % P == (y * w - v * z) % P == 0
    return is_same and len(signature) == 64 and scalar < ORDER


class Tree:
    """The tree of RFC 6962; `edge` has the roots of its complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size, self.edge = 0, list[bytes]()

    def add(self, leaf: bytes) -> None:
        place = self.size
        while place & 1:
            leaf, place = sha256(b"\x01" + self.edge.pop() + leaf), place >> 1
        self.edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        *before, total = self.edge or [sha256(b"")]
        for left in reversed(before):
            total = sha256(b"\x01" + left + total)
        return total


def lines(path: Path) -> Iterator[tuple[Facts, bytes]]:
    """The bodies of a file of numbered lines with their leaves; names the first wrong line."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for place, text in enumerate(file):
            where = f"{path.name} line {place + 1}"
            try:
                line: Facts = json.loads(text)
                body: Facts = {**line["body"]}
            except (ValueError, LookupError, TypeError):
                raise Difference(f"{where} is not an entry") from None
            leaf = sha256(b"\x00" + canonical(body).encode())
            expect(line.get("seq") == place, f"{where}: number {place} is missing or moved")
            expect(line.get("leaf") == leaf.hex(), f"{where} is not what its leaf says")
            expect(text == canonical(line) + "\n", f"{where} is not written as it should be")
            yield body, leaf


class Board:
    """The board, with its root at every size that a head speaks of."""

    def __init__(self, folder: Path, heads: list["Head"]) -> None:
        self.entries, self.roots = list[Facts](), dict[int, bytes]()
        tree, asked = Tree(), {head.size for head in heads}
        for body, leaf in lines(folder / "board.jsonl"):
            self.entries.append(body)
            tree.add(leaf)
            if tree.size in asked:
                self.roots[tree.size] = tree.root()
        expect([*self.of("opening")] == [0], "board.jsonl line 1 is not the one opening")
        self.opening = self.entries[0]

    def of(self, kind: str) -> dict[int, Facts]:
        return {n: body for n, body in enumerate(self.entries) if body.get("kind") == kind}

    def check(self, heads: list["Head"], others: list["Head"]) -> None:
        """Every head is signed, the board was what it says, and nobody voted after the closing."""
        public, end = bytes.fromhex(self.opening["head"]), len(self.entries)
        for head in [*heads, *others]:
            head.check(public)
            kept = not head.size and json.loads(head.root) in self.entries  # a promise
            fits = kept or self.roots.get(head.size) == head.root
            expect(fits, f"{head.where}: it does not fit board.jsonl, of {end} entries")
        sizes = [head.size for head in heads]
        expect(sizes == sorted({*sizes, end}), f"heads.txt: not in order up to all {end} entries")
        is_open = True  # two people can move the closing to later when it is over, too
        for number, one in enumerate(self.entries, 1):
            is_late = not is_open and one["kind"] in ("cast", "paper", "closing")
            expect(not is_late, f"board.jsonl line {number}: {one['kind']} after the closing")
            is_open = one["kind"] != "closing" and (is_open or one.get("what") == "closes_at")
        expect(not is_open, "board.jsonl: not closed")


class Head:  # a signed note of five lines: a head, or the promise of one entry
    def __init__(self, note: str, where: str) -> None:
        self.note, self.where, parts = note, where, note.split("\n")
        try:
            self.what, self.root = parts[1], base64.b64decode(parts[2])
            self.size = 0 if self.what == "cast" else int(self.what)
            self.signature = base64.b64decode(parts[4].split(" ")[2])
        except (ValueError, LookupError):
            raise Difference(f"{where} is not a head") from None

    def check(self, public: bytes) -> None:
        name = f"participatie/vote/{public.hex()[:16]}"
        key = sha256(f"{name}\n\x01".encode() + public)[:4]
        text = f"{name}\n{self.what}\n{base64.b64encode(self.root).decode()}\n"
        note = f"{text}\n— {name} {base64.b64encode(self.signature).decode()}\n"
        expect(self.note == note, f"{self.where} is not written as it should be")
        good = self.signature[:4] == key and is_signed(public, text.encode(), self.signature[4:])
        expect(good, f"{self.where}: the signature is not of the key in board.jsonl line 1")


def heads_in(path: Path) -> list[Head]:
    """The heads in a file, with a line between each two."""
    parts = path.read_text("utf-8").splitlines(keepends=True)
    notes = ["".join(parts[start : start + 5]) for start in range(0, len(parts), 6)]
    expect({*parts[5::6]} <= {"\n"}, f"{path.name}: a line too many between two heads")
    return [Head(note, f"{path.name} head {n}") for n, note in enumerate(notes, 1)]


class Results:  # what was counted, record by record
    def __init__(self, folder: Path, board: Board) -> None:
        self.board, self.records, tree = board, defaultdict[str, list[Facts]](list), Tree()
        for body, leaf in lines(folder / "results.jsonl"):
            self.records[str(body.get("record"))].append(body)
            tree.add(leaf)
        shown = {one["version"] for one in self.records["tally"]}  # a newer count may wait
        *_, self.entry = [one for one in board.of("result").values() if one["version"] in shown]
        expect(self.entry["records"] == tree.size, "results.jsonl has more or fewer records")
        expect(self.entry["root"] == tree.root().hex(), "results.jsonl is not what was counted")
        self.tallies = {one["question"]: one for one in self.records["tally"]}

    def check(self, files: list[Path]) -> None:
        for part in (self.check_statuses, self.check_totals, self.check_codes, self.check_tags):
            part()
        expect(len(files) == len(self.tallies), "a file uitslag.json is missing")
        for path in files:
            self.check_file(path)

    def check_statuses(self) -> None:
        """Every cast has one status, and the board says why it does not count."""
        board, status = self.board, self.records["status"]
        casts, annuls = board.of("cast"), {one["entry"] for one in board.of("annul").values()}
        seqs = [one["seq"] for one in status]
        for wrong in sorted({*casts} ^ {*seqs}):
            raise Difference(f"board.jsonl line {wrong + 1}: no vote, or a vote without status")
        expect(len(seqs) == len(casts), "results.jsonl: a vote with two statuses")
        for one in status:
            same = (one["status"] == "annulled") == (one["seq"] in annuls)
            expect(same, f"board.jsonl line {one['seq'] + 1}: annulled without an entry")
        self.counts = [one["seq"] for one in status if one["status"] == "counted"]
        expect(len(self.counts) == self.entry["counted"], "results.jsonl: other number of votes")
        papers = sum(one["overrides"] is True for one in board.of("paper").values())
        void = Counter(one["status"] for one in status)  # one can be annulled, and then on paper
        fits = bool(void["overridden"]) <= papers <= void["overridden"] + void["annulled"]
        expect(fits, "results.jsonl: overridden without paper")

    def check_totals(self) -> None:
        """The answers, the ballots, the papers and the statuses give the same totals."""
        counted, given = self.entry["counted"], len(self.board.of("paper"))
        answers = defaultdict[str, Counter[tuple[str, ...]]](Counter)
        for one in self.records["answer"]:
            answers[one["question"]][tuple(one["answer"])] += one["ballots"]
        for place, (question, tally) in enumerate(self.tallies.items()):
            if tally["ballots"] is None:  # how many chose in a small area is held back
                continue
            total, papers = tally["ballots"] + tally.get("blank", 0), tally["papers"]
            where, told = f"results.jsonl: {question}", answers[question]
            piles = [one["votes"][question] for one in self.records["pile"]]
            fits = 0 <= papers == sum(piles) == total - counted <= given
            expect(fits, f"{where}: {papers} papers of {given} on the board")
            expect(not told or told.total() == total, f"{where}: not {total} answers")
            held = Counter(tuple(one["answers"][place]) for one in self.records["ballot"])
            expect(papers or not (held and told) or held == told, f"{where}: other ballots")

    def check_codes(self) -> None:
        """Every vote that counts is published under its code, and no other."""
        digests = {self.board.entries[seq]["code"] for seq in self.counts}
        codes = [one["code"] for one in self.records["ballot"]]
        for code in codes:
            digest = sha256(f"code/1|{self.board.opening['round']}|{code}".encode()).hex()
            expect(digest in digests, f"results.jsonl: code {code} does not stand on the board")
        expect(not codes or len({*codes}) == len(self.counts), "results.jsonl: a code is missing")

    def check_tags(self) -> None:
        """Only who was on the roll can have voted, each once."""
        records, opening = self.records["tag"], self.board.opening
        tags, used = [one["tag"] for one in records], sum(one["used"] for one in records)
        expect(tags == sorted(set(tags)), "results.jsonl: a tag stands there twice or out of order")
        *_, closing = self.board.of("closing").values()
        fits = self.entry["counted"] <= used == closing["voters"]
        expect(fits, f"results.jsonl: {used} rights used, and another number of voters")
        tree = Tree()
        for tag in tags:
            tree.add(sha256(b"\x00" + bytes.fromhex(tag)))
        roll = {"count": tree.size, "root": tree.root().hex()}
        expect(opening.get("roll", roll) == roll, "results.jsonl: not the roll of the opening")

    def check_file(self, path: Path) -> None:
        """A file with a result says what was frozen and what was counted."""
        stated, where = json.loads(text := path.read_text("utf-8")), path.name
        frozen = sha256(canonical({key: stated[key] for key in stated.keys() - OUTCOME}).encode())
        *_, rules = [one["rules"] for one in self.board.entries if "rules" in one]
        expect(frozen.hex() == stated["rules_hash"] == rules, f"{where}: not the rules of the vote")
        result = sha256(canonical(stated["result"]).encode()).hex()
        tallies = [one for one in self.tallies.values() if one["result"] == result]
        expect(tallies, f"{where}: this result was not counted")
        for key in ("ballots", "version", "counted_at"):
            expect(stated[key] == tallies[0][key], f"{where}: {key} differs")
        votes = path.with_name(f"stemmen{path.stem[7:]}.pb")
        found = sha256(votes.read_bytes()).hex() if votes.exists() else None
        expect(found in [one.get("votes") for one in tallies], f"{votes.name} is another file")
        again = json.dumps(stated, ensure_ascii=False, sort_keys=True, indent=1)
        expect(text == again, f"{where} is not written as it should be")


def main(arguments: list[str]) -> int:
    folder, kept = Path(*arguments[:1]), map(Path, arguments[1:])
    try:
        heads = heads_in(folder / "heads.txt")
        others = [head for path in kept for head in heads_in(path)]
        board = Board(folder, [*heads, *others])
        board.check(heads, others)
        Results(folder, board).check(sorted(folder.glob("uitslag*.json")))
    except Difference as difference:
        print(difference)
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"cannot be checked: {error!r}", file=sys.stderr)
        return 2
    print("everything on the board is accounted for")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
