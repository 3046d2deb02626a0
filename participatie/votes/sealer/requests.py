"""What the sealer may be asked, as messages: a word, then the fields of that question.

Two doors lead to it. At the box everything is asked that casting and log-in need, and there key
holders bring their key, which opens nothing by itself. Opening ballots and destroying keys is asked
at the count, where the site itself has no access.
"""

from collections.abc import Callable, Mapping, Sequence

from participatie.core.custody import DONE, REFUSED
from participatie.identity.pseudonyms import LocalPseudonyms, Purpose
from participatie.votes.sealer.vault import KeysGone, SealBroken, Vault

Question = Callable[..., Sequence[bytes]]

SEAL_BROKEN = b"seal-broken"
KEYS_GONE = b"keys-gone"
REASONS: dict[type[Exception], bytes] = {
    SealBroken: SEAL_BROKEN,
    KeysGone: KEYS_GONE,
}
NOT_ASKED_HERE = b"not-asked-here"
MALFORMED = b"malformed"
YES, NO = b"1", b""


def log_in(pseudonyms: LocalPseudonyms) -> Mapping[bytes, Question]:
    """What the site may ask of a person who logs in."""
    return {
        b"pseudonym": lambda purpose, bsn: [
            pseudonyms.pseudonym(Purpose(purpose.decode()), bsn.decode()).encode()
        ],
    }


def box(vault: Vault) -> Mapping[bytes, Question]:
    """What the site may ask of a vote."""
    return {
        b"make": lambda number: vault.make(int(number)),
        b"voter-key": lambda number, name: [vault.voter_key(int(number), name)],
        b"tag": lambda number, voter: [vault.tag(int(number), voter)],
        b"receipt": lambda number, voter, press: vault.receipt(int(number), voter, press),
        b"pressed": lambda number, *fields: _pressed(vault, int(number), *fields),
        b"letter-code": lambda number, code: [vault.letter_code(int(number), code)],
        b"sign-head": lambda number, text: [vault.sign_head(int(number), text)],
        b"wrap": lambda owner, plain: [vault.wrap(owner, plain)],
        b"unwrap": lambda owner, kept: [vault.unwrap(owner, kept)],
        b"hold": lambda number, opening: _done(vault.hold, int(number), opening),
        b"is-held": lambda number, public: [YES if vault.is_held(int(number), public) else NO],
    }


def count(vault: Vault) -> Mapping[bytes, Question]:
    """What only the worker and the command line may ask."""
    return {
        b"open": lambda number, *sealed: vault.open(int(number), sealed),
        b"release": lambda number: _done(vault.release, int(number)),
        b"destroy": lambda number: _done(vault.destroy, int(number)),
    }


def _pressed(vault: Vault, number: int, *fields: bytes) -> Sequence[bytes]:
    """All that a cast needs, so that it asks once."""
    name, press, owner, kept = fields
    plain, voter = vault.unwrap(owner, kept), vault.voter_key(number, name)
    return [voter, plain, *vault.receipt(number, voter, press)]


def _done(act: Callable[..., None], *given: object) -> Sequence[bytes]:
    act(*given)
    return []


def answer(questions: Mapping[bytes, Question], fields: Sequence[bytes]) -> list[bytes]:
    """The answer to one message; a refusal is one word, and repeats nothing of what was asked."""
    question = questions.get(fields[0]) if fields else None
    if question is None:
        return [REFUSED, NOT_ASKED_HERE]
    try:
        return [DONE, *question(*fields[1:])]
    except (LookupError, TypeError, ValueError) as error:
        return [REFUSED, REASONS.get(type(error), MALFORMED)]
