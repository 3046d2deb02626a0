"""Every ballot says who may vote: all that casting asks, and nothing that it does not ask."""

from __future__ import annotations

from datetime import date

import pytest

from participatie.audience.models import AudienceArea, GroupMember, ProcessAudience
from participatie.audience.rules import Kind
from participatie.votes.rules.rounds import RollKind
from tests.factories import AreaFactory, ProcessFactory
from tests.pages import text_of
from tests.votes.polls import make_poll

pytestmark = pytest.mark.database

MINE = "Wie in de Oude Haven een tuin heeft."
EVERYBODY = "Iedereen die in de gemeente woont."
HERE = "U woont in Waterlanden."


@pytest.fixture
def make_vote(store):
    """`make_vote({"youngest": 16}, areas=["Oost"], minimum_age=18)`: a poll in a process that is
    for these people.
    """

    def make(audience=None, areas=(), **settings):
        process = ProcessFactory()
        if audience is not None:
            facts = {"kind": Kind.RESIDENTS, "group_name": "", **audience}
            store.add(ProcessAudience(process_id=process.id, **facts))
            store.flush()
            for name in areas:
                area = AreaFactory(name=name)
                store.add(AudienceArea(process_id=process.id, area_id=area.id))
            if facts["group_name"]:
                store.add(GroupMember(process_id=process.id, email="esra@waterlanden.example"))
            store.commit()
        return make_poll(store, process_id=process.id, **settings)

    return make


def told(page):
    """What stands beside the question who may vote: a sentence each."""
    (row,) = [
        row
        for row in page.all("div", class_="utrecht-data-list__item")
        if text_of(row[0]) == "Wie mag stemmen?"
    ]
    return [text_of(one) for one in (*row[1].findall("span"), *row[1].iter("li"))]


GROUP = {"group_name": "Jongerenpanel"}
AREAS = {"kind": Kind.AREAS}
DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("of_process", "settings", "sentences"),
    [
        ((), {}, [EVERYBODY]),
        ((), {"who_may_vote": MINE}, [MINE]),
        ((), {"minimum_age": 16}, [HERE, "U bent 16 jaar of ouder."]),
        (
            (),
            {"minimum_age": 16, "reference_date": DAY, "who_may_vote": MINE},
            [MINE, HERE, "U bent 16 jaar of ouder op 1 mei 2026."],
        ),
        (
            (),
            {"reference_date": DAY},
            [HERE, "Het telt waar u woont op 1 mei 2026."],
        ),
        (({"kind": Kind.EVERYONE},), {}, ["Het maakt niet uit waar u woont."]),
        ((AREAS, ["Oost", "West"]), {}, ["U woont in Oost of West."]),
        (({"youngest": 12, "oldest": 27},), {}, [HERE, "12 jaar of ouder", "27 jaar of jonger"]),
        (({"youngest": 12},), {"minimum_age": 18}, [HERE, "U bent 18 jaar of ouder."]),
        (({"youngest": 18},), {"minimum_age": 12}, [HERE, "U bent 18 jaar of ouder."]),
        ((GROUP,), {}, [HERE, "U zit in de groep ‘Jongerenpanel’."]),
        (
            (AREAS | GROUP | {"youngest": 12}, ["Oost"]),
            {"who_may_vote": MINE, "minimum_age": 16},
            [MINE, "U woont in Oost.", "16 jaar of ouder", "‘Jongerenpanel’"],
        ),
    ],
)
def test_a_ballot_tells_the_rule_of_the_vote_and_that_of_its_process(
    client, make_vote, of_process, settings, sentences
):
    vote = make_vote(*of_process, **settings)
    for page in ("", "/stembiljet"):
        found = told(client.get(f"/stemmingen/{vote.id}{page}"))
        assert len(found) == len(sentences), found
        assert all(words in line for words, line in zip(sentences, found, strict=True)), found


@pytest.mark.parametrize(
    ("roll_kind", "default"),
    [
        (RollKind.UPLOAD, "Iedereen die op de deelnemerslijst van de gemeente staat."),
        (RollKind.CODES, "Iedereen die een brief met een code kreeg."),
    ],
)
def test_a_list_or_a_letter_says_who_may_and_the_process_is_not_asked(
    client, make_vote, roll_kind, default
):
    vote = make_vote(AREAS, ["Oost"], roll_kind=roll_kind, minimum_age=16)
    page = client.get(f"/stemmingen/{vote.id}")
    assert told(page) == [default, "U bent 16 jaar of ouder."]
    assert "Mag ik meedoen?" not in page.links()
    away = client.raw.get(f"/stemmingen/{vote.id}/mag-ik-meedoen")
    assert away.location == f"/stemmingen/{vote.id}", "no answer that the list may not give"


def test_who_wonders_finds_both_rules_where_they_can_try(client, make_vote):
    vote = make_vote(AREAS, ["Oost"], who_may_vote=MINE, minimum_age=16)
    page = client.get(f"/stemmingen/{vote.id}").follow("Mag ik meedoen?")
    for words in (MINE, "U woont in Oost.", "U bent 16 jaar of ouder."):
        assert words in page.main
