"""ODS: the one sheet that holds a list, row by row as it is unpacked, so that memory stays flat however long it is.

Repeated rows and cells are only counted where they are blank; entities, and what spans more than a list does, are refused.
"""

import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from outreach.contacts.spreadsheets import MAX_CELLS, said, the_list, unpacked
from outreach.errors import Invalid
from outreach.spreadsheets import BROKEN

MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MAX_COLUMNS = 1_024
MAX_ROWS = 2**20
MAX_TEXT = 2**20

_BLOCK = 64 * 1024
_TABLE, _ROW = "table:table", "table:table-row"
_CELLS = frozenset(("table:table-cell", "table:covered-table-cell"))
# What stands in a cell without being its text.
_ASIDE = frozenset(("office:annotation", "draw:frame", "draw:custom-shape", "text:note", "text:ruby-text"))


class _Row(NamedTuple):
    cells: list[str]
    times: int


@contextmanager
def opened(path: Path, known: Callable[[str], bool]) -> Iterator[Iterator[list[str]]]:
    """The rows of the list at `path`; `known` tells headings. Raises Invalid, also while the rows come."""
    with unpacked(path) as packed:
        if b"encryption-data" in _member(packed, "META-INF/manifest.xml"):
            raise Invalid(f"{path.name} is protected by a password; save it without one, or as CSV.")
        firsts = _firsts(path, packed)
        if not firsts:
            raise Invalid(f"{path.name} is empty; the first row must name the columns.")
        chosen = the_list(path, [(name, first) for _, name, first in firsts], known)
    # Outside of what mends the messages of the package: what the caller raises is none of the file's faults.
    with zipfile.ZipFile(path) as packed:
        yield _rows(path, packed, firsts[chosen][0])


def _member(packed: zipfile.ZipFile, name: str) -> bytes:
    return packed.read(name) if name in packed.namelist() else b""


def _firsts(path: Path, packed: zipfile.ZipFile) -> list[tuple[int, str, list[str]]]:
    """Of each sheet in which something stands: its number, its name and its first filled row."""
    sheets = _Sheets(path, only_first=True)
    for _ in _parsed(path, packed, sheets):
        pass
    return sheets.firsts


def _rows(path: Path, packed: zipfile.ZipFile, number: int) -> Iterator[list[str]]:
    sheets = _Sheets(path, wanted=number)
    for _ in _parsed(path, packed, sheets):
        while sheets.rows:
            row = sheets.rows.popleft()
            for _ in range(row.times):
                yield row.cells


