"""Logging in, and what an account is given."""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.codes import Codes, hash_of, new_seed
from participatie.identity.models import Account, OneTimeCode
from participatie.identity.providers.interface import Assertion, LoginRefused
from participatie.identity.pseudonyms import Pseudonyms, Purpose
from participatie.identity.queries import by_pseudonym, good_code, staff_at
from participatie.identity.rules import (
    LINK_LIMIT,
    REQUIRED_ASSURANCE,
    Actor,
    Assurance,
    LinkPurpose,
    Role,
    mail_address,
    public_name,
)

_LINK_OVER = N_("This link does not work any more. Ask for a new one.")


def log_in(assertion: Assertion, *, pseudonyms: Pseudonyms, now: datetime) -> Account:
    """The account of who came back from a provider, made at the first log-in.

    Two first log-ins at once make one account. Who signed on paper before has an account already;
    as what somebody comes in is still for the provider to say at the first log-in.
    Raises `LoginRefused` when the provider is not sure enough of who it is, `NotAllowed` for a
    blocked account.
    """
    if not assertion.assurance.reaches(REQUIRED_ASSURANCE):
        raise LoginRefused(N_("This way of logging in is not sure enough. Choose another one."))
    pseudonym = pseudonyms.pseudonym(Purpose.ACCOUNT, assertion.bsn)
    db.session.execute(
        insert(Account)
        .values(
            pseudonym=pseudonym,
            roles=sorted(assertion.roles),
            assurance=assertion.assurance,
            is_test=assertion.is_test,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["pseudonym"])
    )
    account = db.session.scalars(by_pseudonym(pseudonym)).one()
    if account.assurance is Assurance.NONE:
        account.roles = sorted(assertion.roles)
        account.is_test = assertion.is_test
    return _let_in(account, assertion.assurance, now)


def account_of_bsn(bsn: str, *, pseudonyms: Pseudonyms, now: datetime) -> int:
    """The number of the account of who has this BSN, made when it is not there.

    For who took part on paper: the account holds a pseudonym and nothing else, and is theirs when
    they log in later. The BSN is not kept.
    """
    pseudonym = pseudonyms.pseudonym(Purpose.ACCOUNT, bsn)
    made = (
        insert(Account)
        .values(
            pseudonym=pseudonym,
            roles=[Role.RESIDENT],
            assurance=Assurance.NONE,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["pseudonym"])
    )
    db.session.execute(made)
    return db.session.scalars(by_pseudonym(pseudonym)).one().id


def mail_login_link(typed: str, *, codes: Codes, now: datetime) -> None:
    """Mail a link to the member of staff with this address.

    The same work is done when there is none, so that nobody learns who works here.
    Raises `Invalid` for what is no address.
    """
    address = mail_address(typed)
    seed = new_seed()
    row = {
        "code_hash": literal(hash_of(codes.code(seed)), LargeBinary),
        "account_id": Account.id,
        "purpose": literal(LinkPurpose.LOG_IN.value),
        "email": literal(address),
        "created_at": literal(now, DateTime(timezone=True)),
        "expires_at": literal(now + LINK_LIMIT, DateTime(timezone=True)),
    }
    values = select(*row.values()).where(Account.id.in_(staff_at(address)))
    db.session.execute(insert(OneTimeCode).from_select(list(row), values))
    outbox.tell_each(
        staff_at(address),
        "identity.login_link",
        dedup=seed,
        now=now,
        parameters={"seed": seed},
        urgent=True,
    )


def log_in_by_link(code: str, *, now: datetime) -> Account:
    """The account that `code` was mailed to; it works once. Raises `NotFound`, `NotAllowed`."""
    account = _account_of(_use(code, LinkPurpose.LOG_IN, now))
    if not account.is_staff:
        raise NotFound(_LINK_OVER)
    return _let_in(account, Assurance.EMAIL, now)


def make_staff(
    typed: str, *, name: str, role: Role, codes: Codes, now: datetime
) -> tuple[Account, str]:
    """The member of staff with this address, and a code to log in with once.

    Done again for the same address it gives the same account, with `name` and with `role` too.
    Raises `Invalid`; `NotAllowed` for a blocked account.
    """
    address, shown = mail_address(typed), public_name(name)
    db.session.execute(
        insert(Account)
        .values(email=address, roles=[role], assurance=Assurance.EMAIL, created_at=now)
        .on_conflict_do_nothing(index_elements=["email"])
    )
    account = db.session.scalars(
        select(Account).where(Account.email == address).with_for_update()
    ).one()
    _refuse_blocked(account)
    account.public_name = shown
    account.roles = sorted({*account.roles, role})
    account.email_confirmed_at = account.email_confirmed_at or now
    audit.record(
        "identity.make_staff",
        account_id=None,
        subject=f"account/{account.id}",
        now=now,
        detail={"role": role},
    )
    return account, codes.code(_make_code(account, address, LinkPurpose.LOG_IN, codes, now))


