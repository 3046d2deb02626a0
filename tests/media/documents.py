"""Documents to send in: good ones, and the parts to make ones that should be refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType

MADE = (2026, 4, 1, 12, 0, 0)  # what is packed twice is the same bytes, also in the name of a test
NOTHING: Mapping[str, bytes] = MappingProxyType({})

ODF = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE_PARTS = {
    "docx": ("wordprocessingml.document", "word/document.xml"),
    "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": ("presentationml.presentation", "ppt/presentation.xml"),
}


def pdf(catalog: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF of one empty page, with more in its catalog and more objects."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
        + more
        + b"\ntrailer\n<< /Root 1 0 R /Size 4 >>\n%%EOF\n"
    )


def packed(objects: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    """A stream of objects in a PDF."""
    body = zlib.compress(b"4 0 " + objects)
    return (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 "
        + entries
        + b" >>\nstream\n"
        + body
        + b"\nendstream\nendobj\n"
    )


def package(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), content, how)
    return out.getvalue()


def odf(kind: str = "text", more: Mapping[str, bytes] = NOTHING) -> bytes:
    """A file of LibreOffice; `more` parts by their names."""
    manifest = b"<manifest:manifest/>"
    parts = {"mimetype": (ODF + kind).encode(), "content.xml": b"<office/>"}
    return package(parts | {"META-INF/manifest.xml": manifest} | dict(more))


def office(end: str = "docx", types: str = "", more: Mapping[str, bytes] = NOTHING) -> bytes:
    """A file of Office; `types` more in its list of types, `more` parts by their names."""
    kind, part = OFFICE_PARTS[end]
    listed = f'<Types><Override PartName="/{part}" ContentType="{OFFICE}{kind}.main+xml"/>{types}'
    parts = {"[Content_Types].xml": f"{listed}</Types>".encode(), part: b"<main/>"}
    return package(parts | dict(more))
