"""What stays together on a page, by one rule for every output that has pages.

A reader should not meet a name without the words it stands for, nor a colon with nothing after it. Lines are counted by
characters, since only the typesetter knows better: a rule of thumb, in which a few more or less do no harm.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from outreach.typesetting.tree import (
    Block,
    BulletList,
    Inline,
    LineBreak,
    NumberedList,
    Paragraph,
    Quotation,
    Table,
    words,
)

_LINE, _QUOTED_LINE = 88, 78  # characters
_STACK = 6  # lines set one below the other: boxes to mark, an address
_QUOTATION = 4  # lines
_LEAD_IN = 10  # lines; a longer paragraph would leave too large a hole behind
_ROWS = 14
_COLONS = (":", "\N{FULLWIDTH COLON}")


def is_whole(block: Block) -> bool:
    """Whether no page may end within `block`: stacked lines, a short quotation, a table of few rows."""
    match block:
        case Paragraph(inlines):
            return any(isinstance(inline, LineBreak) for inline in inlines) and _lines(inlines) <= _STACK
        case Quotation(blocks):
            found = [_lines(part.inlines, _QUOTED_LINE) for part in blocks if isinstance(part, Paragraph)]
            return len(found) == len(blocks) and sum(found) <= _QUOTATION
        case Table():
            return len(block.rows) <= _ROWS
    return False


def leads_in(block: Block, following: Block | None) -> bool:
    """Whether no page may end between `block` and the beginning of `following`: what comes before a quotation, and what ends
    with a colon."""
    if not isinstance(block, Paragraph) or not isinstance(following, _LED_IN):
        return False
    colon = words(block.inlines[-2:]).rstrip().endswith(_COLONS)
    return (colon or isinstance(following, Quotation)) and _lines(block.inlines) <= _LEAD_IN


_LED_IN = Paragraph | Quotation | BulletList | NumberedList | Table


def _lines(inlines: Sequence[Inline], width: int = _LINE) -> int:
    stacked = (list(line) for broken, line in groupby(inlines, lambda inline: isinstance(inline, LineBreak)) if not broken)
    return sum(-(-_columns(words(line)) // width) for line in stacked)


def _columns(text: str) -> int:
    """Chinese signs are twice as wide as Latin letters."""
    return len(text) if text.isascii() else len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
