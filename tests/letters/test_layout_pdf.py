import threading

import pypdfium2
import pytest
from hypothesis import given, settings

from outreach.errors import Invalid
from outreach.letters.layout import letter_pdf, shipped_letterhead
from outreach.letters.layout_pdf import letter_data
from outreach.typesetting import CannotTypeset, LineBreak, Paragraph, Text
from tests.letters.sheets import ARABIC, CHAIR, LETTER, MAG, PARTS_IN_ORDER, body, letter, trapped
from tests.typesetting.trees import TRAPS, any_blocks, any_text, assert_in_order, squeezed

WORDS = "The Panel is convened by the Secretary-General and open to all. "


def pages(file):
    with pypdfium2.PdfDocument(file) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def test_a_letter_holds_its_parts_in_order():
    (page,) = pages(letter_pdf(LETTER))
    assert_in_order(PARTS_IN_ORDER, page)
    assert "New York, 21 January 2025" in page
    assert "Confidential" in page
    assert "Palais des Nations, Geneva" in page


def test_a_letter_of_one_page_counts_none():
    assert "Page 1" not in pages(letter_pdf(LETTER))[0]


def test_a_long_letter_goes_on_under_its_reference_and_counts_its_pages():
    found = pages(letter_pdf(letter(body=body(*[WORDS * 8] * 12))))
    assert len(found) > 2
    for number, page in enumerate(found[1:], 2):
        assert page.startswith("IGF/LP/2025/0012 ")
        assert f"Page {number} of {len(found)}" in page
    assert "Palais des Nations" not in found[1]


@pytest.mark.parametrize("paragraphs", range(14, 44))
def test_no_signature_stands_alone_on_a_page(paragraphs):
    found = pages(letter_pdf(letter(body=body(*["Oneline."] * paragraphs))))
    signed = next(page for page in found if "Accept, Excellency" in page)
    assert "The Chair" in signed
    assert signed.count("Oneline.") >= 2


def test_a_long_last_paragraph_goes_with_the_signature():
    for words in range(280, 480, 40):
        found = pages(letter_pdf(letter(body=body("word " * words, "word " * words))))
        assert next(page for page in found if "Accept, Excellency" in page).count("word") > 30


STACK = [part for word in ("one", "two", "three", "four") for part in (Text(f"[ ] Box {word}"), LineBreak())]


@pytest.mark.parametrize("paragraphs", range(8, 20))
def test_boxes_to_mark_are_on_one_page_with_the_line_that_asks_for_it(paragraphs):
    boxes = Paragraph(tuple(STACK[:-1]))
    text = (*body(*["Oneline."] * paragraphs, "Mark one of these boxes:"), boxes, *body("After.", "Last. " * 30))
    (page,) = [page for page in pages(letter_pdf(letter(body=text))) if "Box" in page]
    assert_in_order(("Mark one of these boxes:", "Box one", "Box two", "Box three", "Box four"), page)


def places(file, *words):
    """Left and bottom of each of `words` on the first page, in points."""
    with pypdfium2.PdfDocument(file) as opened:
        page = opened[0].get_textpage()
        return [page.get_charbox(page.search(word).get_next()[0])[:2] for word in words]


def test_two_sign_side_by_side():
    file = letter_pdf(letter(signatories=(CHAIR, MAG), masthead=("Office",)))
    (left, height), (right, same) = places(file, "Leadership Panel", "Multistakeholder Advisory Group")
    assert height == pytest.approx(same, abs=2)
    assert right > left + 100


def test_a_specimen_says_so_on_every_page():
    found = pages(letter_pdf(letter(specimen=True, body=body(*[WORDS * 8] * 9))))
    assert len(found) > 1
    assert all("SPECIMEN" in squeezed(page) for page in found)
    assert "SPECIMEN" not in squeezed(pages(letter_pdf(LETTER))[0])


def test_values_are_shown_and_never_run():
    shown = squeezed(" ".join(pages(letter_pdf(trapped(TRAPS)))))
    assert shown.count(squeezed(TRAPS)) >= 19


def test_the_same_letter_gives_the_same_bytes():
    assert letter_pdf(LETTER) == letter_pdf(LETTER)


def test_the_file_is_named_for_its_subject_and_signed_by_no_program():
    with pypdfium2.PdfDocument(letter_pdf(LETTER)) as opened:
        found = opened.get_metadata_dict()
    assert (found["Title"], found["Author"]) == ("Input on the value of the Forum", "Leadership Panel of the Forum")


def test_an_emoji_is_named_and_refused():
    with pytest.raises(CannotTypeset, match="GRINNING FACE"):
        letter_pdf(letter(subject="Thanks 😀"))


def test_a_french_letter_has_french_words_and_spaces():
    (page,) = pages(letter_pdf(letter(language="fr", body=body("Quelle valeur?"))))
    assert "Référence\u202f:" in page or "Référence :" in page
    assert "Pièces jointes (2)" in page
    assert "Quelle valeur?" not in page


