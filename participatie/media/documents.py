"""What a document is, by its content, and whether it may be passed on.

A document is kept as it came: there is no making it anew. So what can do something on the machine
of who opens it, what is two things at once, and what nobody can look into is refused here.
"""

from dataclasses import dataclass
from typing import IO

from participatie.core.errors import N_, Invalid
from participatie.media import packages, pdf
from participatie.media.refusals import FIELD, no_document, two_things
from participatie.media.rules import MOST_DOCUMENT_BYTES, DocumentKind

HEAD = 1024
MARKS = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that may be kept, and its kind."""

    kind: DocumentKind
    content: bytes


def read(stream: IO[bytes]) -> Checked:
    """The document in `stream`. Raises `Invalid` for all that is not taken."""
    size = stream.seek(0, 2)
    if not size:
        raise Invalid(N_("This file is empty. Choose another one."), field=FIELD)
    if size > MOST_DOCUMENT_BYTES:
        raise Invalid(
            N_("This document is too large: %(size)s MB. Send one of at most %(most)s MB."),
            field=FIELD,
            size=-(-size // 1_000_000),
            most=MOST_DOCUMENT_BYTES // 1_000_000,
        )
    stream.seek(0)
    content = stream.read(MOST_DOCUMENT_BYTES)
    return Checked(_kind_of(content), content)


def _kind_of(content: bytes) -> DocumentKind:
    head = content[:HEAD].lower()
    if content.startswith(pdf.MAGIC):
        _check_is_one_thing(head, MARKS)
        pdf.check(content)
        return DocumentKind.PDF
    if content.startswith(packages.MAGIC):
        _check_is_one_thing(head, (*MARKS, pdf.MAGIC.lower()))
        return packages.check(content)
    if content.startswith(packages.OLD_OFFICE):
        packages.refuse_old_office(content)
    _check_is_one_thing(head, (pdf.MAGIC.lower(),))
    raise no_document()


def _check_is_one_thing(head: bytes, marks: tuple[bytes, ...]) -> None:
    if any(mark in head for mark in marks):
        raise two_things()
