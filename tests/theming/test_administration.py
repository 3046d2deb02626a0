"""An administrator looks at a theme, puts it on, and brings one along."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.theming.models import ThemeChoice, UploadedTheme
from tests.factories import AdministratorFactory
from tests.theming.test_themes import archive, good

PALE = b":root { --participatie-color-link: #eeeeee; }"


@pytest.fixture
def administrator(log_in):
    return log_in(AdministratorFactory())


def send(page, content, **fields):
    """Send the form with a file, as a browser does."""
    data = {"csrf_token": token(page), "archive": (io.BytesIO(content), "huis.zip"), **fields}
    return page.client.raw.post("/griffie/huisstijl/nieuw", data=data)


def token(page):
    return page.all("input", name="csrf_token")[0].get("value")


def test_a_theme_is_put_on_by_one_button(administrator, client, store):
    page = administrator.get("/griffie/huisstijl")
    checked = [
        one.get("value") for one in page.all("input", type="radio") if "checked" in one.attrib
    ]
    assert checked == ["waterlanden"]
    data = {"csrf_token": token(page), "theme": "hoogstad"}
    answer = administrator.raw.post("/griffie/huisstijl", data=data)
    assert answer.status_code == 303
    assert store.scalars(select(ThemeChoice.name)).one() == "hoogstad"
    assert store.scalars(select(AuditEntry.act)).all()[-1] == "themes.choose"
    assert "Hoogstad beslist" in client.get("/").text


def test_a_sample_is_seen_by_who_asks_for_it_and_by_nobody_else(administrator, client):
    page = administrator.get("/griffie/huisstijl/zonneveld/proef")
    assert page.h1 == "Proefpagina van zonneveld"
    assert "Zonneveld samen" in page.text
    assert "Alle controles zijn goed." in page.main
    assert "Waterlanden doet mee" in client.get("/contact").text
    assert administrator.get("/griffie/huisstijl/geen/proef", status=404).h1


def test_a_good_theme_can_be_brought_along_and_is_not_on_yet(administrator, client, store):
    page = administrator.get("/griffie/huisstijl/nieuw")
    assert send(page, good(), name="eigen").status_code == 303
    assert store.scalars(select(UploadedTheme.name)).all() == ["eigen"]
    assert "Eigen huis" in administrator.get("/griffie/huisstijl/eigen/proef").text
    assert "Waterlanden doet mee" in client.get("/").text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("eigen", archive(theme_toml=b"", theme_css=PALE), "het contrast is"),
        ("eigen", b"no zip", "Dit bestand is geen zip die wij kunnen lezen."),
        ("eigen", archive(theme_toml=b"nmae = 1"), "onbekende instelling «nmae»"),
        ("eigen", archive(theme_toml=b"naam = "), "kijk naar regel 1"),
        ("Eigen Huis", good(), "Kies een naam die nog vrij is"),
        ("zonneveld", good(), "Kies een naam die nog vrij is"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_reason(
    administrator, store, name, content, sentence
):
    answer = send(administrator.get("/griffie/huisstijl/nieuw"), content, name=name)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert f'value="{name}"' in answer.get_data(as_text=True)
    assert store.scalars(select(UploadedTheme.name)).all() == []
