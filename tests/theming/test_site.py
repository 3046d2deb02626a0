"""A theme names the site; what is wrong in it is one sentence."""

import pytest

from participatie.config import ConfigError
from participatie.theming.site import Link, make_site
from participatie.theming.theme import DEFAULT, SHIPPED, read_theme


@pytest.fixture
def folder(tmp_path):
    """An empty folder with a name that a theme may have."""
    made = tmp_path / "eigen"
    made.mkdir()
    return made


def site_of(directory):
    return make_site(
        read_theme(directory), address="/thema", base_url="https://doemee.example", test_login=False
    )


def test_without_a_theme_the_site_is_that_of_the_fictive_municipality():
    site = site_of(SHIPPED / DEFAULT)
    assert site.municipality == "Gemeente Waterlanden"
    assert site.contact_phone == "14 0299"
    assert site.accessibility_status == ""
    assert Link("Trajecten", "/trajecten") in site.links


def test_a_theme_says_only_what_differs(folder):
    (folder / "theme.toml").write_text(
        'name = "Doe mee"\n[contact]\nphone = "14 010"\n'
        '[[menu]]\nlabel = "Gemeente"\nurl = "https://www.doemee.example"\n'
    )
    site = site_of(folder)
    assert (site.name, site.contact_phone) == ("Doe mee", "14 010")
    assert site.contact_email == "doemee@waterlanden.example"
    assert site.links == (Link("Gemeente", "https://www.doemee.example"),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nmae = 'Doe mee'", "unknown setting «nmae»"),
        ("[contact]\nfax = '1'", "unknown setting «contact.fax»"),
        ("name = 3", "«name» must be a text"),
        ("contact = 'bel'", "«contact» must be a table"),
        ("menu = 'x'", "«menu» must be a list of tables"),
        ("[[menu]]\nlabel = 'x'", "each entry of «menu» has a label and a url"),
        ("[[menu]]\nlabel = 'x'\nurl = 'javascript:1'", "is not an address"),
        ("[[menu]]\nlabel = 'x'\nurl = '//evil.example'", "is not an address"),
        ("municipality_url = 'waterlanden'", "is not an address"),
        ("name = ", "is not TOML"),
    ],
)
def test_a_mistake_in_a_theme_is_one_sentence_with_its_place(folder, text, sentence):
    (folder / "theme.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        site_of(folder)
    assert sentence in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_theme_that_cannot_be_read_is_refused(folder):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        site_of(folder)
    (folder / "theme.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        site_of(folder)
