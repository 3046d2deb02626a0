"""The published folder: it checks, nothing in it can be changed unseen, and it says no more."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.rules import VISITOR
from participatie.votes import verify_board, verify_count
from participatie.votes.models.acts import VoteAct
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import canonical, leaf
from participatie.votes.rules.rounds import Publication
from participatie.votes.services import amending, closing, counting, heads, publishing
from participatie.votes.services.folder import folder
from tests import moments
from tests.factories import ClerkFactory, soon
from tests.votes.folders import (
    CLOSES,
    checks,
    opened_round,
    published,
    published_poll,
    unpack,
)
from tests.votes.steps import NOW, cast, end, loaded
from tests.votes.two_people import agreed

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def recounts(into: Path) -> int:
    return verify_count.main([str(into / "stemmen.pb"), str(into / "uitslag.json")])


@pytest.mark.parametrize("what", Publication)
def test_a_published_vote_checks(what: Publication, keys, few, tmp_path, capsys):
    published(keys, tmp_path, publication=what)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    names = {path.name for path in tmp_path.iterdir()}
    always = {"LEESMIJ.txt", "verify_board.py", "verify_count.py", "heads.txt", "board.jsonl"}
    always |= {"results.jsonl", "uitslag.json"}
    shown = set() if what is Publication.COUNTS else {"stemmen.pb"}
    assert names == always | shown
    if shown:
        assert recounts(tmp_path) == 0
    told = (tmp_path / "results.jsonl").read_text()
    assert ('"record":"ballot"' in told) == (what is Publication.CODES)
    assert ('"record":"answer"' in told) == (what is not Publication.COUNTS)


def test_of_few_ballots_only_totals_are_in_the_folder(keys, tmp_path):
    published(keys, tmp_path, publication=Publication.CODES)
    assert checks(tmp_path) == 0
    told = (tmp_path / "results.jsonl").read_text()
    assert '"record":"ballot"' not in told
    assert '"record":"answer"' not in told
    assert not (tmp_path / "stemmen.pb").exists()


def test_the_folder_is_the_same_bytes_each_time(keys, few, tmp_path):
    vote_round = published(keys, tmp_path)
    first = b"".join(folder(vote_round.id))
    db.session.expire_all()
    assert b"".join(folder(vote_round.id)) == first


def test_there_is_no_folder_before_publishing(keys):
    vote_round = opened_round()
    cast(vote_round, ["0"], keys=keys)
    heads.sign_head(vote_round.id, keys=keys, now=NOW)
    with pytest.raises(NotFound):
        folder(vote_round.id)
    with pytest.raises(NotFound):
        folder(10**9)


def test_a_head_that_somebody_kept_must_be_the_beginning(keys, few, tmp_path, capsys):
    published(keys, tmp_path)
    note = (tmp_path / "heads.txt").read_text().split("\n\n—")[0]
    kept = tmp_path / "bewaard.txt"
    first = "".join((tmp_path / "heads.txt").read_text().splitlines(keepends=True)[:5])
    assert first.startswith(note)
    kept.write_text(first)
    assert checks(tmp_path, str(kept)) == 0
    kept.write_text(first.replace("\n13\n", "\n12\n"))
    assert checks(tmp_path, str(kept)) == 1
    assert "bewaard.txt head 1" in capsys.readouterr().out


def test_a_vote_that_was_taken_off_a_board_is_seen_although_all_is_signed_again(
    keys, few, tmp_path, capsys
):
    """As who has the keys could: a whole folder that fits, and not the head that somebody kept."""
    published(keys, tmp_path / "echt")
    published(keys, tmp_path / "ander")
    assert checks(tmp_path / "ander") == 0
    first = (tmp_path / "echt" / "heads.txt").read_text().splitlines(keepends=True)[:5]
    (tmp_path / "bewaard.txt").write_text("".join(first))
    assert checks(tmp_path / "ander", str(tmp_path / "bewaard.txt")) == 1


# Two thousand changes


def changed_bytes(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw))
    other = raw[place] ^ (1 << chance.randrange(7))
    return raw[:place] + bytes([other]) + raw[place + 1 :]


def deleted_line(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def repeated_line(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    return b"".join([*lines[:place], lines[chance.randrange(len(lines))], *lines[place:]])


def swapped_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def rewritten(raw: bytes, chance: random.Random) -> bytes:
    """A line with another body whose leaf fits, as who understands the file would write it."""
    lines = raw.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    body = json.loads(lines[place])["body"]
    key = chance.choice(sorted(body))
    value = body[key]
    body[key] = value + 1 if isinstance(value, int) else f"{value}0"
    line = canonical({"seq": place, "leaf": leaf(body).hex(), "body": body})
    return b"".join([*lines[:place], line + b"\n", *lines[place + 1 :]])


def rewritten_lines(raw: bytes, record: str) -> Iterator[bytes]:
    """A file of records with each line of one kind rewritten in turn, so that its leaf fits."""
    for seq, line in enumerate(raw.splitlines()):
        body = json.loads(line)["body"]
        for key in sorted(body) if body["record"] == record else ():
            other = body[key] + 1 if isinstance(body[key], int) else [f"{body[key]}0"]
            changed = {**body, key: other}
            new = canonical({"seq": seq, "leaf": leaf(changed).hex(), "body": changed})
            yield raw.replace(line, new)


MUTATIONS: dict[str, list[Callable[[bytes, random.Random], bytes]]] = {
    "board.jsonl": [changed_bytes, deleted_line, repeated_line, swapped_lines, rewritten],
    "results.jsonl": [changed_bytes, deleted_line, repeated_line, swapped_lines, rewritten],
    "heads.txt": [changed_bytes, deleted_line, repeated_line, swapped_lines],
    "uitslag.json": [changed_bytes, deleted_line, repeated_line, swapped_lines],
    "stemmen.pb": [changed_bytes, deleted_line, repeated_line, swapped_lines],
}


def mutations(into: Path, number: int) -> Iterator[tuple[Path, bytes, bytes]]:
    chance = random.Random(4)
    kinds = {"uitslag*.json": "uitslag.json", "stemmen*.pb": "stemmen.pb"}
    names = [*("board.jsonl", "results.jsonl", "heads.txt")]
    files = {name: MUTATIONS[name] for name in names}
    for some, kind in kinds.items():
        files |= {path.name: MUTATIONS[kind] for path in into.glob(some)}
    acts = [(name, act) for name, of in files.items() for act in of]
    for turn in range(number):
        name, act = acts[turn % len(acts)]
        raw = (into / name).read_bytes()
        changed = act(raw, chance)
        if changed != raw:
            yield into / name, raw, changed


@pytest.fixture
def remembered(monkeypatch) -> None:
    """Each signature is checked once: most changes leave them as they are."""
    once = lru_cache(maxsize=None)(verify_board.is_signed)
    monkeypatch.setattr(verify_board, "is_signed", once)


@pytest.mark.parametrize("kind", ["budget", "poll"])
@pytest.mark.usefixtures("few", "remembered")
def test_two_thousand_changes_are_all_seen_and_named(kind, keys, tmp_path, capsys):
    if kind == "budget":
        published(keys, tmp_path, publication=Publication.CODES)
    else:
        published_poll(keys, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    tried = 0
    for path, raw, changed in mutations(tmp_path, 1080):
        path.write_bytes(changed)
        capsys.readouterr()
        code = checks(tmp_path)
        said = capsys.readouterr()
        path.write_bytes(raw)
        tried += 1
        assert code in (1, 2), (path.name, raw, changed)
        named = path.name in said.out or "board.jsonl" in said.out or "results" in said.out
        assert named or "Error" in said.err, (path.name, said)
    assert tried >= 1000
    assert checks(tmp_path) == 0


def test_ballots_of_another_vote_in_the_folder_are_named_by_the_check_of_the_board(
    keys, few, tmp_path, capsys
):
    published(keys, tmp_path)
    path = tmp_path / "stemmen.pb"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert checks(tmp_path) == 1
    assert "stemmen.pb" in capsys.readouterr().out
    path.unlink()
    assert checks(tmp_path) == 1
    assert "stemmen.pb" in capsys.readouterr().out


def test_changed_ballots_are_named_by_the_recount(keys, few, tmp_path, capsys):
    published(keys, tmp_path)
    path = tmp_path / "stemmen.pb"
    good = path.read_text()
    for old, new in (("\n1;0\n", "\n1;2\n"), ("0;400000.00", "0;400000.01")):
        if old in good:
            path.write_text(good.replace(old, new, 1))
            assert recounts(tmp_path) == 1
            assert " differs: " in capsys.readouterr().out
    head, last = good.rstrip("\n").rsplit("\n", 1)
    for changed in (f"{head}\n", f"{good}{last}\n"):
        path.write_text(changed)
        assert recounts(tmp_path) == 1


# The program itself


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [  # RFC 8032 §7.1, tests 1 to 3
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_signatures_are_those_of_rfc_8032(public: str, message: str, signature: str):
    key, said, signed = map(bytes.fromhex, (public, message, signature))
    assert verify_board.is_signed(key, said, signed)
    assert not verify_board.is_signed(key, said + b"x", signed)
    for place in range(0, 64, 5):
        bent = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not verify_board.is_signed(key, said, bent)
    more = int.from_bytes(signed[32:], "little") + verify_board.ORDER
    assert not verify_board.is_signed(key, said, signed[:32] + more.to_bytes(32, "little"))
    assert not verify_board.is_signed(key, said, signed[:63])


def test_signatures_of_another_library_are_good():
    for number in range(20):
        key = SigningKey(bytes([number]) * 32)
        signed = key.sign(b"%d" % number)
        assert verify_board.is_signed(bytes(key.verify_key), signed.message, signed.signature)


def test_what_cannot_be_read_is_told(tmp_path, capsys):
    assert checks(tmp_path / "none") == 2
    assert "cannot be checked" in capsys.readouterr().err


def test_the_program_is_short_and_runs_on_python_alone(keys, few, tmp_path):
    published(keys, tmp_path)
    program = (tmp_path / "verify_board.py").read_text()
    assert program == Path(verify_board.__file__).read_text()
    assert len(program.splitlines()) <= 300
    nodes = [*ast.walk(ast.parse(program))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_board.py"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"everything on the board is accounted for\n"


def test_a_vote_that_was_closed_twice_checks(keys, tmp_path, capsys):
    vote_round = opened_round()
    cast(vote_round, ["0"], keys=keys, voter="v1$1")
    moments.over(db.session, vote_round.id, at=CLOSES)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    fresh = loaded(vote_round.id)
    amending.reopen(fresh, agreed(fresh, Act.EXTEND, until=soon(minutes=5).timestamp()))
    db.session.commit()
    cast(vote_round, ["1"], keys=keys, voter="v1$2")
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)
    unpack(vote_round.id, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out


def test_what_is_published_checks_while_a_newer_count_waits(keys, tmp_path, capsys):
    vote_round = published(keys, tmp_path / "before")
    people = [ClerkFactory().id, ClerkFactory().id]
    facts = {"asked_by": people[0], "confirmed_by": people[1], "facts": {}, "terms": {}}
    asked = {"asked_at": NOW, "confirmed_at": NOW, "subject_hash": "0" * 64}
    db.session.add(VoteAct(round_id=vote_round.id, act=Act.RECOUNT, **facts, **asked))
    db.session.commit()
    [again] = counting.tally(vote_round.id, keys=keys, now=NOW)
    db.session.commit()
    assert again.version == 2
    unpack(vote_round.id, tmp_path / "after")
    assert checks(tmp_path / "after") == 0, capsys.readouterr().out
