"""Reading and writing elections in the Pabulib format (.pb).

Three sections of semicolon-separated values: META, PROJECTS and VOTES. Of a vote only the choices
and the points are kept: whatever else a file says about a voter is skipped unseen.
"""

import csv
import io
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from participatie.votes.counting import money
from participatie.votes.counting.election import (
    POINTED,
    Ballots,
    Election,
    ElectionError,
    Project,
    VoteType,
    Whole,
)
from participatie.votes.counting.scores import default_points

SECTIONS = ("META", "PROJECTS", "VOTES")
NEEDED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}
FIELD_LIMIT = 1_000_000
PIECE = 20_000


MOST_POINTS = 10**9


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that the file states and a recount does not find; `project` is "" for META."""

    key: str
    stated: str
    counted: int
    project: str = ""

    def __str__(self) -> str:
        where = f"project {self.project}: " if self.project else ""
        return f"{where}{self.key} says {self.stated}, a recount gives {self.counted}"


def read(source: str | Path | BinaryIO) -> Election:
    """The election in a file or a binary stream. ElectionError tells the line that is wrong."""
    with Path(source).open("rb") if isinstance(source, str | Path) else nullcontext(source) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        try:
            return _read(text)
        except UnicodeDecodeError as error:
            fault = error
        finally:
            text.detach()
        raise ElectionError(f"{_not_utf8(raw)}the file is not UTF-8: {fault.reason}") from fault


def _not_utf8(raw: BinaryIO) -> str:
    """The line that is no UTF-8, where the stream lets itself be read again."""
    if not raw.seekable():
        return ""
    raw.seek(0)
    for number, line in enumerate(raw, start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return f"line {number}: "
    return ""


class _Lines:
    """The rows of a file under their section headers; a section runs to the next section's name."""

    def __init__(self, text: TextIO) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self.reader = csv.reader(text, delimiter=";")
        self.section = ""
        self.stated: dict[str, int] = {}  # META key → its line

    def fail(self, message: str, line: int | None = None) -> ElectionError:
        return ElectionError(f"line {line or self.reader.line_num or 1}: {message}")

    def header(self, section: str) -> dict[str, int]:
        """The columns of `section`, which must be the next one in the file."""
        if self.section != section:
            for row in self:
                raise self.fail(f"{section} should begin here, not {row[0]!r}")
        if self.section != section:
            raise self.fail(f"the section {section} is missing")
        row = next(iter(self), [])
        columns = {name.strip(): place for place, name in enumerate(row)}
        missing = [name for name in NEEDED[section] if name not in columns]
        if missing:
            raise self.fail(f"{section} has no column {missing[0]!r}")
        return columns

    def refuse_nul(self, row: Sequence[str]) -> None:
        """The character NUL belongs in no text; a database would not take it."""
        if any("\0" in field for field in row):
            raise self.fail("the character NUL is no text")

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for row in self.reader:
                if len(row) == 1 and row[0].strip() in SECTIONS:
                    self.section = row[0].strip()
                    return
                if row:
                    yield row
        except csv.Error as error:
            raise self.fail(str(error)) from error


def _read(text: TextIO) -> Election:
    lines = _Lines(text)
    meta = _meta(lines)
    try:
        vote_type = VoteType(meta.get("vote_type", ""))
    except ValueError:
        message = f"META: vote_type is {meta.get('vote_type')!r}"
        raise lines.fail(message, lines.stated.get("vote_type")) from None
    rows = _projects(lines)
    per_unit = _per_unit(
        [(lines.stated["budget"], "META: the budget", meta["budget"]), *_costs(rows)]
    )
    projects = tuple(_project(row, per_unit) for _, row in rows)
    index = {project.id: place for place, project in enumerate(projects)}
    ballots = _votes(lines, index, vote_type)
    budget = money.minor_units(meta["budget"], per_unit)
    return Election(budget, projects, ballots, vote_type, per_unit, meta)


def _meta(lines: _Lines) -> dict[str, str]:
    lines.header("META")
    meta: dict[str, str] = {}
    for row in lines:
        if len(row) != 2:
            raise lines.fail(f"META wants a key and a value, not {len(row)} fields")
        lines.refuse_nul(row)
        if row[0] in meta:
            raise lines.fail(f"META says {row[0]!r} twice")
        meta[row[0]] = row[1]
        lines.stated[row[0]] = lines.reader.line_num
    if "budget" not in meta:
        raise lines.fail("META has no budget")
    return meta


