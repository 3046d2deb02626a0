"""Letters as they leave the house, once: a PDF, a page to print, or files that a printer opens."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from flask import render_template, url_for
from flask_babel import get_locale, gettext
from nacl.public import PublicKey, SealedBox
from werkzeug.wrappers import Response

from participatie.core.clock import now
from participatie.core.errors import N_, Invalid
from participatie.core.i18n import saying
from participatie.processes.services.own_words import own_words
from participatie.theming.formats import phone, until
from participatie.theming.squares import square
from participatie.theming.themes import themes
from participatie.theming.typesetting import pdf
from participatie.votes import letters
from participatie.votes.admin.letter_forms import LEFT, PAGE, PDF, LooksForm, PrintingForm
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.letter_codes import (
    MOST_PRINTED_HERE,
    PROOF_LETTERS,
    groups,
    proof_code,
)
from participatie.votes.rules.rolls import address_lines
from participatie.votes.services.letter_codes import Letter

TEMPLATE = "votes/pdf/letters.typ"
APART = "brieven-geheim"  # letters to secret addresses never lie among the others


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints letters, from what, and how they look."""

    key: PublicKey | None = None
    shape: str = PAGE
    window: str = LEFT
    large: bool = False

    def takes(self, number: int) -> None:
        """Raises `Invalid` for more letters than are printed here."""
        if self.key is None and number > MOST_PRINTED_HERE:
            raise Invalid(
                N_("More than %(most)s letters go to a printing company. Fill in its key."),
                field="printer_key",
                most=MOST_PRINTED_HERE,
            )


ON_SCREEN = Printing()
"""One letter for who stands at the desk: printed from the page, and handed over."""


def printing_of(form: PrintingForm) -> Printing:
    """What was chosen. Raises `Invalid` for what is no key."""
    typed = form.printer_key.data
    key = letters.printer_key(typed) if typed else None
    return Printing(key, form.shape.data, form.window.data, form.large.data)


def once(
    vote_round: VoteRound, made: Mapping[str, Sequence[Letter]], printing: Printing
) -> Response:
    """The letters themselves. Nobody can ask for them again: the codes are kept nowhere."""
    if printing.key is not None:
        response = _sent(_zipped(_sealed(vote_round, made, printing)), f"{_name(vote_round)}.zip")
    elif printing.shape == PDF and len(made) == 1:
        [(name, batch)] = made.items()
        file = _pdf(vote_round, batch, printing)
        response = _sent(file, f"{_name(vote_round)}-{name}.pdf")
    elif printing.shape == PDF:
        files = {f"{name}.pdf": _pdf(vote_round, batch, printing) for name, batch in made.items()}
        response = _sent(_zipped(files.items()), f"{_name(vote_round)}.zip")
    else:
        response = _page(vote_round, made, printing)
    response.headers["Cache-Control"] = "no-store"
    return response


def proof(vote_round: VoteRound, form: LooksForm) -> Response:
    """Letters to try, with codes that are of nobody."""
    batch = [
        Letter(0, number, proof_code(number), _SOMEBODY) for number in range(1, PROOF_LETTERS + 1)
    ]
    printing = Printing(shape=PDF, window=form.window.data, large=form.large.data)
    file = _pdf(vote_round, batch, printing, is_proof=True)
    return _sent(file, f"{_name(vote_round)}-proefbrieven.pdf")


_SOMEBODY = {
    "naam": "Mevrouw A. van Langenaam-Voorbeeldstra",
    "adres": "Proefweg 123 B",
    "postcode": "1234 AB",
    "plaats": "Voorbeelddorp",
}


def _sealed(
    vote_round: VoteRound, made: Mapping[str, Sequence[Letter]], printing: Printing
) -> Iterator[tuple[str, bytes]]:
    """For each batch what a printing company opens with its key: a list, and letters as a PDF."""
    if printing.key is None:
        return
    for name, batch in made.items():
        yield f"{name}.sealed", letters.for_printer(batch, printing.key, address_of=_address)
        if len(batch) <= MOST_PRINTED_HERE:
            file = _pdf(vote_round, batch, printing)
            yield f"{name}.pdf.sealed", SealedBox(printing.key).encrypt(file)


def _page(
    vote_round: VoteRound, made: Mapping[str, Sequence[Letter]], printing: Printing
) -> Response:
    batches = {
        name: [(one, square(_address(one.code))) for one in batch] for name, batch in made.items()
    }
    with _in_words_of(vote_round):
        text = render_template(
            "votes/letters_print.html",
            vote_round=vote_round,
            batches=batches,
            apart=APART,
            large=printing.large,
            address_lines=address_lines,
        )
    return Response(text, mimetype="text/html")


def _pdf(
    vote_round: VoteRound, batch: Sequence[Letter], printing: Printing, *, is_proof: bool = False
) -> bytes:
    with _in_words_of(vote_round):
        words = _words(vote_round)
    facts = {
        "title": gettext("Letters: %(title)s", title=vote_round.title),
        "language": str(get_locale()),
        "municipality": themes().site().municipality,
        "vote": vote_round.title,
        "large": printing.large,
        "window": printing.window,
        "proof": is_proof,
        "words": words,
        "letters": [_letter(one) for one in batch],
    }
    return pdf(TEMPLATE, facts, made_at=now())


def _in_words_of(vote_round: VoteRound) -> AbstractContextManager[None]:
    """A process says in its letters what it wants said."""
    return saying(own_words(vote_round.process_id) if vote_round.process_id else {})


def _words(vote_round: VoteRound) -> dict[str, str]:
    """What stands on every letter; the page to print says the same."""
    address = url_for("vote_codes.fill_in", _external=True)
    last = gettext("You can vote until %(moment)s.", moment=until(vote_round.closes_at))
    keep = gettext("Keep this letter until then. Do not give it to others.")
    return {
        "proof": gettext("PROOF"),
        "code": gettext("This is your code to vote:"),
        "go": gettext(
            "Go to %(address)s and fill in your code. Or point the camera of your phone at the"
            " square.",
            address=address,
        ),
        "until": f"{last} {keep}",
        "help": gettext("Help? Call %(phone)s.", phone=phone(themes().site().contact_phone)),
        "square": gettext("Square with your code, for the camera of a phone"),
    }


def _letter(one: Letter) -> dict[str, Any]:
    return {
        "to": address_lines(one.along),
        "code": groups(one.code),
        "number": gettext("Letter %(number)s", number=f"{one.batch_id}-{one.number}"),
        "square": square(_address(one.code)).picture,
    }


def _address(code: str) -> str:
    return url_for("vote_codes.arrive", code=code, _external=True)


def _name(vote_round: VoteRound) -> str:
    return f"stemming-{vote_round.id}-brieven"


def _zipped(files: Any) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return file.getvalue()


def _sent(content: bytes, name: str) -> Response:
    mimetype = "application/zip" if name.endswith(".zip") else "application/pdf"
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
