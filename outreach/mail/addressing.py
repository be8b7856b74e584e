"""Reading who wrote to whom: the address headers of a mail, however badly they are written.

The standard library's parser recurses on nested comments and gives up on a name with an unquoted comma; this one
does neither, and takes time linear in the header.
"""

import re
from dataclasses import dataclass

from outreach.mail.decoding import header_text, tidy

MOST = 1000
_FARTHEST = 65_536
# An encoded word is taken whole: Exchange leaves commas, colons and @ in it as they are.
_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*+)"?|<([^<>]*+)>?|([(),:;>])|(=\?[^?\s]{1,60}+\?[BbQq]\?[^?\s]*+\?=)|(=|[^"<>(),:;=]++)', re.DOTALL
)
_IN_COMMENT = re.compile(r"[()]|[^()]++")
_ADDRESS = re.compile(r"[^\s@<>(),:;\"]{1,64}@[^\s@<>(),:;\"]{1,255}")


@dataclass(frozen=True)
class Correspondent:
    """Someone named in a mail that came in: the name as written there, and the address, empty when unreadable."""

    name: str
    address: str


class _Reader:
    """Collects the pieces of one mailbox until a separator completes it."""

    def __init__(self) -> None:
        self.found: list[Correspondent] = []
        self._start()

    def _start(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None
        self.has_address = False

    def add(self, word: str) -> None:
        """Take a word of a name, or the address itself where there are no angle brackets."""
        self.words.append(word)
        self.has_address = self.has_address or "@" in word

    def separate(self) -> None:
        """Complete a mailbox at a comma; words without an address wait, since "Doe, Jane <j@x>" is one mailbox."""
        if self.angle is not None or self.has_address:
            self.complete()
        elif self.words:
            self.words.append(", ")

    def complete(self) -> None:
        words = "".join(self.words).strip(", \t\r\n")
        if self.angle is None:
            address, name = _address("".join(words.split())), "".join(self.comment)
            name = name if address else words
        else:
            address, name = _address(self.angle.rpartition(":")[2]), words or "".join(self.comment)
        if name or address:
            self.found.append(Correspondent(header_text(name), address))
        self._start()

    def group(self) -> None:
        """Forget the name of a group ("undisclosed-recipients:"), which is nobody's."""
        self._start()


def correspondents(value: str) -> tuple[Correspondent, ...]:
    """Read the mailboxes of one raw address header, in order; of more than a thousand the rest is left out."""
    value = value[:_FARTHEST]
    reader, position, depth = _Reader(), 0, 0
    while len(reader.found) < MOST and (match := (_IN_COMMENT if depth else _TOKEN).match(value, position)):
        position = match.end()
        if depth or match[0] == "(":
            depth = _comment(reader, match[0], depth)
        else:
            _piece(reader, match)
    reader.complete()
    return tuple(reader.found) if any(each.address for each in reader.found) else _salvaged(value, reader.found)


def _salvaged(value: str, found: list[Correspondent]) -> tuple[Correspondent, ...]:
    """Find an address in a header whose brackets do not close; only when there is no other."""
    match = _ADDRESS.search(tidy(value))
    return (Correspondent(found[0].name if found else "", match[0]),) if match else tuple(found)


def _comment(reader: _Reader, piece: str, depth: int) -> int:
    if piece in "()":
        return depth + (1 if piece == "(" else -1)
    reader.comment.append(piece)
    return depth


def _piece(reader: _Reader, match: re.Match[str]) -> None:
    quoted, angle, sign, encoded, word = match.groups()
    if sign == ",":
        reader.separate()
    elif sign == ";":
        reader.complete()
    elif sign == ":":
        reader.group()
    elif angle is not None:
        reader.angle = angle
    elif encoded:
        reader.words.append(encoded)
    elif not sign:
        reader.add(word if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))


def _address(value: str) -> str:
    address = header_text(value).replace(" ", "")
    return address if _ADDRESS.fullmatch(address) else ""