def _parsed(path: Path, packed: zipfile.ZipFile, sheets: "_Sheets") -> Iterator[None]:
    """Parse the content block by block."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = sheets.start, sheets.end
    parser.CharacterDataHandler = sheets.text
    parser.StartDoctypeDeclHandler = sheets.entities
    try:
        with packed.open("content.xml") as content:
            while block := content.read(_BLOCK):
                parser.Parse(block)
                yield
            parser.Parse(b"", True)
            yield
    except KeyError:
        raise Invalid(f"{path.name} holds no spreadsheet; save it again as .ods, .xlsx or CSV.") from None
    except (expat.ExpatError, *BROKEN) as error:
        raise Invalid(f"{path.name} is no readable spreadsheet ({error}); save it again as .ods, .xlsx or CSV.") from error


class _Sheets:
    """What the parser tells of the sheets: of the wanted one its rows, or of each one its first filled row."""

    def __init__(self, path: Path, *, wanted: int = -1, only_first: bool = False) -> None:
        self._path, self._wanted, self._only_first = path, wanted, only_first
        self.rows: deque[_Row] = deque()
        self.firsts: list[tuple[int, str, list[str]]] = []
        self._number, self._name = -1, ""
        self._cells: list[str] = []
        self._blanks = self._times = self._repeat = self._down = self._seen = self._size = 0
        self._attributes: dict[str, str] = {}
        self._in_cell, self._aside = False, 0
        self._paragraphs: list[str] = []

    def entities(self, *_: object) -> None:
        """Refuse entities of its own: those that stand for each other fill any memory."""
        raise Invalid(f"{self._path.name} declares entities inside, as no spreadsheet does; save it again as .ods or CSV.")

    @property
    def _is_read(self) -> bool:
        if self._only_first:
            return not self.firsts or self.firsts[-1][0] != self._number
        return self._number == self._wanted

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == _TABLE:
            self._number, self._name, self._down = self._number + 1, attributes.get("table:name", ""), 0
        elif not self._is_read:
            return
        elif name == _ROW:
            self._cells, self._blanks = [], 0
            self._times = self._count(attributes.get("table:number-rows-repeated"), MAX_ROWS)
        elif name in _CELLS:
            self._in_cell, self._attributes, self._paragraphs, self._size = True, attributes, [], 0
            self._repeat = self._count(attributes.get("table:number-columns-repeated"), MAX_ROWS)
        elif name in _ASIDE:
            self._aside += 1
        elif self._in_cell and not self._aside:
            self._write(name, attributes)

    def _count(self, text: str | None, most: int) -> int:
        return min(int(text), most) if text and text.isdecimal() and len(text) < 10 else 1

    def _write(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            self._paragraphs.append("")
        elif self._paragraphs and name in ("text:s", "text:tab", "text:line-break"):
            signs = {"text:s": " " * self._count(attributes.get("text:c"), 1_000), "text:tab": "\t", "text:line-break": "\n"}
            self.text(signs[name])

    def text(self, text: str) -> None:
        """Letters of an element."""
        if self._in_cell and self._paragraphs and not self._aside:
            self._size += len(text)
            if self._size > MAX_TEXT:
                raise Invalid(f"{self._path.name} has a cell of more than {MAX_TEXT:,} characters; shorten it.")
            self._paragraphs[-1] += text

    def end(self, name: str) -> None:
        """An element ends."""
        if name in _ASIDE and self._aside:
            self._aside -= 1
        elif name in _CELLS and self._in_cell:
            self._end_cell()
        elif name == _ROW and self._is_read:
            self._end_row()

    def _end_cell(self) -> None:
        self._in_cell = False
        value = _value(self._attributes, self._paragraphs)
        if not value.strip():
            self._blanks += self._repeat
            return
        if len(self._cells) + self._blanks + self._repeat > MAX_COLUMNS:
            raise Invalid(f"{self._path.name} reaches over more than {MAX_COLUMNS:,} columns; keep those of the list.")
        self._cells += [""] * self._blanks + [value] * self._repeat
        self._blanks = 0

    def _end_row(self) -> None:
        self._down += self._times
        # Blank rows below the list are said to be repeated to the end of the sheet.
        if self._cells and self._down > MAX_ROWS:
            raise Invalid(f"{self._path.name} reaches down to row {self._down:,}; delete the rows after the list.")
        self._seen += self._times * len(self._cells)
        if self._seen > MAX_CELLS:
            raise Invalid(f"{self._path.name} has more than {MAX_CELLS:,} cells; split it, or save it as CSV.")
        if self._only_first:
            if self._cells:
                self.firsts.append((self._number, self._name, self._cells))
        elif self._down <= MAX_ROWS:
            self.rows.append(_Row(self._cells, self._times))


def _value(attributes: dict[str, str], paragraphs: list[str]) -> str:
    """The cell's value as a person would type it; of a text, what is shown."""
    kind = attributes.get("office:value-type", "")
    if kind in ("float", "currency", "percentage"):
        try:
            return said(float(attributes.get("office:value", "")))
        except ValueError:
            return "\n".join(paragraphs)
    if kind == "date":
        day = attributes.get("office:date-value", "")[:10]
        try:
            return date.fromisoformat(day).isoformat()
        except ValueError:
            return "\n".join(paragraphs)
    if kind == "boolean":
        return "yes" if attributes.get("office:boolean-value") == "true" else "no"
    return "\n".join(paragraphs)
