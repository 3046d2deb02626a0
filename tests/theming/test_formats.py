from datetime import UTC, date, datetime, timedelta

import pytest
from markupsafe import Markup

from participatie.theming import formats

MIDNIGHT = datetime(2027, 3, 14, 23, 0, tzinfo=UTC)  # 15 March 0.00 in the Netherlands
SUMMER = datetime(2027, 7, 1, 10, 5, tzinfo=UTC)


def held(words: str) -> str:
    """What these words look like: a tilde is a space that does not break."""
    return words.replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "€~0"),
        (5, "€~0,05"),
        (100, "€~1"),
        (1_200_000, "€~12.000"),
        (1_200_050, "€~12.000,50"),
        (-1_234_567, "−€~12.345,67"),
        (99_999_999_999_999_999, "€~999.999.999.999.999,99"),
    ],
)
def test_money_shows_cents_only_when_there_are_any(cents: int, words: str) -> None:
    assert formats.money(cents) == held(words)


def test_money_follows_the_language() -> None:
    assert formats.money(1_200_000, "en") == "€\N{NO-BREAK SPACE}12,000"


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0~reacties"), (1, "1~reactie"), (1204, "1.204~reacties")]
)
def test_a_count_uses_the_singular_for_one_only(value: int, words: str) -> None:
    assert formats.count(value, "reactie", "reacties") == held(words)


def test_an_amount_that_somebody_wrote_stays_on_one_line() -> None:
    assert formats.held("samen € 18.000 of meer") == held("samen €~18.000 of meer")
    assert formats.held(Markup("<b>€ 5</b>")) == Markup(held("<b>€~5</b>"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("14 0299", "14~0299"),
        ("(0299) 123 456", "(0299)~123~456"),
        ("+31 (0)299 45 23 00", "+31~(0)299~45~23~00"),
        ("14 0299, toestel 3 of 4", "14~0299, toestel 3 of 4"),
    ],
)
def test_a_telephone_number_stays_on_one_line(number: str, words: str) -> None:
    assert formats.phone(number) == held(words)


def test_a_telephone_dials_the_number_without_its_spaces() -> None:
    assert formats.tel("14 0299") == "tel:140299"
    assert formats.tel(held("14~0299")) == "tel:140299"


def test_a_mail_address_breaks_before_its_at_and_full_stops_and_nowhere_else() -> None:
    assert formats.address_parts("doe-mee@water.example") == ["doe-mee", "@water", ".example"]


def test_a_number_has_its_thousands_apart() -> None:
    assert formats.number(14411) == "14.411"


def test_a_moment_is_shown_on_the_dutch_clock_in_winter_and_summer() -> None:
    assert formats.moment(MIDNIGHT) == held("maandag 15~maart 2027, 00.00~uur")
    assert formats.moment(SUMMER) == held("donderdag 1~juli 2027, 12.05~uur")


def test_a_moment_in_another_language_has_no_dutch_word() -> None:
    assert "uur" not in formats.moment(SUMMER, "en")


def test_until_shows_the_minute_before_the_end_that_is_not_included() -> None:
    assert formats.until(MIDNIGHT) == held("zondag 14~maart 2027, 23.59~uur")


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2027, 3, 14)  # noqa: DTZ001 the mistake that is tested
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(naive)
    with pytest.raises(ValueError, match="time zone"):
        formats.day(naive)


def test_a_day_is_the_day_in_the_netherlands() -> None:
    assert formats.day(MIDNIGHT) == held("15~maart 2027")
    assert formats.day(date(2027, 3, 14)) == held("14~maart 2027")
    assert formats.weekday(date(2027, 3, 14)) == held("zondag 14~maart 2027")


@pytest.mark.parametrize(
    ("remaining", "words"),
    [
        (timedelta(days=6, hours=23), "6~dagen"),
        (timedelta(days=1), "1~dag"),
        (timedelta(hours=23, minutes=59), "23~uur"),
        (timedelta(minutes=59, seconds=59), "59~minuten"),
        (timedelta(seconds=1), "1~minuut"),
        (timedelta(days=-3), "1~minuut"),
        (timedelta(days=400), "400~dagen"),
    ],
)
def test_what_is_left_is_rounded_down_and_never_nothing(remaining: timedelta, words: str) -> None:
    assert formats.left(MIDNIGHT, MIDNIGHT - remaining) == held(words)


def test_ago_says_how_long_it_was() -> None:
    assert formats.ago(MIDNIGHT - timedelta(days=3), MIDNIGHT) == held("3~dagen geleden")


@pytest.mark.parametrize("code", ["K7QM4TXR9HNC", "K7QM 4TXR 9HNC", "K7QM-4TXR-9HNC"])
def test_a_code_is_shown_in_groups_of_four(code: str) -> None:
    assert formats.code_groups(code) == ["K7QM", "4TXR", "9HNC"]


def test_a_code_that_is_no_multiple_of_four_keeps_its_rest() -> None:
    assert formats.code_groups("K7QM4") == ["K7QM", "4"]
    assert formats.code_groups("") == []
