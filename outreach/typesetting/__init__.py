"""Typesetting: a document tree, and the PDF, DOCX, HTML, Markdown and plain text made of it."""

from outreach.typesetting.docx import to_docx
from outreach.typesetting.docx_package import docx_properties
from outreach.typesetting.french import french_blocks, french_inlines, french_text, localized, localized_text
from outreach.typesetting.html import to_html
from outreach.typesetting.markdown import from_markdown, to_markdown
from outreach.typesetting.pdf import CannotTypeset, Layout, compile_pdf, to_pdf
from outreach.typesetting.plain import to_text, wrap
from outreach.typesetting.style import Style
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Cell,
    Changed,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    NumberedList,
    PageBreak,
    Paragraph,
    Quotation,
    Reference,
    Rule,
    Strong,
    Table,
    Text,
    printable,
    words,
)

__all__ = [
    "Block",
    "BulletList",
    "CannotTypeset",
    "Cell",
    "Changed",
    "Document",
    "Emphasis",
    "Footnote",
    "Heading",
    "Inline",
    "Layout",
    "LineBreak",
    "Link",
    "NumberedList",
    "PageBreak",
    "Paragraph",
    "Quotation",
    "Reference",
    "Rule",
    "Strong",
    "Style",
    "Table",
    "Text",
    "compile_pdf",
    "docx_properties",
    "french_blocks",
    "french_inlines",
    "french_text",
    "from_markdown",
    "localized",
    "localized_text",
    "printable",
    "to_docx",
    "to_html",
    "to_markdown",
    "to_pdf",
    "to_text",
    "words",
    "wrap",
]
