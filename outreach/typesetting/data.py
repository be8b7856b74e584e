"""The tree as plain data (what JSON can carry), for a typesetter that must never see it as code."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from outreach.typesetting.keeping import is_whole, leads_in
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Cell,
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
    printable,
    words,
)

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "dv", "ps", "sd", "ug", "yi"})

# Arabic letters look small beside Latin ones of the same size.
_GROWTH = {"ar": 1.12, "fa": 1.12, "ur": 1.12}

_SHORT_CELL = 300  # characters


# An address that no line can break leaves the line before it short: justified, its words would stand far apart.
_UNBROKEN = re.compile(r"[^\s\u3000-\u9fff]+@[^\s\u3000-\u9fff]{12,}")


def direction(language: str) -> str:
    """The direction in which `language` (BCP 47) is written: "rtl" or "ltr"."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def line_direction(line: str, language: str) -> str:
    """The direction of a line that stands alone, as in an address: a line of Latin letters stays left to right
    in an Arabic letter, or its house number and commas would jump to the other side."""
    kinds = {unicodedata.bidirectional(character) for character in line}
    return "ltr" if "L" in kinds and not kinds & {"R", "AL"} else direction(language)


def letter_numbering(language: str) -> str:
    """How sub-paragraphs are lettered: (a), but a) in French and Spanish (UN Editorial Manual)."""
    return "a)" if language.split("-")[0].lower() in {"fr", "es"} else "(a)"


def language_data(language: str, *, within: str = "") -> dict[str, Any]:
    """`language` in the parts that Typst asks for; `grow` is how much larger its letters are set than those of `within`."""
    primary, _, rest = language.partition("-")
    region = next((part for part in rest.split("-") if len(part) == 2 and part.isalpha()), None)
    grow = _GROWTH.get(primary.lower(), 1) / _GROWTH.get(within.partition("-")[0].lower(), 1)
    return {"lang": primary.lower(), "region": region, "dir": direction(language), "grow": grow}


def lines_data(lines: Iterable[str], language: str) -> list[list[str]]:
    """Lines that stand alone (address, masthead), each with its own direction."""
    return [[line_direction(line, language), printable(line)] for line in lines]


def inlines_data(inlines: Iterable[Inline]) -> list[Any]:
    """Inlines as data: text is a string, all else a mapping with its kind `k` and content `c`."""
    return [_inline_data(inline) for inline in inlines]


def _is_seen(inlines: Iterable[Inline]) -> bool:
    """Whether any of the words leaves a mark on the page; white space and soft hyphens do not."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in words(inlines))


def _inline_data(inline: Inline) -> Any:
    match inline:
        case Text(text):
            return text
        case Changed():
            return {"k": "ins" if inline.came else "del", "c": inlines_data(inline.inlines)}
        case Reference(text, anchor):
            return {"k": "ref", "text": text, "anchor": anchor}
        case LineBreak():
            return {"k": "br"}
        case Link() if not _is_seen(inline.inlines):
            # A tagged PDF refuses a link that nobody can see; its words stay.
            return {"k": "b", "c": inlines_data(inline.inlines)}
        case Link():
            return {"k": "a", "c": inlines_data(inline.inlines), "href": inline.href}
    kind = {Strong: "b", Emphasis: "i", Footnote: "note"}[type(inline)]
    return {"k": kind, "c": inlines_data(inline.inlines)}


def blocks_data(blocks: Sequence[Block], language: str, *, above: int = 0, inside: bool = False) -> list[Any]:
    """Blocks as data. Heading levels are closed up (a tagged PDF may not skip one) and start below `above`.

    `inside` other blocks no page can break, so page breaks there are left out. A block that stays with the next one is
    "held", one that no page may break is "whole" (`outreach.typesetting.keeping`).
    """
    encoded, current = [], above
    for block, following in zip_longest(blocks, blocks[1:]):
        if inside and isinstance(block, PageBreak):
            continue
        if isinstance(block, Heading):
            if not words(block.inlines).strip():  # a tagged PDF has no empty heading
                block = Paragraph(block.inlines, anchor=block.anchor)
            else:
                current = min(block.level + above, current + 1)
        kept = {"held": leads_in(block, following), "whole": is_whole(block)}
        encoded.append(_block_data(block, language, current) | kept)
    return encoded


def _block_data(block: Block, language: str, level: int) -> dict[str, Any]:
    match block:
        case Heading():
            return {"k": "h", "level": level, "c": inlines_data(block.inlines), "anchor": block.anchor}
        case Paragraph():
            told = {"c": inlines_data(block.inlines), "number": block.number, "anchor": block.anchor}
            return {"k": "p", "depth": block.depth, "ragged": bool(_UNBROKEN.search(words(block.inlines))), **told}
        case Quotation():
            own = block.language or language
            content = blocks_data(block.blocks, own, above=level, inside=True)
            return {"k": "quote", "c": content, "by": inlines_data(block.attribution)} | language_data(own, within=language)
        case BulletList():
            return {"k": "ul", "items": [blocks_data(item, language, above=level, inside=True) for item in block.items]}
        case NumberedList():
            items = [blocks_data(item, language, above=level, inside=True) for item in block.items]
            pattern = letter_numbering(language) if block.kind == "letters" else "1."
            return {"k": "ol", "items": items, "start": block.start, "numbering": pattern}
        case Table():
            return _table_data(block)
        case Rule():
            return {"k": "hr"}
        case PageBreak():
            return {"k": "page"}


def _table_data(table: Table) -> dict[str, Any]:
    return {
        "k": "table",
        "head": _row_data(table.header),
        # The header again on the next page is no part of the tagged text, and may not hold what leads elsewhere.
        "repeat": not any(_leads_elsewhere(cell) for cell in table.header),
        "rows": [_row_data(row) for row in table.rows],
        # A row that would only lose a line or two to the next page goes there whole.
        "unbroken": [all(len(words(cell)) <= _SHORT_CELL for cell in row) for row in table.rows],
        "numeric": list(table.numeric),
        "shares": list(table.shares) or [1] * len(table.header),
        "caption": inlines_data(table.caption),
    }


def _leads_elsewhere(inlines: Iterable[Inline]) -> bool:
    return any(
        isinstance(inline, Link | Footnote | Reference)
        or (isinstance(inline, Strong | Emphasis) and _leads_elsewhere(inline.inlines))
        for inline in inlines
    )


def _row_data(cells: Sequence[Cell]) -> list[list[Any]]:
    return [inlines_data(cell) for cell in cells]
