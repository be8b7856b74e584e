"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.responses.numbers import number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" -3 ", -3),
        ("1 200", 1200),
        ("1\u202f200\u202f000", 1_200_000),
        ("1'200", 1200),
        ("1,200,000", 1_200_000),
        ("1.200.000", 1_200_000),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("3,5", 3.5),
        ("3.50", 3.5),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("٣٫٥", 3.5),
        ("۱۲", 12),
        ("１２", 12),
        ("−7", -7),
    ],
)
def test_a_number_is_read_in_whatever_language_it_is_written(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["", "1,200", "1.200", "about 5", "5 %", "1,2,3", "12 34", "1.2.3", "NaN", "1e5", "²", "9" * 41, "1,234,56"]
)
def test_what_can_be_read_in_two_ways_or_none_is_no_number(text: str) -> None:
    assert number(text) is None


@given(st.integers(-(10**9), 10**9))
def test_every_whole_number_comes_back_plain_or_grouped(value: int) -> None:
    assert number(str(value)) == value
    assert number(f"{value:,}".replace(",", "\u202f")) == value


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_none(text: str) -> None:
    assert number(text) is None or isinstance(number(text), int | float)
