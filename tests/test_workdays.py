"""Deadlines in working days: what rests is left out, and the sentence says what was."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import workdays
from outreach.errors import Invalid

OSLO = "Europe/Oslo"


def test_easter_in_norway_is_left_out_and_named() -> None:
    counted = workdays.after(10, date(2025, 4, 8), ["NO"], OSLO)
    assert counted.day == date(2025, 4, 25)
    assert counted.why == (
        "10 working days from 8 April 2025, three holidays in Norway (Maundy Thursday, 17 April 2025; Good Friday,"
        " 18 April 2025; Easter Monday, 21 April 2025), Europe/Oslo"
    )


def test_without_a_country_only_saturdays_and_sundays_rest() -> None:
    counted = workdays.after(10, date(2025, 4, 8), [], OSLO)
    assert counted.day == date(2025, 4, 22)
    assert counted.why == "10 working days from 8 April 2025, Saturdays and Sundays left out, Europe/Oslo"


def test_the_weekend_is_that_of_the_country() -> None:
    # In Saudi Arabia Friday and Saturday rest, and Sunday is a day of work.
    assert workdays.after(1, date(2025, 2, 6), ["SA"], OSLO).day == date(2025, 2, 9)


def test_of_several_countries_a_holiday_of_any_is_left_out() -> None:
    counted = workdays.after(1, date(2025, 5, 16), ["no", "CH"], OSLO)
    assert counted.day == date(2025, 5, 19)
    assert workdays.after(1, date(2025, 7, 31), ["NO", "CH"], OSLO).holidays == (("CH", date(2025, 8, 1), "National Day"),)


@pytest.mark.parametrize("days", [0, 501])
def test_a_number_out_of_range_is_refused(days: int) -> None:
    with pytest.raises(Invalid, match="give 1 to 500"):
        workdays.after(days, date(2025, 2, 3), [], OSLO)


def test_a_country_whose_holidays_are_not_known_is_refused() -> None:
    with pytest.raises(Invalid, match="holidays of 'XX' are not known"):
        workdays.after(3, date(2025, 2, 3), ["XX"], OSLO)


def test_the_working_day_before_a_monday_after_a_holiday_is_the_one_that_was_worked() -> None:
    assert workdays.before(date(2025, 4, 22), ["NO"]) == date(2025, 4, 16)
    assert workdays.before(date(2025, 4, 22), []) == date(2025, 4, 21)


@given(st.integers(1, 60), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([[], ["NO"], ["KE", "AE"]]))
def test_counting_in_two_steps_is_counting_in_one(days: int, start: date, countries: list[str]) -> None:
    half = workdays.after(days, start, countries, OSLO).day
    assert workdays.after(7, half, countries, OSLO).day == workdays.after(days + 7, start, countries, OSLO).day
    assert half - start >= timedelta(days)
