"""The Markdown of a text that was changed elsewhere: blocks that did not change keep their source, letter for letter."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain

from outreach.letters.comparing import folded
from outreach.typesetting.docx_inlines import BREAK, Piece, inlines_of
from outreach.typesetting.markdown import from_markdown, sources, to_markdown
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Document,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    NumberedList,
    Paragraph,
    Quotation,
    Strong,
    Text,
)

_LEADING = re.compile(r"[^\w\s]+(?=\w)")
_TRAILING = re.compile(r"(?<=\w)[^\w\s]+\Z")
Change = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]


@dataclass(frozen=True)
class Rewritten:
    """The new Markdown, and whether some emphasis had to be left out of it because Markdown has no way to say it."""

    text: str
    plainer: bool = False


def key(block: Block) -> str:
    """What `block` says and how, as it counts in comparing: see `folded`."""
    lines = _markdown((block,)).split("\n")
    return "\n".join(" " * (len(line) - len(line.lstrip(" "))) + folded(line) for line in lines)


def rewritten(source: str, before: Sequence[Block], after: Sequence[Block]) -> Rewritten:
    """The Markdown of `after`, where `source` is the Markdown that was read as `before`.

    What is written reads back as `after`; only emphasis that Markdown cannot express is moved off punctuation, or left out.
    """
    known = _sources(source)
    if not _same_blocks(known, before):
        known = ()
    forms = [_form(block) for block in after]
    parts: list[str] = []
    steps = SequenceMatcher(None, [key(block) for block in before], [key(block) for block in after])
    for tag, a, b, c, d in steps.get_opcodes():
        kept = known[a:b] if tag == "equal" else ()
        parts += kept or [_markdown(forms[c:d])]
    text = "\n\n".join(part for part in parts if part)
    # Two lists side by side would be read as one; written anew together, each gets signs of its own.
    if not _reads_as(text, chain.from_iterable(map(from_markdown, parts))):
        text = _markdown(forms)
    return Rewritten(
        f"{text}\n", any(form == _changed(form, _plain) != block for form, block in zip(forms, after, strict=True))
    )


def _reads_as(text: str, blocks: Iterable[Block]) -> bool:
    return from_markdown(text) == tuple(blocks)


def _markdown(blocks: Sequence[Block]) -> str:
    return to_markdown(Document(language="en", title="", blocks=tuple(blocks))).strip("\n")


def _sources(source: str) -> tuple[str, ...]:
    """The Markdown of each block of `source`; none when they cannot be told apart (one refers to another)."""
    parts = sources(source)
    return parts if _reads_as(source, chain.from_iterable(map(from_markdown, parts))) else ()


def _same_blocks(known: Sequence[str], before: Sequence[Block]) -> bool:
    read = [from_markdown(source) for source in known]
    return len(read) == len(before) and all(
        len(blocks) == 1 and type(blocks[0]) is type(block) and _squeezed(blocks[0]) == _squeezed(block)
        for blocks, block in zip(read, before, strict=True)
    )


def _squeezed(block: Block) -> str:
    """The words of `block` without any space: the spacing of French is the layout's, not the source's."""
    return "".join(folded(_markdown((_changed(block, _plain),))).split())


def _form(block: Block) -> Block:
    """`block` as Markdown can say it: as it is, else with emphasis off punctuation, else without emphasis."""
    forms = (block, _changed(block, _off_punctuation), _changed(block, _plain))
    return next((form for form in forms if _reads_as(_markdown((form,)), (form,))), block)


def _changed(block: Block, change: Change) -> Block:
    """`block` with `change` made to the inlines of each of its paragraphs."""
    match block:
        case Paragraph() | Heading():
            return replace(block, inlines=change(block.inlines))
        case Quotation():
            return replace(block, blocks=tuple(_changed(inner, change) for inner in block.blocks))
        case BulletList() | NumberedList():
            items = tuple(tuple(_changed(inner, change) for inner in item) for item in block.items)
            return replace(block, items=items)
    return block


def _plain(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return inlines_of(Piece(piece.text, href=piece.href) for piece in _pieces(inlines))


def _off_punctuation(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """With emphasis that begins and ends at words: Markdown reads no emphasis in **“word”**after (CommonMark 0.31, 6.2)."""
    return inlines_of(chain.from_iterable(_off(piece) for piece in _pieces(inlines)))


def _off(piece: Piece) -> Iterator[Piece]:
    leading, trailing = _LEADING.match(piece.text), _TRAILING.search(piece.text)
    start = leading.end() if leading else 0
    end = trailing.start() if trailing else len(piece.text)
    plain = Piece("", href=piece.href)
    yield replace(plain, text=piece.text[:start])
    yield replace(piece, text=piece.text[start:end])
    yield replace(plain, text=piece.text[end:])


def _pieces(inlines: Iterable[Inline], looks: Piece = Piece("")) -> Iterator[Piece]:  # noqa: B008 - a frozen value
    for inline in inlines:
        match inline:
            case Text(text):
                yield replace(looks, text=text)
            case LineBreak():
                yield replace(looks, text=BREAK)
            case Strong():
                yield from _pieces(inline.inlines, replace(looks, bold=True))
            case Emphasis():
                yield from _pieces(inline.inlines, replace(looks, italic=True))
            case Link():
                yield from _pieces(inline.inlines, replace(looks, href=inline.href))
