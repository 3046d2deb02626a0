"""What may be sent in as an image or a document, how it is kept, and how much may be said of it."""

import re
from enum import StrEnum

MOST_BYTES = 15_000_000
MOST_SENT = 64_000_000
"""How much of a form with files is received at all; what lies between gets a sentence."""

DESCRIPTION_LENGTH = (3, 250)

WIDTHS = (320, 640, 1280)
HIGHEST = 1600

KEY_LENGTH = 32
"""Characters of the name under which a file is stored; the server makes it by chance."""

MOST_DOCUMENT_BYTES = 10_000_000
TITLE_LENGTH = (3, 80)
"""Of a document: the title is its name for who reads it, and for who keeps it."""


class Kind(StrEnum):
    """What an image is by its first bytes; its name and what a browser says of it do not count."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


MOST_PIXELS: dict[Kind, int] = {
    Kind.JPEG: 50_000_000,  # read at a fraction of its size
    Kind.PNG: 15_000_000,
    Kind.WEBP: 6_000_000,
}

MOST_PIXELS_AT_ONCE = 24_000_000
"""Of a JPEG that comes in ever finer layers: all of it is in memory before the first pixel is."""

MOST_SCANS = 64
"""Layers of a JPEG. Forty bytes may say one more, and each costs as much as a whole photo. Photos
have ten, or twenty."""
MOST_SEGMENTS = 5_000
"""What stands before and between them."""


class Encoding(StrEnum):
    """In which forms each size is kept: one that is small, and one that every browser knows."""

    WEBP = "webp"
    JPEG = "jpg"


MIME_TYPES = {Encoding.WEBP: "image/webp", Encoding.JPEG: "image/jpeg"}


def kind_of(head: bytes) -> Kind | None:
    """The kind of an image that begins with `head`; None for all that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    return None


_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd7\xff])")  # of those that something follows
_SCAN, _END = 0xDA, 0xD9


def has_few_scans(jpeg: bytes) -> bool:
    """Whether a JPEG has no more layers, and says no more of itself, than can be read in time."""
    at = scans = segments = 0
    while found := _MARKER.search(jpeg, at):
        at, marker = found.end(), found[1][0]
        if marker == _END:
            return True
        if at > 2:  # the first two bytes only say that it begins
            at += int.from_bytes(jpeg[at : at + 2], "big")
        scans += marker == _SCAN
        segments += 1
        if scans > MOST_SCANS or segments > MOST_SEGMENTS:
            return False
    return True


def box_for(width: int, height: int) -> tuple[int, int]:
    """The width and height in which an image is kept at most: never larger than it came."""
    scale = min(1.0, WIDTHS[-1] / width, HIGHEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def widths_of(width: int) -> tuple[int, ...]:
    """The widths in which an image of `width` is kept, its own the last."""
    return (*(one for one in WIDTHS if one < width), width)


def height_at(width: int, *, of: tuple[int, int]) -> int:
    """The height at `width` of an image that is `of` wide and high."""
    return max(1, round(of[1] * width / of[0]))


class DocumentKind(StrEnum):
    """What a document is by its content; the value is the end of its name."""

    PDF = "pdf"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"


_ODF = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."

DOCUMENT_TYPES: dict[DocumentKind, str] = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.ODT: _ODF + "text",
    DocumentKind.ODS: _ODF + "spreadsheet",
    DocumentKind.ODP: _ODF + "presentation",
    DocumentKind.DOCX: _OFFICE + "wordprocessingml.document",
    DocumentKind.XLSX: _OFFICE + "spreadsheetml.sheet",
    DocumentKind.PPTX: _OFFICE + "presentationml.presentation",
}


def document_name(title: str, kind: DocumentKind) -> str:
    """How a document is called where somebody keeps it: its title, without what means something
    to a machine, and the end of its kind."""
    words = "".join(one if one.isalnum() or one in " -_" else " " for one in title)
    return f"{' '.join(words.split()) or 'document'}.{kind}"
