"""The lines of a vCard file, of any version: physical lines joined to properties, properties gathered to cards.

Everything is read as it comes, in one pass and in little memory: folded lines (also in the middle of a character), soft line
breaks of quoted-printable, base64 with or without indentation, CR, LF or both. Nothing here raises on bad input. A line's
characters are the file's bytes (latin-1), so that a charset is decoded only when a property is whole.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

# What is read at once of a line that never ends, what is kept of a property, and of a card.
MAX_LINE = 2**18
MAX_PROPERTY = 2**16
MAX_LEFT_OUT = 2_000
MAX_CARD = 2**22
MAX_PROPERTIES = 2_000

# Of these the whole value is needed; of a photo, a key or a note only its beginning is ever shown.
_NEEDED = frozenset(
    ("BEGIN", "END", "VERSION", "N", "FN", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "ADR", "LABEL", "LANG", "GENDER", "KIND")
)
_STARTS = re.compile(r"(?:[\w-]+\.)*(?:[\w-]+[;:]|\s*(?:BEGIN|END|VERSION)\s*:)", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"\s*(?:[\w-]+\.)*([\w-]+)", re.ASCII)
_EDGE = re.compile(r"\s*(?:[\w-]+\.)*(BEGIN|END)\s*:\s*([^\s;]*)\s*$", re.ASCII | re.IGNORECASE)
_NESTS = re.compile(r"(?:[\w-]+\.)?AGENT(?:;[^:]*)?:\s*$", re.ASCII | re.IGNORECASE)
_OLD = re.compile(r"\s*VERSION\s*:\s*2", re.IGNORECASE)

# The mark of UTF-8 as bytes; files that were put together have one before each part.
_MARK = "\xef\xbb\xbf"

# Writers of vCard 2.1 fold before a space that belongs to the text; those that fold anywhere fill the line first.
_FULL_LINE = 72


@dataclass(slots=True)
class Raw:
    """One card as it stands in the file: where it begins, its properties as whole lines, and why it is none if it is broken."""

    line: int
    properties: list[str] = field(default_factory=list)
    fault: str = ""
    size: int = 0

    def add(self, text: str) -> None:
        """Keep one more property, unless the card is larger than any card is."""
        self.size += len(text)
        if self.size > MAX_CARD or len(self.properties) >= MAX_PROPERTIES:
            self.fault = self.fault or f"the card that begins on line {self.line:,} is larger than any card"
        else:
            self.properties.append(text)


class Readable(Protocol):
    """A file of text."""

    def readline(self, size: int = -1, /) -> str:
        """The next line, or its first `size` characters."""
        ...


def raw_cards(file: Readable) -> Iterator[Raw]:
    """The cards of `file` (opened as latin-1 with universal newlines), broken ones with their fault."""
    return _gathered(_properties(_physical(file)))


def _physical(file: Readable) -> Iterator[str]:
    """The lines without their ends; one longer than MAX_LINE comes in pieces, as if it were folded."""
    whole = True
    while line := file.readline(MAX_LINE):
        text = line.removesuffix("\n")
        if text.startswith(_MARK):
            text = text.removeprefix(_MARK)
        yield text if whole else f" {text}"
        whole = line.endswith("\n")


# --- lines -> properties


class _Joined:
    """A property on its way from its first line to its last."""

    __slots__ = ("_indented", "_is_edge", "_is_quoted", "_limit", "_pieces", "_room", "_soft", "keeps_space", "number")

    def __init__(self, number: int, line: str, *, keeps_space: bool) -> None:
        self.number = number
        self.keeps_space = keeps_space
        self._pieces: list[str] = []
        # For each piece that follows a soft line break whether it begins with a space, by its place.
        self._indented: dict[int, bool] = {}
        self._is_quoted: bool | None = None
        self._soft = False
        name = _NAME.match(line)
        word = name[1].upper() if name else ""
        self._room = MAX_PROPERTY if word in _NEEDED or word.startswith("X-") else MAX_LEFT_OUT
        self._is_edge = word in ("BEGIN", "END")
        self._append(line)

    def take(self, line: str) -> bool:
        """Whether `line` belongs to this property still."""
        if self._is_edge:
            # Nothing belongs to a BEGIN or an END but itself.
            return not line
        if self._soft and line:
            self._soft = False
            self._indented[len(self._pieces)] = line[0] in " \t"
            self._append(line)
        elif not line:
            return True
        elif line[0] in " \t":
            keeps = self.keeps_space and len(self._pieces[-1]) < _FULL_LINE
            self._append(line if keeps else line[1:])
        elif _STARTS.match(line):
            return False
        else:
            # No property begins so: base64 that is not indented, or a text whose line breaks somebody did not encode.
            self._append(f"\n{line}")
        return True

    def _append(self, piece: str) -> None:
        # Spaces after the sign were put there on the way.
        if piece[-1:] in ("=", " ", "\t") and (bare := piece.rstrip(" \t")).endswith("=") and self._quoted(piece):
            piece = bare[:-1]
            self._soft = True
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def _quoted(self, piece: str) -> bool:
        if self._is_quoted is None:
            head, colon, _ = "".join((*self._pieces, piece)).partition(":")
            if not colon:
                return False
            self._is_quoted = "QUOTED-PRINTABLE" in head.upper()
        return self._is_quoted

    def text(self) -> str:
        """The whole property."""
        if self._indented and self._is_folded():
            for place in self._indented:
                if place < len(self._pieces):
                    self._pieces[place] = self._pieces[place][1:]
        return self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)

    def _is_folded(self) -> bool:
        """Whether the spaces after soft line breaks are folding, and not text: if all of several begin so, or code follows."""
        if not all(self._indented.values()):
            return False
        first = next(iter(self._indented))
        return len(self._indented) > 1 or (first < len(self._pieces) and self._pieces[first].lstrip().startswith("="))


def _properties(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each property as one line, with the number of the line on which it begins; blank lines are left out."""
    joined: _Joined | None = None
    is_old = False
    for number, line in enumerate(lines, 1):
        if joined and joined.take(line):
            continue
        if joined:
            text = joined.text()
            if text[:1] in "vV \t" and text.lstrip()[:7].upper() == "VERSION":
                is_old = bool(_OLD.match(text))
            yield joined.number, text
            joined = None
        if not line.isspace() and line:
            joined = _Joined(number, line, keeps_space=is_old)
    if joined:
        yield joined.number, joined.text()


