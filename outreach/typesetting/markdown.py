"""Markdown, one way into the tree and one way out.

CommonMark with tables. What the tree has no place for becomes its text: an image its description, raw HTML itself, code
its lines.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from outreach.typesetting.data import letter_numbering
from outreach.typesetting.french import localized
from outreach.typesetting.numbering import number_marks
from outreach.typesetting.tree import (
    Block,
    BulletList,
    Cell,
    Changed,
    Document,
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
    safe_href,
    words,
)

BREAK = "\\\n"
_DEEPEST = 40  # levels of lists, quotations and emphases within each other
_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable("table")


def from_markdown(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text. Markup that is not Markdown is text; a link of another kind than https: or mailto:
    becomes its words with the address in brackets."""
    tokens = _PARSER.parse(text)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        # The parser drops what lies deeper; such a text is no letter, and is taken as it stands.
        return tuple(Paragraph(_lines(part)) for part in re.split(r"\n\s*\n", text))
    for token in tokens:
        token.children = _shallow(token.children or [])
    return _blocks(SyntaxTreeNode(tokens).children)


def sources(text: str) -> tuple[str, ...]:
    """The Markdown of each block of `text`, in order; each reads back as its block, unless one block refers to another."""
    lines = text.split("\n")
    spans = [token.map for token in _PARSER.parse(text) if token.level == 0 and token.nesting >= 0 and token.map]
    return tuple("\n".join(lines[start:end]).strip("\n") for start, end in spans)


def _shallow(tokens: Iterable[Token]) -> list[Token]:
    """Without the emphases nested deeper than any text means them: a thousand asterisks must not exhaust the stack."""
    kept = [token for token in tokens if token.nesting == 0 or token.level < _DEEPEST]
    for token in kept:
        token.children = _shallow(token.children or [])
    return kept


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> tuple[Block, ...]:
    return tuple(block for node in nodes for block in _block(node))


def _block(node: SyntaxTreeNode) -> Iterable[Block]:
    match node.type:
        case "heading":
            yield Heading(int(node.tag[1:]), _content(node))
        case "blockquote":
            yield Quotation(_blocks(node.children))
        case "bullet_list":
            yield BulletList(tuple(_blocks(item.children) for item in node.children))
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            yield NumberedList(tuple(_blocks(item.children) for item in node.children), start=start)
        case "table":
            yield _table(node)
        case "hr":
            yield Rule()
        case "code_block" | "fence":
            yield Paragraph(_lines(node.content))
        case _:
            yield Paragraph(_content(node))


def _lines(text: str) -> tuple[Inline, ...]:
    lines = [Text(line) for line in text.rstrip("\n").split("\n")]
    return (lines[0], *(inline for line in lines[1:] for inline in (LineBreak(), line)))


def _table(node: SyntaxTreeNode) -> Table:
    rows = [tuple(_content(cell) for cell in row.children) for part in node.children for row in part.children]
    return Table(rows[0], tuple(rows[1:]))


def _content(node: SyntaxTreeNode) -> tuple[Inline, ...]:
    return tuple(inline for child in node.children for inline in _inlines(child.children or []))


def _inlines(nodes: Sequence[SyntaxTreeNode]) -> tuple[Inline, ...]:
    """The inlines of `nodes`, neighbouring texts as one."""
    joined: list[Inline] = []
    for inline in (inline for node in nodes for inline in _inline(node) if inline != Text("")):
        last = joined[-1] if joined else None
        if isinstance(last, Text) and isinstance(inline, Text):
            joined[-1] = Text(last.text + inline.text)
        else:
            joined.append(inline)
    return tuple(joined)


def _inline(node: SyntaxTreeNode) -> Iterable[Inline]:
    match node.type:
        case "strong":
            yield Strong(_inlines(node.children))
        case "em":
            yield Emphasis(_inlines(node.children))
        case "softbreak":
            yield Text(" ")
        case "hardbreak":
            yield LineBreak()
        case "link":
            yield from _link(_inlines(node.children), str(node.attrs["href"]))
        case "image":
            yield from _inlines(node.children)
        case _:
            yield Text(node.content)


def _link(inlines: tuple[Inline, ...], href: str) -> Iterable[Inline]:
    if safe_href(href):
        yield Link(inlines, href)
        return
    yield from inlines
    if href and words(inlines) != href:
        yield Text(f" ({href})")


def to_markdown(document: Document) -> str:
    """`document` as Markdown, title first; footnotes as [^1] with their notes last."""
    notes: list[str] = []
    blocks = localized(document.blocks, document.language)
    title = [f"# {_end_escaped(_escaped(document.title))}"] if document.title else []
    body = [*title, *_markdown(blocks, document.language, notes)]
    return "\n\n".join([*body, *(f"[^{number}]: {note}" for number, note in enumerate(notes, 1))]) + "\n"


