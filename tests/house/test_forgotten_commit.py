"""The tests see what a view has committed, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from participatie.areas.models import Area
from participatie.core import access
from participatie.core.db import db
from tests.conftest import visitor

PAGE = "<!doctype html><html lang=nl><title>Klaar</title><body><h1>Klaar</h1>"


@pytest.fixture
def forgetful(app: Flask, connection, monkeypatch):
    """The application with two pages replaced: one commits what it does, one forgets to."""

    def page(name: str, *, commits: bool):
        def add():
            db.session.add(Area(name=name))
            db.session.flush()
            if commits:
                db.session.commit()
            return PAGE

        return access.anyone(add)

    monkeypatch.setitem(app.view_functions, "pages.contact", page("forget", commits=False))
    monkeypatch.setitem(app.view_functions, "pages.trust", page("remember", commits=True))
    return app


def test_a_view_that_forgets_to_commit_fails_its_test(forgetful, store):
    client = visitor(forgetful)
    client.get("/contact")
    assert store.scalar(select(func.count()).select_from(Area)) == 0
    client.get("/vertrouwen")
    assert store.scalars(select(Area.name)).all() == ["remember"]
