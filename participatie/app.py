"""The application: the table of contents of the system."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import func, select
from werkzeug.middleware.proxy_fix import ProxyFix

from participatie.areas import admin as areas_admin
from participatie.audience import views as audience
from participatie.budget.admin import assessing as budget_assessing
from participatie.budget.admin import assessment as budget_assessment
from participatie.budget.admin import assessment_spreadsheet as budget_spreadsheet
from participatie.budget.admin import budget_photo as budget_photo_admin
from participatie.budget.admin import changes as budget_changes
from participatie.budget.admin import execution as budget_execution
from participatie.budget.admin import pictures as budget_pictures
from participatie.budget.admin import projects as budget_projects
from participatie.budget.admin import reports as budget_reports
from participatie.budget.admin import running as budget_admin
from participatie.budget.admin import setup as budget_setup
from participatie.budget.views import assessment as budget_answer
from participatie.budget.views import comparisons as budget_comparison
from participatie.budget.views import execution as budget_progress
from participatie.budget.views import lists as budget_lists
from participatie.budget.views import maps as budget_map
from participatie.budget.views import materials as budget_materials
from participatie.budget.views import photos as budget_photo
from participatie.budget.views import plans as budget
from participatie.budget.views import results as budget_results
from participatie.budget.views import submitting as budget_submitting
from participatie.budget.views import supporting as budget_supporting
from participatie.config import Config, Environment
from participatie.contributions import admin as contributions_admin
from participatie.contributions import views as contributions
from participatie.core import (
    access,
    addresses,
    error_pages,
    headers,
    i18n,
    logs,
    page_cache,
    uploads,
)
from participatie.core.clock import next_day
from participatie.core.db import ALONE, db
from participatie.core.patience import AT_WORK, Patience, connect_args
from participatie.core.queue import broker_of
from participatie.core.tasks import make_celery
from participatie.demo import views as demo
from participatie.discussions import admin as discussions_admin
from participatie.discussions.views import comments, discussions
from participatie.discussions.views import lists as discussion_lists
from participatie.doors import DOOR
from participatie.identity import views as identity
from participatie.mail_words import words_of
from participatie.maps import views as maps
from participatie.maps.addresses import SERVICES
from participatie.media.storage import storage_of
from participatie.moderation import admin as moderation_admin
from participatie.moderation import views as moderation
from participatie.notifications import mail as notifications
from participatie.pages import furniture, languages
from participatie.pages import queries as page_queries
from participatie.pages import views as pages
from participatie.pages.admin import furnishing as furnishing_admin
from participatie.pages.admin import interface_texts as interface_texts_admin
from participatie.pages.admin import languages as languages_admin
from participatie.pages.admin import mail_texts as mail_texts_admin
from participatie.pages.admin import own_pages as own_pages_admin
from participatie.pages.admin import process_texts as process_texts_admin
from participatie.pages.admin import several as several_admin
from participatie.pages.admin import texts as texts_admin
from participatie.pages.admin import worklist as pages_admin
from participatie.processes import queries as processes
from participatie.processes import views as process_views
from participatie.processes.admin import announcing as process_announcing
from participatie.processes.admin import audience as process_audience
from participatie.processes.admin import documents as process_documents
from participatie.processes.admin import making as processes_admin
from participatie.processes.admin import opening as process_opening
from participatie.processes.admin import photos as process_photo
from participatie.processes.admin import regulation as regulation_admin
from participatie.processes.admin import team as process_team
from participatie.proposals import queries as proposal_queries
from participatie.proposals.admin import answers as proposals_admin
from participatie.proposals.admin import entering as proposal_entering
from participatie.proposals.admin import initiatives as initiatives_admin
from participatie.proposals.admin import tables as proposal_tables
from participatie.proposals.views import archive as proposal_archive
from participatie.proposals.views import claims as proposal_claims
from participatie.proposals.views import documents as proposal_documents
from participatie.proposals.views import initiatives, merging
from participatie.proposals.views import lists as proposal_lists
from participatie.proposals.views import photos as proposal_photos
from participatie.proposals.views import revising as proposal_revising
from participatie.proposals.views import show as proposals
from participatie.proposals.views import writing as proposal_writing
from participatie.readiness import INSPECTIONS, has_budget
from participatie.theming import environment
from participatie.theming import views as theming
from participatie.votes.admin import amendments as vote_amendments
from participatie.votes.admin import desk as votes_desk
from participatie.votes.admin import hand_counts as votes_hand_counts
from participatie.votes.admin import key_holders as votes_key_holders
from participatie.votes.admin import letters as votes_letters
from participatie.votes.admin import paper as votes_paper
from participatie.votes.admin import printed as vote_printed
from participatie.votes.admin import rehearsal as vote_rehearsal
from participatie.votes.admin import running as vote_running
from participatie.votes.admin import second as vote_second
from participatie.votes.admin import setup as vote_setup
from participatie.votes.keys import keys_of
from participatie.votes.queries import rounds as round_queries
from participatie.votes.views import audience as vote_audience
from participatie.votes.views import checks as vote_checks
from participatie.votes.views import codes as votes_codes
from participatie.votes.views import folders as vote_folders
from participatie.votes.views import kiosk as vote_kiosk
from participatie.votes.views import polls
from participatie.votes.views import protocols as vote_protocols
from participatie.votes.views import results as vote_results

BLUEPRINTS = (
    theming.bp,
    notifications.bp,
    pages.bp,
    pages_admin.bp,
    several_admin.bp,
    own_pages_admin.bp,
    furnishing_admin.bp,
    interface_texts_admin.bp,
    languages_admin.bp,
    texts_admin.bp,
    mail_texts_admin.bp,
    process_texts_admin.bp,
    process_views.bp,
    processes_admin.bp,
    process_announcing.bp,
    process_documents.bp,
    process_opening.bp,
    process_photo.bp,
    process_audience.bp,
    regulation_admin.bp,
    process_team.bp,
    audience.bp,
    areas_admin.bp,
    maps.bp,
    contributions.bp,
    contributions_admin.bp,
    moderation.bp,
    moderation_admin.bp,
    comments.bp,
    discussions.bp,
    discussion_lists.bp,
    discussions_admin.bp,
    proposal_lists.bp,
    proposals.bp,
    proposal_writing.bp,
    proposal_photos.bp,
    proposal_documents.bp,
    proposal_revising.bp,
    proposals_admin.bp,
    proposal_tables.bp,
    proposal_entering.bp,
    proposal_claims.bp,
    merging.bp,
    proposal_archive.bp,
    initiatives.bp,
    initiatives_admin.bp,
    polls.bp,
    votes_key_holders.bp,
    vote_checks.bp,
    vote_audience.bp,
    vote_results.bp,
    vote_amendments.bp,
    vote_rehearsal.bp,
    vote_running.bp,
    vote_second.bp,
    vote_setup.bp,
    budget.bp,
    budget_lists.bp,
    budget_map.bp,
    budget_results.bp,
    budget_progress.bp,
    budget_changes.bp,
    budget_comparison.bp,
    budget_execution.bp,
    budget_pictures.bp,
    budget_photo.bp,
    budget_photo_admin.bp,
    budget_reports.bp,
    budget_admin.bp,
    budget_projects.bp,
    budget_setup.bp,
    budget_assessing.bp,
    budget_assessment.bp,
    budget_answer.bp,
    budget_spreadsheet.bp,
    budget_submitting.bp,
    budget_supporting.bp,
    budget_materials.bp,
    votes_codes.bp,
    votes_letters.bp,
    votes_desk.bp,
    votes_paper.bp,
    votes_hand_counts.bp,
    vote_printed.bp,
    vote_folders.bp,
    vote_kiosk.bp,
    vote_protocols.bp,
)

csrf = CSRFProtect()


class _Participatie(Flask):
    """Flask asks of every function that it calls whether it waits for others; here none does."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(config: Config | None = None, *, patience: Patience = AT_WORK) -> Flask:
    """The web application with everything in it; the worker and the commands use it too."""
    config = config or Config.from_env(os.environ)
    if config.database_url is None:
        raise ValueError("the application needs a database address")
    if config.environment is not Environment.TEST:
        logs.init()
    app = _Participatie(
        "participatie", template_folder="theming/templates", static_folder="theming/static"
    )
    app.config.from_mapping(_settings(config, patience))
    app.extensions["config"] = config
    app.jinja_env.undefined = StrictUndefined
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    addresses.init_app(app)
    db.init_app(app)
    make_celery(app, broker=broker_of(config))
    i18n.init_app(app)
    headers.init_app(app, https=config.is_https)
    environment.init_app(app, config, furniture=pages.furnished)
    # before anything refuses a request
    languages.init_app(app, is_offered=furniture.is_offered, changes=lambda: furniture.kept().texts)
    uploads.init_app(app)
    csrf.init_app(app)
    error_pages.init_app(app)
    page_cache.init_app(app, next_boundary=_next_boundary)
    i18n.speak_by_address(app)
    identity.init_app(app, config)
    app.extensions["vote_keys"] = keys_of(config)
    app.extensions["words_of_mail"] = words_of
    app.extensions["inspections"] = INSPECTIONS
    app.extensions["has_budget"] = has_budget
    app.extensions["media"] = storage_of(config)
    app.extensions["addresses"] = SERVICES[config.address_search]()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if config.environment is Environment.DEMO:
        app.register_blueprint(demo.bp)
    access.init_app(app, DOOR)
    return app


