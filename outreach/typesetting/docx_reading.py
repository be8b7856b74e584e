"""The paragraphs of a DOCX file that came back from Word or LibreOffice: their words, looks, styles and places in lists.

What the file tracks is taken as accepted: insertions are text, deletions are not. What a letter's text cannot hold (pictures,
footnotes, formulas) is refused; what is left out is said in the notes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn
from xml.etree.ElementTree import Element

from outreach.errors import Invalid
from outreach.typesetting.docx_inlines import BREAK, Piece, inlines_of
from outreach.typesetting.docx_numbering import Numbering, Place
from outreach.typesetting.docx_opening import DocxFile, W, at, number, open_docx, value
from outreach.typesetting.tree import Inline, printable, safe_href, words

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_LONGEST_TEXT, _MOST_PARAGRAPHS = 200_000, 2_000  # characters, and with the blank ones
_MOST_COMMENTS, _LONGEST_COMMENT = 50, 300  # number, characters
QUOTED = frozenset({"quote", "quote end", "quote attribution", "intense quote", "quotations"})
_OFF = frozenset({"0", "false", "off", "none"})
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+"([^"]+)"')
_FOREIGN = {
    f"{W}drawing": "a picture or a text box",
    f"{W}pict": "a picture or a text box",
    f"{W}object": "an embedded object",
    f"{W}altChunk": "another file",
    f"{W}footnoteReference": "a footnote",
    f"{W}endnoteReference": "an endnote",
}
_PASSED_OVER = frozenset(
    {*(f"{W}{name}" for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "delText", "delInstrText", "rt")), f"{_MARKUP}Fallback"}
)
_GONE = frozenset({f"{W}del", f"{W}moveFrom"})
_COME = frozenset({f"{W}ins", f"{W}moveTo"})
_SIGNS = {f"{W}tab": " ", f"{W}cr": BREAK, f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_UNKNOWN_LOOKS = {"strike": "struck out", "dstrike": "struck out", "u": "underlined", "highlight": "highlighted"}


@dataclass(frozen=True)
class DocxParagraph:
    """One paragraph: the name of its style in lower case, its place in a list, its left indent (twentieths of a point)."""

    style: str
    inlines: tuple[Inline, ...]
    place: Place | None = None
    indent: int = 0
    in_table: bool = False

    @property
    def text(self) -> str:
        """The bare words."""
        return words(self.inlines).strip()


@dataclass(frozen=True)
class DocxText:
    """What a file says: its paragraphs, its custom properties, and a sentence for each thing that was left out."""

    paragraphs: tuple[DocxParagraph, ...]
    properties: dict[str, str]
    notes: tuple[str, ...]


def read_docx(file: bytes) -> DocxText:
    """Read the bytes of a DOCX file.

    Raises Invalid when it is none, or holds what the text of a letter cannot: a picture, a footnote, a formula.
    """
    opened = open_docx(file)
    reader = _Reader(opened)
    paragraphs = tuple(islice(reader.paragraphs(opened.body), _MOST_PARAGRAPHS + 1))
    if len(paragraphs) > _MOST_PARAGRAPHS or sum(len(paragraph.text) for paragraph in paragraphs) > _LONGEST_TEXT:
        raise Invalid(
            f"The file holds more than {_MOST_PARAGRAPHS:,} paragraphs or {_LONGEST_TEXT:,} characters, which is no letter;"
            " nothing was read."
        )
    return DocxText(paragraphs, dict(opened.properties), (*reader.notes(), *_comments(opened)))


@dataclass
class _Reader:
    file: DocxFile
    seen: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    fields: list[list[str]] = field(default_factory=list)  # instruction and link of each open field

    def __post_init__(self) -> None:
        self.numbering = Numbering(self.file)

    def paragraphs(self, body: Element) -> Iterator[DocxParagraph]:
        carried: list[Piece] = []
        for paragraph, in_table in self._found(body, in_table=False):
            pieces = [*carried, *self._pieces(paragraph, "")]
            if any(at(paragraph, f"pPr/rPr/{gone}") is not None for gone in ("del", "moveFrom")):
                # Its end was deleted: what it says goes on in the next one.
                self.seen["deletions"] += 1
                carried = pieces
                continue
            carried = []
            yield self._paragraph(paragraph, pieces, in_table)

    def _found(self, element: Element, *, in_table: bool) -> Iterator[tuple[Element, bool]]:
        for child in element:
            if child.tag == f"{W}p":
                yield child, in_table
            elif child.tag in _FOREIGN:
                _refuse(_FOREIGN[child.tag])
            elif child.tag not in _PASSED_OVER:
                yield from self._found(child, in_table=in_table or child.tag == f"{W}tbl")

    def _paragraph(self, paragraph: Element, pieces: Sequence[Piece], in_table: bool) -> DocxParagraph:
        style = value(paragraph, "pPr/pStyle")
        place = self.numbering.place(paragraph, style)
        if place and place.irregular:
            self.seen["letters"] += 1
        name = self.file.style_name(style)
        return DocxParagraph(name, inlines_of(pieces), place, self._indent(paragraph, style, name), in_table)

    def _indent(self, paragraph: Element, style: str, name: str) -> int:
        found = at(paragraph, "pPr/ind")
        # A quotation is always set in; only its own indent says that it stands within a list.
        if found is None and name not in QUOTED:
            found = self.file.styled(style, "pPr/ind")
        return 0 if found is None else number(found.get(f"{W}left") or found.get(f"{W}start") or "")

    def _pieces(self, element: Element, href: str) -> Iterator[Piece]:
        for child in element:
            if child.tag == f"{W}r":
                yield from self._run(child, href)
            elif child.tag == f"{W}hyperlink":
                yield from self._pieces(child, self._link(self.file.links.get(child.get(_RELATION_ID, ""), "")) or href)
            elif child.tag in _GONE:
                self.seen["deletions"] += 1
            elif child.tag.startswith(_MATH):
                _refuse("a formula")
            elif child.tag in _FOREIGN:
                _refuse(_FOREIGN[child.tag])
            elif child.tag not in _PASSED_OVER:
                self.seen["insertions"] += child.tag in _COME
                yield from self._pieces(child, href)

    def _link(self, target: str) -> str:
        if target and not safe_href(target):
            self.seen["links"] += 1
            return ""
        return target

    def _run(self, run: Element, href: str) -> Iterator[Piece]:
        if self._is(run, "vanish"):
            self.seen["hidden"] += 1
            return
        # Text from right to left has properties of its own; elsewhere Word leaves those behind without a meaning.
        rtl = self._is(run, "rtl")
        bold, italic = self._is(run, "bCs" if rtl else "b"), self._is(run, "iCs" if rtl else "i")
        for text in self._texts(run):
            yield Piece(text, bold, italic, href or self._field_link())
            self._note_looks(run)

    def _is(self, run: Element, name: str) -> bool:
        found = at(run, f"rPr/{name}")
        if found is None:
            found = self.file.styled(value(run, "rPr/rStyle"), f"rPr/{name}")
        return found is not None and found.get(f"{W}val", "true").lower() not in _OFF

    def _note_looks(self, run: Element) -> None:
        for name, said in _UNKNOWN_LOOKS.items():
            found = at(run, f"rPr/{name}")
            self.looks[said] += found is not None and found.get(f"{W}val", "true").lower() not in _OFF

    def _texts(self, run: Element) -> Iterator[str]:
        for child in run:
            if child.tag == f"{W}t":
                yield printable(child.text or "")
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag in _FOREIGN:
                _refuse(_FOREIGN[child.tag])
            elif child.tag not in _PASSED_OVER:
                yield from _SPECIAL.get(child.tag, _Reader._texts)(self, child)

    def _break(self, element: Element) -> Iterator[str]:
        if element.get(f"{W}type", "textWrapping") == "textWrapping":
            yield BREAK
        else:
            self.seen["breaks"] += 1

    def _symbol(self, element: Element) -> Iterator[str]:
        self.seen["symbols"] += 1
        yield ""

    def _field_char(self, element: Element) -> Iterator[str]:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(["", ""])
        elif kind == "separate" and self.fields:
            found = _FIELD_LINK.match(self.fields[-1][0])
            self.fields[-1][1] = self._link(printable(found[1])) if found else ""
        elif kind == "end" and self.fields:
            self.fields.pop()
        yield ""

    def _instruction(self, element: Element) -> Iterator[str]:
        if self.fields:
            self.fields[-1][0] += element.text or ""
        yield ""

    def _field_link(self) -> str:
        return next((href for _, href in reversed(self.fields) if href), "")

    def notes(self) -> Iterator[str]:
        """What was left out or taken otherwise, in sentences."""
        if self.seen["insertions"] or self.seen["deletions"]:
            yield (
                f"Changes were tracked in the file: {self.seen['insertions']} insertions were taken as accepted,"
                f" {self.seen['deletions']} deletions left out."
            )
        for kind, said in _LEFT_OUT.items():
            if self.seen[kind]:
                yield said
        for said, count in self.looks.items():
            if count:
                yield f"Text that is {said} was taken as plain text, since a letter has bold and italic only."


_LEFT_OUT = {
    "letters": "A list counted otherwise than 1, 2, 3 was taken as counted 1, 2, 3.",
    "links": "A link that is neither an https: nor a mailto: address was taken as plain text.",
    "hidden": "Hidden text was left out.",
    "breaks": "A page or column break was left out.",
    "symbols": "A sign from a symbol typeface was left out; type it as text.",
}
_SPECIAL: dict[str, Callable[[_Reader, Element], Iterator[str]]] = {
    f"{W}br": _Reader._break,
    f"{W}sym": _Reader._symbol,
    f"{W}fldChar": _Reader._field_char,
    f"{W}instrText": _Reader._instruction,
}


def _refuse(what: str) -> NoReturn:
    raise Invalid(
        f"The file holds {what}, which the text of a letter cannot; take it out and retry; the scan of a signed page is"
        " brought in as the signed letter."
    )


def _comments(file: DocxFile) -> Iterator[str]:
    found = file.comments.findall(f"{W}comment")
    for comment in found[:_MOST_COMMENTS]:
        author = printable(comment.get(f"{W}author", "")).strip()[:80] or "somebody"
        text = " ".join("".join(part.text or "" for part in comment.iter(f"{W}t")).split())
        shown = text if len(text) <= _LONGEST_COMMENT else f"{text[:_LONGEST_COMMENT]}…"
        yield f"Comment by {author}, not taken: “{printable(shown)}”"
    if len(found) > _MOST_COMMENTS:
        yield f"{len(found) - _MOST_COMMENTS} more comments were not taken."
