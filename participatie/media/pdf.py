"""Whether a PDF may be passed on: nothing in it acts, hides or is locked."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from participatie.core.errors import N_, Invalid
from participatie.media.refusals import FIELD, damaged, encrypted, too_much, two_things

MAGIC = b"%PDF-"
END = b"%%EOF"
SPACE = b" \t\r\n\f\0"

MOST_STREAMS = 50_000
MOST_INFLATED = 50_000_000
CHUNK = 64_000
PIECE = 1_000_000
PROBE = 512
OVERLAP = 128
MOST_ESCAPED = 20_000

_ACTS = (
    b"/JavaScript",
    b"/Launch",
    b"/OpenAction",
    b"/EmbeddedFile",
    b"/RichMedia",
    b"/Rendition",
)
"""Long enough to look for everywhere: no picture holds them by chance."""

_OPENS_AT_A_PLACE = re.compile(rb"/OpenAction\s*\[")
"""LibreOffice writes in each PDF on which page it opens; only what follows an action is refused."""

_SCRIPT = re.compile(rb"/JS(?![A-Za-z0-9_.-])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAGE = re.compile(rb"<(?:html|script|!doctype html)[\s>]|<\?php\s", re.IGNORECASE)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_OBJECTS = re.compile(rb"[\s\0]*(?:\d+[\s\0]+\d|%)")
"""How a stream of objects begins, whatever its dictionary says: with pairs of numbers."""

_OTHERWISE_PACKED = re.compile(
    rb"/ObjStm(?:[^>/]|/(?!ObjStm)){0,500}?(?:LZW|ASCII85|ASCIIHex|RunLength|/Predictor)"
)
"""It looks no further than the next of its kind: else a file of nothing else takes minutes."""


def check(content: bytes) -> None:
    """Raise `Invalid` for a PDF that acts, carries files, is locked or is something else as well.

    What stands in it plainly is looked at, and what is packed as objects, within bounds. It is a
    net and no proof; that a document is only ever offered to be kept is what protects the site.
    """
    _check_is_one_thing(content)
    plain = _unescaped(content)
    if b"/Encrypt" in plain:
        raise encrypted()
    if _OTHERWISE_PACKED.search(plain):
        raise damaged()
    _check_does_nothing(plain)
    if _SCRIPT.search(_outside_streams(plain)):
        raise _acts()
    for objects in _packed_objects(content):
        inside = _unescaped(objects)
        _check_does_nothing(inside)
        if _SCRIPT.search(inside):
            raise _acts()


def _check_is_one_thing(content: bytes) -> None:
    end = content.rfind(END)
    if end < 0:
        raise damaged()
    if content[end + len(END) :].strip(SPACE) or _PAGE.search(content):
        raise two_things()
    if zipfile.is_zipfile(BytesIO(content)):
        raise two_things()


def _check_does_nothing(plain: bytes) -> None:
    acting = _OPENS_AT_A_PLACE.sub(b"[", plain)
    if any(name in acting for name in _ACTS):
        raise _acts()


def _acts() -> Invalid:
    return Invalid(
        N_(
            "This PDF does something when it is opened, or carries other files. "
            "Print it to a new PDF, and send that one."
        ),
        field=FIELD,
    )


def _unescaped(text: bytes) -> bytes:
    """Names as they are meant: /J#61vaScript is /JavaScript."""
    if b"#" not in text:
        return text
    meant, number = _ESCAPED.subn(
        lambda found: bytes((int(found[1], 16),)), text, count=MOST_ESCAPED
    )
    if number == MOST_ESCAPED:
        raise too_much()
    return meant


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """The streams that unpack to objects, or might, piece by piece; all within the bounds.

    What goes in counts as what comes out: many streams may share bytes that unpack to nothing.
    """
    view, left = memoryview(content), MOST_INFLATED
    for number, found in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise too_much()
        start, _ = next(_inflated(view[found.end() : found.end() + PROBE], PROBE), (b"", 0))
        if not _OBJECTS.match(start):
            continue
        before = b""
        for piece, size in _inflated(view[found.end() :], PIECE):
            left -= max(len(piece), size)
            if left < 0:
                raise too_much()
            yield before + piece
            before = piece[-OVERLAP:]


def _inflated(packed: memoryview, most: int) -> Iterator[tuple[bytes, int]]:
    """What unpacks from the beginning of `packed`, in pieces of at most `most` bytes, and how many
    bytes each piece came from; the last one is empty where it goes wrong."""
    inflater = zlib.decompressobj()
    for at in range(0, len(packed), CHUNK):
        given: bytes | memoryview = packed[at : at + CHUNK]
        while given:
            try:
                piece = inflater.decompress(given, most)
            except zlib.error:
                yield b"", len(given)
                return
            rest = inflater.unconsumed_tail
            yield piece, len(given) - len(rest) - len(inflater.unused_data)
            if inflater.eof:
                return
            given = rest


def _outside_streams(plain: bytes) -> bytes:
    """What is no picture and no page: three letters are found by chance in those."""
    kept, at = [], 0
    while (end := plain.find(b"endstream", at)) >= 0:
        kept.append(plain[at : plain.find(b"stream", at)])
        at = end + len(b"endstream")
    return b" ".join((*kept, plain[at:]))
