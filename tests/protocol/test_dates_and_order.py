from datetime import date

import pytest

from outreach.errors import NotFound
from outreach.protocol.forms import date_line, in_order, load, placed


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "27 January 2025"),
        ("fr", "27 janvier 2025"),
        ("es", "27 de enero de 2025"),
        ("ru", "27 января 2025 года"),
        ("zh", "2025年1月27日"),
        ("ar", "27 كانون الثاني/يناير 2025"),
    ],
)
def test_each_language_writes_the_date_its_own_way(language, written):
    assert date_line(date(2025, 1, 27), language) == written


def test_the_first_of_a_french_month_is_premier_and_only_the_first():
    assert date_line(date(2025, 2, 1), "fr") == "1er février 2025"
    assert date_line(date(2025, 2, 11), "fr") == "11 février 2025"
    assert date_line(date(2025, 2, 1), "en") == "1 February 2025"


def test_arabic_pairs_the_names_of_the_months():
    assert date_line(date(2025, 7, 18), "ar") == "18 تموز/يوليه 2025"
    assert all("/" in date_line(date(2025, month, 2), "ar") for month in range(1, 13))


def test_the_day_of_an_arabic_date_stays_with_its_month_after_a_place_in_latin_letters():
    """Without the mark the day would be read on the other side of the place."""
    written = placed("Geneva", date(2025, 7, 18), load("ar").dates, "ar")
    assert written == "Geneva،\N{RIGHT-TO-LEFT MARK} 18 تموز/يوليه 2025"


def test_a_date_in_a_language_without_wording_is_refused():
    with pytest.raises(NotFound, match="no forms of address for the language 'de'"):
        date_line(date(2025, 1, 27), "de")


@pytest.mark.parametrize(
    "names",
    [
        ["Costa Rica", "Côte d'Ivoire", "Croatia"],
        ["Tunisia", "Türkiye", "Turkmenistan"],
        ["Guinea", "Guinea-Bissau", "Guyana"],
        ["Netherlands (Kingdom of the)", "New Zealand", "Nicaragua", "Niger", "Nigeria"],
    ],
)
def test_states_are_in_english_order_with_diacritics_folded(names):
    assert in_order(reversed(names), key=str, language="en") == names


def test_the_list_is_sorted_again_in_each_language():
    states = {"en": ["Albania", "Germany", "Kenya"], "fr": ["Albanie", "Allemagne", "Égypte", "Kenya"]}
    assert in_order(["Kenya", "Égypte", "Allemagne", "Albanie"], key=str, language="fr") == states["fr"]
    assert in_order(["Kenya", "Germany", "Albania"], key=str, language="en") == states["en"]
    assert in_order(["España", "Estonia", "Eslovenia"], key=str, language="es") == ["Eslovenia", "España", "Estonia"]
    assert in_order(["Кения", "Ямайка", "Албания"], key=str, language="ru") == ["Албания", "Кения", "Ямайка"]


def test_chinese_is_sorted_by_pinyin():
    assert in_order(["肯尼亚", "中国", "阿尔巴尼亚", "法国"], key=str, language="zh") == [
        "阿尔巴尼亚",
        "法国",
        "肯尼亚",
        "中国",
    ]


def test_arabic_is_sorted_by_its_letters():
    assert in_order(["كينيا", "ألبانيا", "تونس"], key=str, language="ar") == ["ألبانيا", "تونس", "كينيا"]


def test_equal_names_keep_the_order_they_came_in():
    items = [("Kenya", 2), ("Albania", 1), ("Kenya", 1)]
    assert in_order(items, key=lambda item: item[0], language="en") == [("Albania", 1), ("Kenya", 2), ("Kenya", 1)]
