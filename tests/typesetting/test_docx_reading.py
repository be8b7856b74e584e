"""What Word and LibreOffice make of a file is read back as what it says."""

import io
import re
import zipfile
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outreach.errors import Invalid
from outreach.letters.layout import letter_docx
from outreach.typesetting import (
    BulletList,
    Emphasis,
    Heading,
    LineBreak,
    Link,
    NumberedList,
    Paragraph,
    Quotation,
    Rule,
    Strong,
    Table,
    Text,
    from_markdown,
)
from outreach.typesetting.docx_blocks import blocks_of
from outreach.typesetting.docx_inlines import BREAK, Piece, inlines_of
from outreach.typesetting.docx_reading import read_docx
from tests.letters.sheets import letter
from tests.typesetting.trees import any_text, hrefs, leaves, paragraph, plain, squeezed

BODY = "word/document.xml"
EVERY_KIND = """\
We *stress* and **hold *both* of it**, [here](https://igf.example/?a=1&b=2).\\
A line of its own.

## A heading

1. one

   more of one

   - nested

     > quoted within
2. two

Between.

3. three

> quoted
>
> more

- x
  1. y
- z

***

Last.
"""


def parts(file):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in found.items():
            archive.writestr(name, part)
    return file.getvalue()


def with_part(file, name, part):
    return packed({**parts(file), name: part})


def redone(file, *changes, name=BODY):
    """`file` with the text of a part changed by pairs of old and new; each old must be there."""
    text = parts(file)[name].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return with_part(file, name, text.encode())


def written(blocks, **changes):
    return letter_docx(letter(body=tuple(blocks), **changes), properties={"outreach-letter": "IGF/LP/2025/0012"})


def text_of(file):
    """The paragraphs between the salutation and the close."""
    found = read_docx(file).paragraphs
    styles = [each.style for each in found]
    return found[styles.index("salutation") + 1 : styles.index("closing")]


def back(file):
    return blocks_of(text_of(file))


def body_of(runs):
    """A letter whose text is one paragraph with these runs."""
    return redone(written([paragraph("Marker.")]), ('<w:r><w:t xml:space="preserve">Marker.</w:t></w:r>', runs))


def run(text, looks=""):
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_every_kind_of_block_comes_back_as_it_was():
    assert back(written(from_markdown(EVERY_KIND))) == from_markdown(EVERY_KIND)


def test_the_properties_of_the_file_are_read():
    assert read_docx(written([paragraph("x")])).properties == {"outreach-letter": "IGF/LP/2025/0012"}


# What Word does ------------------------------------------------------------------------------------------------------


def test_runs_that_word_split_are_one_text_again():
    split = (
        '<w:proofErr w:type="spellStart"/><w:r w:rsidRPr="00A77B3E"><w:t>Commu</w:t></w:r>'
        '<w:bookmarkStart w:id="7" w:name="_GoBack"/><w:bookmarkEnd w:id="7"/>'
        '<w:r w:rsidR="00112233"><w:t>niqué</w:t></w:r><w:proofErr w:type="spellEnd"/>'
        '<w:r><w:rPr><w:b/></w:rPr><w:t>bo</w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>ld</w:t></w:r>'
        '<w:r><w:rPr><w:b w:val="0"/></w:rPr><w:lastRenderedPageBreak/><w:t>.</w:t></w:r>'
    )
    assert back(body_of(split)) == (Paragraph((Text("Communiqué"), Strong(plain("bold")), Text("."))),)


def test_a_space_made_bold_with_its_word_stays_outside():
    runs = run("a ") + run("bold ", "<w:b/>") + run("word")
    assert back(body_of(runs)) == (Paragraph((Text("a "), Strong(plain("bold")), Text(" word"))),)


def test_bold_by_a_character_style_is_bold():
    assert back(body_of(run("so", '<w:rStyle w:val="Strong"/>'))) == (Paragraph((Strong(plain("so")),)),)


def test_the_mark_that_word_leaves_on_plain_latin_text_is_not_bold_and_on_arabic_text_it_is():
    assert back(body_of(run("plain", "<w:bCs/>"))) == (paragraph("plain"),)
    assert back(body_of(run("مهم", "<w:bCs/><w:rtl/>"))) == (Paragraph((Strong(plain("مهم")),)),)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a b"),
        ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t></w:r>", "a\N{NON-BREAKING HYPHEN}b"),
        ("<w:r><w:t>a</w:t><w:softHyphen/><w:t>b</w:t></w:r>", "ab"),
        ('<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent><w:r><w:t>in</w:t></w:r></w:sdtContent></w:sdt>', "in"),
        ("<w:smartTag><w:r><w:t>Nairobi</w:t></w:r></w:smartTag>", "Nairobi"),
        ('<w:fldSimple w:instr=" DATE "><w:r><w:t>3 March</w:t></w:r></w:fldSimple>', "3 March"),
    ],
)
def test_what_word_puts_around_words_is_no_text(markup, text):
    assert back(body_of(markup)) == (paragraph(text),)


