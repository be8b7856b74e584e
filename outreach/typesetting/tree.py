"""The document tree: what a text is made of, whatever it is then set as.

All text that enters the tree is cleaned once, here, so that every output agrees: see `printable`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from outreach.errors import Invalid

# Whitespace that no output can keep as it is: each run of line ends or tabs becomes one space (a wanted line break is a
# LineBreak). No-break spaces and the thin spaces of French stay.
_BREAKING = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# What XML 1.0 forbids and no reader sees: control characters and noncharacters are dropped.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAFE_HREF = re.compile(r"(?:https://[^\s<>\"\\]+|mailto:[^\s<>\"\\]+)\Z", re.IGNORECASE)

_NUMBER_OR_NOTHING = re.compile("(?:[0-9][0-9., \u00a0\u202f]*%?)?")


def printable(text: str) -> str:
    """`text` as every output can carry it: control characters dropped, line ends and tabs as one space.

    A lone surrogate (half of a character, from a broken decoder) becomes U+FFFD, so that the loss is seen.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNSEEN.sub("", _BREAKING.sub(" ", text)))


@dataclass(frozen=True)
class Text:
    """A run of plain text; never markup in any output."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text))


@dataclass(frozen=True)
class Strong:
    """Inlines of importance (bold)."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True)
class Emphasis:
    """Inlines with stress (italic)."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True)
class LineBreak:
    """A line end within a paragraph."""


@dataclass(frozen=True)
class Link:
    """Inlines that lead to `href`, which must be an https: or mailto: address; anything else raises Invalid."""

    inlines: "tuple[Inline, ...]"
    href: str

    def __post_init__(self) -> None:
        if not safe_href(self.href):
            raise Invalid(f"The link {self.href[:80]!r} is neither an https: nor a mailto: address; correct or remove it.")


@dataclass(frozen=True)
class Footnote:
    """A note that is called out here and set at the foot of the page (or the end of the text)."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True)
class Reference:
    """The number of another block of the same document, as it is printed there; it leads to the block's `anchor`."""

    text: str
    anchor: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text))


@dataclass(frozen=True)
class Changed:
    """Words that came or went between two states of a text, with who changed them and when (aware)."""

    inlines: "tuple[Inline, ...]"
    came: bool
    author: str
    at: datetime


Inline = Text | Strong | Emphasis | LineBreak | Link | Footnote | Reference | Changed


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    inlines: tuple[Inline, ...]
    anchor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 6:
            raise Invalid(f"A heading has a level from 1 to 6, not {self.level}.")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, with its printed number ("12.", "(a)") and a lasting anchor where it has them.

    `depth` is how far it is set in: 1 for a sub-paragraph.
    """

    inlines: tuple[Inline, ...]
    number: str | None = None
    anchor: str | None = None
    depth: int = 0


@dataclass(frozen=True)
class Quotation:
    """Blocks of another's words; `language` (BCP 47) where it is not that of the document."""

    blocks: "tuple[Block, ...]"
    attribution: tuple[Inline, ...] = ()
    language: str | None = None


@dataclass(frozen=True)
class BulletList:
    """Items without an order; an item is a tuple of blocks."""

    items: "tuple[tuple[Block, ...], ...]"


@dataclass(frozen=True)
class NumberedList:
    """Items in order from `start`; "letters" is the sub-paragraph of UN texts: (a), in French and Spanish a)."""

    items: "tuple[tuple[Block, ...], ...]"
    start: int = 1
    kind: Literal["numbers", "letters"] = "numbers"


Cell = tuple[Inline, ...]


@dataclass(frozen=True)
class Table:
    """A table with one header row; `shares` are the relative widths of the columns (all equal when empty)."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: tuple[float, ...] = ()
    caption: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        columns = len(self.header)
        if not columns or any(len(row) != columns for row in self.rows):
            raise Invalid(f"Every row of a table needs as many cells as its header, which has {columns}.")
        if self.shares and (len(self.shares) != columns or min(self.shares) <= 0):
            raise Invalid(f"The table has {columns} columns; give as many widths, each above zero.")

    @property
    def numeric(self) -> tuple[bool, ...]:
        """For each column, whether it holds numbers alone (and empty cells); those are set flush right."""
        columns = ([words(row[place]).strip() for row in self.rows] for place in range(len(self.header)))
        return tuple(any(column) and all(map(_NUMBER_OR_NOTHING.fullmatch, column)) for column in columns)


@dataclass(frozen=True)
class Rule:
    """A thin line across the page."""


@dataclass(frozen=True)
class PageBreak:
    """What follows starts a new page."""


Block = Heading | Paragraph | Quotation | BulletList | NumberedList | Table | Rule | PageBreak


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole text: `language` is a BCP 47 tag ("en", "ar"); `author` may be empty and then stands nowhere."""

    language: str
    title: str
    author: str = ""
    blocks: tuple[Block, ...] = field(default=())


def safe_href(href: str) -> bool:
    """Whether `href` may become a link: https: or mailto:, without spaces, quotes or control characters."""
    return bool(_SAFE_HREF.match(href)) and href == printable(href)


def words(inlines: Iterable[Inline]) -> str:
    """The bare text of `inlines`: line breaks as spaces, footnotes left out."""
    return "".join(_words(inlines))


def _words(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text) | Reference(text):
                yield text
            case LineBreak():
                yield " "
            case Strong() | Emphasis() | Link() | Changed():
                yield from _words(inline.inlines)
            case Footnote():
                pass
