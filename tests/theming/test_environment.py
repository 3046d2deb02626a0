"""What every template stands on."""

from flask import render_template_string

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
