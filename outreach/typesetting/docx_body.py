"""The text of a DOCX file: the tree as WordprocessingML, with its footnotes, links and list numberings.

Outside values enter through `shown` and `quoted` only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from itertools import repeat, zip_longest

from outreach.typesetting.data import direction, letter_numbering, line_direction
from outreach.typesetting.docx_controls import Control, control_run
from outreach.typesetting.docx_styles import BOLD, ITALIC, word_tag
from outreach.typesetting.docx_xml import quoted, shown
from outreach.typesetting.keeping import is_whole, leads_in
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
    printable,
    words,
)

_NAME = re.compile(r"\W")
_COUNTED = re.compile(r"([0-9]{1,6})\.")
_LETTERED = re.compile(r"(\(?)([a-z])\)")
# The patterns of paragraphs that count themselves: numbered ones, whose lines run from margin to margin, and sub-paragraphs.
PARAGRAPHS, LETTERS, LETTERS_OPEN = "paragraph", "(a) of paragraph", "a) of paragraph"
TEXT_WIDTH = 8900  # twentieths of a point between the margins
BULLETS = 1  # the numbering that all bullet lists share; each numbered list gets its own, to start anew
FLUSH_RIGHT = '<w:jc w:val="right"/>'
_ROW = "<w:trPr><w:cantSplit/></w:trPr>"
_FRAME = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8C8C8C"/>' for side in ("top", "left", "bottom", "right")
)
_LINKED = '<w:rStyle w:val="Hyperlink"/>'


@dataclass
class Body:
    """A text that grows by paragraphs; what it gathers besides (notes, links, lists) becomes parts of the file."""

    language: str
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    lists: list[tuple[str, int, int]] = field(default_factory=list)  # pattern, level, start
    bookmarks: int = 0
    last_counted: dict[str, tuple[int, int]] = field(default_factory=dict)  # by pattern: numbering, and the last number in it
    controls: int = 0
    touches: int = 100_000  # ids of tracked changes, clear of those of bookmarks
    page_break: bool = False  # the next paragraph starts a page
    held: bool = False  # what is added now stays with what follows
    whole: bool = False  # what is added now is broken by no page

    @contextmanager
    def kept(self, *, held: bool = False, whole: bool = False) -> Iterator[None]:
        """What is added within is besides `held`, or `whole`, or both."""
        outer = self.held, self.whole
        self.held, self.whole = self.held or held, self.whole or whole
        yield
        self.held, self.whole = outer

    def blocks(self, blocks: Sequence[Block], style: str = "BodyText", depth: int = 0, *, last_held: int = 0) -> None:
        """Add `blocks`, plain paragraphs in `style`, within `depth` lists; the `last_held` of them stay with what follows."""
        for place, (block, following) in enumerate(zip_longest(blocks, blocks[1:]), last_held - len(blocks)):
            with self.kept(held=place >= 0 or leads_in(block, following), whole=place >= 0 or is_whole(block)):
                self._block(block, style, depth)

    def _block(self, block: Block, style: str, depth: int) -> None:
        match block:
            case Heading():
                self.paragraph(block.inlines, f"Heading{block.level}", anchor=block.anchor)
            case Paragraph():
                self._text_paragraph(block, style, depth)
            case Quotation():
                self._quotation(block, depth)
            case BulletList():
                self._list(block.items, BULLETS, "ListBullet", depth)
            case NumberedList():
                pattern = letter_numbering(self.language) if block.kind == "letters" else "1."
                self.lists.append((pattern, min(depth, 8), block.start))
                self._list(block.items, BULLETS + len(self.lists), "ListNumber", depth)
            case Table():
                self._table(block)
            case Rule():
                self.paragraph((), "Rule")
            case PageBreak():
                self.page_break = True

    def _text_paragraph(self, block: Paragraph, style: str, depth: int) -> None:
        indent = f'<w:ind w:left="{_indent(depth)}"/>' if depth else ""
        counted = self._counting(block) if style == "BodyText" and not depth else ""
        if counted:
            before = counted
            self.paragraph(block.inlines, "NumberedParagraph", before=before, anchor=block.anchor)
        elif block.number:
            style = "NumberedParagraph" if style == "BodyText" else style
            lead = f"<w:r><w:t>{shown(block.number)}</w:t></w:r><w:r><w:tab/></w:r>"
            self.paragraph(block.inlines, style, indent=indent, anchor=block.anchor, lead=lead)
        else:
            self.paragraph(block.inlines, style, indent=indent, anchor=block.anchor)

    def _counting(self, block: Paragraph) -> str:
        """The numbering by which a paragraph counts itself, so that the numbers follow when somebody adds one; else ""."""
        number, letter = _COUNTED.fullmatch(block.number or ""), _LETTERED.fullmatch(block.number or "")
        if number:
            return self._counted(PARAGRAPHS, int(number[1]))
        if letter and block.depth:
            return self._counted(LETTERS if letter[1] else LETTERS_OPEN, ord(letter[2]) - ord("a") + 1)
        return ""

    def _counted(self, pattern: str, number: int) -> str:
        numbering, last = self.last_counted.get(pattern, (0, 0))
        if last + 1 != number or not numbering or number == 1:
            self.lists.append((pattern, 0, number))
            numbering = BULLETS + len(self.lists)
        self.last_counted[pattern] = numbering, number
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>'

    def paragraph(
        self,
        inlines: Iterable[Inline],
        style: str,
        *,
        before: str = "",
        indent: str = "",
        lead: str = "",
        tail: str = "",
        anchor: str | None = None,
        way: str | None = None,
    ) -> None:
        """Add one paragraph in `style`. `before` and `indent` are paragraph properties (WordprocessingML), `lead` and
        `tail` runs around the text; `way` is its direction where it is not that of the language."""
        inlines = tuple(inlines)
        content = lead + self._runs(inlines) + tail
        if anchor:
            content = self._bookmarked(content, anchor)
        properties = (
            f'<w:pStyle w:val="{style}"/>'
            + ("<w:keepNext/>" if self.held else "")
            + ("<w:keepLines/>" if self.whole else "")
            + ("<w:pageBreakBefore/>" if self.page_break else "")
            + before
            + ("<w:bidi/>" if (way or direction(self.language)) == "rtl" else "")
            + indent
            + self._mark(inlines)
        )
        self.page_break = False
        self.parts.append(f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>")

    def _mark(self, inlines: Sequence[Inline]) -> str:
        """That the paragraph itself came or went, where all of its words did."""
        first = inlines[0] if inlines else None
        if not isinstance(first, Changed) or any(not isinstance(one, Changed) or one.came != first.came for one in inlines):
            return ""
        return f"<w:rPr>{self._touched(first, '')}</w:rPr>"

    def lines(self, lines: Sequence[str], style: str) -> None:
        """Add each of `lines` as a paragraph of its own, in its own direction."""
        for line in lines:
            way = line_direction(line, self.language)
            aside = "" if way == direction(self.language) else '<w:jc w:val="right"/>'
            self.paragraph((Text(line),), style, indent=aside, way=way)

    def contents(self, title: str, headings: Sequence[Heading]) -> None:
        """A table of contents: Word's field, which it fills anew when asked, and what stands in it until then."""
        self.paragraph((Text(title),), "ContentsHeading")
        field = ' TOC \\o "1-2" \\h \\z \\u '
        begin = (
            f'<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">{field}'
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for place, heading in enumerate(headings):
            lead, tail = begin if not place else "", end if place == len(headings) - 1 else ""
            runs = self._runs((Text(words(heading.inlines)),))
            if heading.anchor:
                runs = f"<w:hyperlink w:anchor={quoted(bookmark(heading.anchor))}>{runs}</w:hyperlink>"
            self.paragraph((), f"TOC{min(heading.level, 2)}", lead=lead + runs, tail=tail)

    def _bookmarked(self, content: str, anchor: str) -> str:
        self.bookmarks += 1
        name = bookmark(anchor)
        start = f'<w:bookmarkStart w:id="{self.bookmarks}" w:name={quoted(name)}/>'
        return f'{start}{content}<w:bookmarkEnd w:id="{self.bookmarks}"/>'

    def _quotation(self, block: Quotation, depth: int) -> None:
        outer, self.language = self.language, block.language or self.language
        with self.kept(held=self.whole):
            self.blocks(block.blocks[:-1], "Quote", depth)
        with self.kept(held=bool(block.attribution)):
            self.blocks(block.blocks[-1:], "QuoteEnd" if block.attribution else "Quote", depth)
        if block.attribution:
            self.paragraph((Text("— "), *block.attribution), "QuoteAttribution")
        self.language = outer

    def _list(self, items: Sequence[tuple[Block, ...]], numbering: int, style: str, depth: int) -> None:
        level = f'<w:numPr><w:ilvl w:val="{min(depth, 8)}"/><w:numId w:val="{numbering}"/></w:numPr>'
        for item in items:
            first, rest = (item[0], item[1:]) if item and isinstance(item[0], Paragraph) else (Paragraph(()), item)
            assert isinstance(first, Paragraph)  # by the line above
            number = (Text(f"{first.number} "),) if first.number else ()
            self.paragraph((*number, *first.inlines), style, before=level, anchor=first.anchor)
            self.blocks(rest, "ListContinue", depth + 1)

    def _table(self, table: Table) -> None:
        if table.caption:
            self.paragraph(table.caption, "Caption")
        if self.page_break:
            self.paragraph((), "AfterTable")
        shares = table.shares or (1,) * len(table.header)
        widths = [round(TEXT_WIDTH * share / sum(shares)) for share in shares]
        visual = "<w:bidiVisual/>" if direction(self.language) == "rtl" else ""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        flush = [FLUSH_RIGHT if numeric else "" for numeric in table.numeric]
        with self.kept(held=self.whole):
            rows = [self._row(table.header, widths, "TableHeading", "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", flush)]
            rows += [self._row(row, widths, "TableText", _ROW, flush) for row in table.rows[:-1]]
        rows += [self._row(row, widths, "TableText", _ROW, flush) for row in table.rows[-1:]]
        self.parts.append(
            f'<w:tbl><w:tblPr><w:tblStyle w:val="LinedTable"/>{visual}<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
        )
        self.paragraph((), "AfterTable")

    def columns(self, columns: Sequence[Cell], style: str) -> None:
        """Add texts side by side, two in a row, without lines (signatures)."""
        width = TEXT_WIDTH // 2
        pairs = [(*columns[at : at + 2], ())[:2] for at in range(0, len(columns), 2)]
        rows = [self._row(pair, (width, width), style, _ROW) for pair in pairs]
        self.parts.append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="{width}"/><w:gridCol w:w="{width}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
        )

    def control(self, control: Control) -> str:
        """A field to fill in, as a run for `lead` or `tail` of a paragraph."""
        self.controls += 1
        return control_run(control, self.controls, self.language)

    @contextmanager
    def framed(self, height: int) -> Iterator[None]:
        """What is added within stands in a frame, at least `height` twentieths of a point high, that no page breaks."""
        outer, self.parts = self.parts, []
        yield
        inner, self.parts = self.parts, outer
        visual = "<w:bidiVisual/>" if direction(self.language) == "rtl" else ""
        self.parts.append(
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{_FRAME}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid><w:tr><w:trPr>'
            f'<w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr><w:tc><w:tcPr>'
            f'<w:tcW w:w="{TEXT_WIDTH}" w:type="dxa"/></w:tcPr>{"".join(inner)}</w:tc></w:tr></w:tbl>'
        )
        self.paragraph((), "AfterTable")

    def _row(
        self, cells: Sequence[Cell], widths: Sequence[int], style: str, properties: str, flush: Iterable[str] = repeat("")
    ) -> str:
        return f"<w:tr>{properties}{''.join(map(self._cell, cells, widths, repeat(style), flush))}</w:tr>"

    def _cell(self, cell: Cell, width: int, style: str, flush: str) -> str:
        outer, self.parts = self.parts, []
        self.paragraph(cell, style, indent=flush)
        inner, self.parts = self.parts, outer
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(inner)}</w:tc>'

    def _runs(self, inlines: Iterable[Inline], looks: frozenset[str] = frozenset()) -> str:
        return "".join(self._run(inline, looks) for inline in inlines)

    def _run(self, inline: Inline, looks: frozenset[str]) -> str:
        match inline:
            case Changed():
                return self._changed(inline, looks)
            case Reference():
                return self._reference(inline, looks)
            case Text(text):
                return f'<w:r>{self._looks(looks, text)}<w:t xml:space="preserve">{shown(text)}</w:t></w:r>'
            case LineBreak():
                return "<w:r><w:br/></w:r>"
            case Strong():
                return self._runs(inline.inlines, looks | {BOLD})
            case Emphasis():
                return self._runs(inline.inlines, looks | {ITALIC})
            case Link():
                return self._link(inline, looks)
            case Footnote():
                return self._footnote(inline)

    def _looks(self, looks: frozenset[str], text: str) -> str:
        rtl = direction(self.language) == line_direction(text, self.language) == "rtl"
        # In the order of the schema: style, bold, italic, direction, language.
        properties = "".join(look for look in (_LINKED, BOLD, ITALIC) if look in looks)
        properties += f"<w:rtl/><w:lang w:bidi={word_tag(self.language)}/>" if rtl else ""
        return f"<w:rPr>{properties}</w:rPr>" if properties else ""

    def _link(self, link: Link, looks: frozenset[str]) -> str:
        if link.href not in self.links:
            self.links.append(link.href)
        target = f"link{self.links.index(link.href) + 1}"
        return f'<w:hyperlink r:id="{target}">{self._runs(link.inlines, looks | {_LINKED})}</w:hyperlink>'

    def _changed(self, changed: Changed, looks: frozenset[str]) -> str:
        runs = self._runs(changed.inlines, looks)
        if not changed.came:
            runs = runs.replace("<w:t xml:space", "<w:delText xml:space").replace("</w:t>", "</w:delText>")
        return self._touched(changed, runs)

    def _touched(self, changed: Changed, content: str) -> str:
        """`content` under the mark by which Word knows a tracked change; without content, that of a paragraph's end."""
        self.touches += 1
        name, at = "ins" if changed.came else "del", changed.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        start = f'<w:{name} w:id="{self.touches}" w:author={quoted(printable(changed.author))} w:date="{at}"'
        return f"{start}>{content}</w:{name}>" if content else f"{start}/>"

    def _reference(self, reference: Reference, looks: frozenset[str]) -> str:
        """A field that shows the number of the paragraph that it leads to, and follows when that number changes."""
        shows = f"<w:r>{self._looks(looks, reference.text)}<w:t>{shown(reference.text)}</w:t></w:r>"
        field = f" REF {bookmark(reference.anchor)} \\r \\h "
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">{field}</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{shows}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    def _footnote(self, note: Footnote) -> str:
        self.notes.append("")
        place = len(self.notes)
        mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        way = "<w:bidi/>" if direction(self.language) == "rtl" else ""
        text = self._runs((Text(" "), *note.inlines))
        self.notes[place - 1] = (
            f'<w:footnote w:id="{place}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/>{way}</w:pPr>'
            f"{mark}<w:footnoteRef/></w:r>{text}</w:p></w:footnote>"
        )
        return f'{mark}<w:footnoteReference w:id="{place}"/></w:r>'


def bookmark(anchor: str) -> str:
    """The bookmark that stands for an anchor; one that begins so is hidden from lists of bookmarks."""
    return ("_" + _NAME.sub("_", printable(anchor)))[:40]


def _indent(depth: int) -> int:
    """The left indent of the text of a list at `depth` (1 is the outermost), in twentieths of a point."""
    return 454 * min(depth, 9)
