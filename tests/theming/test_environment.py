"""What every template stands on."""

from flask import render_template_string

from participatie.core.i18n import speaking
from participatie.core.money import euros


def test_a_bundled_file_may_be_kept_for_ever_and_other_files_may_not(app, client):
    with app.test_request_context():
        address = render_template_string("{{ asset('app.css') }}")
    bundled = client.raw.get(address)
    assert bundled.status_code == 200
    assert bundled.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    bundled.close()
    for other in ("/static/dist/none.css", "/gezond"):
        assert "immutable" not in client.raw.get(other).headers["Cache-Control"]


def test_the_entry_of_this_page_is_marked_in_the_menu(app):
    site = app.jinja_env.globals["site"]
    for path, label in (("/", "Nu bezig"), ("/trajecten/plein", "Trajecten")):
        with app.test_request_context(path):
            assert [link.label for link in site.menu if link.current] == [label]
    with app.test_request_context("/trajectenlijst"):
        assert not any(link.current for link in site.menu)


def test_money_reads_the_same_on_a_page_and_in_a_sentence(app):
    for cents in (0, 5, 1200000, 1200050, 999):
        with app.test_request_context():
            assert render_template_string("{{ n|money }}", n=cents) == euros(cents)


def test_what_people_wrote_is_said_to_be_dutch_in_a_chart_and_behind_a_button(app):
    page = """{% from "macros/numbers.html" import bar_chart %}
    {% from "macros/buttons.html" import link_button %}
    {% set rows = [{"label": "Bankjes", "value": 1, "words": "1", "note": _("Log in")}] %}
    {{ bar_chart("", "", "", rows) }}
    {{ link_button(_("Log in"), "/", extra="Bankjes") }}
    {{ link_button(_("Log in"), "/", extra=_("Log in")) }}"""
    with app.test_request_context(), speaking("en"):
        english = render_template_string(page)
    assert "<span lang=nl>Bankjes</span> Log in</th>" in english
    assert '<span class="p-hidden" lang=nl> Bankjes</span>' in english
    assert '<span class="p-hidden"> Log in</span>' in english
    with app.test_request_context():
        assert "lang=" not in render_template_string(page)