# --- properties -> cards


def _gathered(properties: Iterable[tuple[int, str]]) -> Iterator[Raw]:
    card: Raw | None = None
    within: list[str] = []
    nests = False
    for number, text in properties:
        edge = _EDGE.match(text)
        word = edge[2].upper() if edge else ""
        if edge is None:
            if not within:
                card = card or Raw(number, fault=f"line {number:,} stands outside any card")
            elif len(within) == 1 and card:
                card.add(text)
            nests = text[:1] in "aAiI" and bool(_NESTS.match(text))
        elif edge[1].upper() == "END":
            card, done = _ended(card, within, word, number)
            if done:
                yield done
            nests = False
        elif word == "VCARD" and not (within and nests):
            if card:
                yield _not_ended(card, within, f"the next begins on line {number:,}")
            card, within, nests = Raw(number), [word], False
        elif within:
            # A card within a card (AGENT), or a foreign thing: all of it is left out.
            within.append(word)
            nests = False
    if card:
        yield _not_ended(card, within, "the file ends before it; was it cut off?")


def _ended(card: Raw | None, within: list[str], word: str, number: int) -> tuple[Raw | None, Raw | None]:
    """The card that is open after an END, and the one that it completes."""
    if not within:
        return card or Raw(number, fault=f"line {number:,} ends a card that never began"), None
    if word not in within:
        return card, None
    # What was opened last and never closed is closed with what stands around it.
    while within.pop() != word and within:
        pass
    return (card, None) if within else (None, card)


def _not_ended(card: Raw, within: list[str], why: str) -> Raw:
    if within:
        card.fault = card.fault or f"the card that begins on line {card.line:,} has no END:VCARD: {why}"
    return card
