"""Cleaning text: the only caller of bleach. Text is cleaned once, when it is written."""

import re
import unicodedata
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import bleach
from markupsafe import Markup, escape
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from participatie.core.i18n import direction

TAGS = frozenset({"a", "blockquote", "br", "em", "h2", "h3", "li", "ol", "p", "strong", "ul"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_LINK = re.compile(r"https?://[^\s<>\"'\ue000-\ue002]+[^\s<>\"'.,;:!?)\]\ue000-\ue002]")
_ITEM = re.compile(r"^\s*[-*•]\s+")
_SAID = re.compile("\ue000([a-z]+)\ue001([^\ue002]*)\ue002")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def is_safe_address(address: str) -> bool:
    """Whether a link may point there: a known scheme, a host where one belongs, no tricks."""
    if _UNSEEN.search(address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(host) and parts.username is None
    return parts.scheme in SCHEMES and not parts.netloc and bool(parts.path)


def is_own_path(address: str) -> bool:
    """Whether an address is a page of this site, without its host."""
    is_path = address.startswith("/") and not address.startswith("//")
    return is_path and "\\" not in address and not _UNSEEN.search(address)


def _keep_attribute_of_staff(tag: str, name: str, value: str) -> bool:
    return tag == "a" and name == "href" and (is_safe_address(value) or is_own_path(value))


def _keep_attribute(tag: str, name: str, value: str) -> bool:
    if tag != "a":
        return False
    return name == "rel" or (name == "href" and is_safe_address(value))


_cleaner = bleach.Cleaner(
    tags=TAGS, attributes=_keep_attribute, protocols=SCHEMES, strip=True, strip_comments=True
)
_staff_cleaner = bleach.Cleaner(
    tags=TAGS,
    attributes=_keep_attribute_of_staff,
    protocols=SCHEMES,
    strip=True,
    strip_comments=True,
)
_cleaning = Lock()  # its parser has a state: two threads at once would mix the texts of two people


def clean(html: str) -> str:
    """`html` with only the tags and links that we allow; clean(clean(x)) == clean(x).

    What is left of the text is stored to the letter.
    """
    with _cleaning:
        return str(_cleaner.clean(html))


def clean_of_staff(html: str) -> str:
    """`clean(html)`, in which links to pages of this site stay too: staff write those."""
    with _cleaning:
        return str(_staff_cleaner.clean(html))


def from_plain(text: str) -> Markup:
    """HTML of what a resident typed: paragraphs, lists of lines that begin with «- », links."""
    blocks = re.split(r"\n\s*\n", text.strip())
    html = "\n".join(_block(block.splitlines()) for block in blocks if block.strip())
    return Markup(html)  # noqa: S704 - each piece of it is escaped below


def as_html(text: str) -> Markup:
    """`from_plain(text)`, cleaned and safe to show at once: for what is not stored."""
    return cleaned(from_plain(text))


def cleaned(html: str) -> Markup:
    """`html`, cleaned and safe to show at once."""
    return Markup(clean(html))  # noqa: S704 - cleaned here


def cleaned_of_staff(html: str) -> Markup:
    """`html` of staff, cleaned and safe to show at once."""
    return Markup(clean_of_staff(html))  # noqa: S704 - cleaned here


def within(tag: str, attributes: str, words: str) -> Markup:
    """`words` in an element of their own, as « lang=pl» says; each part is escaped."""
    return Markup("<{0}{1}>{2}</{0}>").format(tag, attributes, words)


def said_in(code: str, text: str) -> str:
    """`text`, each line marked as said in a language; `in_languages` reads the marks.

    They are letters that `readable` takes from what people write.
    """
    return "\n".join(_marked(code, line) if line.strip() else line for line in text.split("\n"))


def _marked(code: str, line: str) -> str:
    item = _ITEM.match(line)
    start = item.end() if item else 0
    return f"{line[:start]}\ue000{code}\ue001{line[start:]}\ue002"


def in_languages(html: Markup) -> Markup:
    """`html` with an element round what is marked: it says in which language that is."""
    found = _SAID.split(html)
    made = Markup(found[0])  # noqa: S704 - a piece of `html`
    for code, words, rest in zip(found[1::3], found[2::3], found[3::3], strict=True):
        turned = ' dir="rtl"' if direction(code) == "rtl" else ""
        made += within("span", Markup(f' lang="{code}"{turned}'), Markup(words))  # noqa: S704
        made += Markup(rest)  # noqa: S704 - a piece of `html`
    return made


def unmarked(text: str) -> str:
    """`text` without the marks of `said_in`."""
    return _SAID.sub(r"\2", text)


def _block(lines: list[str]) -> str:
    html: list[str] = []
    for is_item, group in _runs(lines):
        if is_item:
            items = (_ITEM.sub("", line, count=1) for line in group)
            html.append("<ul>" + "".join(f"<li>{_linked(item)}</li>" for item in items) + "</ul>")
        else:
            html.append("<p>" + "<br>".join(_linked(line) for line in group) + "</p>")
    return "\n".join(html)


def _runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        is_item = bool(_ITEM.match(line))
        if not runs or runs[-1][0] is not is_item:
            runs.append((is_item, []))
        runs[-1][1].append(line)
    return runs


def _linked(line: str) -> str:
    html, end = "", 0
    for match in _LINK.finditer(line):
        html += str(escape(line[end : match.start()]))
        address = match.group()
        shown = str(escape(address))
        safe = is_safe_address(address)
        html += f'<a href="{shown}" rel="nofollow ugc">{shown}</a>' if safe else shown
        end = match.end()
    return html + str(escape(line[end:]))


def readable(text: str) -> str:
    """`text` without what a reader cannot see: control and direction-override characters.

    Line ends become «\\n»; emoji joiners, accents and every script stay as they are. Of a text in
    which there is nothing to see at all, nothing stays: it is as empty as it looks.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(char for char in text if char in "\n\t" or not _is_unseen(char))
    return kept if kept.isascii() or not all(map(_is_blank, kept)) else ""


def _is_unseen(char: str) -> bool:
    if char in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}":
        return False
    return unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} or char in _DIRECTION


def _is_blank(char: str) -> bool:
    """Whether a character alone shows nothing: space, a joiner, an accent without its letter."""
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"} or char in _BLANK
    )


_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class CleanHtml(TypeDecorator[Markup]):
    """A text column that is cleaned when written and safe to show when read."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: object) -> str | None:
        return None if value is None else clean(str(value))

    def process_result_value(self, value: str | None, dialect: object) -> Markup | None:
        return None if value is None else Markup(value)  # noqa: S704 - cleaned when it was written


class StaffHtml(CleanHtml):
    """The same for what staff write: it may link to pages of this site."""

    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: object) -> str | None:
        return None if value is None else clean_of_staff(str(value))
