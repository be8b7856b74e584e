"""What people did to a DOCX file under "track changes": each stretch of text with who put it in or took it out, and comments.

Word and LibreOffice write the same marks (ECMA-376 part 1, 17.13.5): w:ins and w:moveTo around runs that came, w:del and
w:moveFrom around runs that went, the same within a paragraph's mark where the paragraph itself came or went.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from xml.etree.ElementTree import Element

from outreach.errors import Invalid
from outreach.typesetting.docx_inlines import BREAK, Piece, inlines_of
from outreach.typesetting.docx_opening import DocxFile, W, at, open_docx, value
from outreach.typesetting.tree import Inline, printable, safe_href

_MOST_PARAGRAPHS, _MOST_STRETCHES, _MOST_COMMENTS = 20_000, 200_000, 2_000
_LONGEST_COMMENT, _LONGEST_NAME = 10_000, 200  # characters
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_COME = frozenset({f"{W}ins", f"{W}moveTo"})
_GONE = frozenset({f"{W}del", f"{W}moveFrom"})
_MOVED = frozenset({f"{W}moveTo", f"{W}moveFrom"})
_PASSED_OVER = frozenset(
    {*(f"{W}{name}" for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "rt")), _FALLBACK}
)
_SIGNS = {f"{W}tab": " ", f"{W}cr": BREAK, f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_FOREIGN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_LOOKS_CHANGED = frozenset({f"{W}rPrChange", f"{W}pPrChange", f"{W}numberingChange"})
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True)
class Touch:
    """Who changed something, and when, as the program that they wrote with says; an unnamed author is blank."""

    author: str
    at: datetime | None = None
    moved: bool = False


@dataclass(frozen=True)
class Stretch:
    """Text with one look and one fate: `came` says who put it in, `went` who took it out; both may be."""

    piece: Piece
    came: Touch | None = None
    went: Touch | None = None


@dataclass(frozen=True)
class TrackedParagraph:
    """A paragraph with the bookmarks that it stands under; `came` and `went` are of the paragraph as a whole, its mark.

    `foreign` counts pictures and other things that are no text.
    """

    anchors: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    style: str = ""
    came: Touch | None = None
    went: Touch | None = None
    in_table: bool = False
    foreign: int = 0

    @property
    def touches(self) -> Iterator[Touch]:
        """Everything that somebody did to it."""
        for one in (self.came, self.went, *(touch for each in self.stretches for touch in (each.came, each.went))):
            if one is not None:
                yield one


@dataclass(frozen=True)
class DocxComment:
    """A comment: `place` is the paragraph that it hangs on (its number from 0), None when on none; `on` the words marked."""

    author: str
    at: datetime | None
    text: str
    place: int | None
    on: str


@dataclass(frozen=True)
class TrackedText:
    """What a file holds: its paragraphs, comments, custom properties, and how many changes are of looks alone."""

    paragraphs: tuple[TrackedParagraph, ...]
    comments: tuple[DocxComment, ...]
    properties: Mapping[str, str]
    looks_changed: int = 0


def read_tracked(file: bytes) -> TrackedText:
    """Read a DOCX file with its tracked changes and comments; raises Invalid when it is none, or far larger than a text."""
    opened = open_docx(file)
    reader = _Reader(opened)
    paragraphs = tuple(islice(reader.paragraphs(opened.body), _MOST_PARAGRAPHS + 1))
    if len(paragraphs) > _MOST_PARAGRAPHS or sum(len(one.stretches) for one in paragraphs) > _MOST_STRETCHES:
        raise Invalid("The file is far longer than any text that was sent out for review; nothing was read.")
    comments = tuple(reader.comments(opened.comments))
    return TrackedText(paragraphs, comments, opened.properties, reader.looks_changed)


def before(paragraph: TrackedParagraph) -> tuple[Inline, ...]:
    """The paragraph as it was before anybody changed it, as far as changes were tracked."""
    return inlines_of(one.piece for one in paragraph.stretches if one.came is None)


def after(paragraph: TrackedParagraph, author: str | None = None) -> tuple[Inline, ...]:
    """The paragraph with all changes accepted, or those of one author alone."""
    return inlines_of(one.piece for one in paragraph.stretches if _stays(one, author))


def _stays(stretch: Stretch, author: str | None) -> bool:
    came, went = stretch.came, stretch.went
    if author is None:
        return went is None
    return (came is None or came.author == author) and not (went is not None and went.author == author)


@dataclass
class _Reader:
    file: DocxFile
    open_bookmarks: dict[str, str] = field(default_factory=dict)
    open_comments: dict[str, list[str]] = field(default_factory=dict)
    commented: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    instructions: list[list[str]] = field(default_factory=list)  # of each open field: its instruction and where it leads
    counts: Counter[str] = field(default_factory=Counter)
    count: int = 0

    @property
    def looks_changed(self) -> int:
        """How many changes of looks alone were met."""
        return self.counts["looks"]

    def paragraphs(self, body: Element) -> Iterator[TrackedParagraph]:
        for paragraph, in_table in self._found(body, in_table=False):
            yield self._paragraph(paragraph, in_table)
            self.count += 1

    def _found(self, element: Element, *, in_table: bool) -> Iterator[tuple[Element, bool]]:
        for child in element:
            if child.tag == f"{W}p":
                yield child, in_table
            elif child.tag.startswith((f"{W}bookmark", f"{W}commentRange")):
                self._mark(child)
            elif child.tag not in _PASSED_OVER:
                yield from self._found(child, in_table=in_table or child.tag == f"{W}tbl")

    def _paragraph(self, element: Element, in_table: bool) -> TrackedParagraph:
        anchors = dict.fromkeys(self.open_bookmarks.values())
        self.counts["foreign"] = 0
        self.counts["looks"] += sum(one.tag in _LOOKS_CHANGED for one in element.iter())
        stretches = tuple(self._stretches(element, Stretch(Piece("")), anchors))
        return TrackedParagraph(
            tuple(anchors),
            stretches,
            self.file.style_name(value(element, "pPr/pStyle")),
            _touch_of_mark(element, ("ins", "moveTo")),
            _touch_of_mark(element, ("del", "moveFrom")),
            in_table,
            self.counts["foreign"],
        )

    def _stretches(self, element: Element, within: Stretch, anchors: dict[str, None]) -> Iterator[Stretch]:
        for child in element:
            if child.tag == f"{W}r":
                yield from self._run(child, within)
            elif child.tag in _COME:
                yield from self._stretches(child, replace(within, came=_touch(child)), anchors)
            elif child.tag in _GONE:
                yield from self._stretches(child, replace(within, went=_touch(child)), anchors)
            elif child.tag == f"{W}hyperlink":
                href = self._safe(self.file.links.get(child.get(_RELATION_ID, ""), ""))
                yield from self._stretches(child, replace(within, piece=replace(within.piece, href=href)), anchors)
            elif child.tag.startswith((f"{W}bookmark", f"{W}commentRange")):
                self._mark(child)
                anchors.update(dict.fromkeys(self.open_bookmarks.values()))
            elif child.tag not in _PASSED_OVER:
                yield from self._stretches(child, within, anchors)

    def _mark(self, element: Element) -> None:
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}bookmarkStart":
            self.open_bookmarks[number] = element.get(f"{W}name", "")
        elif element.tag == f"{W}bookmarkEnd":
            self.open_bookmarks.pop(number, None)
        elif element.tag == f"{W}commentRangeStart":
            self.commented[number] = (self.count, [])
            self.open_comments[number] = self.commented[number][1]
        elif element.tag == f"{W}commentRangeEnd":
            self.open_comments.pop(number, None)

    def _run(self, run: Element, within: Stretch) -> Iterator[Stretch]:
        rtl = self._is(run, "rtl")
        bold, italic = self._is(run, "bCs" if rtl else "b"), self._is(run, "iCs" if rtl else "i")
        for text in self._texts(run):
            for words in self.open_comments.values():
                words.append(text)
            href = within.piece.href or self._field_link()
            yield replace(within, piece=Piece(text, bold, italic, href))

    def _is(self, run: Element, name: str) -> bool:
        found = at(run, f"rPr/{name}")
        if found is None:
            found = self.file.styled(value(run, "rPr/rStyle"), f"rPr/{name}")
        return found is not None and found.get(f"{W}val", "true").lower() not in _OFF

    def _texts(self, run: Element) -> Iterator[str]:
        for child in run:
            if child.tag in (f"{W}t", f"{W}delText"):
                yield printable(child.text or "")
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag == f"{W}br" and child.get(f"{W}type", "textWrapping") == "textWrapping":
                yield BREAK
            elif child.tag == f"{W}commentReference":
                self.commented.setdefault(child.get(f"{W}id", ""), (self.count, []))
            elif child.tag in (f"{W}fldChar", f"{W}instrText"):
                self._field(child)
            elif child.tag in _FOREIGN:
                self.counts["foreign"] += 1
            elif child.tag not in _PASSED_OVER:
                yield from self._texts(child)

    def _field(self, element: Element) -> None:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.instructions.append(["", ""])
        elif kind == "end" and self.instructions:
            self.instructions.pop()
        elif kind == "separate" and self.instructions:
            _, found, rest = self.instructions[-1][0].partition("HYPERLINK ")
            self.instructions[-1][1] = self._safe(rest.strip().partition('"')[2].partition('"')[0]) if found else ""
        elif kind is None and self.instructions:
            self.instructions[-1][0] += element.text or ""

    def _field_link(self) -> str:
        return next((href for _, href in reversed(self.instructions) if href), "")

    def _safe(self, href: str) -> str:
        return href if href and safe_href(href) else ""

    def comments(self, part: Element) -> Iterator[DocxComment]:
        """The comments in their order; replies are comments of their own."""
        for comment in part.findall(f"{W}comment")[:_MOST_COMMENTS]:
            touch = _touch(comment)
            place, on = self.commented.get(comment.get(f"{W}id", ""), (None, []))
            words = "\n".join(filter(None, map(_words, comment.iter(f"{W}p"))))
            yield DocxComment(touch.author, touch.at, words[:_LONGEST_COMMENT], place, " ".join("".join(on).split()))


def _words(paragraph: Element) -> str:
    return " ".join(printable("".join(text.text or "" for text in paragraph.iter(f"{W}t"))).split())


def _touch_of_mark(paragraph: Element, names: Iterable[str]) -> Touch | None:
    marks = (at(paragraph, f"pPr/rPr/{name}") for name in names)
    return next((_touch(mark) for mark in marks if mark is not None), None)


def _touch(element: Element) -> Touch:
    author = " ".join(printable(element.get(f"{W}author", "")).split())[:_LONGEST_NAME]
    return Touch(author, _instant(element.get(f"{W}date", "")), element.tag in _MOVED)


def _instant(text: str) -> datetime | None:
    """When it was; Word writes the clock of the writer and calls it UTC."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def authors(paragraphs: Sequence[TrackedParagraph]) -> list[str]:
    """Whoever changed something in these paragraphs, in the order of what they did."""
    return list(dict.fromkeys(touch.author for paragraph in paragraphs for touch in paragraph.touches))
