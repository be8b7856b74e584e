"""Taking a message apart into its leaves (RFC 2045, 2046), within bounds.

The standard library's parser follows every level of nesting and looks for every open boundary on every line, so that
one prepared mail can keep it busy for hours; and it reads a forwarded message apart instead of leaving its bytes as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from outreach.mail.decoding import decoded, parameters, transferred

DEEPEST = 50
MOST_PARTS = 1000
MOST_HEADERS = 2000
_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"(?:\A|\n)\r?(?:\n|\Z)")
_KNOWN = re.compile(
    rb"^(?:from|to|subject|date|message-id|mime-version|content-type|return-path|x-[a-z0-9-]{3,40}):",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_LOST = 300
_NEAR = 4000
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Headers:
    """The raw headers of a message or part, unfolded, names in lower case, in order."""

    lines: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """Give the first value of a header, or an empty string."""
        return next((value for key, value in self.lines if key == name), "")

    def all(self, name: str) -> list[str]:
        """Give every value of a header."""
        return [value for key, value in self.lines if key == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One part that holds no others: its type, parameters and decoded bytes.

    `alternative` numbers the multipart/alternative that it stands in, 0 when in none.
    """

    headers: Headers
    content_type: str
    charset: str
    flowed: bool
    delsp: bool
    disposition: str
    filename: str
    content: bytes
    alternative: int


@dataclass(slots=True)
class Split:
    """What a message was taken apart into, and what was wrong with it."""

    headers: Headers
    content_type: str
    leaves: list[Leaf] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pending:
    raw: bytes
    depth: int
    alternative: int
    default: str


def split(raw: bytes) -> Split:
    """Take a message apart; at most 50 levels and 1,000 parts are followed, what lies beyond is a defect."""
    headers, _, defect = head_of(raw)
    result = Split(headers, parameters(headers.first("content-type"))[0] or "text/plain", defects=[defect] if defect else [])
    stack, seen = [_Pending(raw, 0, 0, "text/plain")], 0
    while stack:
        pending = stack.pop()
        seen += 1
        if seen > MOST_PARTS:
            result.defects.append(f"It has more than {MOST_PARTS} parts; the rest was not read.")
            break
        stack += reversed(_opened(pending, seen, result))
    return result


def head_of(raw: bytes) -> tuple[Headers, bytes, str]:
    """Read the headers of a message or part; give them, the body, and what was wrong or an empty string."""
    blank = _BLANK.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    lines: list[tuple[str, str]] = []
    position = lost = 0
    for line in _unfolded(head):
        match = _HEADER.fullmatch(line)
        if match and len(lines) >= MOST_HEADERS:
            return Headers(tuple(lines)), body, f"It has more than {MOST_HEADERS} header lines; the rest was not read."
        if match:
            lines.append((match[1].decode().lower(), _FOLD.sub("", decoded(match[2])).strip()))
        elif lines and (lost := lost + 1) < _MOST_LOST and _KNOWN.search(head, position, position + _NEAR):
            # Some gateways lose the blanks at the start of folded lines; headers that follow show that this was one.
            name, value = lines[-1]
            lines[-1] = (name, f"{value} {decoded(line).strip()}")
        elif position or not line.startswith((b"From ", b">From ")):
            return Headers(tuple(lines)), raw[position:], "Its headers run into its text without an empty line."
        position += len(line)
    return Headers(tuple(lines)), body, ""


def _unfolded(head: bytes) -> Iterator[bytes]:
    """Give each header with its continuation lines, so that the pieces joined are the whole again."""
    start = 0
    for match in re.finditer(rb"\n(?![ \t])", head):
        yield head[start : match.end()]
        start = match.end()
    if start < len(head):
        yield head[start:]


def _opened(pending: _Pending, number: int, result: Split) -> list[_Pending]:
    """Give the children of a container, or put a leaf into the result."""
    headers, body, _ = head_of(pending.raw)
    content_type, found = parameters(headers.first("content-type"))
    if "/" not in content_type:
        content_type = pending.default
    if not content_type.startswith("multipart/"):
        result.leaves.append(_leaf(headers, body, content_type, found, pending.alternative, result.defects))
        return []
    if pending.depth >= DEEPEST:
        result.defects.append(f"It is nested more than {DEEPEST} levels deep; what lies below was not read.")
        return []
    return _children(pending, body, content_type, found.get("boundary", ""), number, result)


def _children(pending: _Pending, body: bytes, content_type: str, boundary: str, number: int, result: Split) -> list[_Pending]:
    pieces, closed = _between(body, boundary.encode()) if boundary else ([], False)
    if not pieces:
        result.defects.append(f"A {content_type[:40]} has no parts between its boundaries; it was read as plain text.")
        headers = Headers(())
        result.leaves.append(_leaf(headers, body, "text/plain", {}, pending.alternative, result.defects))
        return []
    if not closed:
        result.defects.append(f"A {content_type[:40]} has no end; the message may be cut off.")
    group = number if content_type == "multipart/alternative" else pending.alternative
    default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    return [_Pending(piece, pending.depth + 1, group, default) for piece in pieces]


def _between(body: bytes, boundary: bytes) -> tuple[list[bytes], bool]:
    """Give the pieces between the delimiter lines, and whether the last line was a closing one.

    What follows a closing line is looked through as well: mail programs that give an inner container the boundary of its
    outer one would lose the attachments behind it.
    """
    pieces, start, is_closed = list[bytes](), -1, False
    for found, end, is_closing in _delimiters(body, b"--" + boundary):
        if start >= 0:
            pieces.append(_without_last_break(body[start:found]))
        if len(pieces) > MOST_PARTS:
            return pieces, True
        start, is_closed = (-1 if is_closing else end), is_closing
    if start >= 0:
        pieces.append(body[start:])
    return pieces, is_closed


def _delimiters(body: bytes, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Give each delimiter line as (start, end, whether it closes)."""
    position = 0
    while (found := body.find(delimiter, position)) >= 0:
        position = found + len(delimiter)
        if found and body[found - 1 : found] != b"\n":
            continue
        end = body.find(b"\n", position)
        end = len(body) if end < 0 else end + 1
        rest = body[position : min(end, position + 200)].strip()
        if rest in {b"", b"--"}:
            yield found, end, rest == b"--"
            position = end


def _without_last_break(piece: bytes) -> bytes:
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1] if piece.endswith(b"\n") else piece


def _leaf(
    headers: Headers, body: bytes, content_type: str, found: dict[str, str], alternative: int, defects: list[str]
) -> Leaf:
    disposition, labels = parameters(headers.first("content-disposition"))
    content, wrong = transferred(body, headers.first("content-transfer-encoding"))
    if wrong:
        defects.append(f"A part ({content_type[:60]}) could not be decoded whole: {wrong}.")
    return Leaf(
        headers=headers,
        content_type=content_type,
        charset=found.get("charset", ""),
        flowed=found.get("format", "").lower() == "flowed",
        delsp=found.get("delsp", "").lower() == "yes",
        disposition=disposition,
        filename=labels.get("filename", "") or found.get("name", ""),
        content=content,
        alternative=alternative,
    )
