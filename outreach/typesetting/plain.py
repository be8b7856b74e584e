"""The tree as plain text that reads like a letter: no markup signs, lines of at most `width` columns."""

import unicodedata
from collections.abc import Iterable, Sequence

from outreach.typesetting.data import letter_numbering
from outreach.typesetting.numbering import number_marks
from outreach.typesetting.tree import (
    Block,
    BulletList,
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
    words,
)

WIDTH = 72  # columns; RFC 3676 and the usage of e-mail
# A line never starts with one of these (Chinese kinsoku, the common ones).
_NEVER_FIRST = frozenset("，。、；：！？）》」』】”’")


def to_text(blocks: Iterable[Block], *, width: int = WIDTH, language: str = "en") -> str:
    """`blocks` as text: paragraphs apart by an empty line, links with their address, footnotes numbered at the end."""
    notes: list[str] = []
    parts = list(_blocks(blocks, width, language, notes))
    parts += ["\n".join(wrap(f"[{number}] {note}", width)) for number, note in enumerate(notes, 1)]
    return "\n\n".join(parts) + "\n" if parts else ""


def _blocks(blocks: Iterable[Block], width: int, language: str, notes: list[str]) -> Iterable[str]:
    for block in blocks:
        yield from _block(block, width, language, notes)


def _block(block: Block, width: int, language: str, notes: list[str]) -> Iterable[str]:
    match block:
        case Heading():
            line = "\n".join(_lines(block.inlines, width, notes))
            yield f"{line}\n{'-' * min(width, max((columns(part) for part in line.split(chr(10))), default=0))}"
        case Paragraph():
            number = Text(f"{block.number} " if block.number else "")
            yield "\n".join(_lines((number, *block.inlines), width, notes))
        case Quotation():
            yield _quotation(block, width, language, notes)
        case BulletList():
            yield _items(block.items, ["-"] * len(block.items), width, language, notes)
        case NumberedList():
            pattern = letter_numbering(language) if block.kind == "letters" else "1."
            yield _items(block.items, number_marks(block, pattern), width, language, notes)
        case Table():
            yield from _table(block, width, notes)
        case Rule():
            yield "-" * min(width, 24)
        case PageBreak():
            pass


def _quotation(block: Quotation, width: int, language: str, notes: list[str]) -> str:
    parts = list(_blocks(block.blocks, width - 4, block.language or language, notes))
    if block.attribution:
        parts.append("\n".join(_lines((Text("— "), *block.attribution), width - 4, notes)))
    return _indented("\n\n".join(parts), "    ", "    ")


def _items(items: Sequence[tuple[Block, ...]], marks: Sequence[str], width: int, language: str, notes: list[str]) -> str:
    room = max((columns(mark) for mark in marks), default=0) + 1
    texts = ["\n\n".join(_blocks(item, width - room - 2, language, notes)) for item in items]
    pairs = zip(marks, texts, strict=True)
    return "\n".join(_indented(text, f"  {mark:<{room}}", " " * (room + 2)) for mark, text in pairs)


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([(first + lines[0]).rstrip(), *((rest + line).rstrip() for line in lines[1:])])


def _table(table: Table, width: int, notes: list[str]) -> Iterable[str]:
    """A table row by row, each cell after the name of its column: it reads in any window and loses nothing."""
    if table.caption:
        yield "\n".join(_lines(table.caption, width, notes))
    names = [_run(cell, notes).replace("\n", " ") for cell in table.header]
    if not table.rows:
        yield "\n".join(wrap(", ".join(names), width))
    for row in table.rows:
        cells = [_run(cell, notes).replace("\n", " ") for cell in row]
        pairs = zip(names, cells, strict=True)
        yield "\n".join(line for name, cell in pairs for line in wrap(f"{name}: {cell}", width))


def _lines(inlines: Iterable[Inline], width: int, notes: list[str]) -> list[str]:
    return [line for part in _run(inlines, notes).split("\n") for line in wrap(part, width) or [""]]


def _run(inlines: Iterable[Inline], notes: list[str]) -> str:
    return "".join(_plain(inline, notes) for inline in inlines)


def _plain(inline: Inline, notes: list[str]) -> str:
    match inline:
        case Text(text) | Reference(text):
            return text
        case LineBreak():
            return "\n"
        case Changed():
            return _changed(_run(inline.inlines, notes), inline)
        case Strong() | Emphasis():
            return _run(inline.inlines, notes)
        case Link(inlines, href):
            address = href.removeprefix("mailto:")
            return _run(inlines, notes) + ("" if words(inlines) in (href, address) else f" <{address}>")
        case Footnote():
            notes.append("")
            place = len(notes)
            notes[place - 1] = _run(inline.inlines, notes).replace("\n", " ")
            return f" [{place}]"


def columns(text: str) -> int:
    """The columns that `text` takes in a terminal or mail window: East Asian wide characters take two, marks none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int = WIDTH) -> list[str]:
    """`text` in lines of at most `width` columns, broken at spaces and between Chinese characters; a word that is too long
    (an address) stands alone and whole. No-break spaces do not break."""
    lines: list[str] = []
    line, used, gap = "", 0, ""
    for piece in _pieces(text):
        if piece == " ":
            gap = " " if line else ""
            continue
        size = columns(piece)
        if line and used + len(gap) + size > width:
            lines.append(line)
            line, used, gap = "", 0, ""
        line, used, gap = line + gap + piece, used + len(gap) + size, ""
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterable[str]:
    """Spaces, and what must not be broken between them."""
    word = ""
    for character in text:
        if character == " ":
            yield from [word, " "] if word else [" "]
            word = ""
        elif word and _may_break(word[-1], character):
            yield word
            word = character
        else:
            word += character
    if word:
        yield word


def _may_break(before: str, after: str) -> bool:
    if before.isascii() and after.isascii():
        return False
    return (_columns(before) == 2 or _columns(after) == 2) and after not in _NEVER_FIRST and before not in "（《「『【“‘"


def _changed(text: str, inline: Changed) -> str:
    return f"{{+{text}+}}" if inline.came else f"[-{text}-]"
