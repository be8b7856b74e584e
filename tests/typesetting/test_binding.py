"""Many PDFs in one: the same pages, their tags and bookmarks, and nothing active of what came from outside."""

import re
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from outreach.typesetting import Document, Heading, Paragraph, Style, Text, to_pdf
from outreach.typesetting.binding import CannotBind, Part, Section, as_printed, bind
from tests.cast import NOON


def page(words: str, pages: int = 1) -> bytes:
    blocks = [Heading(1, (Text(words),))] + [Paragraph((Text(f"{words} {n} " * 200),)) for n in range(pages * 3 - 2)]
    return to_pdf(Document(language="en", title=words, blocks=tuple(blocks)), Style(timestamp=NOON))


def bound(*sections: Section, both_sides: bool = False) -> bytes:
    return bind(sections, title="Run 1", language="fr", made=NOON, both_sides=both_sides)


def texts(pdf: bytes) -> list[str]:
    return [one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(pdf)]


def streams(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [b"".join(stream.read_bytes() for stream in _contents(one)) for one in opened.pages]


def _contents(one: pikepdf.Page) -> list[pikepdf.Object]:
    contents = one.obj.get(Name.Contents)
    return list(contents) if isinstance(contents, Array) else [contents] if contents is not None else []


def test_the_pages_are_those_that_came_stroke_for_stroke_and_in_order() -> None:
    one, two = page("First"), page("Second", pages=2)
    whole = bound(Section("A", (Part("a", one),)), Section("B", (Part("b", two),)))
    assert streams(whole) == [*streams(one), *streams(two)]


def test_the_same_parts_give_the_same_bytes() -> None:
    part = Section("A", (Part("a", page("First")),))
    assert bound(part) == bound(part)


def test_sections_are_bookmarked_with_further_parts_below_them() -> None:
    enclosed = Section("IGF/LP/2025/0002", (Part("x", page("Two")), Part("Programme", page("Three"))))
    whole = bound(Section("IGF/LP/2025/0001", (Part("x", page("One", pages=2)),)), enclosed)
    found = [(one.level, one.get_title(), one.get_dest().get_index()) for one in pypdfium2.PdfDocument(whole).get_toc()]
    pages = len(pypdfium2.PdfDocument(page("One", pages=2)))
    assert found == [(0, "IGF/LP/2025/0001", 0), (0, "IGF/LP/2025/0002", pages), (1, "Programme", pages + 1)]


def test_every_page_still_leads_to_its_own_tags() -> None:
    whole = bound(*(Section(name, (Part(name, page(name)),)) for name in ("One", "Two", "Three")))
    with pikepdf.open(BytesIO(whole)) as opened:
        tree = opened.Root.StructTreeRoot
        places = dict(pikepdf.NumberTree(tree.ParentTree).items())
        assert opened.Root.MarkInfo.Marked is True
        for number, one in enumerate(opened.pages):
            elements = places[int(one.obj.StructParents)]
            assert elements[0].Pg.objgen == one.obj.objgen, f"page {number} has the tags of another"
        assert len(tree.K.K) == 3
        assert int(tree.ParentTreeNextKey) == len(places) == 3


def test_on_both_sides_each_part_begins_on_the_front_of_a_sheet() -> None:
    sections = (Section("A", (Part("a", page("One")), Part("b", page("Two")))), Section("B", (Part("c", page("Three")),)))
    fronts = texts(bound(*sections, both_sides=True))
    assert [bool(text.strip()) for text in fronts] == [True, False, True, False, True, False]
    assert len(texts(bound(*sections))) == 3


def test_a_blank_page_has_the_size_of_the_page_before_it() -> None:
    letter = to_pdf(Document(language="en", title="Letter"), Style(timestamp=NOON, paper="us-letter"))
    document = pypdfium2.PdfDocument(bound(Section("A", (Part("a", letter),)), both_sides=True))
    assert document.get_page_size(1) == document.get_page_size(0)


def foreign() -> bytes:
    """A file as others make them: a filled form field, a link and a script."""
    pdf = pikepdf.open(BytesIO(page("Programme")))
    ink = pdf.make_stream(b"BT /F1 12 Tf 2 2 Td (Filled in) Tj ET")
    ink.Type, ink.Subtype, ink.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    ink.Resources = Dictionary(Font=Dictionary(F1=font))
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", F=4, Rect=Array([50, 50, 250, 70]))
    field.AP = Dictionary(N=ink)
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script)
    held = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([held, pdf.make_indirect(link)])
    pdf.pages[0].obj.AA = Dictionary(O=script)
    pdf.Root.AcroForm = Dictionary(Fields=Array([held]))
    pdf.Root.OpenAction = script
    content = BytesIO()
    pdf.save(content)
    return content.getvalue()


def test_what_came_from_outside_is_taken_as_a_printer_prints_it() -> None:
    content, pages = as_printed(Part("Programme", foreign()))
    assert pages == 1
    assert "Filled in" in texts(content)[0]
    with pikepdf.open(BytesIO(bound(Section("A", (Part("Programme", content),))))) as opened:
        assert not re.search(rb"JavaScript|/Annots|/AcroForm", b"".join(repr(one).encode() for one in opened.objects))


@pytest.mark.parametrize("content", [b"%PDF-1.7 and no more", b"hello", b""])
def test_what_is_no_pdf_is_named(content: bytes) -> None:
    with pytest.raises(CannotBind, match="Programme is no PDF that can be read"):
        as_printed(Part("Programme", content))


def test_a_file_that_is_locked_is_named() -> None:
    pdf, content = pikepdf.open(BytesIO(page("Secret"))), BytesIO()
    pdf.save(content, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(CannotBind, match="Programme is locked with a password"):
        as_printed(Part("Programme", content.getvalue()))
