"""Whose is it: what the role lets in but the object keeps out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Project
from participatie.contributions.models import Contribution, Follow
from participatie.contributions.rules import State
from participatie.identity.rules import Role
from participatie.moderation.models import Decision, Report
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Answer, Proposal, Support
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.rounds import RoundState
from tests import moments
from tests.factories import (
    AdministratorFactory,
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

SECRET = "Woorden van een ander"


@pytest.fixture
def process(store):
    return ProcessFactory()


def proposal_of(author, process, **values):
    """A proposal in words that stand nowhere else."""
    words = {"title": SECRET, "summary": SECRET, "text": SECRET, "html": f"<p>{SECRET}</p>"}
    return ProposalFactory(author_id=author.id, process=process, **{**words, **values})


def draft_of(author, process):
    return proposal_of(author, process, state=State.DRAFT, published_at=None)


def status(browser, method, path, **data):
    """What an act gets when its form has a token: what refuses is the rule."""
    config = browser.raw.application.config
    config["WTF_CSRF_ENABLED"] = False
    try:
        return browser.raw.open(path, method=method, data=data).status_code
    finally:
        config["WTF_CSRF_ENABLED"] = True


# Drafts


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/voorstellen/{}"),
        ("GET", "/voorstellen/{}/controleren"),
        ("GET", "/voorstellen/{}/wijzigen"),
        ("GET", "/voorstellen/{}/fotos"),
        ("POST", "/voorstellen/{}/fotos"),
        ("POST", "/voorstellen/{}/documenten"),
        ("POST", "/voorstellen/{}/film"),
        ("POST", "/voorstellen/{}/wijzigen"),
        ("GET", "/voorstellen/{}/plek"),
        ("POST", "/voorstellen/{}/plek"),
        ("POST", "/voorstellen/{}/controleren"),
        ("GET", "/voorstellen/{}/ingediend"),
        ("POST", "/voorstellen/{}/weggooien"),
        ("POST", "/voorstellen/{}/steun"),
        ("GET", "/bijdragen/{}"),
        ("POST", "/bijdragen/{}/volgen"),
        ("GET", "/bijdragen/{}/reacties"),
        ("POST", "/bijdragen/{}/reacties"),
        ("GET", "/bijdragen/{}/melden"),
        ("GET", "/bijdragen/{}/gemeld"),
        ("POST", "/bijdragen/{}/melden"),
    ],
)
def test_a_draft_is_not_there_for_another_resident(store, log_in, process, method, path):
    draft = draft_of(ResidentFactory(), process)
    words = {"title": "Anders", "text": "Ik maak er iets anders van.", "ground": "spam"}
    assert status(log_in(ResidentFactory()), method, path.format(draft.id), **words) == 404
    kept = store.get_one(Proposal, draft.id, populate_existing=True)
    assert (kept.state, kept.title) == (State.DRAFT, SECRET)


@pytest.mark.parametrize("staff", [ClerkFactory, AdministratorFactory])
def test_a_draft_is_not_there_for_who_works_here(log_in, process, staff):
    draft, browser = draft_of(ResidentFactory(), process), log_in(staff())
    for path in ("/voorstellen/{}", "/bijdragen/{}", "/griffie/bijdragen/{}"):
        assert status(browser, "GET", path.format(draft.id)) == 404
    assert status(browser, "GET", f"/griffie/voorstellen/{draft.id}/antwoord") == 404


def test_a_draft_stands_in_no_list_but_that_of_its_author(client, log_in, process):
    author = ResidentFactory()
    draft_of(author, process)
    lists = ["/", "/trajecten", f"/trajecten/{process.slug}", "/mijn", "/griffie"]
    lists.append(f"/trajecten/{process.slug}/voorstellen")
    readers = {
        "visitor": client,
        "resident": log_in(ResidentFactory()),
        "clerk": log_in(ClerkFactory()),
    }
    for name, browser in readers.items():
        for path in lists:
            text = browser.raw.get(path, follow_redirects=True).text
            assert SECRET not in text, (name, path)
    assert SECRET in log_in(author).get("/mijn").text


def test_what_is_published_cannot_be_changed_or_thrown_away_by_its_author(store, log_in, process):
    author = ResidentFactory()
    mine, browser = proposal_of(author, process), log_in(author)
    for act in ("wijzigen", "weggooien"):
        assert status(browser, "POST", f"/voorstellen/{mine.id}/{act}") == 404
    assert store.get(Proposal, mine.id, populate_existing=True) is not None


# Comments


@pytest.mark.parametrize("somebody", [ResidentFactory, ClerkFactory, AdministratorFactory])
def test_nobody_takes_back_the_comment_of_another(store, log_in, process, somebody):
    subject = proposal_of(ResidentFactory(), process)
    said = CommentFactory(
        process=process, subject_id=subject.id, author_id=ResidentFactory().id, text=SECRET
    )
    browser = log_in(somebody())
    assert status(browser, "GET", f"/reacties/{said.id}/intrekken") == 404
    assert status(browser, "POST", f"/reacties/{said.id}/intrekken") == 403
    assert store.get_one(Contribution, said.id, populate_existing=True).state is State.PUBLISHED


def test_a_comment_is_taken_back_once(log_in, process):
    author = ResidentFactory()
    subject = proposal_of(ResidentFactory(), process)
    said = CommentFactory(process=process, subject_id=subject.id, author_id=author.id)
    browser = log_in(author)
    assert status(browser, "POST", f"/reacties/{said.id}/intrekken") == 303
    assert status(browser, "POST", f"/reacties/{said.id}/intrekken") == 403


# A clerk and what is the clerk's own


@pytest.fixture
def clerk(store):
    """A clerk who lives here too."""
    return ClerkFactory(roles=[Role.CLERK, Role.RESIDENT])


def test_a_clerk_does_not_decide_about_what_is_their_own(store, log_in, process, clerk):
    mine = proposal_of(clerk, process)
    decision = {"act": "keep", "ground": "other", "explanation": "Dit is echt heel netjes."}
    assert status(log_in(clerk), "POST", f"/griffie/bijdragen/{mine.id}", **decision) == 403
    assert store.scalars(select(Decision)).all() == []
    assert (
        status(log_in(ClerkFactory()), "POST", f"/griffie/bijdragen/{mine.id}", **decision) == 303
    )


def test_a_clerk_does_not_restore_what_is_their_own(store, log_in, process, clerk):
    mine = proposal_of(clerk, process, state=State.HIDDEN)
    decision = {"act": "restore", "ground": "other", "explanation": "Bij nader inzien mag dit."}
    assert status(log_in(clerk), "POST", f"/griffie/bijdragen/{mine.id}", **decision) == 403
    assert store.get_one(Proposal, mine.id, populate_existing=True).state is State.HIDDEN


def test_a_clerk_does_not_answer_their_own_proposal(store, log_in, process, clerk):
    mine = proposal_of(clerk, process)
    answer = {"status": "taken_up", "text": "Dit gaan wij zeker doen, volgend jaar al."}
    path = f"/griffie/voorstellen/{mine.id}/antwoord"
    assert status(log_in(clerk), "GET", path) == 403
    assert status(log_in(clerk), "POST", path, **answer) == 403
    assert store.scalars(select(Answer)).all() == []


def test_nobody_reports_what_is_their_own(store, log_in, process):
    author = ResidentFactory()
    mine = proposal_of(author, process)
    sent = status(log_in(author), "POST", f"/bijdragen/{mine.id}/melden", ground="spam")
    assert sent == 403
    assert store.scalars(select(Report)).all() == []


# What is hidden


@pytest.fixture
def hidden(process):
    """A hidden proposal and its author."""
    author = ResidentFactory()
    return proposal_of(author, process, state=State.HIDDEN), author


@pytest.mark.parametrize("path", ["/voorstellen/{}", "/bijdragen/{}"])
def test_of_a_hidden_proposal_others_see_only_that_it_was_there(client, log_in, hidden, path):
    proposal, author = hidden
    assessor = ClerkFactory(roles=[Role.ASSESSOR])
    for reader in (client, log_in(ResidentFactory()), log_in(assessor)):
        page = reader.get(path.format(proposal.id), status=410)
        assert SECRET not in page.html
    for reader in (log_in(author), log_in(ClerkFactory()), log_in(AdministratorFactory())):
        assert SECRET in reader.get(path.format(proposal.id)).main


def test_a_hidden_proposal_stands_in_no_list(client, log_in, process, hidden):
    lists = ["/", f"/trajecten/{process.slug}", f"/trajecten/{process.slug}/voorstellen", "/mijn"]
    for reader in (client, log_in(ResidentFactory())):
        for path in lists:
            assert SECRET not in reader.raw.get(path, follow_redirects=True).text, path


def test_nobody_acts_on_a_hidden_proposal(store, log_in, hidden):
    proposal, _ = hidden
    browser = log_in(ResidentFactory())
    for method, path, wanted in (
        ("POST", "/voorstellen/{}/steun", 403),
        ("POST", "/bijdragen/{}/volgen", 404),
        ("GET", "/bijdragen/{}/reacties", 404),
        ("POST", "/bijdragen/{}/reacties", 404),
        ("GET", "/bijdragen/{}/melden", 404),
        ("POST", "/bijdragen/{}/melden", 404),
    ):
        words = {"text": "Goed idee", "public_name": "Annie", "ground": "spam"}
        assert status(browser, method, path.format(proposal.id), **words) == wanted, path
    for table in (Support, Follow, Report):
        assert store.scalars(select(table)).all() == []


def test_the_author_of_a_hidden_proposal_cannot_publish_it_again(store, log_in, hidden):
    proposal, author = hidden
    browser = log_in(author)
    for act in ("controleren", "plek", "wijzigen", "weggooien", "steun"):
        assert status(browser, "POST", f"/voorstellen/{proposal.id}/{act}") in {303, 403, 404}
        kept = store.get_one(Proposal, proposal.id, populate_existing=True)
        assert (kept.state, kept.support_count) == (State.HIDDEN, 0), act


def test_of_a_hidden_comment_others_see_only_that_it_was_there(client, log_in, process):
    author = ResidentFactory()
    subject = ProposalFactory(process=process)
    said = {"text": SECRET, "summary": SECRET, "html": f"<p>{SECRET}</p>"}
    CommentFactory(
        process=process,
        subject_id=subject.id,
        author_id=author.id,
        state=State.HIDDEN,
        author_name="Wie Dit Schreef",
        **said,
    )
    for reader in (client, log_in(ResidentFactory())):
        page = reader.get(f"/voorstellen/{subject.id}")
        assert "verborgen" in page.main
        assert SECRET not in page.html
        assert "Wie Dit Schreef" not in page.html
    for reader in (log_in(author), log_in(ClerkFactory())):
        assert SECRET in reader.get(f"/voorstellen/{subject.id}").main


def test_a_hidden_plan_has_no_page_but_stays_on_the_ballot(store, client, log_in):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(process=process)
    option = OptionFactory(round_id=budget.round_id, code="a")
    plan = ProjectFactory(
        budget_id=budget.id, process=process, option_id=option.id, title=SECRET, state=State.HIDDEN
    )
    for reader in (client, log_in(ResidentFactory())):
        assert status(reader, "GET", f"/plannen/{plan.id}") == 404
        assert SECRET not in reader.get(f"/begrotingen/{budget.id}").html
    assert store.get_one(Project, plan.id).option_id == option.id


# What is not public yet


@pytest.fixture
def unpublished(store):
    """A process that nobody has published, with everything in it that a process can hold."""
    process = ProcessFactory(published_at=None, title=SECRET, summary=SECRET)
    proposal = proposal_of(ResidentFactory(), process)
    comment = CommentFactory(process=process, subject_id=proposal.id, text=SECRET, summary=SECRET)
    budget = BudgetFactory(process=process, title=SECRET)
    option = OptionFactory(round_id=budget.round_id, code="a", title=SECRET)
    plan = ProjectFactory(
        budget_id=budget.id, process=process, option_id=option.id, title=SECRET, summary=SECRET
    )
    return {
        f"/trajecten/{process.slug}": "GET",
        f"/trajecten/{process.slug}/voorstellen": "GET",
        f"/trajecten/{process.slug}/begroting": "GET",
        f"/voorstellen/{proposal.id}": "GET",
        f"/voorstellen/{proposal.id}/steun": "POST",
        f"/bijdragen/{proposal.id}": "GET",
        f"/bijdragen/{proposal.id}/volgen": "POST",
        f"/bijdragen/{proposal.id}/reacties": "POST",
        f"/bijdragen/{proposal.id}/melden": "POST",
        f"/bijdragen/{comment.id}": "GET",
        f"/reacties/{comment.id}": "GET",
        f"/begrotingen/{budget.id}": "GET",
        f"/begrotingen/{budget.id}/lijst": "POST",
        f"/begrotingen/{budget.id}/uitslag": "GET",
        f"/begrotingen/{budget.id}/uitslag/cijfers": "GET",
        f"/begrotingen/{budget.id}/uitslag.json": "GET",
        f"/begrotingen/{budget.id}/stemmen.pb": "GET",
        f"/plannen/{plan.id}": "GET",
        f"/plannen/{plan.id}/steun": "POST",
        f"/plannen/{plan.id}/steun/intrekken": "POST",
        f"/bijdragen/{plan.id}": "GET",
    }


def test_of_an_unpublished_process_a_resident_finds_nothing(log_in, unpublished):
    browser = log_in(ResidentFactory(), vote_pseudonym="v1$vote")
    found = {
        path: got
        for path, method in unpublished.items()
        if (got := status(browser, method, path, ground="spam")) != 404
    }
    assert found == {}


def test_of_an_unpublished_process_a_visitor_reads_nothing(client, unpublished):
    pages = [path for path, method in unpublished.items() if method == "GET"]
    assert {path: status(client, "GET", path) for path in pages} == dict.fromkeys(pages, 404)
    for path in ("/", "/trajecten", "/begrotingen", "/open-data"):
        assert SECRET not in client.get(path).html, path


def test_nobody_proposes_in_an_unpublished_process(log_in, unpublished):
    slug = next(iter(unpublished))
    browser = log_in(ResidentFactory())
    for method in ("GET", "POST"):
        assert status(browser, method, f"{slug}/voorstellen/nieuw") == 404


def test_nobody_votes_in_an_unpublished_process(store, log_in, unpublished):
    budget = next(path for path in unpublished if path.endswith("/uitslag")).removesuffix(
        "/uitslag"
    )
    browser = log_in(ResidentFactory(), vote_pseudonym="v1$vote")
    assert status(browser, "GET", f"{budget}/overzicht") == 404
    for there_or_not in (budget, "/begrotingen/999999999"):
        assert status(browser, "POST", f"{there_or_not}/stem", press="1") == 404
    assert store.scalars(select(Roll)).all() == []


# The vote of another


def test_staff_sees_no_result_before_the_count(store, log_in):
    budget = BudgetFactory(process=ProcessFactory(phase=PhaseKind.VOTE))
    vote = store.get_one(VoteRound, budget.round_id)
    for state in (RoundState.OPEN, RoundState.CLOSED):
        if state is RoundState.CLOSED:
            moments.over(store, vote.id, at=(over := soon()))
            vote.state, vote.closed_at = state, over
            store.commit()
        for staff in (ClerkFactory, AdministratorFactory):
            for page in ("uitslag", "uitslag/cijfers", "uitslag.json", "stemmen.pb"):
                path = f"/begrotingen/{budget.id}/{page}"
                assert status(log_in(staff()), "GET", path) == 404, (state, page)


def test_who_works_here_does_not_vote_unless_they_live_here(log_in):
    budget = BudgetFactory(process=ProcessFactory(phase=PhaseKind.VOTE))
    for account in (ClerkFactory(), AdministratorFactory(), ClerkFactory(roles=[Role.ASSESSOR])):
        assert status(log_in(account), "POST", f"/begrotingen/{budget.id}/stem") == 403
