import io
import zipfile
from xml.etree import ElementTree

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import given, settings

from outreach.errors import Invalid
from outreach.typesetting import (
    BulletList,
    Heading,
    LineBreak,
    Link,
    NumberedList,
    Paragraph,
    Quotation,
    Strong,
    Style,
    Table,
    Text,
    docx_properties,
    to_docx,
)
from tests.typesetting.trees import (
    DAY,
    EVERYTHING,
    STYLE,
    TRAPS,
    WORDS_IN_ORDER,
    any_document,
    assert_in_order,
    document,
    leaves,
    paragraph,
    plain,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(file):
    """As python-docx, which is none of ours, reads it."""
    return docx.Document(io.BytesIO(file))


def parts(file):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text(file, *names):
    names = names or ("word/document.xml", "word/footnotes.xml")
    trees = [ElementTree.fromstring(part) for name, part in parts(file).items() if name in names]
    return "".join(found.text or "" for tree in trees for found in tree.iter(f"{W}t"))


def test_everything_is_there_in_order():
    assert_in_order(("A title", *WORDS_IN_ORDER, "As received."), text(to_docx(EVERYTHING, STYLE)))


def test_an_independent_reader_finds_real_styles():
    styles = {p.style.name for p in opened(to_docx(EVERYTHING, STYLE)).paragraphs}
    assert {
        "Title",
        "Heading 1",
        "Heading 3",
        "Body Text",
        "Numbered Paragraph",
        "List Bullet",
        "List Number",
        "Quote End",
        "Quote Attribution",
    } <= styles


def test_an_independent_reader_finds_the_table():
    (table,) = opened(to_docx(EVERYTHING, STYLE)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Who", "What"],
        ["ISOC", "Input one"],
        ["ICANN", "Input two"],
    ]


def test_bold_is_bold_and_links_lead_where_they_say():
    file = opened(to_docx(document(Paragraph((Strong(plain("b")), Link(plain("x"), "https://igf.example/?a=1&b=2")))), STYLE))
    body = file.paragraphs[-1]
    assert body.runs[0].bold
    assert body.hyperlinks[0].address == "https://igf.example/?a=1&b=2"


def test_properties_come_from_the_document_alone():
    found = opened(to_docx(document(title="T & <t>", author="The Panel"), STYLE)).core_properties
    assert (found.title, found.author, found.last_modified_by) == ("T & <t>", "The Panel", "")
    assert found.created == found.modified == DAY


def test_no_author_stands_nowhere():
    assert b"creator" not in parts(to_docx(document(author=""), STYLE))["docProps/core.xml"]


def test_the_same_document_gives_the_same_bytes():
    assert to_docx(EVERYTHING, STYLE) == to_docx(EVERYTHING, STYLE)


def test_text_is_shown_and_never_markup():
    file = to_docx(document(Paragraph(plain(TRAPS), number=TRAPS, anchor='"/><w:p>'), title=TRAPS, author=TRAPS), STYLE)
    assert text(file).count(TRAPS) == 3
    assert opened(file).core_properties.author == TRAPS


def test_control_characters_do_not_break_the_file():
    file = to_docx(document(paragraph("a\x00\x0b\x1f\ufffe\ud800b"), title="\x00t"), STYLE)
    assert [p.text for p in opened(file).paragraphs] == ["t", "a \N{REPLACEMENT CHARACTER}b"]


def test_each_numbered_list_starts_anew():
    file = to_docx(document(NumberedList(((paragraph("a"),),)), NumberedList(((paragraph("b"),),), start=7)), STYLE)
    numbers = ElementTree.fromstring(parts(file)["word/numbering.xml"])
    starts = [found.get(f"{W}val") for found in numbers.iter(f"{W}startOverride")]
    used = [found.get(f"{W}val") for found in ElementTree.fromstring(parts(file)["word/document.xml"]).iter(f"{W}numId")]
    assert starts == ["1", "7"]
    assert len(set(used)) == 2


def test_french_letters_its_points_otherwise():
    points = NumberedList(((paragraph("a"),),), kind="letters")
    assert b'w:lvlText w:val="(%1)"' in parts(to_docx(document(points), STYLE))["word/numbering.xml"]
    assert b'w:lvlText w:val="%1)"' in parts(to_docx(document(points, language="fr"), STYLE))["word/numbering.xml"]


def test_arabic_runs_from_right_to_left():
    xml = parts(to_docx(document(paragraph("منتدى"), language="ar"), STYLE))["word/document.xml"].decode()
    assert "<w:bidi/>" in xml
    assert "<w:rtl/>" in xml


def test_pages_are_counted_and_marked():
    style = Style(timestamp=DAY, mark="WORKING EDITION", running_header="Draft <2>", footer="Office & co", line_numbers=True)
    found = parts(to_docx(EVERYTHING, style))
    assert b'w:instr=" PAGE "' in found["word/footer1.xml"]
    assert b"Office &amp; co" in found["word/footer1.xml"]
    assert b"Draft &lt;2&gt;" in found["word/header1.xml"]
    assert all(b'string="WORKING EDITION"' in found[f"word/header{number}.xml"] for number in (1, 2))
    assert b"<w:lnNumType" in found["word/document.xml"]


def test_a_mark_with_quotes_does_not_break_the_file():
    found = parts(to_docx(EVERYTHING, Style(timestamp=DAY, mark="\"/><x> & '")))
    assert ElementTree.fromstring(found["word/header2.xml"]) is not None


def test_a_page_break_is_on_the_paragraph_that_follows():
    xml = parts(to_docx(EVERYTHING, STYLE))["word/document.xml"].decode()
    assert '<w:pStyle w:val="Heading3"/><w:pageBreakBefore/>' in xml


def keeps(*blocks):
    """What each paragraph of the text keeps with: its words, whether it stays with the next one, whether it is whole."""
    xml = ElementTree.fromstring(parts(to_docx(document(*blocks, title=""), STYLE))["word/document.xml"])
    return [
        ("".join(found.text for found in p.iter(f"{W}t")), *(p.find(f"{W}pPr/{W}{kind}") is not None for kind in KINDS))
        for p in xml.iter(f"{W}p")
    ]


KINDS = ("keepNext", "keepLines")
LONG = "word " * 200


def test_a_long_quotation_keeps_its_last_lines_with_the_name():
    assert keeps(Quotation((paragraph(LONG), paragraph(LONG)), plain("Internet Society"))) == [
        (LONG, False, False),
        (LONG, True, False),
        ("— Internet Society", False, False),
    ]


def test_a_short_quotation_is_kept_together_with_what_leads_in():
    lead = paragraph("Views are reproduced:")
    assert keeps(lead, Quotation((paragraph("a"), paragraph("b")), plain("ISOC")), paragraph("c")) == [
        ("Views are reproduced:", True, False),
        ("a", True, True),
        ("b", True, True),
        ("— ISOC", False, True),
        ("c", False, False),
    ]


def test_a_short_quotation_without_a_name_lets_go_of_what_follows():
    assert keeps(Quotation((paragraph("a"), paragraph("b")))) == [("a", True, True), ("b", False, True)]


def test_what_ends_with_a_colon_stays_with_the_list():
    assert keeps(paragraph("The points are:"), BulletList(((paragraph("a"),),)))[0] == ("The points are:", True, False)


def test_stacked_lines_are_whole():
    assert keeps(Paragraph((Text("a"), LineBreak(), Text("b")))) == [("ab", False, True)]


def test_a_table_of_few_rows_is_kept_together():
    rows = tuple((plain(f"row {number}"),) for number in range(2))
    assert [held for words, held, _ in keeps(Table((plain("Who"),), rows)) if words] == [True, True, False]
    many = tuple((plain(f"row {number}"),) for number in range(30))
    assert not any(held for _, held, _ in keeps(Table((plain("Who"),), many)))


def test_columns_of_numbers_are_flush_right():
    table = Table((plain("Who"), plain("Count")), ((plain("ISOC"), plain("7")), (plain("ICANN"), plain("1,234"))))
    (read,) = opened(to_docx(document(table), STYLE)).tables
    flush = [[cell.paragraphs[0].alignment for cell in row.cells] for row in read.rows]
    assert flush == [[None, WD_ALIGN_PARAGRAPH.RIGHT]] * 3


@settings(deadline=None)
@given(any_document)
def test_no_text_of_any_document_is_lost_and_every_part_is_well_formed(given_document):
    file = to_docx(given_document, STYLE)
    for part in parts(file).values():
        ElementTree.fromstring(part)
    shown = text(file)
    # French spacing is the one thing that may change on the way.
    if not given_document.language.startswith("fr"):
        assert all(leaf in shown for leaf in leaves(given_document))
    assert opened(file).core_properties.title == Text(given_document.title).text


def test_a_file_without_properties_has_none():
    assert docx_properties(to_docx(EVERYTHING, STYLE)) == {}


@pytest.mark.parametrize("file", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_docx_is_refused(file):
    with pytest.raises(Invalid, match=r"no readable \.docx file"):
        docx_properties(file)


@pytest.mark.parametrize("xml", [b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", b" " * 300_000])
def test_properties_that_are_none_of_ours_are_refused(xml):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("docProps/custom.xml", xml)
    with pytest.raises(Invalid):
        docx_properties(file.getvalue())


def test_a_heading_can_be_found_by_its_anchor():
    xml = parts(to_docx(document(Heading(1, plain("x"), anchor="p-1 <")), STYLE))["word/document.xml"].decode()
    assert 'w:name="_p_1__"' in xml