def make_colleague(typed: str, *, name: str, actor: Actor, now: datetime) -> Account:
    """The colleague with this address; a new one may nothing until a team takes them in.

    A known one keeps the own name and roles. Raises `Invalid`, also for the address of somebody
    who takes part as a resident: what they said there stays apart from their work.
    """
    address, shown = mail_address(typed), public_name(name)
    made = db.session.scalars(
        insert(Account)
        .values(
            email=address,
            email_confirmed_at=now,
            public_name=shown,
            roles=[Role.COLLEAGUE],
            assurance=Assurance.EMAIL,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(Account.id)
    ).one_or_none()
    account = db.session.scalars(select(Account).where(Account.email == address)).one()
    if not account.is_staff or not account.is_active:
        raise Invalid(
            N_("This address cannot be used here. Fill in the work address of your colleague."),
            field="email",
        )
    if made is not None:
        audit.record(
            "identity.make_colleague",
            account_id=actor.id,
            subject=f"account/{account.id}",
            now=now,
        )
    return account


def rename(account: Account, typed: str) -> None:
    """Give an account the name that others see. Raises `Invalid`."""
    account.public_name = public_name(typed)


def ask_to_confirm(account: Account, typed: str, *, codes: Codes, now: datetime) -> str:
    """Mail a link to a new address of `account`; the old one holds until the link is used.

    Earlier links stop working. Returns the address. Raises `Invalid`, and `NotAllowed` for staff:
    their address is how they log in.
    """
    _refuse_staff(account)
    address = mail_address(typed)
    _forget_codes(account)
    seed = _make_code(account, address, LinkPurpose.CONFIRM, codes, now)
    outbox.tell(
        account.id,
        "identity.confirm_address",
        dedup=seed,
        now=now,
        parameters={"seed": seed},
        urgent=True,
    )
    return address


def confirm_address(code: str, *, now: datetime) -> Account:
    """Give the account of `code` the address that it was mailed to.

    Raises `NotFound`; `Conflict` when another account has this address.
    """
    used = _use(code, LinkPurpose.CONFIRM, now)
    account = _account_of(used)
    try:
        with db.session.begin_nested():
            account.email = used.email
            account.email_confirmed_at = now
    except IntegrityError as error:
        if error.orig.diag.constraint_name != "uq_account_email":  # type: ignore[union-attr]
            raise
        raise Conflict(
            N_("Another account uses this mail address already. Choose another address.")
        ) from None
    return account


def forget_address(account: Account) -> None:
    """No more mail for this account. Raises `NotAllowed` for staff."""
    _refuse_staff(account)
    _forget_codes(account)
    account.email = account.email_confirmed_at = None


def forget_codes(before: datetime) -> int:
    """Delete the codes that ended before `before`. The caller commits."""
    gone = db.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _let_in(account: Account, assurance: Assurance, now: datetime) -> Account:
    _refuse_blocked(account)
    account.assurance = assurance
    if account.is_staff:
        account.logged_in_at = now
        audit.record(
            "identity.log_in", account_id=account.id, subject=f"account/{account.id}", now=now
        )
    return account


def _make_code(
    account: Account, address: str, purpose: LinkPurpose, codes: Codes, now: datetime
) -> str:
    seed = new_seed()
    db.session.add(
        OneTimeCode(
            code_hash=hash_of(codes.code(seed)),
            account_id=account.id,
            purpose=purpose,
            email=address,
            created_at=now,
            expires_at=now + LINK_LIMIT,
        )
    )
    return seed


def _use(code: str, purpose: LinkPurpose, now: datetime) -> OneTimeCode:
    """Mark a code as used; of two who try at once the second comes too late."""
    found = db.session.scalars(good_code(code, purpose, now).with_for_update()).one_or_none()
    if found is None:
        raise NotFound(_LINK_OVER)
    found.used_at = now
    return found


def _account_of(code: OneTimeCode) -> Account:
    return db.session.get_one(Account, code.account_id)


def _forget_codes(account: Account) -> None:
    db.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.account_id == account.id, OneTimeCode.purpose == LinkPurpose.CONFIRM
        )
    )


def _refuse_blocked(account: Account) -> None:
    if not account.is_active:
        raise NotAllowed(N_("This account is blocked. Call the municipality if that is wrong."))


def _refuse_staff(account: Account) -> None:
    if account.is_staff:
        raise NotAllowed(N_("You log in with this address. The administrator changes it."))
