"""HTML of strangers: sanitised for showing, and turned into plain text for reading and counting.

What is kept is what correspondence needs: paragraphs, lists, tables, links, the reading direction. Pictures from
elsewhere go, since they tell the sender who opened the mail and when.
"""

import html as entities
import io
import re
from collections import Counter

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST = 1_000_000
# Both parsers walk all open elements for every new one: 100,000 nested <div> take them 20 s, 300 are not felt.
DEEPEST = 300
_MOST_IN_TAG = 10_000
# A page of a newsletter has some thousand; each takes a hundred times its length in memory.
_MOST_TAGS = 60_000

_DATA_URI = re.compile(r"data:[\w.+/-]{1,60};base64,[A-Za-z0-9+/=%\s]*+", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
_LONG_TAG = re.compile(rf"<[^<>]{{{_MOST_IN_TAG}}}")
_ANY_TAG = re.compile(r"<[^<>]*+>")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_NEVER_CLOSED = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "base"})
_CLOSED_BY_THE_NEXT = frozenset({"p", "li", "td", "th", "tr", "dd", "dt", "tbody", "thead", "tfoot"})

_LINES = frozenset({"div", "address", "article", "aside", "dd", "dt", "figcaption", "footer", "header", "li", "section", "tr"})
_PARAGRAPHS = frozenset(
    {"p", "blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "pre", "table", "ul"}
)

_TAGS = nh3.ALLOWED_TAGS - {"map", "area"} | {"section", "font", "tfoot"}
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"dir", "lang"}, "bdo": set[str](), "img": {"alt", "src", "width", "height"}}


def is_workable(html: str) -> bool:
    """Say whether HTML is small and flat enough to parse: nobody's letter is not, a trap is."""
    return len(html) <= LONGEST and html.count("<") <= _MOST_TAGS and not _LONG_TAG.search(html) and _depth(html) <= DEEPEST


def sanitised(html: str) -> str | None:
    """Give HTML that is safe to show: no scripts, styles, forms or pictures from elsewhere; `dir` and `lang` stay.

    A picture that came with the message keeps its ``cid:`` address. HTML that is no letter (see `is_workable`) gives None.
    """
    lean = _DATA_URI.sub("", html)
    if not is_workable(lean):
        return None
    return nh3.clean(
        lean,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        clean_content_tags={"script", "style", "title", "template"},
    )


def text_of(html: str) -> str:
    """Give sanitised HTML as plain text.

    A blank line stands between paragraphs, "- " or a number before items, a tab between cells, "> " before quotations.
    """
    body = LexborHTMLParser(html).body
    writer = _Writer()
    if body is not None:
        _walk(body, writer)
    return writer.text()


def bare_text(html: str) -> str:
    """Give the text of HTML that is too deep or long to parse: what is left when all tags are taken out."""
    return entities.unescape(_ANY_TAG.sub(" ", _DATA_URI.sub("", html))).strip()


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if value.lower().startswith("cid:") else None
    return value


def _depth(html: str) -> int:
    """Bound how deep the elements can nest, without parsing: what was opened by name and not closed by name."""
    foreign = re.search(r"<(?:svg|math)", html, re.IGNORECASE) is not None
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _NEVER_CLOSED or (name in _CLOSED_BY_THE_NEXT and not foreign):
            continue
        step = (-1 if opened[name] else 0) if match[1] else 1
        opened[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


class _Writer:
    """Puts text into lines, remembering what is open around it."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.breaks = 0
        self.line = ""
        self.mark = ""  # of a list item that has no words yet
        self.quotes = 0
        self.preformatted = 0
        self.items: list[int | None] = []

    def say(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._add(first)
            for each in others:
                self._end_line()
                self._add(each)
        elif text:
            words = _SPACES.sub(" ", text)
            self._add(words.lstrip(" ") if not self.line or self.line.endswith((" ", "\t")) else words)

    def end(self, breaks: int) -> None:
        """End the line, and leave it `breaks` line ends away from what follows."""
        if self.line.strip():
            self._end_line()
            self.breaks = 0
        self.breaks = max(self.breaks, breaks - 1)

    def turn(self) -> None:
        """Write a line break that was asked for, even on an empty line."""
        self._end_line()

    def text(self) -> str:
        self.end(1)
        return _BLANK_LINES.sub("\n\n", self.out.getvalue()).strip("\n")

    def _add(self, words: str) -> None:
        if self.mark and words.strip():
            self.line, self.mark, words = self.mark, "", words.lstrip(" ")
        self.line += words

    def _end_line(self) -> None:
        if self.breaks and self.out.tell():
            self.out.write("\n" * self.breaks)
        self.breaks = 0
        self.out.write(("> " * self.quotes + self.line).rstrip(" \t") + "\n")
        self.line = ""


def _walk(body: LexborNode, writer: _Writer) -> None:
    node, depth = body.child, 1
    while node is not None:
        _enter(node, writer)
        if node.child is not None:
            node, depth = node.child, depth + 1
            continue
        _leave(node, writer)
        while node.next is None:
            depth -= 1
            parent = node.parent
            if not depth or parent is None:
                return
            node = parent
            _leave(node, writer)
        node = node.next


def _enter(node: LexborNode, writer: _Writer) -> None:
    tag = node.tag or ""
    if tag == "-text":
        writer.say(node.text_content or "")
        return
    _break(tag, writer)
    if tag == "br":
        writer.turn()
    elif tag == "blockquote":
        writer.quotes += 1
    elif tag == "pre":
        writer.preformatted += 1
    elif tag in {"ol", "ul"}:
        writer.items.append(0 if tag == "ol" else None)
    elif tag == "li":
        writer.mark = _bullet(writer.items)


def _leave(node: LexborNode, writer: _Writer) -> None:
    tag = node.tag or ""
    if tag in {"td", "th"} and writer.line:
        writer.line = writer.line.rstrip(" ") + "\t"
    _break(tag, writer)
    if tag == "blockquote":
        writer.quotes -= 1
    elif tag == "pre":
        writer.preformatted -= 1
    elif tag in {"ol", "ul"} and writer.items:
        writer.items.pop()


def _break(tag: str, writer: _Writer) -> None:
    if tag in _PARAGRAPHS:
        writer.end(2)
    elif tag in _LINES:
        writer.end(1)


def _bullet(items: list[int | None]) -> str:
    if not items or items[-1] is None:
        return "- "
    items[-1] += 1
    return f"{items[-1]}. "
