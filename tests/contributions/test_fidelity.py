"""What people write comes back to the letter: on a page, in a feed, in a mail and in a table."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.html import from_plain
from participatie.core.outbox import OutboxMessage, tell
from participatie.discussions.rules import Stance
from participatie.notifications.mail import render
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Answer, ProposalUpdate
from participatie.proposals.rules.proposals import AnswerStatus
from participatie.votes.counting import pabulib
from tests.budget.steps import cast, counted, make_budget
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    DiscussionFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
)

WORDS = {
    "accents and a tree": "één idee voor café Özgür 🌳",
    "right to left": "שלום בשכונה, السلام في الحي",
    "ligatures": "ﬁets, ĳsbaan en ﬂuit: Ĳ is geen IJ",
    "a formula": "=SUM(A1:A9) en @plein -1",
    "markup": "<b>geen</b> & \"vet\" 'of' zo, 100% {ja}",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(params=[*WORDS.values()], ids=[*WORDS])
def words(request):
    return request.param


def told(words):
    return {"title": words, "summary": words, "text": words, "html": from_plain(words)}


def of_discussion(store, words):
    made = DiscussionFactory(process__phase=PhaseKind.DISCUSS, author_name=words, **told(words))
    return f"/discussies/{made.id}"


def of_comment(store, words):
    process = ProcessFactory()
    subject = ProposalFactory(process=process)
    said = {"summary": words, "text": words, "html": from_plain(words), "author_name": words}
    CommentFactory(process=process, subject_id=subject.id, **said)
    return f"/voorstellen/{subject.id}"


def of_argument(store, words):
    process = ProcessFactory(phase=PhaseKind.DISCUSS)
    subject = DiscussionFactory(process=process)
    said = {"summary": words, "text": words, "html": from_plain(words), "author_name": words}
    CommentFactory(process=process, subject_id=subject.id, stance=Stance.FOR, **said)
    return f"/discussies/{subject.id}"


def of_plan(store, words):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(process=process)
    made = ProjectFactory(process=process, budget_id=budget.id, author_name=words, **told(words))
    return f"/plannen/{made.id}"


def of_update(store, words):
    subject = ProposalFactory()
    store.add(
        ProposalUpdate(proposal_id=subject.id, text=words, html=from_plain(words), made_at=LONG_AGO)
    )
    return f"/voorstellen/{subject.id}"


def of_answer(store, words):
    subject = ProposalFactory()
    store.add(
        Answer(
            proposal_id=subject.id,
            status=AnswerStatus.TAKEN_UP,
            text=words,
            html=from_plain(words),
            answered_at=LONG_AGO,
        )
    )
    return f"/voorstellen/{subject.id}"


def of_process(store, words):
    made = ProcessFactory(**told(words))
    return f"/trajecten/{made.slug}"


def of_list_of_processes(store, words):
    ProcessFactory(title=words, summary=words)
    return "/trajecten"


PAGES = [
    of_discussion,
    of_comment,
    of_argument,
    of_plan,
    of_update,
    of_answer,
    of_process,
    of_list_of_processes,
]


@pytest.mark.parametrize("made", PAGES, ids=[one.__name__ for one in PAGES])
def test_on_the_page(made, words, store, client):
    address = made(store, words)
    store.commit()
    assert words in client.get(address).main


def test_in_the_feed_of_discussions(words, store, client):
    process = ProcessFactory(phase=PhaseKind.DISCUSS)
    DiscussionFactory(process=process, author_name=words, **told(words))
    feed = client.raw.get(f"/trajecten/{process.slug}/discussies/feed")
    entry = ET.fromstring(feed.data).find(f"{ATOM}entry")
    assert entry is not None
    found = [entry.findtext(f"{ATOM}{name}") for name in ("title", "summary", f"author/{ATOM}name")]
    assert found == [words] * 3


MAILS = {
    "proposals.updated": {"text"},
    "proposals.withdrawn": {"reason"},
    "proposals.answered": {"answer"},
    "discussions.answered": {"answer"},
    "moderation.hidden": {"explanation"},
}
MORE = {
    "contribution_id": 1,
    "status": "taken_up",
    "kind": "discussion",
    "ground": "spam",
}


@pytest.mark.parametrize("kind", MAILS)
def test_in_the_mail_as_plain_text_and_as_html(kind, words, context):
    reader = ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    said = MORE | {"title": words} | dict.fromkeys(MAILS[kind], words)
    tell(reader.id, kind, dedup="een", now=LONG_AGO, parameters=said)
    mail = render(db.session.scalars(select(OutboxMessage)).one(), reader, reader.email)
    assert words in mail.text
    assert words in html.unescape(re.sub(r"<[^<>]*>", "", mail.html))


@pytest.mark.parametrize("kind", [kind for kind in MAILS if kind.startswith("proposals")])
def test_in_the_subject_of_a_mail(kind, words, context):
    reader = ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    said = MORE | {"title": words} | dict.fromkeys(MAILS[kind], "Het hout is er.")
    tell(reader.id, kind, dedup="een", now=LONG_AGO, parameters=said)
    mail = render(db.session.scalars(select(OutboxMessage)).one(), reader, reader.email)
    assert words in mail.subject


def test_in_a_table_as_csv_and_as_a_workbook(words, store, log_in):
    made = ProposalFactory(author_name=words, **told(words))
    store.add(
        Answer(
            proposal_id=made.id,
            status=AnswerStatus.TAKEN_UP,
            text=words,
            html=from_plain(words),
            answered_at=LONG_AGO,
        )
    )
    store.commit()
    clerk = log_in(ClerkFactory())
    address = f"/griffie/trajecten/{made.process_id}/voorstellen"
    table = clerk.raw.get(f"{address}.csv").data.decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(table), delimiter=";")
    cells = dict(zip(head, line, strict=True))
    guarded = f"'{words}" if words.startswith("=") else words
    for column in ("titel", "samenvatting", "tekst", "naam", "tekst van het antwoord"):
        assert cells[column] == guarded
    book = zipfile.ZipFile(io.BytesIO(clerk.raw.get(f"{address}.xlsx").data))
    written = "".join(
        "".join(ET.fromstring(book.read(name)).itertext())
        for name in book.namelist()
        if name.startswith(("xl/sharedStrings", "xl/worksheets/"))
    )
    assert words in written


def test_in_the_dots_of_a_map_as_json(words, store, client):
    process = ProcessFactory()
    ProposalFactory(process=process, latitude=52.5149, longitude=4.9664, **told(words))
    dots = client.raw.get(f"/trajecten/{process.slug}/voorstellen/stippen").get_json()
    assert [one["title"] for one in dots] == [words]
    process = ProcessFactory(phase=PhaseKind.VOTE)
    plan = ProjectFactory(
        process=process,
        budget_id=BudgetFactory(process=process).id,
        latitude=52.5149,
        longitude=4.9664,
        **told(words),
    )
    page = client.get(f"/begrotingen/{plan.budget_id}/kaart")
    (on_map,) = (one.get("data-dots") for one in page.all("div", id="kaart"))
    assert [one["title"] for one in json.loads(on_map)] == [words]


@pytest.mark.usefixtures("few")
def test_in_the_result_of_a_vote_as_json_and_as_the_file_to_count_again(
    words, app, store, client, log_in
):
    budget = make_budget({"Bankjes": 60_000_00}, title=words)
    option = OptionFactory(
        round_id=budget.round_id, code="een", title=words, text=words, cost=40_000_00
    )
    ProjectFactory(
        budget_id=budget.id,
        process=store.get_one(Process, budget.process_id),
        cost=option.cost,
        option_id=option.id,
        **told(words),
    )
    cast(log_in(ResidentFactory(), vote_pseudonym="v1$vote"), budget, words)
    counted(app, store, budget)
    told_all = client.raw.get(f"/begrotingen/{budget.id}/uitslag.json").get_json()
    offered = {one["code"]: one for one in told_all["questions"][0]["options"]}
    assert (told_all["title"], offered["een"]["title"]) == (words, words)
    assert offered["een"]["text"] == words
    file = client.raw.get(f"/begrotingen/{budget.id}/stemmen.pb").data
    election = pabulib.read(io.BytesIO(file))
    assert {one.id: one.name for one in election.projects}["een"] == words