def test_a_link_typed_into_word_as_a_field_is_a_link():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://igf.example/" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>here</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> and on</w:t></w:r>'
    )
    assert back(body_of(field)) == (Paragraph((Link(plain("here"), "https://igf.example/"), Text(" and on"))),)


def test_a_link_of_another_kind_is_its_words_and_said():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "javascript:x"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>here</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    file = body_of(field)
    assert back(file) == (paragraph("here"),)
    assert any("neither an https: nor a mailto:" in note for note in read_docx(file).notes)


def test_tracked_changes_count_as_accepted_and_are_said():
    runs = (
        run("We ")
        + f'<w:ins w:id="1" w:author="A">{run("gladly ")}</w:ins>'
        + '<w:del w:id="2" w:author="A"><w:r><w:delText>never </w:delText></w:r></w:del>'
        + f'<w:moveFrom w:id="3">{run("moved ")}</w:moveFrom><w:moveTo w:id="4">{run("thanked")}</w:moveTo>'
    )
    file = body_of(runs)
    assert back(file) == (paragraph("We gladly thanked"),)
    assert (
        "Changes were tracked in the file: 2 insertions were taken as accepted, 2 deletions left out." in read_docx(file).notes
    )


def test_looks_before_a_tracked_change_do_not_count():
    runs = run("plain", '<w:rPrChange w:id="1"><w:rPr><w:b/></w:rPr></w:rPrChange>')
    assert back(body_of(runs)) == (paragraph("plain"),)


def test_a_deleted_end_of_paragraph_joins_the_next():
    file = redone(
        written([paragraph("First "), paragraph("second.")]),
        (
            '<w:keepLines/></w:pPr><w:r><w:t xml:space="preserve">First',
            '<w:keepLines/><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">First',
        ),
    )
    assert back(file) == (paragraph("First second."),)


def test_comments_are_listed_and_not_taken():
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="0"'
        ' w:author="Dana"><w:p><w:r><w:t>Is this so?</w:t></w:r></w:p></w:comment></w:comments>'
    )
    file = with_part(
        body_of('<w:commentRangeStart w:id="0"/>' + run("Text.") + '<w:commentRangeEnd w:id="0"/>'),
        "word/comments.xml",
        comments,
    )
    assert back(file) == (paragraph("Text."),)
    assert read_docx(file).notes == ("Comment by Dana, not taken: “Is this so?”",)


def test_hidden_text_page_breaks_and_looks_that_a_letter_has_not_are_said():
    runs = run("seen") + run(" unseen", "<w:vanish/>") + '<w:r><w:br w:type="page"/></w:r>' + run(" struck", "<w:strike/>")
    file = body_of(runs)
    assert back(file) == (paragraph("seen struck"),)
    said = " ".join(read_docx(file).notes)
    assert "Hidden text was left out." in said
    assert "page or column break" in said
    assert "struck out was taken as plain text" in said


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<w:r><w:drawing/></w:r>", "a picture or a text box"),
        ("<w:r><w:pict/></w:r>", "a picture or a text box"),
        ("<w:r><w:object/></w:r>", "an embedded object"),
        ('<w:r><w:footnoteReference w:id="2"/></w:r>', "a footnote"),
        ('<w:r><w:endnoteReference w:id="2"/></w:r>', "an endnote"),
        ('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/>', "a formula"),
    ],
)
def test_what_a_letter_cannot_hold_is_refused_by_name(markup, what):
    with pytest.raises(Invalid, match=f"The file holds {what}, which the text of a letter cannot"):
        read_docx(body_of(run("Text.") + markup))


def test_a_table_in_the_text_is_refused():
    with pytest.raises(Invalid, match="holds a table"):
        back(written([Table((plain("a"),), ((plain("b"),),))]))


# Lists ---------------------------------------------------------------------------------------------------------------

NUMBERS = '<w:abstractNum w:abstractNumId="90">{}</w:abstractNum><w:num w:numId="91"><w:abstractNumId w:val="90"/></w:num>'
LEVEL = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:pPr><w:ind w:left="{2}"/></w:pPr></w:lvl>'
LIST_STYLE = (
    '<w:style w:type="paragraph" w:styleId="Listenabsatz"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:ind w:left="720"/></w:pPr></w:style></w:styles>'
)


