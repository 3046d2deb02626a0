"""What an office and a team give together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict
from participatie.identity.rules import Role
from participatie.teams.rules import BY_OFFICE, GIVES, TeamRole, check_has_leader, giving, roles_in

OFFICES = st.frozensets(st.sampled_from(Role))
TEAM = st.frozensets(st.sampled_from(TeamRole))


@pytest.mark.parametrize(
    ("own", "team", "only_team", "may"),
    [
        ({Role.CLERK}, set(), False, {Role.CLERK}),
        ({Role.CLERK}, set(), True, set()),
        ({Role.DESK}, set(), True, set()),
        ({Role.ADMINISTRATOR}, set(), True, {Role.ADMINISTRATOR}),
        ({Role.SECOND}, set(), True, {Role.SECOND}),
        ({Role.COLLEAGUE}, set(), False, {Role.COLLEAGUE}),
        ({Role.COLLEAGUE}, {TeamRole.LEADER}, True, {Role.COLLEAGUE, Role.CLERK}),
        ({Role.CLERK}, {TeamRole.MODERATOR}, True, {Role.MODERATOR}),
        ({Role.RESIDENT}, {TeamRole.DESK}, False, {Role.RESIDENT, Role.DESK}),
    ],
)
def test_a_team_adds_and_a_process_for_its_team_keeps_offices_out(own, team, only_team, may):
    assert roles_in(own, team, only_team=only_team) == may


@given(OFFICES, TEAM, st.booleans())
def test_nobody_gets_more_than_office_and_team_give(own, team, only_team):
    may = roles_in(own, team, only_team=only_team)
    given_by_team = {GIVES[role] for role in team}
    assert given_by_team <= may <= own | given_by_team
    assert not only_team or may & BY_OFFICE <= given_by_team


def test_no_team_makes_an_administrator():
    assert Role.ADMINISTRATOR not in GIVES.values()
    assert giving({Role.ADMINISTRATOR}) == []
    assert giving({Role.CLERK, Role.DESK}) == [TeamRole.LEADER, TeamRole.DESK]


def test_a_process_for_its_team_has_a_leader():
    check_has_leader(0, only_team=False)
    check_has_leader(1, only_team=True)
    with pytest.raises(Conflict):
        check_has_leader(0, only_team=True)
