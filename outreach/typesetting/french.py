"""French spacing: the narrow no-break space before high punctuation and within guillemets.

Rule: Lexique des règles typographiques en usage à l'Imprimerie nationale; here one narrow no-break space (U+202F) for all,
as most offices set it today.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from outreach.typesetting.tree import (
    Block,
    BulletList,
    Cell,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    NumberedList,
    Paragraph,
    Quotation,
    Strong,
    Table,
    Text,
    words,
)

NARROW = "\N{NARROW NO-BREAK SPACE}"
_SPACE = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
# A sign takes its space after a letter, digit, closing bracket, quotation mark or per cent; "10:30", "https://" and "a;b"
# in a code stay as they are, because a sign glued to what follows is not punctuation.
_BEFORE = re.compile(rf"(?<=[\w)\]»”’\"'%€….])[{_SPACE}]*([;:!?]+)(?=[\s)\]»”’\"'…]|$)")
_OPENING = re.compile(rf"«[{_SPACE}]*(?=\S|$)")
_CLOSING = re.compile(rf"(?<=\S)[{_SPACE}]*»")
_ADDRESS = re.compile(r"(?:https?://|mailto:|www\.)\S+|\S+@\S+")


def french_text(text: str, *, after: str = "") -> str:
    """`text` with French spacing; applying it twice changes nothing more, and addresses in it stay as they are.

    `after` is what stands right before it in the line, since a sign may open a run of text.
    """
    spaced = _spaced_around_addresses(after[-1:] + text)
    return spaced[len(after[-1:]) :]


def _spaced_around_addresses(text: str) -> str:
    pieces, end = [], 0
    for address in _ADDRESS.finditer(text):
        pieces += [_spaced(text[end : address.start()]), address.group()]
        end = address.end()
    return "".join([*pieces, _spaced(text[end:])])


def _spaced(text: str) -> str:
    text = _BEFORE.sub(rf"{NARROW}\1", text)
    return _CLOSING.sub(f"{NARROW}»", _OPENING.sub(f"«{NARROW}", text))


def french_inlines(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """`inlines` with French spacing in their text; what a link reads stays as it is."""
    return _inlines(inlines, after="")


def _inlines(inlines: Iterable[Inline], after: str) -> tuple[Inline, ...]:
    done = []
    for inline in inlines:
        done.append(_inline(inline, after))
        after = words([inline])[-1:] or after
    return tuple(done)


def _inline(inline: Inline, after: str) -> Inline:
    match inline:
        case Text(text):
            return Text(french_text(text, after=after))
        case Strong() | Emphasis():
            return replace(inline, inlines=_inlines(inline.inlines, after))
        case Footnote():
            return replace(inline, inlines=french_inlines(inline.inlines))
    return inline


def french_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """`blocks` with French spacing; a quotation marked as of another language is left as it is."""
    return tuple(_block(block) for block in blocks)


def _block(block: Block) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, inlines=french_inlines(block.inlines))
        case Quotation(language=None | "fr"):
            return replace(block, blocks=french_blocks(block.blocks), attribution=french_inlines(block.attribution))
        case BulletList() | NumberedList():
            return replace(block, items=tuple(french_blocks(item) for item in block.items))
        case Table():
            rows = tuple(_cells(row) for row in block.rows)
            return replace(block, header=_cells(block.header), rows=rows, caption=french_inlines(block.caption))
    return block


def _cells(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(french_inlines(cell) for cell in cells)


def localized(blocks: Iterable[Block], language: str) -> tuple[Block, ...]:
    """`blocks` with the spacing that `language` asks for: French has its own, other languages none."""
    return french_blocks(blocks) if language.split("-")[0] == "fr" else tuple(blocks)


def localized_text(text: str, language: str) -> str:
    """A line of `text` with the spacing that `language` asks for."""
    return french_text(text) if language.split("-")[0] == "fr" else text
