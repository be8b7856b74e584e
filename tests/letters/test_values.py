"""Values on their way into a letter: digits that belong together, and Latin words in a letter from right to left."""

import pytest

from outreach.letters.sheets import typographic
from outreach.letters.values import Ground, made
from outreach.protocol.forms import date_line


def shown(value: str, language: str) -> str:
    ground = Ground(language=language, posts=(), of_is_name=False, date_line=date_line)
    return str(made(ground, (), {"it": value}, {})["it"])


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_digits_of_one_number_stay_together(language: str) -> None:
    """In Arabic a plain space between them would turn 500 000 into 000 500."""
    assert "500\N{NO-BREAK SPACE}000" in shown("500 000", language)
    assert "12 3456" in shown("12 3456", language)


def test_latin_words_keep_their_order_in_an_arabic_letter() -> None:
    """Without the marks "14 March" would be read as "March 14"."""
    mark = "\N{LEFT-TO-RIGHT MARK}"
    assert shown("14 March 2025", "ar") == f"{mark}14 March 2025{mark}"
    assert shown("14 آذار/مارس", "ar") == "14 آذار/مارس"
    assert shown("14 March 2025", "en") == "14 March 2025"
    assert shown(" ", "ar") == " "


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("by 28 March 2025", "by 28~March 2025"),
        ("el 26 de febrero", "el 26~de febrero"),
        ("28 آذار/مارس 2025", "28~آذار/مارس 2025"),
        ("from 14:00 hours", "from 14:00 hours"),
        ("the 170 initiatives", "the 170 initiatives"),
        ("resolution 70/12 says", "resolution 70/12 says"),
        ("in 2025 when", "in 2025 when"),
    ],
)
def test_a_day_stays_beside_its_month(typed: str, set_as: str) -> None:
    assert typographic(typed) == set_as.replace("~", "\N{NO-BREAK SPACE}")
