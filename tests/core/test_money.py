from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.error_pages import say
from participatie.core.errors import Invalid
from participatie.core.i18n import speaking
from participatie.core.money import MOST, Euros, cents, euros


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("€ 100.000", 100_000_00),
        ("100000", 100_000_00),
        ("100 000", 100_000_00),
        ("€100.000,-", 100_000_00),
        ("€ 100.000,—", 100_000_00),
        ("100.000,00", 100_000_00),
        ("12.000,50", 12_000_50),
        ("12,5", 12_50),
        ("12.50", 12_50),
        ("12.000.50", 12_000_50),
        ("12.500", 12_500_00),
        ("5000 euro", 5_000_00),
        ("EUR 5.000", 5_000_00),
        ("2 ton", 200_000_00),
        ("2,5 miljoen", 2_500_000_00),
        ("1,5 mln.", 1_500_000_00),
        ("50 duizend", 50_000_00),
        ("50k", 50_000_00),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_it_is_typed_here(typed, amount):
    assert cents(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", "veel", "12,500", "1.00.000", "-5", "1.2.3", "€", "5 dollar", "1e6"]
)
def test_what_can_be_read_in_two_ways_is_no_amount(typed):
    with pytest.raises(Invalid) as refused:
        cents(typed, field="amount")
    assert refused.value.field == "amount"


def test_an_amount_with_too_many_zeros_is_refused():
    with pytest.raises(Invalid, match="too high"):
        cents("9" * 20)


@given(st.integers(0, MOST))
def test_what_we_write_we_read_back(amount):
    assert cents(euros(amount)) == amount


@pytest.mark.parametrize(
    ("language", "shown"), [("nl", "€\xa012.000,50"), ("en", "€\xa012,000.50")]
)
def test_an_amount_in_a_refusal_is_written_as_its_reader_writes_it(app, language, shown):
    refusal = Invalid("%(cost)s", cost=Euros(12_000_50))
    with app.test_request_context(), speaking(language):
        assert say(refusal) == shown


@pytest.mark.parametrize(("language", "shown"), [("nl", "100.000"), ("en", "100,000")])
def test_a_number_in_a_refusal_is_written_as_its_reader_writes_it(app, language, shown):
    refusal = Invalid("%(most)s, and number %(name)s", most=100_000, name="100000")
    with app.test_request_context(), speaking(language):
        assert say(refusal) == f"{shown}, and number 100000"
