"""The tree as HTML: well-formed, escaped, without styles of its own, scripts or anything from elsewhere."""

from collections.abc import Iterable
from html import escape

from outreach.typesetting.data import direction
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Cell,
    Changed,
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
)


def to_html(blocks: Iterable[Block], *, prefix: str = "") -> str:
    """`blocks` as HTML; footnotes as a list at the end. `prefix` keeps the ids of several texts on one page apart."""
    notes: list[str] = []
    body = _blocks(blocks, prefix, notes)
    if not notes:
        return body
    items = "".join(f'<li id="{prefix}note-{number}">{note}</li>\n' for number, note in enumerate(notes, 1))
    return f'{body}<ol class="footnotes">\n{items}</ol>\n'


def _blocks(blocks: Iterable[Block], prefix: str, notes: list[str]) -> str:
    return "".join(_block(block, prefix, notes) for block in blocks)


def _block(block: Block, prefix: str, notes: list[str]) -> str:
    def run(inlines: Iterable[Inline]) -> str:
        return _run(inlines, prefix, notes)

    match block:
        case Heading():
            return f"<h{block.level}{_id(block.anchor, prefix)}>{run(block.inlines)}</h{block.level}>\n"
        case Paragraph():
            number = f'<span class="number">{escape(block.number)}</span> ' if block.number else ""
            inset = ' class="inset"' if block.depth else ""
            return f"<p{_id(block.anchor, prefix)}{inset}>{number}{run(block.inlines)}</p>\n"
        case Quotation():
            return _quotation(block, prefix, notes)
        case BulletList():
            return f"<ul>\n{_items(block.items, prefix, notes)}</ul>\n"
        case NumberedList():
            start = f' start="{block.start}"' if block.start != 1 else ""
            kind = ' type="a"' if block.kind == "letters" else ""
            return f"<ol{kind}{start}>\n{_items(block.items, prefix, notes)}</ol>\n"
        case Table():
            return _table(block, prefix, notes)
        case Rule():
            return "<hr>\n"
        case PageBreak():
            return '<div style="break-after: page"></div>\n'


def _id(anchor: str | None, prefix: str) -> str:
    return f' id="{escape(prefix + anchor)}"' if anchor else ""


def _quotation(block: Quotation, prefix: str, notes: list[str]) -> str:
    language = block.language
    marks = f' lang="{escape(language)}" dir="{direction(language)}"' if language else ""
    by = f"<footer>— {_run(block.attribution, prefix, notes)}</footer>\n" if block.attribution else ""
    return f"<blockquote{marks}>\n{_blocks(block.blocks, prefix, notes)}{by}</blockquote>\n"


def _items(items: Iterable[tuple[Block, ...]], prefix: str, notes: list[str]) -> str:
    return "".join(f"<li>{_item(item, prefix, notes)}</li>\n" for item in items)


def _item(item: tuple[Block, ...], prefix: str, notes: list[str]) -> str:
    """An item of one plain paragraph is set without the paragraph's own space."""
    match item:
        case (Paragraph(inlines, number=None, anchor=None),):
            return _run(inlines, prefix, notes)
    return _blocks(item, prefix, notes)


def _table(table: Table, prefix: str, notes: list[str]) -> str:
    def cells(row: Iterable[Cell], tag: str) -> str:
        return "".join(f"<{tag}>{_run(cell, prefix, notes)}</{tag.split()[0]}>" for cell in row)

    caption = f"<caption>{_run(table.caption, prefix, notes)}</caption>\n" if table.caption else ""
    whole = sum(table.shares)
    widths = "".join(f'<col style="width: {100 * share / whole:.4g}%">' for share in table.shares)
    heading = cells(table.header, 'th scope="col"')
    body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in table.rows)
    columns = f"<colgroup>{widths}</colgroup>\n" if widths else ""
    return f"<table>\n{caption}{columns}<thead><tr>{heading}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _run(inlines: Iterable[Inline], prefix: str, notes: list[str]) -> str:
    return "".join(_inline(inline, prefix, notes) for inline in inlines)


def _inline(inline: Inline, prefix: str, notes: list[str]) -> str:
    match inline:
        case Text(text):
            return escape(text)
        case Reference(text, anchor):
            return f'<a href="#{escape(prefix + anchor)}">{escape(text)}</a>'
        case LineBreak():
            return "<br>\n"
        case Changed():
            name = "ins" if inline.came else "del"
            return f"<{name}>{_run(inline.inlines, prefix, notes)}</{name}>"
        case Strong():
            return f"<strong>{_run(inline.inlines, prefix, notes)}</strong>"
        case Emphasis():
            return f"<em>{_run(inline.inlines, prefix, notes)}</em>"
        case Link():
            return f'<a href="{escape(inline.href)}" rel="noopener">{_run(inline.inlines, prefix, notes)}</a>'
        case Footnote():
            notes.append("")
            place = len(notes)
            notes[place - 1] = _run(inline.inlines, prefix, notes)
            return f'<sup><a href="#{prefix}note-{place}">{place}</a></sup>'