def _markdown(blocks: Iterable[Block], language: str, notes: list[str]) -> Iterable[str]:
    other = False  # a list right after a list needs the other bullet, or CommonMark reads the two as one
    before: Block | None = None
    for block in blocks:
        listed = isinstance(block, BulletList | NumberedList)
        other = listed and isinstance(before, BulletList | NumberedList) and not other
        yield from _markdown_block(block, language, notes, other=other)
        before = block


def _markdown_block(block: Block, language: str, notes: list[str], *, other: bool) -> Iterable[str]:
    def run(inlines: Iterable[Inline]) -> str:
        return _start_escaped(_run(inlines, notes))

    match block:
        case Heading():
            yield f"{'#' * block.level} {_end_escaped(run(block.inlines))}"
        case Paragraph():
            number = f"{_start_escaped(_escaped(block.number))} " if block.number else ""
            yield number + run(block.inlines)
        case Quotation():
            inside = "\n\n".join(_markdown(block.blocks, block.language or language, notes))
            by = f"\n\n— {run(block.attribution)}" if block.attribution else ""
            yield _prefixed(inside + by, "> ", "> ")
        case BulletList():
            yield _list(block.items, ["* " if other else "- "] * len(block.items), language, notes)
        case NumberedList():
            yield _list(block.items, _marks(block, language, other=other), language, notes)
        case Table():
            yield from [run(block.caption)] if block.caption else []
            yield "\n".join(_table_lines(block, lambda cell: _run(cell, notes)))
        case Rule():
            yield "* * *"
        case PageBreak():
            pass


def _marks(block: NumberedList, language: str, *, other: bool) -> list[str]:
    if block.kind == "letters":
        marks = number_marks(block, letter_numbering(language))
        return [f"{'*' if other else '-'} {_escaped(mark)} " for mark in marks]
    return [f"{mark} " for mark in number_marks(block, "1)" if other else "1.")]


def _list(items: Sequence[tuple[Block, ...]], marks: Sequence[str], language: str, notes: list[str]) -> str:
    bodies = ["\n\n".join(_markdown(item, language, notes)) for item in items]
    pairs = zip(marks, bodies, strict=True)
    return "\n\n".join(_prefixed(body, mark, " " * (mark.index(" ") + 1)) for mark, body in pairs)


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([(first + lines[0]).rstrip(), *((rest + line).rstrip() for line in lines[1:])])


def _table_lines(table: Table, run: Callable[[Cell], str]) -> Iterable[str]:
    def line(cells: Sequence[Cell]) -> str:
        return f"| {' | '.join(run(cell).replace(BREAK, ' ') for cell in cells)} |"

    yield line(table.header)
    yield f"|{' --- |' * len(table.header)}"
    yield from (line(row) for row in table.rows)


_CLOSING = re.compile(r"(?<![\\#])#+\s*\Z")
_SPECIAL = re.compile(r"[\\`*_\[\]<|~]|&(?=[#\w])")
_START = re.compile(r"^(?:[-+=>#:]|\d{1,9}(?=[.)]))", re.MULTILINE)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _end_escaped(text: str) -> str:
    """The text of a heading so that signs at its end are its own: `# Point #` says "Point" (CommonMark 0.31, 4.2)."""
    return _CLOSING.sub(r"\\\g<0>", text)


def _start_escaped(text: str) -> str:
    """`text` so that the first signs of its lines start no list, rule, quotation or heading."""
    lines = (line.strip(" ") for line in text.split("\n"))
    return _START.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], "\n".join(lines))


def _run(inlines: Iterable[Inline], notes: list[str]) -> str:
    run = ""
    for inline in inlines:
        if isinstance(inline, Link) and run.endswith("!"):
            # It would make an image of the link.
            run = run[:-1] + "\\!"
        run += _marked(inline, notes)
    return run


def _marked(inline: Inline, notes: list[str]) -> str:
    match inline:
        case Text(text) | Reference(text):
            return _escaped(text)
        case LineBreak():
            return BREAK
        case Changed():
            return f"<{'ins' if inline.came else 'del'}>{_run(inline.inlines, notes)}</{'ins' if inline.came else 'del'}>"
        case Strong():
            return _fenced("**", _run(inline.inlines, notes))
        case Emphasis():
            return _fenced("*", _run(inline.inlines, notes))
        case Link():
            return f"[{_run(inline.inlines, notes)}](<{inline.href}>)"
        case Footnote():
            notes.append("")
            place = len(notes)
            notes[place - 1] = _run(inline.inlines, notes)
            return f"[^{place}]"


def _fenced(fence: str, text: str) -> str:
    """`text` between fences; its outer spaces stay outside, or CommonMark would not see the fences."""
    bare = text.strip()
    if not bare:
        return text
    start, _, end = text.partition(bare)
    return f"{start}{fence}{bare}{fence}{end}"