def _projects(lines: _Lines) -> list[tuple[int, dict[str, str]]]:
    columns = lines.header("PROJECTS")
    rows: list[tuple[int, dict[str, str]]] = []
    seen: set[str] = set()
    for row in lines:
        if len(row) != len(columns):
            raise lines.fail(f"{len(row)} fields where PROJECTS has {len(columns)} columns")
        lines.refuse_nul(row)
        named = dict(zip(columns, row, strict=True))
        if named["project_id"] in seen:
            raise lines.fail(f"project {named['project_id']!r} is listed twice")
        seen.add(named["project_id"])
        rows.append((lines.reader.line_num, named))
    return rows


def _costs(rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[tuple[int, str, str]]:
    return ((line, "the cost", row["cost"]) for line, row in rows)


def _per_unit(amounts: Sequence[tuple[int, str, str]]) -> int:
    """100 minor units to one of the currency, or as many as the decimals of the file need.

    `amounts` are the amounts of the file, each with its line and what it is.
    """
    most = 2
    for line, what, text in amounts:
        try:
            most = max(most, money.decimals(text))
        except ValueError as error:
            raise ElectionError(f"line {line}: {what} {error}") from None
    return int(10**most)


def _project(row: Mapping[str, str], per_unit: int) -> Project:
    return Project(
        id=row["project_id"],
        cost=money.minor_units(row["cost"], per_unit),
        name=row.get("name", ""),
        categories=tuple(filter(None, map(str.strip, row.get("category", "").split(",")))),
        area=row.get("neighborhood", "") or row.get("district", "") or row.get("subunit", ""),
        columns={k: v for k, v in row.items() if k not in {"project_id", "cost"}},
    )


def _votes(lines: _Lines, index: Mapping[str, int], vote_type: VoteType) -> Ballots:
    columns = lines.header("VOTES")
    vote, points = columns["vote"], columns.get("points")
    if points is None and vote_type in POINTED:
        raise lines.fail(f"a {vote_type} file needs a column 'points'")
    counts: dict[str, int] = {}
    first_line = array("q")
    width = len(columns)
    for row in lines:
        if len(row) != width:
            raise lines.fail(f"{len(row)} fields where VOTES has {width} columns")
        text = row[vote] if points is None else f"{row[vote]};{row[points]}"
        seen = counts.get(text)
        if seen is None:
            first_line.append(lines.reader.line_num)
            counts[text] = 1
        else:
            counts[text] = seen + 1
    ballots = _grouped(lines, counts, first_line, index, points is not None)
    if vote_type is VoteType.CHOOSE_1 and (long := np.flatnonzero(ballots.lengths > 1)).size:
        raise lines.fail("a choose-1 ballot names more than one project", first_line[long[0]])
    return ballots


def _grouped(
    lines: _Lines,
    counts: Mapping[str, int],
    first_line: Sequence[int],
    index: Mapping[str, int],
    pointed: bool,
) -> Ballots:
    texts = list(counts)
    number = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
    votes = [text.rpartition(";")[0] for text in texts] if pointed else texts
    lengths = np.fromiter(
        (vote.count(",") + 1 if vote else 0 for vote in votes), dtype=np.int64, count=len(votes)
    )
    try:
        choices = np.concatenate(
            [_indexes(votes, at, index) for at in range(0, len(votes) + 1, PIECE)]
        )
    except KeyError:
        raise _unknown(lines, votes, first_line, index) from None
    points = _points(lines, texts, lengths, first_line) if pointed else None
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return _once(Ballots(offsets, choices, number, points), len(index))


def _indexes(votes: Sequence[str], start: int, index: Mapping[str, int]) -> NDArray[np.int32]:
    """What a piece of the votes names; in pieces, as every name is a string of its own."""
    text = ",".join(filter(None, votes[start : start + PIECE]))
    names = text.split(",") if text else []
    return np.fromiter(map(index.__getitem__, names), dtype=np.int32, count=len(names))


def _unknown(
    lines: _Lines, votes: Sequence[str], first_line: Sequence[int], index: Mapping[str, int]
) -> ElectionError:
    for vote, line in zip(votes, first_line, strict=True):
        for name in vote.split(",") if vote else ():
            if name not in index:
                return lines.fail(f"the ballot names {name!r}, which is not a project", line)
    raise AssertionError("every project is known")


def _points(
    lines: _Lines, texts: Sequence[str], lengths: Whole, first_line: Sequence[int]
) -> Whole:
    values: list[int] = []
    for text, length, line in zip(texts, lengths.tolist(), first_line, strict=True):
        given = text.rpartition(";")[2]
        try:
            points = [int(p) for p in given.split(",")] if given else []
        except ValueError:
            raise lines.fail(f"points {given!r} are not whole numbers", line) from None
        if any(abs(number) > MOST_POINTS for number in points):
            raise lines.fail(f"more than {MOST_POINTS} points for one choice", line)
        if len(points) != length:
            raise lines.fail(f"{len(points)} points for {length} choices", line)
        values += points
    return np.array(values, dtype=np.int64)


def _once(ballots: Ballots, projects: int) -> Ballots:
    """Each project once in a ballot: where one is named again, its first place and points stay."""
    key = ballots.groups * projects + ballots.choices
    in_order = np.sort(key)
    if not (in_order[1:] == in_order[:-1]).any():
        return ballots
    kept = np.sort(np.unique(key, return_index=True)[1])
    lengths = np.bincount(ballots.groups[kept], minlength=len(ballots.counts))
    return Ballots(
        np.concatenate([[0], np.cumsum(lengths)]),
        ballots.choices[kept],
        ballots.counts,
        None if ballots.points is None else ballots.points[kept],
    )


def write(election: Election, target: str | Path | BinaryIO) -> None:
    """Write the election as a .pb file: every META key and project column, one row per ballot.

    Voters are numbered as they come out of the groups: the numbers say nothing about who voted.
    Endowments that differ have no place in the format and are refused.
    """
    if election.ballots.shares is not None:
        raise ElectionError("the Pabulib format cannot hold endowments that differ")
    with Path(target).open("wb") if isinstance(target, str | Path) else nullcontext(target) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerows(_head(election))
        writer.writerows(_rows(election))
        text.flush()
        text.detach()


def _head(election: Election) -> Iterator[Sequence[str]]:
    meta = {
        **election.meta,
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": money.plain(election.budget, election.per_unit),
        "vote_type": str(election.vote_type),
    }
    yield from (["META"], ["key", "value"], *meta.items(), ["PROJECTS"])
    columns = list(dict.fromkeys(name for p in election.projects for name in p.columns))
    yield ["project_id", "cost", *columns]
    for project in election.projects:
        cost = money.plain(project.cost, election.per_unit)
        yield [project.id, cost, *(project.columns.get(c, "") for c in columns)]


def _rows(election: Election) -> Iterator[Sequence[str]]:
    ballots = election.ballots
    pointed = ballots.points is not None
    yield from (["VOTES"], ["voter_id", "vote", *(["points"] if pointed else [])])
    ids = [project.id for project in election.projects]
    voter = 0
    for group, count in enumerate(ballots.counts.tolist()):
        part = slice(ballots.offsets[group], ballots.offsets[group + 1])
        row = [",".join(ids[c] for c in ballots.choices[part].tolist())]
        if ballots.points is not None:
            row.append(",".join(map(str, ballots.points[part].tolist())))
        for _ in range(count):
            voter += 1
            yield [str(voter), *row]


def differences(election: Election) -> tuple[Difference, ...]:
    """Where the numbers that the file states differ from a recount; nothing is corrected."""
    counted = {"num_projects": len(election.projects), "num_votes": election.voters}
    found = [
        Difference(key, election.meta[key], number)
        for key, number in counted.items()
        if key in election.meta and election.meta[key].strip() != str(number)
    ]
    recount = {"votes": election.votes, "score": default_points(election)}
    for key, numbers in recount.items():
        for project, number in zip(election.projects, numbers, strict=True):
            stated = project.columns.get(key)
            if stated is not None and stated.strip().removesuffix(".0") != str(number):
                found.append(Difference(key, stated, number, project.id))
    return tuple(found)
