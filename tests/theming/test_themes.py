"""A theme is a folder: read whole, put on for everybody at once, its files under their digest."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from participatie.app import create_app
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid
from participatie.theming import services
from participatie.theming.models import ThemeChoice
from participatie.theming.theme import SHIPPED, ThemeError, read_archive, read_theme, themes_in
from participatie.theming.themes import Themes
from tests.conftest import visitor
from tests.database import dispose
from tests.factories import ResidentFactory

CSS = b":root { --participatie-color-link: #00407a; }"


def archive(**files: bytes) -> bytes:
    """A zip with these files; `__` in a name stands for a slash."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name.replace("__", "/").replace("_", "."), content)
    return held.getvalue()


def good() -> bytes:
    logo = (SHIPPED / "hoogstad" / "logo.svg").read_bytes()
    return archive(
        theme_toml=b'name = "Eigen huis"', theme_css=CSS, logo_svg=logo, favicon_svg=logo
    )


def put_on(store, name):
    store.merge(ThemeChoice(id=1, name=name))
    store.commit()


def test_three_themes_are_shipped():
    assert set(themes_in(SHIPPED)) == {"waterlanden", "zonneveld", "hoogstad"}


def test_a_folder_of_themes_and_one_theme_are_both_mounted():
    def default(mounted):
        return Themes(mounted, address="/thema", base_url="", test_login=False).default.name

    assert default(SHIPPED / "hoogstad") == "hoogstad"
    assert default(SHIPPED) == default(None) == "waterlanden"


def test_a_theme_with_colours_is_dark_only_when_it_says_so(tmp_path):
    folder = tmp_path / "eigen"
    folder.mkdir()
    (folder / "theme.toml").write_text("")
    assert read_theme(folder).has_dark
    (folder / "theme.css").write_bytes(CSS)
    assert not read_theme(folder).has_dark
    (folder / "theme.toml").write_text("[look]\ndark = true")
    assert read_theme(folder).has_dark


def test_the_digest_changes_with_every_byte_that_a_browser_gets():
    one = read_archive("a", archive(theme_toml=b"", theme_css=CSS))
    assert one.digest == read_archive("a", archive(theme_toml=b"", theme_css=CSS)).digest
    assert one.digest != read_archive("a", archive(theme_toml=b"", theme_css=CSS + b" ")).digest


def test_a_zip_may_have_a_folder_round_it():
    theme = read_archive("a", archive(huis__theme_toml=b"", huis__theme_css=CSS))
    assert theme.files == {"theme.css": CSS}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no zip", "not a zip"),
        (archive(theme_css=CSS), "no theme.toml"),
        (archive(theme_toml=b"", templates__base_html=b"{{ 1 }}"), "may hold no templates"),
        (archive(theme_toml=b"", theme_css=b" " * 2_000_001), "at most 60 files"),
    ],
)
def test_a_zip_that_is_no_theme_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ThemeError, match=sentence):
        read_archive("a", content)


def test_a_theme_keeps_what_is_no_picture_no_letter_and_no_token_inside():
    files = read_archive("a", archive(theme_toml=b"", x_js=b"alert(1)", x_html=b"<p>")).files
    assert files == {}


def test_everybody_gets_the_theme_that_is_put_on_without_a_restart(app, client, store, log_in):
    assert "Waterlanden doet mee" in client.get("/contact").text
    put_on(store, "hoogstad")
    for reader in (client, visitor(app)):
        page = reader.get("/contact")
        assert "Hoogstad beslist" in page.text
        digest = read_theme(SHIPPED / "hoogstad").digest
        assert f"/thema/{digest}/theme.css" in page.html
    put_on(store, "zonneveld")
    assert "Zonneveld samen" in log_in(ResidentFactory()).get("/contact").text


def test_a_theme_that_is_gone_leaves_the_site_as_its_host_made_it(client, store, caplog):
    put_on(store, "weg")
    assert "Waterlanden doet mee" in client.get("/contact").text
    assert "the theme weg is chosen but is not there" in caplog.text


def test_a_file_of_a_theme_may_be_kept_for_ever(client):
    digest = read_theme(SHIPPED / "zonneveld").digest
    answer = client.raw.get(f"/thema/{digest}/fonts/nunito.woff2")
    assert (answer.status_code, answer.content_type) == (200, "font/woff2")
    assert "immutable" in answer.headers["Cache-Control"]
    for path in ("theme.toml", "fonts/LICENSE-nunito.txt", "../waterlanden/theme.toml", "no.css"):
        assert client.raw.get(f"/thema/{digest}/{path}").status_code == 404
    assert client.raw.get("/thema/0000/theme.css").status_code == 404


def test_an_upload_is_kept_and_can_be_put_on(context, app):
    with app.test_request_context():
        theme = services.upload("eigen", good(), on_disk={}, account_id=None, now=now())
        services.choose(theme, account_id=None, now=now())
        assert app.extensions["themes"].chosen() == theme
        services.upload("eigen", good(), on_disk={}, account_id=None, now=now())


def test_an_upload_that_fails_a_check_is_kept_out(context):
    logo = (SHIPPED / "hoogstad" / "logo.svg").read_bytes()
    pale = archive(
        theme_toml=b"", theme_css=b":root{--participatie-color-link:#eee}",
        logo_svg=logo, favicon_svg=logo,
    )  # fmt: skip
    with pytest.raises(services.Unfit) as refused:
        services.upload("bleek", pale, on_disk={}, account_id=None, now=now())
    assert {finding.rule for finding in refused.value.findings} == {"contrast"}


@pytest.mark.parametrize("name", ["waterlanden", "", "Eigen", "../x", "a b"])
def test_an_upload_needs_a_name_of_its_own(context, app, name):
    on_disk = app.extensions["themes"].on_disk
    with pytest.raises(Invalid) as refused:
        services.upload(name, good(), on_disk=on_disk, account_id=None, now=now())
    assert refused.value.field == "name"


def test_a_mounted_theme_may_put_its_own_template_over_ours(cluster, tmp_path, worker_id):
    folder = tmp_path / "eigen"
    (folder / "templates" / "pages").mkdir(parents=True)
    (folder / "theme.toml").write_text("")
    (folder / "templates" / "pages" / "contact.html").write_text(
        '{% extends "original/pages/contact.html" %}{% block title %}Wij staan klaar{% endblock %}'
    )
    with cluster.copy(f"overlay_{worker_id}") as name:
        app = create_app(replace(cluster.config(name), theme_dir=tmp_path))
        browser = app.test_client()
        assert "Wij staan klaar" in browser.get("/contact").get_data(
            as_text=True
        )  # the only one mounted
        for chosen, words in (("zonneveld", False), ("eigen", True)):
            with app.app_context():
                db.session.merge(ThemeChoice(id=1, name=chosen))
                db.session.commit()
            assert ("Wij staan klaar" in browser.get("/contact").get_data(as_text=True)) is words
        dispose(app)
