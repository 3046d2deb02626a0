"""One vote against a small model, in every order: cast, change, paper, close, move, end, count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from participatie.core.db import db
from participatie.core.errors import Conflict, IllegalTransition, Invalid
from participatie.identity.rules import VISITOR
from participatie.votes.keys import Keys
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules import board as board_rules
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.paper_ballots import Typed
from participatie.votes.rules.rounds import GREEDY, Channel, Grade, RoundState
from participatie.votes.services import (
    amending,
    board,
    closing,
    counting,
    elections,
    own_votes,
    paper_ballots,
    versions,
)
from tests.factories import FAR_AWAY, ClerkFactory, SecondFactory, soon
from tests.votes.steps import NOW, cast, end, loaded, make_round
from tests.votes.two_people import WHY, actor_of, agreed, both

VOTERS, PLANS = ("v1$a", "v1$b", "v1$c", "v1$d"), ("0", "1", "2")
CHANNELS = (Channel.LOGIN, Channel.CODE, Channel.DESK)
Press = tuple[UUID, str, str, str]
"""The number of a press, its voter, what was chosen, and the code that came back."""


class Vote(RuleBasedStateMachine):
    """The ballot box beside what a child could keep on a sheet of paper."""

    presses = Bundle("presses")
    keys: ClassVar[Keys]

    def __init__(self) -> None:
        super().__init__()
        lot = {**GREEDY, "lot": [*PLANS]}
        self.round_id = int(make_round(grade=Grade.COMMON, counting=lot).id)
        self.clerk, self.second = actor_of(ClerkFactory()), actor_of(SecondFactory())
        self.last: dict[str, str] = {}  # of each voter, on a screen
        self.on_paper: set[str] = set()
        self.codes: list[str] = []
        self.state = RoundState.OPEN
        self.moves = 0  # of the closing while the vote was open
        self.version = 0  # of the result that everybody sees

    @property
    def round(self) -> VoteRound:
        return loaded(self.round_id)

    def refused(self, act, *given, **settings) -> None:
        self.refused_as((Conflict, IllegalTransition), act, *given, **settings)

    def refused_as(self, kinds, act, *given, **settings) -> None:
        with pytest.raises(kinds):
            act(*given, **settings)
        db.session.rollback()

    @rule(
        target=presses,
        voter=strategies.sampled_from(VOTERS),
        plan=strategies.sampled_from(PLANS),
        channel=strategies.sampled_from(CHANNELS),
    )
    def cast_or_change(self, voter, plan, channel):
        press = uuid4()
        told = {"keys": self.keys, "voter": voter, "press": press, "channel": channel}
        if self.state is not RoundState.OPEN or voter in self.on_paper:
            self.refused(cast, self.round, [plan], **told)
            return multiple()
        code = cast(self.round, [plan], **told).code
        self.codes.append(code)
        self.last[voter] = plan
        return (press, voter, plan, code)

    @rule(made=presses)
    def press_again(self, made: Press):
        press, voter, plan, code = made
        again = cast(self.round, [plan], keys=self.keys, voter=voter, press=press)
        assert again.code == code

    @rule(made=presses, plan=strategies.sampled_from(PLANS))
    def press_again_with_another_list(self, made: Press, plan):
        press, voter, before, _ = made
        if plan != before:
            told = {"keys": self.keys, "voter": voter, "press": press}
            self.refused(cast, self.round, [plan], **told)

    @rule(voter=strategies.sampled_from(VOTERS))
    def give_paper(self, voter):
        key = self.keys.voter_key(self.round_id, voter)
        told: dict[str, Any] = {"actor": self.clerk, "now": NOW}
        if self.state is not RoundState.OPEN or voter in self.on_paper:
            self.refused(paper_ballots.give_paper, self.round, key, **told)
            return
        had_voted = paper_ballots.give_paper(self.round, key, **told)
        db.session.commit()
        assert had_voted == (voter in self.last)
        self.on_paper.add(voter)

    @rule()
    def take_up_what_waits(self):
        if self.state is RoundState.OPEN:
            board.take_up(self.round_id, all_of_them=False)
            db.session.commit()

    @rule()
    def close_before_its_time(self):
        self.refused(closing.close, self.round_id, actor=VISITOR, now=NOW)

    @precondition(lambda self: self.state is RoundState.OPEN)
    @rule()
    def close(self):
        end(self.round)
        closing.close(self.round_id, actor=VISITOR, now=NOW)
        db.session.commit()
        self.state = RoundState.CLOSED

    @precondition(lambda self: self.state is RoundState.CLOSED)
    @rule()
    def move_the_closing_after_it(self):
        until = soon(minutes=5).timestamp()
        amending.reopen(self.round, agreed(self.round, Act.EXTEND, until=until))
        db.session.commit()
        self.state = RoundState.OPEN

    @rule()
    def move_the_closing_before_it(self):
        told: dict[str, Any] = {"reason": WHY, "actor": self.clerk, "now": NOW}
        until = FAR_AWAY + timedelta(minutes=self.moves + 1)
        if self.state is not RoundState.OPEN:
            self.refused(amending.extend, self.round_id, until=until, **told)
            return
        amending.extend(self.round_id, until=until, **told)
        db.session.commit()
        self.moves += 1
        self.refused_as(Invalid, amending.extend, self.round_id, until=until, **told)

    @precondition(lambda self: len(self.codes) > 3)
    @rule()
    def break_off(self):
        if self.state is not RoundState.OPEN:
            self.refused(self.by_two, Act.BREAK_OFF, WHY)
            return
        self.by_two(Act.BREAK_OFF, WHY)
        self.state = RoundState.BROKEN_OFF

    @rule()
    def count_what_is_not_closed(self):
        if self.state in {RoundState.OPEN, RoundState.BROKEN_OFF}:
            self.refused(counting.tally, self.round_id, keys=self.keys, now=NOW)

    @precondition(lambda self: self.state is RoundState.COUNTED)
    @rule()
    def publish(self):
        self.by_two(Act.PUBLISH, is_final=True)
        self.state, self.version = RoundState.PUBLISHED, self.version + 1

    @precondition(lambda self: self.state is RoundState.PUBLISHED and self.version < 3)
    @rule()
    def count_again_and_publish_the_next_version(self):
        self.by_two(Act.RECOUNT, WHY)
        counting.tally(self.round_id, keys=self.keys, now=NOW)
        db.session.commit()
        shown = versions.version(self.round_id).published
        assert shown is not None
        assert shown.number == self.version
        self.by_two(Act.PUBLISH, is_final=True)
        self.version += 1

    @precondition(lambda self: self.state is RoundState.OPEN)
    @rule()
    def count_too_early(self):
        self.refused(counting.tally, self.round_id, keys=self.keys, now=NOW)

    @precondition(lambda self: self.state is RoundState.CLOSED)
    @rule()
    def count(self):
        self.type_papers()
        self.by_two(Act.FINALISE)
        [tally] = counting.tally(self.round_id, keys=self.keys, now=NOW)
        db.session.commit()
        self.state = self.round.state
        told = dict(elections.choices(self.round_id).get(tally.question_id, {}))
        on_paper = [self.paper_of(voter) for voter in self.on_paper]
        assert told == Counter((plan,) for plan in [*self.counting.values(), *on_paper])
        [again] = counting.tally(self.round_id, keys=self.keys, now=NOW)
        assert (again.version, again.result_hash) == (tally.version, tally.result_hash)

    def by_two(self, act: Act, reason: str = "", **terms: object) -> None:
        both(self.round, act, [self.clerk, self.second], reason, **terms)
        db.session.commit()

    def paper_of(self, voter: str) -> str:
        """What somebody marked who got a paper: always the same."""
        return PLANS[VOTERS.index(voter) % len(PLANS)]

    def type_papers(self) -> None:
        """Two people take the papers out of the box and type them."""
        if not self.on_paper:
            return
        told: dict[str, Any] = {"actor": self.clerk, "now": NOW}
        pile = paper_ballots.begin_pile(self.round, len(self.on_paper), **told)
        for actor in (self.clerk, actor_of(ClerkFactory())):
            for number, voter in enumerate(sorted(self.on_paper), 1):
                typed = Typed(((self.paper_of(voter),),))
                paper_ballots.type_paper(pile, self.round, number, typed, actor=actor)
        paper_ballots.agree(pile, self.round, **told)
        db.session.commit()

    @property
    def counting(self) -> dict[str, str]:
        return {voter: plan for voter, plan in self.last.items() if voter not in self.on_paper}

    @invariant()
    def each_voter_has_one_turn_and_each_cast_one_entry(self):
        turned_out = db.session.scalars(round_queries.turnout(self.round_id)).one()
        assert turned_out == len(self.last.keys() | self.on_paper)
        entries = select(func.count()).where(
            BoardEntry.round_id == self.round_id, BoardEntry.kind == EntryKind.CAST
        )
        waiting = text(
            "SELECT count(*) FROM ballot WHERE round_id = :round"
            " AND leaf NOT IN (SELECT leaf FROM board_entry WHERE round_id = :round)"
        )
        waits = db.session.scalars(waiting, {"round": self.round_id}).one()
        told = db.session.scalars(entries).one()
        assert told + waits == len(self.codes) == len(set(self.codes))
        assert not waits or self.state in {RoundState.OPEN, RoundState.BROKEN_OFF}

    @invariant()
    def every_version_stays_readable_and_says_the_same(self):
        told = [versions.version(self.round_id, n + 1).tallies[0] for n in range(self.version)]
        assert len({one.result_hash for one in told}) <= 1
        assert [one.version for one in told] == sorted({one.version for one in told})

    @invariant()
    def nothing_shows_before_it_is_published(self):
        shown = db.session.scalars(result_queries.visible_tally(self.round_id)).all()
        assert len(shown) == (self.state is RoundState.PUBLISHED)
        if self.state in {RoundState.OPEN, RoundState.CLOSED, RoundState.BROKEN_OFF}:
            assert elections.choices(self.round_id) == {}
            for code in self.codes[-2:]:
                assert board.check_code(self.round_id, code).status is None
                found = own_votes.find(self.round, code)
                assert found.status is own_votes.Status.RECEIVED


@pytest.mark.usefixtures("context")
@pytest.mark.database
@pytest.mark.parametrize("examples", [8, pytest.param(300, marks=pytest.mark.slow)])
def test_every_order_of_what_can_happen_to_a_vote_leaves_one_vote_for_each_voter(
    examples, keys, monkeypatch
):
    monkeypatch.setattr(board_rules, "GROUP", 1)
    Vote.keys = keys
    length = settings(max_examples=examples, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(Vote, settings=length)