def listed(*paragraphs, kind="decimal"):
    """A letter whose text is a list as Word writes one with its own buttons: (level or None, text)."""
    levels = "".join(LEVEL.format(level, kind, 720 * (level + 1)) for level in range(3))
    shown = "".join(
        '<w:p><w:pPr><w:pStyle w:val="Listenabsatz"/>'
        + ("" if level is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>')
        + f"</w:pPr>{run(text)}</w:p>"
        for level, text in paragraphs
    )
    text = parts(written([paragraph("Marker.")]))[BODY].decode()
    whole = re.search(r"<w:p>(?:(?!<w:p>).)*Marker\.</w:t></w:r></w:p>", text)[0]
    file = redone(written([paragraph("Marker.")]), (whole, shown))
    file = redone(file, ("</w:styles>", LIST_STYLE), name="word/styles.xml")
    return redone(file, ("</w:numbering>", NUMBERS.format(levels) + "</w:numbering>"), name="word/numbering.xml")


def test_a_list_made_with_words_own_buttons_is_a_list():
    file = listed((0, "one"), (1, "inner"), (0, "two"), (None, "more of two"))
    inner = NumberedList(((paragraph("inner"),),))
    assert back(file) == (NumberedList(((paragraph("one"), inner), (paragraph("two"), paragraph("more of two")))),)


def test_a_list_of_bullets_is_one():
    assert back(listed((0, "a"), (0, "b"), kind="bullet")) == (BulletList(((paragraph("a"),), (paragraph("b"),))),)


def test_a_list_counted_by_letters_becomes_numbered_and_says_so():
    file = listed((0, "a"), (0, "b"), kind="lowerLetter")
    assert back(file) == (NumberedList(((paragraph("a"),), (paragraph("b"),))),)
    assert "A list counted otherwise than 1, 2, 3 was taken as counted 1, 2, 3." in read_docx(file).notes


def test_a_list_that_goes_on_after_a_paragraph_goes_on_counting():
    start = '<w:p><w:pPr><w:pStyle w:val="Listenabsatz"/></w:pPr>' + run("between") + "</w:p>"
    flush = start.replace('<w:pStyle w:val="Listenabsatz"/>', '<w:pStyle w:val="BodyText"/>')
    file = redone(listed((0, "one"), (0, "two"), (None, "between"), (0, "three")), (start, flush))
    assert back(file) == (
        NumberedList(((paragraph("one"),), (paragraph("two"),))),
        paragraph("between"),
        NumberedList(((paragraph("three"),),), start=3),
    )


def test_two_lists_side_by_side_that_each_begin_anew_stay_two():
    tree = from_markdown("1. a\n2. b\n\n1) c\n\n7. d\n")
    assert [block.start for block in tree] == [1, 1, 7]
    assert back(written(tree)) == tree


def test_a_numbering_that_libreoffice_split_is_one_list():
    """LibreOffice gives the first item a numbering of its own, which starts anew; the rest share another."""
    file = written(from_markdown("1. one\n2. two\n\nBetween.\n\n5. five\n6. six\n"))
    for own, text in (("2", "two"), ("3", "six")):
        end = '"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">' + text
        file = redone(file, (f'<w:numId w:val="{own}{end}', f'<w:numId w:val="7{end}'))
    shared = '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    file = redone(file, ("</w:numbering>", shared), name="word/numbering.xml")
    assert back(file) == (
        NumberedList(((paragraph("one"),), (paragraph("two"),))),
        paragraph("Between."),
        NumberedList(((paragraph("five"),), (paragraph("six"),)), start=5),
    )


def test_styles_are_known_by_their_names_whatever_their_ids():
    file = written([Heading(2, plain("Head")), Quotation((paragraph("q"),))])
    for old, new in (("Heading2", "berschrift2"), ("Quote", "Zitat"), ("Salutation", "Anrede")):
        file = redone(file, (f'<w:pStyle w:val="{old}"/>', f'<w:pStyle w:val="{new}"/>'))
        file = redone(file, (f'w:styleId="{old}"', f'w:styleId="{new}"'), name="word/styles.xml")
    assert back(file) == (Heading(2, plain("Head")), Quotation((paragraph("q"),)))


# Files that are none --------------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [BODY, "docProps/custom.xml", "word/styles.xml"])
def test_a_document_type_is_refused_in_any_part_and_encoding(part, encoding):
    with pytest.raises(Invalid):
        read_docx(with_part(written([paragraph("x")]), part, LAUGHS.encode(encoding)))


def test_an_encoding_that_the_file_claims_is_not_believed():
    ebcdic = LAUGHS.replace("<!DOCTYPE", '<?xml version="1.0" encoding="cp037"?><!DOCTYPE').encode("cp037")
    with pytest.raises(Invalid):
        read_docx(with_part(written([paragraph("x")]), BODY, ebcdic))


def test_a_part_that_grows_without_end_is_not_unpacked():
    bomb = with_part(written([paragraph("x")]), BODY, b"<a>" + b" " * 20_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(Invalid, match="is not what Word or LibreOffice writes"):
        read_docx(bomb)


def test_elements_within_each_other_without_end_are_refused():
    with pytest.raises(Invalid, match="nested deeper"):
        read_docx(with_part(written([paragraph("x")]), BODY, "<a>" * 50_000 + "</a>" * 50_000))


def test_a_text_longer_than_any_letter_is_refused():
    with pytest.raises(Invalid, match="which is no letter"):
        read_docx(written([paragraph("wordwordwo" * 20_100)]))
    with pytest.raises(Invalid, match="which is no letter"):
        read_docx(written([paragraph("a")] * 2_001))


@pytest.mark.parametrize("file", [b"", b"PK", b"%PDF-1.7", packed({"a": b"b"}), b"\xd0\xcf\x11\xe0" * 200, b"0" * 11_000_000])
def test_what_is_no_docx_is_refused_in_a_sentence(file):
    with pytest.raises(Invalid, match="The file "):
        read_docx(file)


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_breaks(data):
    file = bytearray(written([paragraph("Some words.")]))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Invalid):
        blocks_of(read_docx(bytes(file)).paragraphs)


def unnested(found):
    for inline in found:
        yield inline
        yield from unnested(getattr(inline, "inlines", ()))


# Any text -------------------------------------------------------------------------------------------------------------

pieces = st.builds(Piece, st.one_of(any_text.map(lambda text: Text(text).text), st.just(BREAK)), st.booleans(), st.booleans())
links = st.builds(Piece, st.sampled_from(["here", "a & b", "<x>"]), st.booleans(), st.booleans(), hrefs)
inlines = st.lists(st.one_of(pieces, links), min_size=1, max_size=4).map(inlines_of).filter(bool)
paragraphs = inlines.map(Paragraph)
headings = st.builds(Heading, st.integers(1, 6), inlines.filter(lambda found: LineBreak() not in [*unnested(found)]))
quotations = st.lists(paragraphs, min_size=1, max_size=2).map(tuple).map(Quotation)


def _lists(inner):
    item = st.builds(
        lambda first, rest: (first, *rest), paragraphs, st.lists(st.one_of(paragraphs, quotations, inner), max_size=2)
    )
    items = st.lists(st.one_of(item, st.just(())), min_size=1, max_size=3).map(tuple)
    return st.one_of(items.map(BulletList), st.builds(NumberedList, items, st.integers(0, 40)))


lists = st.recursive(st.builds(BulletList, paragraphs.map(lambda p: ((p,),))), _lists, max_leaves=5)
blocks = st.lists(st.one_of(paragraphs, quotations, lists, headings, st.just(Rule())), max_size=5).map(tuple)


def no_neighbours_are_one(found):
    """Two quotations, or two lists of bullets, one right after the other look like one; a reader sees no difference."""
    for one, next_one in pairwise(found):
        if type(one) is type(next_one) and isinstance(one, Quotation | BulletList):
            return False
    inner = [item for block in found if isinstance(block, BulletList | NumberedList) for item in block.items]
    return all(no_neighbours_are_one(item) for item in inner)


@settings(max_examples=100)
@given(blocks, st.sampled_from(["en", "ru", "ar", "zh"]))
def test_any_text_that_a_letter_can_have_comes_back_as_it_was(given_blocks, language):
    assume(no_neighbours_are_one(given_blocks))
    assert back(written(given_blocks, language=language)) == given_blocks


@settings(max_examples=150)
@given(st.lists(st.one_of(any_text, st.sampled_from(EVERY_KIND.split("\n\n"))), max_size=6).map("\n\n".join))
def test_no_word_of_any_markdown_is_lost_or_moved(text):
    tree = from_markdown(text)
    assume(not any(isinstance(block, Table) for block in tree))
    found = "".join(leaves(back(written(tree))))
    assert squeezed(found) == squeezed("".join(leaves(tree)))


def test_emphasis_is_nested_as_markdown_would_nest_it():
    assert inlines_of([Piece("a", bold=True), Piece("b", bold=True, italic=True), Piece("c", italic=True)]) == (
        Strong((Text("a"), Emphasis(plain("b")))),
        Emphasis(plain("c")),
    )
    assert inlines_of([Piece("a", True, True, "https://igf.example/")]) == (
        Link((Emphasis((Strong(plain("a")),)),), "https://igf.example/"),
    )


def test_a_break_within_bold_words_is_within_and_at_the_ends_it_is_dropped():
    bold = [Piece("a", bold=True), Piece(BREAK), Piece("b ", bold=True), Piece(BREAK, bold=True)]
    assert inlines_of(bold) == (Strong((Text("a"), LineBreak(), Text("b"))),)