def test_an_arabic_letter_starts_on_the_right_and_keeps_latin_lines_whole():
    (arabic, _), (house, _), (street, _), (room, _) = places(letter_pdf(ARABIC), "الممثل", "866", "Plaza", "304")
    assert arabic > 450  # of 595 points
    assert house < street < room


@pytest.mark.parametrize("words", range(4, 12))
def test_an_address_is_never_broken_at_its_hyphen(words):
    """Spanish would even set the hyphen twice, and the address would be another one."""
    text = f"{'palabra ' * words}inputs@leadership-panel.example, con la referencia."
    (page,) = pages(letter_pdf(letter(language="es", body=body(text, text))))
    assert page.count("inputs@leadership-panel.example") == 2


def test_a_language_without_words_asks_for_them():
    with pytest.raises(Invalid, match=r"IGF/LP/2025/0012 is in 'sw'.*'reference'.*add it to \[words\]"):
        letter_pdf(letter(language="sw"))


def test_an_office_gives_its_own_words():
    labels = {"reference": "Our ref.", "enclosures": "Annexes", "copy": "Copied to"}
    (page,) = pages(letter_pdf(letter(labels=labels)))
    assert_in_order(("Our ref.: IGF/LP/2025/0012", "Annexes (2):", "Copied to:"), page)


def test_one_enclosure_is_not_counted():
    assert "Enclosure: Questionnaire" in pages(letter_pdf(letter(enclosures=("Questionnaire",))))[0]


def test_a_letter_without_the_optional_lines_has_no_holes():
    bare = letter(
        reference="", subject="", salutation="", close="", signatories=(), on_behalf="", masthead_note="", place="",
        classification="", channel_line="", footer=(), enclosures=(), copies=(),
    )  # fmt: skip
    (page,) = pages(letter_pdf(bare))
    assert "Reference" not in page
    assert "Enclosure" not in page
    assert page.endswith("An answer by March would help.")


def test_an_office_lays_its_own_letterhead(tmp_path):
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    (tmp_path / "logo.svg").write_text(square)
    shipped = (shipped_letterhead() / "letter.typ").read_text(encoding="utf-8")
    (tmp_path / "letter.typ").write_text(shipped + '\n#image("logo.svg", alt: "Logo")\nOur own foot', encoding="utf-8")
    assert pages(letter_pdf(LETTER, tmp_path))[0].count("Our own foot") == 1


def test_a_folder_without_a_letterhead_is_named(tmp_path):
    with pytest.raises(CannotTypeset, match=r"letter\.typ cannot be read"):
        letter_pdf(LETTER, tmp_path)


def test_two_threads_write_letters_at_once():
    done = {}

    def work(name):
        done[name] = [pages(letter_pdf(letter(reference=f"{name}/{number}")))[0] for number in range(4)]

    threads = [threading.Thread(target=work, args=(name,)) for name in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"Reference: {name}/{number}" in page for name in "AB" for number, page in enumerate(done[name]))


@settings(max_examples=50, deadline=None)
@given(any_text, any_blocks)
def test_any_letter_is_set_or_refused_by_name(text, blocks):
    try:
        assert letter_pdf(letter(subject=text, salutation=text, address_block=(text,), body=blocks)).startswith(b"%PDF")
    except CannotTypeset as error:
        assert str(error).startswith("No font here has")  # noqa: PT017 - either outcome is right, this one must be this error


def test_a_sheet_without_a_time_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        letter(document_date=LETTER.document_date.replace(tzinfo=None))


@pytest.mark.parametrize("paragraphs", range(20, 36))
def test_no_line_on_enclosures_stands_alone_on_a_page(paragraphs):
    found = pages(letter_pdf(letter(body=body(*["Oneline."] * paragraphs))))
    assert "The Chair" in next(page for page in found if "Enclosures (2):" in page)


def test_a_chinese_label_has_the_colon_and_brackets_of_its_language():
    (page,) = pages(letter_pdf(letter(language="zh")))
    assert "文号：IGF/LP/2025/0012" in page.replace(" ", "")
    assert "附件（2）：" in page.replace(" ", "")
    assert "Enclosures (2):" in pages(letter_pdf(LETTER))[0]


def test_a_reference_is_never_broken_at_its_strokes():
    for words in range(8, 20):
        text = "word " * words + "IGF/LP/2025/0044 and so on."
        found = " ".join(pages(letter_pdf(letter(body=body(text)))))
        assert "IGF/LP/2025/0044" in found, words


def test_a_paragraph_with_an_address_is_not_drawn_apart():
    """No line can break the address; justified, the few words before it would stand far apart."""
    made = letter_data(letter(body=body("Write to inputs@leadership-panel.example.", "Write to a@b.ch soon.")))["body"]
    assert [block["ragged"] for block in made] == [True, False]
