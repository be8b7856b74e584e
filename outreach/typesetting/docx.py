"""Documents as DOCX that an office edits in Word or LibreOffice: real styles, running header, page numbers, footnotes."""

from outreach.typesetting.docx_body import Body
from outreach.typesetting.docx_furniture import PAGE, PAGES, TAB, line, run, watermark
from outreach.typesetting.docx_package import Furniture, Metadata, package
from outreach.typesetting.docx_styles import text_styles
from outreach.typesetting.french import localized
from outreach.typesetting.style import Style
from outreach.typesetting.tree import Document, Heading, Text


def to_docx(document: Document, style: Style) -> bytes:
    """`document` as the bytes of a DOCX file; the same input gives the same bytes."""
    body = Body(document.language)
    body.lines(style.masthead[:-1], "Masthead")
    body.lines(style.masthead[-1:], "MastheadLast")
    if document.title:
        body.paragraph((Text(document.title),), "Title")
    blocks = localized(document.blocks, document.language)
    if style.contents:
        body.contents(style.contents, [block for block in blocks if isinstance(block, Heading) and block.level <= 2])
    body.blocks(blocks)
    metadata = Metadata(
        title=document.title,
        author=document.author,
        language=document.language,
        date=style.timestamp,
        properties=style.properties,
    )
    styles = text_styles(style.body_size, style.note_size)
    return package(body, _furniture(style, document.language), metadata, styles, style.body_size)


def _furniture(style: Style, language: str) -> Furniture:
    mark = style.mark or ""
    header = run(style.running_header, language) + (TAB + run(mark, language) if mark else "")
    footer = line(f"{run(style.footer, language)}{TAB}{PAGE}{run(' / ', language)}{PAGES}", "Footer")
    return Furniture(
        header=line(header + watermark(style.mark, 1), "Header"),
        first_header=line(watermark(style.mark, 2), "Header"),
        footer=footer,
        first_footer=footer,
        paper=style.paper,
        line_numbers=style.line_numbers,
    )
