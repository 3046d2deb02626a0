"""Whether a file of LibreOffice or Office, an archive of parts, may be passed on."""

import re
import zipfile
import zlib
from io import BytesIO

from participatie.core.errors import N_, Invalid
from participatie.media.refusals import FIELD, damaged, encrypted, no_document, too_much, two_things
from participatie.media.rules import DOCUMENT_TYPES, DocumentKind

MAGIC = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MOST_MEMBERS = 2_000
MOST_UNPACKED = 100_000_000
MOST_RATIO = 100
ALWAYS_FINE = 5_000_000
"""Unpacked: what is no larger than this may be packed as tight as it likes."""

MOST_READ = 1_000_000
"""Of a list of parts."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RuntimeError,
    SyntaxError,  # of XML that is none
)
"""What comes of reading a damaged package, whoever reads it."""

_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SIZE = 22
_LOCKED = 0x1

_ODF_KINDS = {
    DOCUMENT_TYPES[kind].encode(): kind
    for kind in (DocumentKind.ODT, DocumentKind.ODS, DocumentKind.ODP)
}
_OFFICE_KINDS = {
    f"{DOCUMENT_TYPES[kind]}.main+xml".encode(): (kind, part)
    for kind, part in (
        (DocumentKind.DOCX, "word/document.xml"),
        (DocumentKind.XLSX, "xl/workbook.xml"),
        (DocumentKind.PPTX, "ppt/presentation.xml"),
    )
}
_TYPES = "[Content_Types].xml"
_MIMETYPE = "mimetype"
_MANIFEST = "META-INF/manifest.xml"

_MACROS = re.compile(
    r"vba(?:project|data)|\.(?:doc|dot|xls|xlt|ppt|pot|pps)m$|\.xlam$|(?:^|/)(?:macrosheets|activex)/"
    r"|^(?:basic|scripts)/"
)
_TYPES_OF_MACROS = (b"macroenabled", b"vbaproject", b"macrosheet")
_ELSE = re.compile(r"\.(?:html?|xhtml|mht|exe|dll|js|vbs|bat|cmd|ps1|jar|lnk|scr)$")


def check(content: bytes) -> DocumentKind:
    """The kind of a package. Raises `Invalid` for all that is not taken.

    Nothing is unpacked but the lists of its parts, and those within bounds.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _check(archive, content)
    except Invalid:
        raise
    except UNREADABLE as error:
        raise damaged() from error


def _check(archive: zipfile.ZipFile, content: bytes) -> DocumentKind:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise too_much()
    _check_size(members, len(content))
    _check_is_one_thing(members, content)
    if any(member.flag_bits & _LOCKED for member in members):
        raise encrypted()
    names = {member.filename for member in members}
    _check_names(names)
    kind = _odf_kind(archive, names) if _MIMETYPE in names else _office_kind(archive, names)
    if kind is None:
        raise no_document()
    return kind


def _check_size(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or unpacked > max(ALWAYS_FINE, MOST_RATIO * size):
        raise too_much()


def _check_is_one_thing(members: list[zipfile.ZipInfo], content: bytes) -> None:
    """The parts follow each other from the first byte, never share one, and nothing comes after."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end or (end == 0 and member.header_offset):
            raise two_things()
        end = member.header_offset + member.compress_size
    if content.rfind(_END_OF_DIRECTORY) + _END_SIZE != len(content):
        raise two_things()


def _check_names(names: set[str]) -> None:
    lower = [name.lower() for name in names]
    if any(_MACROS.search(name) for name in lower):
        raise _macros()
    if any(_ELSE.search(name) for name in lower):
        raise two_things()
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise damaged()


def _odf_kind(archive: zipfile.ZipFile, names: set[str]) -> DocumentKind | None:
    kind = _ODF_KINDS.get(_read(archive, _MIMETYPE).strip())
    manifest = _read(archive, _MANIFEST) if _MANIFEST in names else b""
    if "encrypted-package" in names or b"encryption-data" in manifest:
        raise encrypted()
    return kind if "content.xml" in names else None


def _office_kind(archive: zipfile.ZipFile, names: set[str]) -> DocumentKind | None:
    if _TYPES not in names:
        return None
    types = _read(archive, _TYPES)
    if any(name in types.lower() for name in _TYPES_OF_MACROS):
        raise _macros()
    if b"&#" in types or b"<!" in types:  # another way to write a macro
        raise damaged()
    found = [
        kind for mark, (kind, part) in _OFFICE_KINDS.items() if mark in types and part in names
    ]
    return found[0] if len(found) == 1 else None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        text = member.read(MOST_READ + 1)
    if len(text) > MOST_READ:
        raise too_much()
    return text


def refuse_old_office(content: bytes) -> None:
    """Say what to do with a file of Office before 2007; Office locks a new one in that form too."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted()
    raise Invalid(
        N_("This is a document of an old kind. Save it as PDF, or as docx, xlsx or pptx."),
        field=FIELD,
    )


def _macros() -> Invalid:
    return Invalid(
        N_("There are macros in this document. Save it without macros, or as PDF."), field=FIELD
    )
