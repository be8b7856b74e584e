"""From the paragraphs of a DOCX file to the document tree: headings, quotations, and lists within lists."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from outreach.errors import Invalid
from outreach.typesetting.docx_numbering import Place
from outreach.typesetting.docx_reading import QUOTED, DocxParagraph
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    NumberedList,
    Paragraph,
    Quotation,
    Rule,
    Strong,
    Text,
)

_HEADING = re.compile(r"heading ([1-6])")
_NEARLY = 60  # twentieths of a point: what a hand on the ruler is off


@dataclass
class _OpenList:
    place: Place
    start: int
    items: list[list["_Part"]] = field(default_factory=list)


@dataclass
class _OpenQuotation:
    blocks: list[Block]
    indent: int


_Part = Block | _OpenList | _OpenQuotation


def blocks_of(paragraphs: Iterable[DocxParagraph]) -> tuple[Block, ...]:
    """The blocks that these paragraphs are; blank ones are left out. Raises Invalid for a table.

    A paragraph without a number belongs to the list item above when it is indented as far as that item's text.
    """
    grown = _Growing()
    for paragraph in paragraphs:
        if paragraph.in_table:
            raise Invalid("The text holds a table, which cannot be taken back; write it as text, or edit the letter here.")
        grown.add(paragraph)
    return _closed(grown.top)


@dataclass
class _Growing:
    top: list[_Part] = field(default_factory=list)
    open: list[_OpenList] = field(default_factory=list)  # outermost first
    counted: dict[tuple[str, int], int] = field(default_factory=dict)
    used: set[tuple[str, int]] = field(default_factory=set)

    def add(self, paragraph: DocxParagraph) -> None:
        heading = _HEADING.fullmatch(paragraph.style)
        if paragraph.place and not heading:
            self._add_item(paragraph, paragraph.place)
        elif paragraph.style == "rule" and not paragraph.inlines:
            self._at_top().append(Rule())
        elif not paragraph.inlines:
            pass
        elif heading:
            self._at_top().append(Heading(int(heading[1]), tuple(_on_one_line(paragraph.inlines))))
        elif paragraph.style in QUOTED:
            self._add_quoted(paragraph)
        else:
            self._inside(paragraph).append(Paragraph(paragraph.inlines))

    def _at_top(self) -> list[_Part]:
        self.open.clear()
        return self.top

    def _inside(self, paragraph: DocxParagraph) -> list[_Part]:
        """Where a paragraph without a number goes: into the innermost item whose text it stands under."""
        if paragraph.style == "list continue" and not paragraph.indent:
            return self._innermost()
        while self.open and paragraph.indent < self.open[-1].place.indent - _NEARLY:
            self.open.pop()
        return self._innermost()

    def _innermost(self) -> list[_Part]:
        return self.open[-1].items[-1] if self.open else self.top

    def _add_quoted(self, paragraph: DocxParagraph) -> None:
        inside = self._inside(paragraph)
        last = inside[-1] if inside else None
        if isinstance(last, _OpenQuotation) and last.indent == paragraph.indent:
            last.blocks.append(Paragraph(paragraph.inlines))
        else:
            inside.append(_OpenQuotation([Paragraph(paragraph.inlines)], paragraph.indent))

    def _add_item(self, paragraph: DocxParagraph, place: Place) -> None:
        restart = self._restart(place)
        while self.open and self.open[-1].place.level > place.level:
            self.open.pop()
        if self.open and self.open[-1].place.level == place.level and not self._goes_on(place, restart):
            self.open.pop()
        number = self._count(place, restart)
        if not self.open or self.open[-1].place.level < place.level:
            opened = _OpenList(place, number)
            self._innermost().append(opened)
            self.open.append(opened)
        self.open[-1].items.append([Paragraph(paragraph.inlines)] if paragraph.inlines else [])

    def _restart(self, place: Place) -> int | None:
        key = (place.numbering, place.level)
        first = key not in self.used
        self.used.add(key)
        return place.restart if first else None

    def _goes_on(self, place: Place, restart: int | None) -> bool:
        before = self.open[-1].place
        return before.group == place.group and before.bullets == place.bullets and restart is None

    def _count(self, place: Place, restart: int | None) -> int:
        key = (place.group, place.level)
        number = self.counted.get(key, place.start - 1) + 1 if restart is None else restart
        self.counted = {
            (group, level): count
            for (group, level), count in self.counted.items()
            if group != place.group or level < place.level
        }
        self.counted[key] = number
        return number


def _on_one_line(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """A heading has one line, however it was broken by hand."""
    for inline in inlines:
        match inline:
            case LineBreak():
                yield Text(" ")
            case Strong() | Emphasis() | Link():
                yield replace(inline, inlines=tuple(_on_one_line(inline.inlines)))
            case _:
                yield inline


def _closed(parts: Iterable[_Part]) -> tuple[Block, ...]:
    return tuple(_close(part) for part in parts)


def _close(part: _Part) -> Block:
    match part:
        case _OpenQuotation():
            return Quotation(tuple(part.blocks))
        case _OpenList():
            items = tuple(_closed(item) for item in part.items)
            return BulletList(items) if part.place.bullets else NumberedList(items, start=part.start)
    return part
