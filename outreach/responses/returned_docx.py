"""A reply form that came back as DOCX: read by the tags of its fields, and by its own lay-out where a program lost the tags.

LibreOffice before 7.5 saves a form without the tags, others without any fields. The code of each question stands in brackets at
the end of its heading, and the frame below holds the answer: these every program keeps.
"""

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from outreach.letters.reply_form import ATTRIBUTION, LEVELS, SOURCE, YEAR
from outreach.responses.returned_cells import Cell, Found, without_hints
from outreach.typesetting.docx_controls import Filled, chosen_in, controls_of, is_tick, words_of
from outreach.typesetting.docx_opening import DocxFile, W, open_docx, value

_HEADING = re.compile(r"\[([a-z0-9-]{1,40})\]\s*\Z")
_FIELD = re.compile(r"[a-z0-9-]{1,40}(\.[a-z]{1,20})?")
_PARTS = ("", YEAR, SOURCE)
_PART_STYLE = "form part"


def read_document(content: bytes, hints: Collection[str]) -> Found:
    """What stands in the fields of a DOCX form; raises Invalid when the file cannot be opened within bounds."""
    file = open_docx(content)
    found = Found(dict(file.properties))
    laid_out = _LaidOut(file, hints)
    tagged = {each.tag: each for each in reversed(controls_of(file)) if _FIELD.fullmatch(each.tag)}
    for name in dict.fromkeys((*laid_out.cells, *tagged)):
        _put(found, name, tagged.get(name), laid_out.cells.get(name), hints)
    found.ticked |= laid_out.ticked
    return found


def _put(found: Found, name: str, tagged: Filled | None, laid_out: Cell | None, hints: Collection[str]) -> None:
    if tagged is not None and tagged.ticked is not None:
        area, _, level = name.partition(".")
        if area == ATTRIBUTION and level in LEVELS and tagged.ticked:
            found.ticked.add(level)
        return
    inside = Cell(without_hints(tagged.text, hints), tagged.chosen or "") if tagged else Cell("")
    # Words that were written beside the field count as well.
    whole = laid_out if laid_out is not None and inside.text in laid_out.text else inside
    found.put(name, Cell(whole.text, inside.chosen or whole.chosen))


class _LaidOut:
    """What stands below each heading that ends in a code."""

    def __init__(self, file: DocxFile, hints: Collection[str]) -> None:
        self.cells: dict[str, Cell] = {}
        self.ticked: set[str] = set()
        self._file, self._hints = file, hints
        code, boxes = "", iter(LEVELS)
        for block in _blocks(file.body):
            if block.tag == f"{W}tbl":
                if code and code != ATTRIBUTION:
                    self._frame(code, block)
            elif heading := _HEADING.search(words_of(block)):
                code = heading[1]
            elif code == ATTRIBUTION and words_of(block):
                self._box(next(boxes, ""), words_of(block))

    def _frame(self, code: str, table: Element) -> None:
        paragraphs = list(table.iter(f"{W}p"))
        parts = [each for each in paragraphs if self._file.style_name(value(each, "pPr/pStyle")) == _PART_STYLE]
        if not parts:
            text = without_hints("\n".join(map(words_of, paragraphs)).strip(), self._hints)
            self.cells.setdefault(code, Cell(text.replace("\t", " "), chosen_in(table) or ""))
            return
        for suffix, paragraph in zip(_PARTS, parts, strict=False):
            _label, _, text = words_of(paragraph).partition("\t")
            self.cells.setdefault(code + suffix, Cell(without_hints(text.strip(), self._hints)))

    def _box(self, level: str, line: str) -> None:
        sign = re.split(r"[\t ]", line, maxsplit=1)[0]
        if level and is_tick(sign):
            self.ticked.add(level)


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, also those that stand within a field."""
    for child in element:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _blocks(child)
