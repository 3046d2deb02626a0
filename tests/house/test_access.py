"""Who may do what: one table of all endpoints, walked as everyone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from participatie.app import create_app
from participatie.config import Environment
from participatie.core.access import ANYONE, LOGGED_IN, rule_of
from participatie.core.db import db
from participatie.identity.rules import STAFF
from participatie.processes.preview_links import token_of
from tests.database import Cluster, dispose
from tests.house.world import ROLES, World, people, world
from tests.sessions import make_session

# What an empty form gets from each role; «login» is a 303 to the log-in page. Values of an address
# are names of the world. An endpoint may stand here more than once, with other objects.
TABLE = """
                                                            anon  resid asses clerk admin
GET  budget.ballots budget_id=counted                       200   200   200   200   200
GET  budget.ballots budget_id=open                          404   404   404   404   404
GET  budget.begin budget_id=open plan=option                200   200   200   200   200
GET  budget.begin budget_id=counted plan=option             409   409   409   409   409
POST budget.cast budget_id=open                             403   409   403   403   403
POST budget.change budget_id=open                           409   409   409   409   409
GET  budget.check budget_id=open                            login 200   403   403   403
POST budget.clear budget_id=open                            303   303   303   303   303
GET  budget.index                                           200   200   200   200   200
GET  budget.of_process slug=process_with_budget             303   303   303   303   303
GET  budget.of_round round_id=budget_round                  303   303   303   303   303
GET  budget.of_round round_id=poll                          404   404   404   404   404
GET  budget.project contribution_id=project                 200   200   200   200   200
GET  budget.project contribution_id=hidden_project          404   404   404   404   404
GET  budget.received budget_id=open                         303   303   303   303   303
GET  budget.result budget_id=counted                        200   200   200   200   200
GET  budget.result budget_id=open                           404   404   404   404   404
GET  budget.result_json budget_id=counted                   200   200   200   200   200
GET  budget.result_json budget_id=open                      404   404   404   404   404
GET  budget.show budget_id=open                             200   200   200   200   200
GET  budget.show budget_id=planned                          200   200   200   200   200
GET  budget.show budget_id=counted                          303   303   303   303   303
GET  budget_admin.index                                     login 403   403   200   200
GET  budget_admin.show budget_id=open                       login 403   403   200   200
POST budget_admin.open_vote budget_id=planned               403   403   403   303   303
POST budget_admin.open_vote budget_id=open                  403   403   403   409   409
POST contributions.follow contribution_id=proposal          403   303   303   303   303
POST contributions.follow contribution_id=project           403   303   303   303   303
POST contributions.follow contribution_id=other_draft       403   404   404   404   404
GET  contributions.image key=image width=width encoding=webp          200   200   200   200   200
GET  contributions.image key=draft_image width=width encoding=webp    404   200   404   404   404
GET  contributions_admin.image image_id=image_id            login 403   403   200   200
GET  contributions_admin.image image_id=draft_image_id      login 403   403   404   404
POST contributions_admin.describe image_id=image_id         403   403   403   422   422
GET  contributions.show contribution_id=proposal            303   303   303   303   303
GET  contributions.show contribution_id=comment             303   303   303   303   303
GET  contributions.show contribution_id=project             303   303   303   303   303
GET  contributions.show contribution_id=other_draft         404   404   404   404   404
GET  demo.mail mail_id=mail                                 200   200   200   200   200
GET  demo.post                                              200   200   200   200   200
GET  discussions.ask_to_withdraw contribution_id=own_comment login 200  404   404   404
GET  discussions.ask_to_withdraw contribution_id=comment    login 404   404   404   404
POST discussions.withdraw contribution_id=own_comment       403   303   403   403   403
POST discussions.withdraw contribution_id=comment           403   403   403   403   403
GET  discussions.show contribution_id=comment               303   303   303   303   303
GET  discussions.write contribution_id=proposal             login 200   200   200   200
GET  discussions.write contribution_id=comment              login 200   200   200   200
GET  discussions.write contribution_id=project              login 200   200   200   200
GET  discussions.write contribution_id=other_draft          login 404   404   404   404
POST discussions.publish contribution_id=proposal           403   422   422   422   422
POST discussions.publish contribution_id=other_draft        403   404   404   404   404
GET  identity.address                                       login 200   200   200   200
POST identity.address                                       403   422   422   422   422
POST identity.begin provider=provider                       303   303   303   303   303
GET  identity.confirm_address code=address_code             200   200   200   200   200
POST identity.confirm_address code=address_code             303   303   303   303   303
GET  identity.details                                       login 200   200   200   200
GET  identity.finish provider=provider                      login login login login login
POST identity.forget_address                                403   303   403   403   403
POST identity.log_out_everywhere                            403   303   303   303   303
GET  identity.login                                         200   303   303   303   303
POST identity.logout                                        403   303   303   303   303
GET  identity.name                                          login 200   200   200   200
POST identity.name                                          403   422   422   422   422
GET  identity.staff                                         200   200   200   200   200
POST identity.staff                                         422   422   422   422   422
GET  identity.staff_link code=log_in_code                   200   200   200   200   200
POST identity.staff_link code=log_in_code                   303   303   303   303   303
GET  moderation.report contribution_id=proposal             login 200   200   200   200
GET  moderation.report contribution_id=project              login 200   200   200   200
GET  moderation.report contribution_id=other_draft          login 404   404   404   404
GET  moderation.reported contribution_id=proposal           login 200   200   200   200
POST moderation.send_report contribution_id=proposal        403   422   422   422   422
POST moderation.send_report contribution_id=other_draft     403   404   404   404   404
GET  key_holders.ask_to_make round_id=heavy                 login 403   403   200   200
GET  key_holders.ask_to_make round_id=heavy_closed          login 403   403   409   409
GET  key_holders.ask_to_open round_id=heavy                 login 403   403   409   409
GET  key_holders.ask_to_open round_id=heavy_closed          login 403   403   200   200
GET  key_holders.ask_to_prove round_id=heavy                login 403   403   200   200
POST key_holders.fetch round_id=heavy letter=key_letter     403   403   403   404   404
POST key_holders.make round_id=heavy                        403   403   403   422   422
POST key_holders.open_vote round_id=heavy_closed            403   403   403   422   422
POST key_holders.prove round_id=heavy                       403   403   403   422   422
GET  key_holders.show round_id=heavy                        login 403   403   200   200
GET  key_holders.show round_id=poll                         login 403   403   404   404
GET  moderation_admin.judge contribution_id=proposal        login 403   403   200   200
GET  moderation_admin.judge contribution_id=comment         login 403   403   200   200
GET  moderation_admin.judge contribution_id=project         login 403   403   200   200
GET  moderation_admin.judge contribution_id=hidden          login 403   403   200   200
GET  moderation_admin.judge contribution_id=other_draft     login 403   403   404   404
POST moderation_admin.decide contribution_id=proposal       403   403   403   422   422
POST moderation_admin.decide contribution_id=other_draft    403   403   403   404   404
GET  pages.accessibility                                    200   200   200   200   200
GET  pages.contact                                          200   200   200   200   200
GET  pages.counting                                         200   200   200   200   200
GET  pages.health                                           200   200   200   200   200
GET  pages.home                                             200   200   200   200   200
GET  pages.mine                                             login 200   200   200   200
GET  pages.open_data                                        200   200   200   200   200
GET  pages.privacy                                          200   200   200   200   200
GET  pages.process slug=process                             200   200   200   200   200
GET  pages.process_list                                     200   200   200   200   200
GET  pages.robots                                           200   200   200   200   200
GET  pages.security                                         200   200   200   200   200
GET  pages.house_rules                                      200   200   200   200   200
GET  pages.trust                                            200   200   200   200   200
GET  pages_admin.worklist                                   login 403   403   200   200
GET  pages_admin.theme                                      login 403   403   403   200
POST pages_admin.choose_theme                               403   403   403   403   422
GET  pages_admin.new_theme                                  login 403   403   403   200
POST pages_admin.upload_theme                               403   403   403   403   422
GET  pages_admin.try_theme name=theme_name                  login 403   403   403   200
GET  pages.preview token=preview_token                            200   200   200   200   200
GET  pages.preview token=revoked_token                    404   404   404   404   404
GET  pages_admin.preview process_id=process_draft           login 403   403   200   200
POST processes.follow slug=process                          403   303   303   303   303
POST processes.follow slug=process_draft_slug               403   404   404   404   404
GET  processes_admin.index                                  login 403   403   200   200
GET  processes_admin.new                                    login 403   403   200   200
POST processes_admin.begin                                  403   403   403   422   422
GET  processes_admin.show process_id=process_draft          login 403   403   200   200
GET  processes_admin.show process_id=process_id             login 403   403   200   200
GET  processes_admin.words process_id=process_draft         login 403   403   200   200
POST processes_admin.save_words process_id=process_draft    403   403   403   422   422
GET  processes_admin.plan process_id=process_id             login 403   403   200   200
GET  processes_admin.plan process_id=process_draft          login 403   403   200   200
POST processes_admin.save_plan process_id=process_id        403   403   403   422   422
GET  processes_admin.new_phase process_id=process_draft     login 403   403   200   200
POST processes_admin.add_phase process_id=process_draft     403   403   403   422   422
POST processes_admin.remove_phase process_id=process_draft phase_id=draft_phase 403 403 403 303 303
POST processes_admin.remove_phase process_id=process_id phase_id=draft_phase 403 403 403 409 409
GET  processes_admin.rules process_id=process_draft         login 403   403   200   200
POST processes_admin.save_rules process_id=process_draft    403   403   403   422   422
GET  processes_admin.contact process_id=process_draft       login 403   403   200   200
POST processes_admin.save_contact process_id=process_draft  403   403   403   422   422
POST processes_admin.publish process_id=process_draft       403   403   403   409   409
POST processes_admin.publish process_id=process_id          403   403   403   409   409
POST processes_admin.archive process_id=process_id          403   403   403   409   409
POST processes_admin.copy process_id=process_id             403   403   403   303   303
POST processes_admin.discard process_id=process_draft       403   403   403   303   303
POST processes_admin.discard process_id=process_id          403   403   403   409   409
POST processes_admin.share_preview process_id=process_draft 403   403   403   303   303
POST processes_admin.revoke_preview process_id=process_draft link_id=link 403 403 403 303 303
POST processes_admin.revoke_preview process_id=process_id link_id=link 403 403 403 404 404
POST proposals.begin slug=process                           403   422   403   403   403
POST proposals.change contribution_id=own_draft             403   422   403   403   403
POST proposals.change contribution_id=other_draft           403   404   403   403   403
POST proposals.change contribution_id=proposal              403   404   403   403   403
GET  proposals.check contribution_id=own_draft              login 200   403   403   403
GET  proposals.check contribution_id=other_draft            login 404   403   403   403
POST proposals.discard contribution_id=own_draft            403   303   403   403   403
POST proposals.discard contribution_id=other_draft          403   404   403   403   403
POST proposals.discard contribution_id=proposal             403   404   403   403   403
GET  proposals.edit contribution_id=own_draft               login 200   403   403   403
GET  proposals.edit contribution_id=other_draft             login 404   403   403   403
GET  proposals.images contribution_id=own_draft             login 200   403   403   403
GET  proposals.images contribution_id=other_draft           login 404   403   403   403
POST proposals.add_image contribution_id=own_draft          403   422   403   403   403
POST proposals.add_image contribution_id=other_draft        403   404   403   403   403
GET  proposals.image contribution_id=own_draft image_id=draft_image_id  login 200 403 403 403
GET  proposals.image contribution_id=own_draft image_id=image_id        login 404 403 403 403
POST proposals.describe_image contribution_id=own_draft image_id=draft_image_id 403 422 403 403 403
POST proposals.describe_image contribution_id=own_draft image_id=image_id       403 404 403 403 403
POST proposals.take_image_away contribution_id=own_draft image_id=draft_image_id 403 303 403 403 403
POST proposals.take_image_away contribution_id=own_draft image_id=image_id       403 404 403 403 403
GET  proposals.index slug=process                           200   200   200   200   200
GET  proposals.new slug=process                             login 200   403   403   403
POST proposals.publish contribution_id=own_draft            403   303   403   403   403
POST proposals.publish contribution_id=other_draft          403   404   403   403   403
GET  proposals.show contribution_id=proposal                200   200   200   200   200
GET  proposals.show contribution_id=own_draft               404   303   404   404   404
GET  proposals.show contribution_id=other_draft             404   404   404   404   404
GET  proposals.show contribution_id=hidden                  410   410   410   200   200
POST proposals.support contribution_id=proposal             403   303   403   403   403
POST proposals.support contribution_id=hidden               403   403   403   403   403
POST proposals.withdraw_support contribution_id=proposal    403   303   403   403   403
GET  proposals_admin.answer contribution_id=proposal        login 403   403   200   200
GET  proposals_admin.answer contribution_id=hidden          login 403   403   403   403
POST proposals_admin.save_answer contribution_id=proposal   403   403   403   422   422
GET  theming.file digest=theme filename=tokens              200   200   200   200   200
GET  static filename=file                                   200   200   200   200   200
POST stub.choose                                            422   422   422   422   422
GET  stub.people                                            200   200   200   200   200
GET  vote_checks.own_check round_id=poll                    200   200   200   200   200
POST vote_checks.check_code round_id=poll                   422   422   422   422   422
GET  vote_checks.right round_id=poll                        login 200   403   403   403
POST vote_checks.report_right round_id=poll                 403   409   403   403   403
GET  vote_results.result round_id=poll                      404   404   404   404   404
GET  vote_results.result round_id=polled                    200   200   200   200   200
GET  vote_results.result round_id=budget_round              404   404   404   404   404
GET  vote_results.result_json round_id=poll                 404   404   404   404   404
GET  vote_results.result_json round_id=polled               200   200   200   200   200
GET  vote_setup.add_question round_id=draft                 login 403   403   200   200
POST vote_setup.add_question round_id=draft                 403   403   403   422   422
GET  vote_setup.add_options round_id=draft code=asked       login 403   403   200   200
POST vote_setup.add_options round_id=draft code=asked       403   403   403   422   422
GET  vote_setup.discard round_id=draft                      login 403   403   200   200
POST vote_setup.discard round_id=draft                      403   403   403   303   303
GET  vote_setup.facts round_id=draft                        login 403   403   200   200
POST vote_setup.facts round_id=draft                        403   403   403   422   422
GET  vote_setup.facts round_id=poll                         login 403   403   409   409
GET  vote_setup.index                                       login 403   403   200   200
POST vote_setup.move_option round_id=draft code=answer      403   403   403   409   409
POST vote_setup.move_question round_id=draft code=asked     403   403   403   409   409
GET  vote_setup.new                                         login 403   403   200   200
POST vote_setup.new                                         403   403   403   422   422
POST vote_setup.open_vote round_id=draft                    403   403   403   303   303
GET  vote_setup.option round_id=draft code=answer           login 403   403   200   200
POST vote_setup.option round_id=draft code=answer           403   403   403   422   422
GET  vote_setup.question round_id=draft code=asked          login 403   403   200   200
POST vote_setup.question round_id=draft code=asked          403   403   403   422   422
GET  vote_setup.show round_id=draft                         login 403   403   200   200
GET  vote_setup.show round_id=poll                          login 403   403   303   303
GET  vote_setup.show round_id=budget_round                  login 403   403   404   404
POST votes.cast round_id=poll                               403   409   403   403   403
GET  votes.check round_id=poll                              login 303   403   403   403
GET  votes.check round_id=polled                            409   409   409   409   409
GET  votes.fill_in round_id=poll                            200   200   200   200   200
GET  votes.fill_in round_id=polled                          409   409   409   409   409
GET  votes.fill_in round_id=budget_round                    404   404   404   404   404
GET  votes.index                                            200   200   200   200   200
POST votes.keep round_id=poll                               422   422   422   422   422
POST votes.keep round_id=polled                             409   409   409   409   409
GET  votes.received round_id=poll                           303   303   303   303   303
GET  votes.safety                                           200   200   200   200   200
GET  votes.show round_id=poll                               200   200   200   200   200
GET  votes.show round_id=polled                             303   303   303   303   303
GET  votes.show round_id=budget_round                       303   303   303   303   303
GET  vote_codes.fill_in                                     200   200   200   200   200
POST vote_codes.fill_in                                     422   422   422   422   422
GET  vote_codes.arrive code=letter                          303   303   303   303   303
GET  vote_codes.ask                                         303   303   303   303   303
POST vote_codes.ask                                         303   303   303   303   303
POST vote_codes.done                                        303   303   303   303   303
GET  vote_desk.index                                        login 403   403   200   200
GET  vote_desk.help_voter round_id=letter_vote              login 403   403   200   200
POST vote_desk.help_voter round_id=letter_vote              403   403   403   422   422
GET  vote_letters.index round_id=letter_vote                login 403   403   200   200
GET  vote_letters.letter round_id=letter_vote               login 403   403   200   200
POST vote_letters.letter round_id=letter_vote               403   403   403   422   422
GET  vote_letters.nameless round_id=letter_vote             login 403   403   200   200
POST vote_letters.nameless round_id=letter_vote             403   403   403   422   422
GET  vote_letters.roll round_id=letter_vote                 login 403   403   200   200
POST vote_letters.roll round_id=letter_vote                 403   403   403   422   422
POST vote_paper.agree round_id=paper_vote number=pile       403   403   403   409   409
GET  vote_paper.index round_id=paper_vote                   login 403   403   200   200
POST vote_paper.index round_id=paper_vote                   403   403   403   422   422
GET  vote_paper.pile round_id=paper_vote number=pile        login 403   403   200   200
GET  vote_paper.type_in round_id=paper_vote number=pile place=pile login 403 403 200 200
POST vote_paper.type_in round_id=paper_vote number=pile place=pile 403 403 403 303 303
POST vote_paper.type_in round_id=letter_vote number=pile place=pile 403 403 403 404 404
GET  vote_folders.download round_id=budget_round            404   404   404   404   404
GET  vote_folders.download round_id=counted_round           200   200   200   200   200
GET  vote_running.index                                     login 403   403   200   200
GET  vote_running.show round_id=budget_round                  login 403   403   200   200
GET  vote_running.people round_id=budget_round                login 403   403   200   200
POST vote_running.people round_id=budget_round                403   403   403   422   422
GET  vote_running.ask round_id=budget_round act=break_off     login 403   403   200   200
POST vote_running.ask round_id=budget_round act=break_off     403   403   403   422   422
GET  vote_second.index                                      login 403   403   200   200
GET  vote_second.show act_id=asked                          login 403   403   200   200
POST vote_second.answer act_id=asked                        403   403   403   422   422
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An address, and what each role gets there."""

    method: str
    endpoint: str
    values: dict[str, str]
    wanted: dict[str, str]

    @property
    def place(self) -> str:
        return " ".join([self.method, self.endpoint, *self.values.values()])


def _rows() -> list[Row]:
    rows = []
    for line in TABLE.strip().splitlines()[1:]:
        words = line.split()
        method, endpoint, *values = words[: -len(ROLES)]
        wanted = dict(zip(ROLES, words[-len(ROLES) :], strict=True))
        rows.append(Row(method, endpoint, dict(v.split("=") for v in values), wanted))
    return rows


@pytest.fixture(scope="module")
def app(cluster: Cluster, worker_id: str) -> Iterator[Flask]:
    """The application of a demo, which has more endpoints than any other."""
    with cluster.copy(f"access_{worker_id}") as name:
        application = create_app(replace(cluster.config(name), environment=Environment.DEMO))
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        yield application
        dispose(application)


@pytest.fixture
def made(app: Flask, store: Session) -> tuple[World, dict[str, str]]:
    """The world, and the session of each role; the resident logged in in a way that can vote."""
    persons = people()
    sessions = {"anonymous": ""}
    for role, account in persons.items():
        vote = {"vote_pseudonym": "v1$vote"} if role == "resident" else {}
        sessions[role] = make_session(app, store, account, **vote)
    things = world(store, persons, app.extensions["media"])
    with app.app_context():
        things["preview_token"] = token_of(things["link"])
        things["revoked_token"] = token_of(things["revoked_link"])
    return things, sessions


def _address(app: Flask, row: Row, things: World) -> str:
    with app.test_request_context():
        return app.url_for(row.endpoint, **{k: things[v] for k, v in row.values.items()})


def _answer(app: Flask, session: str, method: str, address: str) -> str:
    browser = app.test_client()
    if session:
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session)
    response = browser.open(address, method=method)
    goes_to = response.headers.get("Location", "").partition("?")[0]
    response.close()
    return "login" if goes_to == "/inloggen" else str(response.status_code)


def test_every_endpoint_stands_in_the_table_and_nothing_else_does(app):
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    in_table = {(row.method, row.endpoint) for row in _rows()}
    assert sorted(routes - in_table) == [], "without a row"
    assert sorted(in_table - routes) == [], "without a route"


def test_every_endpoint_states_whom_it_lets_in(app):
    with app.app_context():
        silent = [name for name in app.view_functions if rule_of(name) is None]
    assert silent == []


def test_the_desk_is_for_staff_only(app):
    with app.app_context():
        rules = {name: rule_of(name) for name in app.view_functions}
    desk = {name: rule for name, rule in rules.items() if "_admin." in name}
    assert desk
    assert all(rule and rule <= STAFF for rule in desk.values())


def test_everyone_gets_what_the_table_says(app, connection: Connection, made, monkeypatch):
    things, sessions = made
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    wrong = []
    for row in _rows():
        address = _address(app, row, things)
        for role, session in sessions.items():
            with connection.begin_nested() as step:
                got = _answer(app, session, row.method, address)
                step.rollback()
            if got != row.wanted[role]:
                wrong.append(f"{row.place} as {role}: {got}, not {row.wanted[role]}")
    assert wrong == []


def test_the_table_keeps_to_the_rule_of_each_endpoint(app):
    """A row that lets in whom the decorator keeps out cannot be right, nor the other way round."""
    kept_out = {"403", "login"}
    with app.app_context():
        rules = {row.endpoint: rule_of(row.endpoint) or frozenset() for row in _rows()}
    for row in _rows():
        rule = rules[row.endpoint]
        if ANYONE not in rule:
            assert row.wanted["anonymous"] in kept_out, row.place
            strangers = [r for r in ROLES[1:] if r not in rule and LOGGED_IN not in rule]
            assert all(row.wanted[role] == "403" for role in strangers), row.place


def test_nobody_sends_a_form_without_its_token(app, connection: Connection, made):
    things, sessions = made
    before = _everything(connection)
    sent = {row.place: row for row in _rows() if row.method != "GET"}
    assert sent
    for row in sent.values():
        for role, session in sessions.items():
            got = _answer(app, session, row.method, _address(app, row, things))
            assert got == "400", f"{row.place} as {role}"
    assert _everything(connection) == before


def _everything(connection: Connection) -> dict[str, list[str]]:
    """All rows of all tables, but for the sessions: the page that refuses may hold a token."""
    tables = sorted(set(db.metadata.tables) - {"login_session"})
    return {
        name: sorted(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t')))
        for name in tables
    }
