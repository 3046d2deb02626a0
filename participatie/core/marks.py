"""Text with a few marks, as staff write it: titles, bold words, links, lists.

What is not a mark is text. The result still goes through the cleaning of `core.html`.
"""

import re

from markupsafe import escape

from participatie.core.html import from_plain, is_own_path, is_safe_address

_TITLE = re.compile(r"(#{2,3})\s+(\S.*)")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^\s()]{1,500})\)")
_BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")


def from_marks(text: str) -> str:
    """HTML of a text with marks.

    «## » and «### » begin a title, «**» stands round bold words, «[words](address)» is a link; an
    address that no page may link to stays text. Lists and bare addresses are those of `from_plain`.
    """
    blocks = (block for block in re.split(r"\n\s*\n", _apart(text).strip()) if block.strip())
    return "\n".join(_block(block.strip()) for block in blocks)


def _apart(text: str) -> str:
    """A title is a block of its own, with or without an empty line round it."""
    return re.sub(r"(?m)^(#{2,3}\s+\S.*)$", r"\n\1\n", text)


def _block(block: str) -> str:
    title = _TITLE.fullmatch(block)
    if title is None:
        return _within(str(from_plain(_kept(block))), block)
    level = len(title[1])
    return f"<h{level}>{_within(str(escape(_kept(title[2]))), title[2])}</h{level}>"


def _kept(text: str) -> str:
    """`text` with a place in the stead of each link, so that nothing reads the address."""
    return _LINK.sub("\ue000", text.replace("\ue000", ""))


def _within(html: str, text: str) -> str:
    links = iter(_LINK.findall(text.replace("\ue000", "")))
    html = re.sub("\ue000", lambda _: _link(*next(links)), html)
    return _BOLD.sub(r"<strong>\1</strong>", html)


def _link(words: str, address: str) -> str:
    if not (is_own_path(address) or is_safe_address(address)):
        return str(escape(f"[{words}]({address})"))
    return f'<a href="{escape(address)}">{escape(words)}</a>'
