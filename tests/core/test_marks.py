"""A few marks become HTML; everything else stays text."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.html import SCHEMES, TAGS, clean_of_staff
from participatie.core.marks import from_marks


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Dag", "<p>Dag</p>"),
        ("## Kop\nTekst", "<h2>Kop</h2>\n<p>Tekst</p>"),
        ("### Klein", "<h3>Klein</h3>"),
        ("#Geen kop", "<p>#Geen kop</p>"),
        ("Dit is **vet** hier", "<p>Dit is <strong>vet</strong> hier</p>"),
        ("2 ** 3 en 4 ** 5", "<p>2 ** 3 en 4 ** 5</p>"),
        ("Ga [naar contact](/contact).", '<p>Ga <a href="/contact">naar contact</a>.</p>'),
        ("[boos](javascript:alert)", "<p>[boos](javascript:alert)</p>"),
        ("[boos](//evil.example)", "<p>[boos](//evil.example)</p>"),
        ("- een\n- [twee](/t)", '<ul><li>een</li><li><a href="/t">twee</a></li></ul>'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("**[a](/b)**", '<p><strong><a href="/b">a</a></strong></p>'),
    ],
)
def test_a_mark_is_what_it_says(text, html):
    assert from_marks(text) == html
    assert clean_of_staff(html) == html


MARKS = st.sampled_from(
    ["**", "##", "### ", "[", "](", ")", "/a", "https://x.nl", "\n", "<", "a", "-"]
)


@given(st.lists(MARKS, max_size=30).map("".join))
def test_marks_make_nothing_that_cleaning_must_take_away(text):
    html = clean_of_staff(from_marks(text))
    assert clean_of_staff(html) == html
    kept = nh3.clean(
        html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=None
    )
    assert kept.count("<") == html.count("<")
