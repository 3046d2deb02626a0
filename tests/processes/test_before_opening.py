"""What a preview says of a process, and what keeps it from opening, beyond its own fields."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participatie.areas.models import AreaPostcode
from participatie.audience.models import AudienceArea, ProcessAudience
from participatie.audience.rules import Kind
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind, Starters
from participatie.theming.formats import weekday
from participatie.votes.rules.rounds import RoundState
from tests.factories import (
    FAR_AWAY,
    LONG_AGO,
    AreaFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    RoundFactory,
    soon,
)
from tests.pages import text_of

DAY = timedelta(days=1)


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def seen_today(clerk, process, days=0):
    """The preview of today, or of so many days later, as a resident."""
    asked = {"dag": soon(days=days).date().isoformat(), "als": "resident"}
    return clerk.get(f"/griffie/trajecten/{process.id}/bekijken", query_string=asked).main


@pytest.mark.parametrize(
    ("starters", "answer"),
    [
        (Starters.EVERYONE, "Een discussie beginnen: ja"),
        (Starters.STAFF, "Een discussie beginnen: Nee, alleen de gemeente begint ze."),
        (Starters.NOBODY, "Een discussie beginnen: Nee, dit traject heeft geen discussies."),
    ],
)
def test_a_preview_says_who_starts_a_discussion(clerk, starters, answer):
    draft = ProcessFactory(published_at=None, discussion_starters=starters)
    assert answer in seen_today(clerk, draft)


def test_a_preview_of_a_vote_that_is_not_there_says_so(clerk):
    draft = ProcessFactory(phase=PhaseKind.VOTE, published_at=None)
    assert ": Nee, er is nog geen stemming." in seen_today(clerk, draft)
    RoundFactory(process_id=draft.id)
    assert "er is nog geen stemming" not in seen_today(clerk, draft)


def test_a_preview_says_of_a_vote_in_the_making_that_it_is_not_ready(clerk, store):
    draft = ProcessFactory(phase=PhaseKind.VOTE, published_at=None)
    made = {"state": RoundState.DRAFT, "opened_at": None, "opens_at": soon(days=3)}
    vote = RoundFactory(process_id=draft.id, **made)
    for days in (0, 5):
        shown = seen_today(clerk, draft, days=days)
        assert "Nog niet klaargezet: de regels van de stemming staan nog niet vast." in shown
        assert "Stemmen: ja" not in shown
    vote.rules_hash = "0" * 64
    store.commit()
    assert "Nee, de stemming is dan niet open." in seen_today(clerk, draft)
    assert "Stemmen: ja" in seen_today(clerk, draft, days=5), "it opens by itself"


def test_a_preview_of_a_day_on_which_a_fixed_vote_is_open_shows_its_button(clerk, store):
    phases = [
        Phase(kind=PhaseKind.VOTE, title="Kiezen", starts_at=soon(days=2), ends_at=soon(days=9))
    ]
    vote = RoundFactory(
        state=RoundState.DRAFT,
        opened_at=None,
        opens_at=phases[0].starts_at,
        closes_at=phases[0].ends_at,
    )
    process = ProcessFactory(phases=phases)
    BudgetFactory(round=vote, process=process)
    button = "Hier staat de knop “Kies uw plannen”."
    assert button not in seen_today(clerk, process, days=4)
    vote.rules_hash = "0" * 64
    store.commit()
    assert button in seen_today(clerk, process, days=4)
    assert button not in seen_today(clerk, process)
    assert button not in seen_today(clerk, process, days=12)


def test_a_process_for_an_area_of_which_no_postcode_is_known_does_not_open(clerk, store):
    draft, area = ProcessFactory(published_at=None), AreaFactory(name="Polder")
    sentence = "Van een wijk zonder postcodes kan niemand meedoen."
    store.add(ProcessAudience(process_id=draft.id, kind=Kind.AREAS, group_name=""))
    store.flush()
    store.add(AudienceArea(process_id=draft.id, area_id=area.id))
    store.commit()
    assert sentence in clerk.get(f"/griffie/trajecten/{draft.id}").main
    store.add(AreaPostcode(code="1446", area_id=area.id))
    store.commit()
    assert sentence not in clerk.get(f"/griffie/trajecten/{draft.id}").main


def test_a_process_that_begins_later_is_not_called_open_yet(clerk):
    later = Phase(kind=PhaseKind.COLLECT, title="Nu", starts_at=soon(days=9), ends_at=FAR_AWAY)
    coming = ProcessFactory(title="Later", phases=[later])
    says = " ".join(f"Begint op {weekday(later.starts_at)}".split())
    runs, draft = ProcessFactory(title="Nu al"), ProcessFactory(phases=[], published_at=None)
    rows = {
        text_of(row[0]): text_of(row[1]) for row in clerk.get("/griffie/trajecten").all("tr")[1:]
    }
    assert rows == {coming.title: says, runs.title: "Open", draft.title: "In de maak"}
    assert says in clerk.get(f"/griffie/trajecten/{coming.id}").main


@pytest.mark.parametrize("archived_at", [None, LONG_AGO])
def test_a_copy_opens_once_it_has_a_name_of_its_own(clerk, archived_at):
    old = ProcessFactory(title="Het Havenplein", archived_at=archived_at)
    sentence = "Een ander traject heet al zo. Geef dit een eigen naam."
    page = clerk.get(f"/griffie/trajecten/{old.id}").press("Begin hiermee een nieuw traject")
    page = page.press("Bewaar en ga verder", title="het havenplein")
    draft = page.response.request.path.split("/")[3]
    page = clerk.get(f"/griffie/trajecten/{draft}")
    assert sentence in page.main
    assert "Open dit traject voor iedereen" not in page.text
    page.follow(sentence).press("Bewaar en ga verder", title="Het Havenplein in 2027")
    assert sentence not in clerk.get(f"/griffie/trajecten/{draft}").main


def test_a_gap_in_the_planning_is_shown_and_refuses_nothing(clerk, store):
    begins = soon()
    phases = [
        Phase(kind=kind, title=title, starts_at=begins + first * DAY, ends_at=begins + last * DAY)
        for kind, title, first, last in (
            (PhaseKind.COLLECT, "Ideeën", 0, 7),
            (PhaseKind.ASSESS, "Bekijken", 9, 14),
            (PhaseKind.RESULT, "Uitslag", 14, 20),
        )
    ]
    draft = ProcessFactory(published_at=None, phases=phases)
    page = clerk.get(f"/griffie/trajecten/{draft.id}")
    assert "Is dit de bedoeling? Tussen “Ideeën” en “Bekijken” loopt geen fase, van" in page.main
    assert "Tussen “Bekijken” en “Uitslag”" not in page.main
    assert "Open dit traject voor iedereen" in page.main
    phases[0].ends_at = phases[1].starts_at
    store.commit()
    assert "Is dit de bedoeling?" not in clerk.get(f"/griffie/trajecten/{draft.id}").main
