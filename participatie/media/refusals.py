"""The sentences by which more than one kind of document is refused."""

from participatie.core.errors import N_, Invalid

FIELD = "document"


def damaged() -> Invalid:
    """It cannot be read as what it says it is."""
    return Invalid(
        N_("We cannot open this document. Perhaps the file is damaged. Choose another one."),
        field=FIELD,
    )


def encrypted() -> Invalid:
    """Nobody can look into it."""
    return Invalid(
        N_("This document is locked with a password. Save it without a password first."),
        field=FIELD,
    )


def two_things() -> Invalid:
    """It passes for something else as well."""
    return Invalid(
        N_("There is something else in this file than a document. Save it anew as PDF."),
        field=FIELD,
    )


def too_much() -> Invalid:
    """It grows out of proportion when it is opened."""
    return Invalid(
        N_("This document is too large when it is opened. Save it anew as PDF."), field=FIELD
    )


def no_document() -> Invalid:
    """It is of no kind that we take."""
    return Invalid(
        N_(
            "This is not a document that we can use. Send a PDF, "
            "or a file of LibreOffice, Word, Excel or PowerPoint."
        ),
        field=FIELD,
    )
