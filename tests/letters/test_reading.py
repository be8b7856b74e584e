"""The sheet on which a speaker goes through all forms of a language: complete, in its own script, to be signed."""

from datetime import date

import pypdfium2
import pytest

from outreach.letters.reading import reading_sheet
from outreach.protocol.forms import languages, load
from outreach.protocol.specimens import SITUATIONS
from tests.letters.test_layout_pdf import pages

DAY = date(2025, 1, 27)
SHEETS = {language: reading_sheet(load(language), office="The office", day=DAY) for language in languages()}


def flat(language: str) -> str:
    return " ".join(" ".join(pages(SHEETS[language])).split())


@pytest.mark.parametrize("language", languages())
def test_the_sheet_shows_every_situation_its_code_and_a_place_to_sign(language: str) -> None:
    forms, text = load(language), flat(language)
    assert f"Forms of address in {forms.settings.name}" in text
    for situation in SITUATIONS:
        assert situation.label in text
    assert text.count(forms.code) > 3
    assert "The reader's word" in text
    assert f"outreach protocol sign-off --language {language} --by NAME --date DATE --sheet {forms.code}" in text


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru"])
def test_the_sheet_names_every_entry(language: str) -> None:
    text = flat(language)
    # What a new letter's persons and places are is shown, not read.
    hidden = {"example", "posts.person", "forms.personal"}
    for name in load(language).entries:
        assert name in hidden or name in text, name


def test_the_same_wording_gives_the_same_sheet() -> None:
    assert reading_sheet(load("fr"), office="The office", day=DAY) == SHEETS["fr"]


def lefts(language: str, page_with: str, *words: str) -> list[float]:
    """How far from the left, in points, each of `words` begins on the page that holds the first of them after `page_with`."""
    with pypdfium2.PdfDocument(SHEETS[language]) as opened:
        for page in opened:
            text = page.get_textpage()
            if page_with in text.get_text_bounded():
                return [text.get_charbox(text.search(word).get_next()[0])[0] for word in words]
    raise AssertionError(f"{page_with} is on no page")


def test_arabic_stands_on_the_right_and_english_on_the_left() -> None:
    english, arabic = lefts("ar", "Head of State", "Head of State", "صاحبة الفخامة السيدة")
    assert english < 60
    assert arabic > 250


def test_the_numbers_of_an_arabic_date_are_in_order() -> None:
    """Read from the right: the paired months, the year."""
    month, other, year = lefts("ar", "the first of a month", "كانون", "يناير", "2025")
    assert month > other > year


def test_chinese_and_french_are_set_as_their_readers_expect() -> None:
    assert "顺致最崇高的敬意" in flat("zh").replace(" ", "")
    assert "1er janvier 2025" in flat("fr")
