"""A reply form as DOCX: read by an independent library, and by what Word asks of a field."""

import io
import re
import zipfile

import docx
import pytest
from lxml import etree

from outreach.letters.reply_form_docx import reply_form_docx
from outreach.typesetting.docx_opening import custom_properties
from tests.letters.desk import load_forms
from tests.letters.reply_forms import TOKEN, W14, W, controls, issue

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


def xml(file: bytes, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(file)).read(part))


def text_of(file: bytes) -> str:
    return "".join(xml(file).itertext())


def test_each_answer_has_a_field_tagged_with_the_code_of_its_question() -> None:
    fields = controls(xml(reply_form_docx(issue())))
    assert list(fields) == [
        "outcomes",
        "trained",
        "trained.year",
        "trained.source",
        "meetings",
        "renewal",
        "speak",
        "respondent",
        "attribution.attributed",
        "attribution.organisation",
        "attribution.group",
        "attribution.confidential",
    ]
    numbers = [field.find(f"{W}sdtPr/{W}id").get(f"{W}val") for field in fields.values()]
    assert len(set(numbers)) == len(numbers), "Word asks for an id that no other field has"
    assert all(field.find(f"{W}sdtPr/{W}lock").get(f"{W}val") == "sdtLocked" for field in fields.values())


def test_choices_and_yes_or_no_drop_down_with_codes_behind_the_words() -> None:
    fields = controls(xml(reply_form_docx(issue("fr"))))

    def items(name: str) -> list[tuple[str, str]]:
        found = fields[name].iter(f"{W}listItem")
        return [(item.get(f"{W}value"), item.get(f"{W}displayText")) for item in found]

    assert items("renewal") == [("as-it-is", "Tel quel"), ("not", "Pas du tout")]
    assert items("speak") == [("yes", "Oui"), ("no", "Non")]
    assert items("outcomes") == []


def test_the_four_ways_of_being_quoted_are_boxes_that_nobody_has_ticked() -> None:
    fields = controls(xml(reply_form_docx(issue())))
    boxes = [field for name, field in fields.items() if name.startswith("attribution.")]
    assert [box.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").get(f"{W14}val") for box in boxes] == ["0"] * 4
    assert ["".join(box.itertext()) for box in boxes] == ["☐"] * 4


def test_the_page_says_what_a_respondent_must_know() -> None:
    words = text_of(reply_form_docx(issue()))
    for part in (
        "IGF/LP/2025/0012",
        "Ms. Li Example",
        "Open Net Society",
        "inputs+0123456789abcdef@leadership-panel.example",
        "31 March 2025",
        "What came of <it> & why?",
        "[outcomes]",
        'As it is / =Not "at" all',
        "We may be quoted by organization only.",
        "If no box is marked",
    ):
        assert part in words


def test_an_independent_reader_opens_it() -> None:
    document = docx.Document(io.BytesIO(reply_form_docx(issue())))
    assert document.core_properties.title == "Reply form IGF/LP/2025/0012"
    assert [paragraph.style.name for paragraph in document.paragraphs][:3] == ["Masthead", "Masthead Last Line", "Title"]
    assert len(document.tables) == 6, "a frame for each question, and one for the name"


def test_the_file_bears_its_letter_and_the_letters_secret_but_shows_no_secret() -> None:
    file = reply_form_docx(issue())
    assert custom_properties(file) == {"outreach-letter": "IGF/LP/2025/0012", "outreach-answer-token": TOKEN}
    assert TOKEN not in text_of(file)
    assert TOKEN not in repr(issue())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_words_and_direction(language: str) -> None:
    file = reply_form_docx(issue(language))
    words = load_forms(language).reply_form
    assert words is not None
    assert words.title in text_of(file)
    paragraphs = list(xml(file).iter(f"{W}p"))
    turned = sum(paragraph.find(f"{W}pPr/{W}bidi") is not None for paragraph in paragraphs)
    assert (turned > len(paragraphs) * 0.8) is (language == "ar")


def test_a_letter_without_a_deadline_shows_no_label_for_one() -> None:
    assert "Answers by" not in text_of(reply_form_docx(issue(deadline="")))


def test_the_same_letter_gives_the_same_bytes_and_another_gives_others() -> None:
    assert reply_form_docx(issue()) == reply_form_docx(issue())
    assert reply_form_docx(issue()) != reply_form_docx(issue(deadline="1 April 2025"))


def test_what_comes_from_outside_is_text_and_nothing_else() -> None:
    hostile = '"/><w:p/>\x00 &lt;'
    file = reply_form_docx(issue(subject=hostile, addressee=(hostile,), return_to=hostile))
    assert '"/><w:p/> &lt;' in text_of(file)
    assert re.search(r"\[outcomes\]", text_of(file))
