"""Accounts: made once, with nothing in them that names a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.errors import NotAllowed
from participatie.identity import services
from participatie.identity.models import Account
from participatie.identity.providers.interface import Assertion, LoginRefused
from participatie.identity.pseudonyms import LocalPseudonyms
from participatie.identity.rules import Assurance, Role
from tests.real import at_once, real_apps

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
BSN = "999990408"


def test_two_first_log_ins_at_once_make_one_account(cluster, worker_id, tmp_path):
    pseudonyms = LocalPseudonyms(tmp_path)
    with real_apps(cluster, f"accounts_{worker_id}", 3) as apps:

        def log_in(number):
            with apps[number % 3].app_context():
                account = services.log_in(
                    Assertion(BSN, Assurance.MIDDEN), pseudonyms=pseudonyms, now=NOW
                )
                db.session.commit()
                return account.id

        assert len(set(at_once(log_in, 20))) == 1
        with apps[0].app_context():
            assert db.session.scalar(select(func.count()).select_from(Account)) == 1


@pytest.mark.parametrize("level", [Assurance.NONE, Assurance.EMAIL, Assurance.BASIS])
def test_a_level_that_is_too_low_is_refused_and_makes_no_account(context, tmp_path, level):
    with pytest.raises(LoginRefused):
        services.log_in(Assertion(BSN, level), pseudonyms=LocalPseudonyms(tmp_path), now=NOW)
    assert db.session.scalars(select(Account)).all() == []


def test_a_blocked_account_is_refused_and_keeps_its_level(context, tmp_path):
    pseudonyms = LocalPseudonyms(tmp_path)
    account = services.log_in(Assertion(BSN, Assurance.MIDDEN), pseudonyms=pseudonyms, now=NOW)
    account.blocked_at = NOW
    with pytest.raises(NotAllowed):
        services.log_in(Assertion(BSN, Assurance.HOOG), pseudonyms=pseudonyms, now=NOW)
    assert account.assurance is Assurance.MIDDEN


def test_the_level_is_that_of_the_last_log_in(context, tmp_path):
    pseudonyms = LocalPseudonyms(tmp_path)
    for level in (Assurance.HOOG, Assurance.MIDDEN):
        account = services.log_in(Assertion(BSN, level), pseudonyms=pseudonyms, now=NOW)
        assert account.assurance is level
    assert account.roles == [Role.RESIDENT]
    assert BSN not in str({c.key: getattr(account, c.key) for c in Account.__table__.columns})


def test_who_signed_on_paper_comes_in_as_what_the_first_log_in_says(context, tmp_path):
    pseudonyms = LocalPseudonyms(tmp_path)
    signed = services.account_of_bsn(BSN, pseudonyms=pseudonyms, now=NOW)
    for roles in ({Role.CLERK}, {Role.RESIDENT}):  # the second is no first log-in any more
        said = Assertion(BSN, Assurance.MIDDEN, frozenset(roles))
        account = services.log_in(said, pseudonyms=pseudonyms, now=NOW)
        assert (account.id, account.roles) == (signed, [Role.CLERK])
