"""From the runs of a paragraph to its inlines: runs that look alike joined, emphasis nested as Markdown would nest it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from outreach.typesetting.tree import Emphasis, Inline, LineBreak, Link, Strong, Text

BREAK = "\n"  # stands for a line break; no printable text holds one
_WORDS = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True)
class Piece:
    """Text that looks alike throughout; `href` is where it leads, empty for nowhere."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""

    @property
    def looks(self) -> frozenset[str]:
        """How it looks: "bold", "italic", or the address it leads to."""
        named = (("bold", self.bold), ("italic", self.italic), (self.href, bool(self.href)))
        return frozenset(name for name, present in named if present)


def inlines_of(pieces: Iterable[Piece]) -> tuple[Inline, ...]:
    """The inlines that say and look the same; spaces of any kind at the ends of lines are dropped, as Markdown drops them."""
    return _nested(_joined(_trimmed(_settled(list(_split(pieces))))), frozenset())


def _split(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        yield from (replace(piece, text=part) for part in _WORDS.findall(piece.text))


def _settled(parts: list[Piece]) -> list[Piece]:
    """Spaces and breaks with no emphasis but that of the words on both sides: in Markdown none begins or ends with a space."""
    after: list[Piece] = []
    word = Piece("")
    for part in reversed(parts):
        after.append(word)
        word = word if part.text.isspace() else part
    settled, before = [], Piece("")
    for part, following in zip(parts, reversed(after), strict=True):
        if part.text.isspace():
            settled.append(_between(before, part, following))
        else:
            settled.append(part)
            before = part
    return settled


def _between(before: Piece, space: Piece, after: Piece) -> Piece:
    # A break has no looks of its own: some programs mark it like the words around, some do not.
    own = replace(before, href=before.href if before.href == after.href else "") if space.text == BREAK else space
    return replace(
        own,
        text=space.text,
        bold=before.bold and own.bold and after.bold,
        italic=before.italic and own.italic and after.italic,
    )


def _trimmed(parts: Sequence[Piece]) -> list[Piece]:
    """Without the spaces around breaks and at both ends, and without breaks at the ends."""
    kept: list[Piece] = []
    for part in parts:
        if part.text == BREAK:
            _drop_spaces(kept)
        at_start = not kept or (kept[-1].text == BREAK and part.text != BREAK)
        if not (at_start and part.text.isspace()):
            kept.append(part)
    while kept and kept[-1].text.isspace():
        kept.pop()
    return kept


def _drop_spaces(kept: list[Piece]) -> None:
    while kept and kept[-1].text.isspace() and kept[-1].text != BREAK:
        kept.pop()


def _joined(parts: Iterable[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and BREAK not in (last.text, part.text) and last.looks == part.looks:
            joined[-1] = replace(last, text=last.text + part.text)
        else:
            joined.append(part)
    return joined


def _nested(pieces: Sequence[Piece], within: frozenset[str]) -> tuple[Inline, ...]:
    nested: list[Inline] = []
    place = 0
    while place < len(pieces):
        piece, end = pieces[place], place + 1
        if looks := piece.looks - within:
            # The longest outside; of equals the link, then italic: that is how Markdown reads its own signs.
            ends = [(_end(pieces, place, look), look not in ("bold", "italic"), look == "italic", look) for look in looks]
            end, *_rank, look = max(ends)
            nested.append(_wrapped(look, _nested(pieces[place:end], within | {look})))
        else:
            nested.append(LineBreak() if piece.text == BREAK else Text(piece.text))
        place = end
    return tuple(nested)


def _end(pieces: Sequence[Piece], start: int, look: str) -> int:
    """Where the text from `start` on no longer looks so."""
    return next((place for place in range(start, len(pieces)) if look not in pieces[place].looks), len(pieces))


def _wrapped(look: str, inlines: tuple[Inline, ...]) -> Inline:
    if look == "bold":
        return Strong(inlines)
    return Emphasis(inlines) if look == "italic" else Link(inlines, look)
