import io
import zipfile
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import given, settings

from outreach.letters.layout import letter_docx
from outreach.typesetting import docx_properties
from tests.letters.sheets import ARABIC, CHAIR, LETTER, MAG, PARTS_IN_ORDER, body, letter, trapped
from tests.typesetting.trees import TRAPS, any_blocks, any_text, assert_in_order, leaves

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(file):
    return docx.Document(io.BytesIO(file))


def parts(file):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shown(file, *names):
    found = parts(file)
    trees = (ElementTree.fromstring(found[name]) for name in names if name in found)
    return "".join(text.text or "" for tree in trees for text in tree.iter(f"{W}t"))


def whole(file):
    """Letterhead, text and foot of the first page, as they stand on it."""
    return shown(file, "word/header2.xml", "word/document.xml", "word/footnotes.xml", "word/footer2.xml")


def test_a_letter_holds_its_parts_in_order():
    assert_in_order((*PARTS_IN_ORDER, "Palais des Nations, Geneva"), whole(letter_docx(LETTER)))


def test_an_independent_reader_finds_the_letter_in_real_styles():
    found = {p.style.name: p.text for p in opened(letter_docx(LETTER)).paragraphs}
    assert found["Salutation"] == "Excellency,"
    assert found["Letter Subject"] == "Input on the value of the Forum"
    assert found["Signature Name"] == "The Chair"
    assert found["Letter Reference"] == "Reference: IGF/LP/2025/0012\tNew York, 21 January 2025"


def test_the_letterhead_is_the_first_header_and_the_reference_the_next():
    (section,) = opened(letter_docx(LETTER)).sections
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "Leadership Panel of the Forum"
    assert section.header.paragraphs[0].text == "IGF/LP/2025/0012"
    assert section.first_page_footer.paragraphs[0].text == "Palais des Nations, Geneva"


def test_pages_are_counted_by_word_itself():
    footer = parts(letter_docx(LETTER))["word/footer1.xml"]
    assert b'w:instr=" PAGE "' in footer
    assert b'w:instr=" NUMPAGES "' in footer
    assert shown(letter_docx(LETTER), "word/footer1.xml") == "Page 1 of 1"


def test_a_returned_file_is_known_by_its_properties():
    properties = {"outreach-letter": "IGF/LP/2025/0012", "outreach-version": "3", "odd <name>": '"&"'}
    file = letter_docx(LETTER, properties=properties)
    assert docx_properties(file) == properties
    again = io.BytesIO()
    opened(file).save(again)  # as another program saves it
    assert docx_properties(again.getvalue()) == properties


def test_the_same_letter_gives_the_same_bytes():
    assert letter_docx(LETTER, properties={"a": "b"}) == letter_docx(LETTER, properties={"a": "b"})


def test_values_are_shown_and_never_markup():
    file = letter_docx(trapped(TRAPS))
    assert whole(file).count(TRAPS) >= 19
    for part in parts(file).values():
        ElementTree.fromstring(part)


def test_two_sign_side_by_side():
    (table,) = opened(letter_docx(letter(signatories=(CHAIR, MAG)))).tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "The Chair\nLeadership Panel\nInternet Governance Forum",
        "The Chair of the Group\nMultistakeholder Advisory Group",
    ]


def test_the_end_of_the_text_stays_with_the_signature():
    found = opened(letter_docx(letter(body=body("First.", "Second.", "Third.")))).paragraphs
    kept = {p.text: bool(p.paragraph_format.keep_with_next) for p in found}
    assert (kept["First."], kept["Second."], kept["Third."]) == (False, True, True)
    assert all(p.style.paragraph_format.keep_with_next for p in found if p.style.name in {"Closing", "Signature Space"})


@pytest.mark.parametrize(("specimen", "count"), [(True, 2), (False, 0)])
def test_a_specimen_says_so_on_every_page(specimen, count):
    found = parts(letter_docx(letter(specimen=specimen)))
    assert sum(b'string="SPECIMEN"' in found[f"word/header{number}.xml"] for number in (1, 2)) == count


def test_an_arabic_letter_runs_from_right_to_left_with_latin_lines_whole():
    found = {p.text: p._p.xml for p in opened(letter_docx(ARABIC)).paragraphs}
    assert "<w:bidi/>" in found["الممثل الدائم"]
    assert "<w:bidi/>" not in found["866 United Nations Plaza, Room 304"]
    assert '<w:jc w:val="right"/>' in found["866 United Nations Plaza, Room 304"]


def test_the_page_number_of_an_arabic_letter_is_counted_from_right_to_left():
    assert b"<w:bidi/>" in parts(letter_docx(ARABIC))["word/footer1.xml"]
    assert b"<w:bidi/>" not in parts(letter_docx(LETTER))["word/footer1.xml"]


def test_numbers_and_addresses_in_a_chinese_letter_are_not_said_to_be_chinese():
    found = parts(letter_docx(letter(language="zh")))["word/styles.xml"].decode()
    assert '<w:lang w:val="en-GB" w:eastAsia="zh-CN"' in found


def test_a_french_letter_has_french_spaces():
    file = letter_docx(letter(language="fr", subject="Objet: contribution", body=body("Pourquoi?")))
    assert "Objet\u202f: contribution" in whole(file)
    assert "Pourquoi\u202f?" in whole(file)


@settings(deadline=None, max_examples=60)
@given(any_text, any_blocks)
def test_no_text_of_any_letter_is_lost(text, blocks):
    file = letter_docx(letter(subject=text, address_block=(text,), body=blocks), properties={"a": text})
    for part in parts(file).values():
        ElementTree.fromstring(part)
    assert all(leaf in whole(file) for leaf in leaves(blocks))
    opened(file)