def _settings(config: Config, patience: Patience) -> dict[str, object]:
    host = urlsplit(config.base_url).hostname or ""
    engine = {
        "pool_size": 4,
        "max_overflow": 4,
        "pool_timeout": 5,
        "pool_use_lifo": True,  # what was used a moment ago is warm, and need not be asked
        "hide_parameters": True,  # they hold personal data, and errors go to the log
        "connect_args": connect_args(patience, "-c timezone=UTC"),
    }
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.environment is Environment.TEST,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "SQLALCHEMY_BINDS": {ALONE: {"url": config.database_url, **engine, **alone}},
        "TRUSTED_HOSTS": [host, "localhost", "127.0.0.1"],  # the last two for health checks
        "MAX_CONTENT_LENGTH": 1_000_000,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _next_boundary(moment: datetime) -> datetime:
    """When a page can change by the clock alone: a phase, a vote, a banner, a term, or the day."""
    phase = processes.next_boundary(moment).scalar_subquery()
    vote = round_queries.next_boundary(moment).scalar_subquery()
    banner = page_queries.next_banner_boundary(moment).scalar_subquery()
    initiative = proposal_queries.next_due(moment).scalar_subquery()
    least = func.least(phase, vote, banner, initiative, next_day(moment))
    first: datetime = db.session.scalars(select(least)).one()
    return first
