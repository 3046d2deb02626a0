"""Proposals that resemble one that is being written."""

from __future__ import annotations

import pytest

from participatie.contributions.rules import State
from participatie.contributions.similarity import most_similar
from tests.factories import ProcessFactory, ProposalFactory, ResidentFactory
from tests.proposals.steps import write

TITLES = [
    "Grote bomen op het Havenplein",
    "Jeu-de-boulesbaan",
    "Een trap tot in het water",
    "Genoeg plek voor fietsen",
]


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Een grote boom op het Havenplein", [0]),
        ("HAVENPLEIN: GROTE BOMEN!", [0]),
        ("jeu de boulesbaan", [1]),
        ("Plek voor de fiets, genoeg", [3]),
        ("Fietsen", [3]),
        ("Hondenveld", []),
        ("🌳", []),
        ("", []),
    ],
)
def test_words_count_by_their_stems_in_any_order(title, wanted):
    assert most_similar(title, TITLES, most=3) == wanted


def test_who_checks_a_proposal_sees_what_resembles_it_in_this_process(log_in, store):
    process = ProcessFactory()
    same = ProposalFactory(process=process, title="Bomen op het plein")
    ProposalFactory(process=process, title="Bomen op het plein.", state=State.HIDDEN)
    ProposalFactory(title="Bomen op een plein")
    check = write(log_in(ResidentFactory()), process, title="Een boom op het plein")
    found = [url for url in check.links().values() if url.startswith("/voorstellen/")]
    assert found.count(f"/voorstellen/{same.id}") == 1
    assert "Wil iemand anders hetzelfde?" in check.main


def test_the_page_of_typing_asks_for_what_resembles_a_title(log_in, store):
    process = ProcessFactory()
    ProposalFactory(process=process, title="Bomen op <het> plein")
    address = f"/trajecten/{process.slug}/voorstellen/lijkt-op"
    browser = log_in(ResidentFactory()).raw
    assert "Bomen op &lt;het&gt; plein" in browser.get(f"{address}?titel=bomen+plein").text
    assert "<li>" not in browser.get(address).text
