"""A document is known by its content; what can do harm is refused with a sentence."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.media import documents
from participatie.media.rules import MOST_DOCUMENT_BYTES, DocumentKind, document_name
from tests.media.documents import ODF, odf, office, package, packed, pdf

ACTS = "This PDF does something"
DAMAGED = "We cannot open this document"
LOCKED = "locked with a password"
MACROS = "There are macros"
NO_DOCUMENT = "This is not a document"
TOO_MUCH = "too large when it is opened"
TWO_THINGS = "There is something else"


def read(content):
    return documents.read(BytesIO(content))


def sharing(number, tail):
    """Streams that each unpack to two numbers and then read through all the others and `tail`."""

    def stored(size):
        return b"\0" + struct.pack("<HH", size, 0xFFFF ^ size)

    begin = b"stream\n\x78\x01" + stored(4) + b"1 0 "
    each = len(begin) + len(stored(0))
    left = range(number - 1, -1, -1)
    return b"".join(begin + stored(after * each) for after in left) + tail


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), DocumentKind.PDF),
        (pdf(b"/OpenAction[3 0 R /XYZ null null 0]"), DocumentKind.PDF),
        (pdf(more=packed(b"<< /Title (Begroting) >>")), DocumentKind.PDF),
        (pdf(more=b"5 0 obj\n<< /Length 3 >>\nstream\n/JS\nendstream\nendobj"), DocumentKind.PDF),
        (pdf() + pdf()[9:], DocumentKind.PDF),
        (odf("text"), DocumentKind.ODT),
        (odf("spreadsheet"), DocumentKind.ODS),
        (odf("presentation"), DocumentKind.ODP),
        (office("docx"), DocumentKind.DOCX),
        (office("xlsx"), DocumentKind.XLSX),
        (office("pptx"), DocumentKind.PPTX),
        (office("docx", more={"word/embeddings/sheet.xlsx": office("xlsx")}), DocumentKind.DOCX),
    ],
)
def test_a_document_is_what_its_content_says_and_comes_through_to_the_byte(content, kind):
    checked = read(content)
    assert checked.kind is kind
    assert checked.content == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"%PDF-" + b"\0" * MOST_DOCUMENT_BYTES, "too large: 11 MB"),
        (b"plain words", NO_DOCUMENT),
        (b"MZ\x90\0", NO_DOCUMENT),
        (b"\xff\xd8\xff\xe0 a photo", NO_DOCUMENT),
        (b"<html><script>alert(1)</script>", NO_DOCUMENT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word 97", "of an old kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    ],
)
def test_what_is_no_document_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        read(content)
    assert refused.value.field == "document"


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/OpenAction 4 0 R",
        b"/Names << /JavaScript 4 0 R >>",
        b"/Names << /J#61va#53cript 4 0 R >>",
        b"/AA << /O << /S /Launch /F (calc.exe) >> >>",
        b"/AA << /O << /JS(x) >> >>",
        b"/Names << /EmbeddedFiles 4 0 R >>",
        b"/X << /Type /EmbeddedFile >>",
        b"/Annots [<< /Subtype /RichMedia >>]",
    ],
)
def test_a_pdf_that_acts_or_carries_files_is_refused_wherever_it_says_so(catalog):
    with pytest.raises(Invalid, match=ACTS):
        read(pdf(catalog))
    with pytest.raises(Invalid, match=ACTS):
        read(pdf(more=packed(b"<< " + catalog + b" >>")))
    with pytest.raises(Invalid, match=ACTS):  # whatever the dictionary of the stream says
        read(pdf(more=packed(b"<< " + catalog + b" >>").replace(b"/ObjStm", b"/XObject")))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ stub" + pdf(), TWO_THINGS),
        (pdf().replace(b"%PDF-1.7", b"%PDF-1.7<html>"), TWO_THINGS),
        (pdf(more=b"% <script >alert(1)</script>"), TWO_THINGS),
        (pdf() + b"<p>more", TWO_THINGS),
        (pdf() + odf(), TWO_THINGS),
        (pdf()[:-7], DAMAGED),
        (pdf(more=b"trailer << /Encrypt 5 0 R >>"), LOCKED),
        (pdf(more=packed(b"<<>>", b"/Filter [/ASCII85Decode /FlateDecode]")), DAMAGED),
        (pdf(more=packed(b"1 0 " + b" " * 60_000_000)), TOO_MUCH),
        (pdf(more=b"stream\n" * 50_001), TOO_MUCH),
        (pdf(more=sharing(100, b"\x00\x00\x00\xff\xff" * 500_000)), TOO_MUCH),
    ],
)
def test_a_pdf_that_hides_is_locked_or_is_two_things_is_refused(content, sentence):
    with pytest.raises(Invalid, match=sentence):
        read(content)


def test_a_pdf_that_says_the_same_again_and_again_is_read_once():
    assert read(pdf(more=b"/ObjStm" * 200_000)).kind is DocumentKind.PDF
    with pytest.raises(Invalid, match=DAMAGED):
        read(pdf(more=b"/ObjStm" * 1_000 + b"/Filter /LZWDecode"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (package({"readme.txt": b"x"}), NO_DOCUMENT),
        (package({"mimetype": b"application/epub+zip", "content.xml": b""}), NO_DOCUMENT),
        (package({"mimetype": (ODF + "text").encode()}), NO_DOCUMENT),
        (package({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}), NO_DOCUMENT),
        (office(more={"word/vbaProject.bin": b"x"}), MACROS),
        (office(more={"word/embeddings/x.docm": b"x"}), MACROS),
        (office(types="application/vnd.ms-office.vbaProject"), MACROS),
        (office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), MACROS),
        (office("xlsx", more={"xl/macrosheets/sheet1.xml": b"x"}), MACROS),
        (odf(more={"Basic/Standard/Module1.xml": b"x"}), MACROS),
        (odf(more={"Scripts/python/x.py": b"x"}), MACROS),
        (office(types="&#118;baProject"), DAMAGED),
        (office(more={"../../etc/passwd": b"x"}), DAMAGED),
        (office(more={"word/chunk.html": b"x"}), TWO_THINGS),
        (office(more={"word/run.exe": b"x"}), TWO_THINGS),
        (b"PK\x03\x04" + odf(), TWO_THINGS),
        (odf() + b"%PDF-1.7", TWO_THINGS),
        (odf(more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), LOCKED),
        (odf(more={"encrypted-package": b"x"}), LOCKED),
        (odf(more={"content.xml": b"\0" * 20_000_000}), TOO_MUCH),
        (odf(more={"META-INF/manifest.xml": b"x" * 2_000_000}), TOO_MUCH),
        (odf(more={f"part{number}": b"" for number in range(2_000)}), TOO_MUCH),
        (odf()[:-10], DAMAGED),
        (odf()[:60], DAMAGED),
    ],
)
def test_a_package_that_is_no_plain_document_is_refused(content, sentence):
    with pytest.raises(Invalid, match=sentence):
        read(content)


def test_a_locked_part_or_parts_that_share_bytes_are_refused():
    locked = bytearray(office())
    at = locked.find(b"PK\x01\x02") + 8
    locked[at : at + 2] = struct.pack("<H", 1)
    with pytest.raises(Invalid, match=LOCKED):
        read(bytes(locked))
    shared = bytearray(office())
    last = shared.rfind(b"PK\x01\x02") + 42
    shared[last : last + 4] = struct.pack("<I", 1)
    with pytest.raises(Invalid, match=TWO_THINGS):
        read(bytes(shared))


def broken(content):
    """The document with some of its bytes replaced, or cut off."""
    places = st.tuples(st.integers(0, len(content) - 1), st.binary(min_size=1, max_size=8))

    def breaking(changes, end):
        made = bytearray(content)
        for at, put in changes:
            made[at : at + len(put)] = put
        return bytes(made[:end])

    return st.builds(
        breaking, st.lists(places, max_size=5), st.integers(0, len(content)) | st.none()
    )


@given(
    st.one_of(
        st.binary(max_size=400).map(lambda some: b"%PDF-" + some + b"%%EOF"),
        st.binary(max_size=400).map(lambda some: pdf(more=b"stream\n" + zlib.compress(some))),
        st.binary(max_size=400).map(lambda some: b"PK\x03\x04" + some),
        broken(pdf(more=packed(b"<< >>"))),
        broken(odf()),
        broken(office()),
    )
)
def test_whatever_is_sent_in_is_taken_or_refused_with_a_sentence(content):
    with suppress(Invalid):
        assert read(content).content == content


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Begroting bankje", "Begroting bankje.pdf"),
        ('a"; filename=x.exe\r\n', "a filename x exe.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("Café Özgür 2027", "Café Özgür 2027.pdf"),
        ("?!.", "document.pdf"),
    ],
)
def test_a_document_is_kept_by_its_title_without_what_means_something_to_a_machine(title, name):
    assert document_name(title, DocumentKind.PDF) == name
