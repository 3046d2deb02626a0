"""A theme names the site; what is wrong in it is one sentence."""

import pytest

from participatie.config import ConfigError
from participatie.theming.site import Link, read_site


def site_of(directory):
    return read_site(directory, base_url="https://doemee.example", test_login=False)


def test_without_a_theme_the_site_is_that_of_the_fictive_municipality():
    site = site_of(None)
    assert site.municipality == "Gemeente Waterlanden"
    assert site.contact_phone == "14 0299"
    assert site.accessibility_status == ""
    assert Link("Trajecten", "/trajecten") in site.links


def test_a_theme_says_only_what_differs(tmp_path):
    (tmp_path / "theme.toml").write_text(
        'name = "Doe mee"\n[contact]\nphone = "14 010"\n'
        '[[menu]]\nlabel = "Gemeente"\nurl = "https://www.doemee.example"\n'
    )
    site = site_of(tmp_path)
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
def test_a_mistake_in_a_theme_is_one_sentence_with_its_place(tmp_path, text, sentence):
    (tmp_path / "theme.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        site_of(tmp_path)
    assert sentence in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_theme_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        site_of(tmp_path)
    (tmp_path / "theme.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        site_of(tmp_path)
