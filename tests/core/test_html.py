"""Nothing that runs comes through, from whichever side it is looked at."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import html5lib
import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from participatie.core.html import (
    SCHEMES,
    TAGS,
    CleanHtml,
    clean,
    clean_of_staff,
    from_plain,
    is_safe_address,
    readable,
)

LINKS = [
    "javascript:1",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\x00script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "&#0000106avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript://host/%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "ftp://example.org/",
    "blob:https://example.org/1",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://",
    "https://user:secret@evil.example/",
    "https://gemeente.example@evil.example/",
    "https://evil.example\\@gemeente.example/",
    "https://gemeente.example\u202emoc.live",
    "https://gemeente.example\u2028/",
    "https://[::1",
    "http:\\\\evil.example",
    "mailto:",
    "mailto://evil.example/",
    "tel://1/",
    "relative/path",
    "/inside",
    "#fragment",
    "?query",
    "",
]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/src=data:,alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='javascript:alert(1)'>x</mi></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p class=p-button id=main>x</p>",
    "<a href='https://ok.example' onclick=alert(1)>x</a>",
    "<a href='https://ok.example' target=_blank style=x>x</a>",
    "<a href=https://ok.example\nonmouseover=alert(1)>x</a>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- <img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    "<p><a href='https://ok.example'><script>alert(1)</script></a>",
    "</p></div></body><script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "<a\x0chref=javascript:alert(1)>x</a>",
    "<h1>groot</h1><h2>kop</h2><table><tr><td>cel</td></tr></table>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x&amp;gt;",
    "<p>5 < 6 && 7 > 6</p>",
    "<p>onafgemaakt",
    "<",
    "<<p>>",
    "<p" * 200,
    "<ul><li>" * 50,
]


def _elements(html: str):
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [element for element in root.iter() if element is not root]


def _assert_harmless(html: str) -> None:
    for element in _elements(html):
        assert isinstance(element.tag, str), html
        assert element.tag in TAGS, html
        assert set(element.attrib) <= ({"href", "rel"} if element.tag == "a" else set()), html
        if "href" in element.attrib:
            assert is_safe_address(element.attrib["href"]), html


def _nothing_left_for_the_oracle(html: str) -> None:
    """nh3, an independent cleaner, would take nothing more away."""
    kept = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "rel"}},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    seen = [(e.tag, dict(e.attrib)) for e in _elements(html)]
    assert [(e.tag, dict(e.attrib)) for e in _elements(kept)] == seen, html


def test_the_corpus_is_large_enough():
    assert len(set(LINKS) | set(PAYLOADS)) >= 90


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_harmless_after_cleaning(payload):
    cleaned = clean(payload)
    _assert_harmless(cleaned)
    _nothing_left_for_the_oracle(cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("address", LINKS)
def test_a_link_that_could_deceive_or_run_loses_its_address(address):
    assert not is_safe_address(address)
    for quote in ("'", '"'):
        cleaned = clean(f"<a href={quote}{address}{quote}>tekst</a>")
        assert "href" not in cleaned
        assert "tekst" in cleaned
        assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "address",
    [
        "https://www.waterlanden.example/pad?a=1&b=2#deel",
        "http://bomen.example",
        "https://bomen.example:8443/",
        "https://café.example/één",
        "mailto:meedoen@waterlanden.example",
        "tel:140299",
    ],
)
def test_an_honest_link_stays(address):
    assert is_safe_address(address)
    (link,) = _elements(clean(f'<a href="{address.replace("&", "&amp;")}">x</a>'))
    assert link.get("href") == address


def test_what_staff_may_write_stays_as_it_is():
    html = (
        "<h2>Kop</h2><p>Eén <strong>vet</strong> en <em>schuin</em> woord.<br>Regel</p>"
        "<ul><li>een</li></ul><ol><li>twee</li></ol><blockquote><p>Gezegd</p></blockquote>"
        '<p><a href="https://ok.example" rel="nofollow ugc">link</a> 🌳</p>'
    )
    assert clean(html) == html


PIECES = st.sampled_from([*PAYLOADS, *LINKS, "<p>", "</p>", "<a href='", "'>", "&", ";", "\x00"])


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=8).map("".join)))
@example("<a href='https://ok.example/?a=1&amp;b=2'>x</a>")
@example("&#60;script&#62;")
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_that_runs(html):
    cleaned = clean(html)
    assert clean(cleaned) == cleaned
    _assert_harmless(cleaned)


@given(st.text(max_size=300))
@example("één idee voor café Özgür 🌳")
@example("- <b>een</b>\n- twee & drie\n\nhttps://ok.example/a?b=1&c=2.")
def test_what_a_resident_types_is_text_and_survives_cleaning(text):
    html = from_plain(readable(text))
    assert isinstance(html, Markup)
    _assert_harmless(html)
    assert _words(clean(html)) == _words(html)


def _words(html: str) -> list[str]:
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return " ".join(root.itertext()).split()


def test_paragraphs_lines_and_lists_of_a_plain_text():
    assert from_plain("Een\ntwee\n\n- a\n- b\nna") == (
        "<p>Een<br>twee</p>\n<ul><li>a</li><li>b</li></ul>\n<p>na</p>"
    )
    assert from_plain(" \n\n ") == ""


def test_a_plain_text_links_honest_addresses_only():
    html = from_plain("Zie (https://ok.example/a?b=1&c=<2). En https://u:p@evil.example/x!")
    (link,) = [element for element in _elements(html) if element.tag == "a"]
    assert link.get("href") == "https://ok.example/a?b=1&c="
    assert link.get("rel") == "nofollow ugc"
    assert "https://u:p@evil.example/x!" in " ".join(_words(html))


@pytest.mark.parametrize("text", PAYLOADS)
def test_markup_in_a_plain_text_is_shown_as_it_was_typed(text):
    typed = readable(text)
    assert "".join(_words(from_plain(typed))) == "".join(typed.split())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("één idee voor café Özgür 🌳", "één idee voor café Özgür 🌳"),
        ("e\u0301e\u0301n", "één"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\u202etxt\u202c \u2066iso\u2069 \u200e\u200f", "txt iso "),
        ("nul\x00 bel\x07 del\x7f c1\x85", "nul bel del c1"),
        ("\ufeffbegin\ud800", "begin"),
        ("👩‍👩‍👧‍👦 می‌خواهم", "👩‍👩‍👧‍👦 می‌خواهم"),
        ("tab\tblijft", "tab\tblijft"),
        ("\u200b\u2060\u00ad\u180e \u00a0", ""),
        ("\u3164\uffa0\u2800\u115f\u1160", ""),
        ("\u0301\ufe0f\U000e0041", ""),
        ("a\u200bb", "a\u200bb"),
        ("שלום مرحبا 你好", "שלום مرحبا 你好"),
    ],
)
def test_readable_keeps_every_letter_and_drops_what_cannot_be_seen(typed, kept):
    assert readable(typed) == kept
    assert readable(kept) == kept


@given(st.text())
def test_what_is_readable_stays_so_and_can_be_stored(text):
    kept = readable(text)
    assert readable(kept) == kept
    assert "\x00" not in kept
    kept.encode()


@pytest.mark.parametrize("cleaning", [clean, clean_of_staff])
def test_the_words_that_stay_are_stored_to_the_letter(cleaning):
    assert cleaning("<p>samen € 18.000, café Özgür 🌳</p>") == (
        "<p>samen € 18.000, café Özgür 🌳</p>"
    )


def test_the_column_cleans_on_write_and_yields_markup_on_read():
    column = CleanHtml()
    assert column.process_bind_param("<p onclick=x>a<script>b</script></p>", None) == "<p>ab</p>"
    assert column.process_result_value("<p>a</p>", None) == Markup("<p>a</p>")
    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None


def test_texts_that_are_cleaned_at_once_do_not_mix():
    texts = [f"<p>{f'person {number} &amp; what they said ' * 200}</p>" for number in range(4)]
    with ThreadPoolExecutor(max_workers=4) as threads:
        cleaned = list(threads.map(clean, texts * 20))
    assert cleaned == texts * 20
