"""One property of a vCard, of any version: its name, its parameters, and its value as text."""

import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import NamedTuple

from outreach.mail.decoding import decoded, from_base64

_NAME = re.compile(r"\s*(?:([\w.-]*)\.)?([\w-]+)", re.ASCII)
# The value begins after the first colon that does not stand in quotation marks.
_QUOTED_HEAD = re.compile(r'(?:[^:"]|"[^"]*+")*+:')
_PARAMETER = re.compile(r'(?:[^;"]|"[^"]*+"|")++')
_VALUE = re.compile(r'"([^"]*+)"?|([^",]++)')
_ESCAPED = re.compile(r"\\(?:([nN])|([^\w\s]))")
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}
# No byte is one of these, so that they stand for escaped characters while a value is split.
_BACKSLASH, _SEMICOLON, _COMMA = "\ue000", "\ue001", "\ue002"
# With a space after it a comma is meant as one.
_LISTED = re.compile(r",(?=\S)")

_ENCODINGS = {"QUOTED-PRINTABLE": "Q", "BASE64": "B", "B": "B", "8BIT": "", "7BIT": ""}


@dataclass(frozen=True, slots=True)
class Property:
    """A property as it stands: `value` has the file's bytes as its characters, until it is asked for as text.

    `types` are capitals: the words of TYPE, and the bare ones of vCard 2.1. `preference` is smaller for what is preferred.
    """

    name: str
    value: str
    group: str = ""
    types: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    charset: str = ""

    @property
    def preference(self) -> int:
        """1 to 100, as PREF of vCard 4 has it."""
        number = self.parameters.get("PREF", "")
        if number.isdecimal() and number.isascii():
            return int(number[:4])
        return 1 if "PREF" in self.types else 100

    @property
    def text(self) -> str:
        """The value as text: decoded, without escapes."""
        return unescaped(self._decoded(self.value))

    @property
    def parts(self) -> list[str]:
        """The value at its semicolons, each part as text."""
        return self.split()

    def split(self, *, lists: bool = False) -> list[str]:
        """The value at its semicolons; with `lists` a comma within a part separates words of a list, as in vCard 3 and 4."""
        if not self.encoding:
            return [unescaped(part) for part in _split(self._decoded(self.value), lists)]
        # Here a semicolon that belongs to the text is encoded as well.
        return [unescaped(self._decoded(part)) for part in _split(self.value, lists)] if self.encoding == "Q" else [self.text]

    def _decoded(self, value: str) -> str:
        if not self.encoding and not self.charset and value.isascii():
            return value
        data = value.encode("latin-1")
        if self.encoding == "Q":
            data = quopri.decodestring(data)
        elif self.encoding == "B":
            data = from_base64(data)[0]
        return decoded(data, self.charset).replace("\r\n", "\n").replace("\r", "\n")


class _Head(NamedTuple):
    """What stands before the value."""

    name: str
    group: str
    types: frozenset[str]
    parameters: Mapping[str, str]
    encoding: str
    charset: str


def read(line: str) -> Property | None:
    """The property that `line` is, None if it is none."""
    text, value = _apart(line)
    if value is None:
        return None
    # The same few heads stand in every card of a file; a long one is nobody's habit.
    head = _known_head(text) if len(text) < 200 else _head(text)
    if head is None:
        return None
    return Property(head.name, value, head.group, head.types, head.parameters, head.encoding, head.charset)


def _head(text: str) -> _Head | None:
    found = _NAME.match(text)
    if not found:
        return None
    types: set[str] = set()
    parameters: dict[str, str] = {}
    for one in _PARAMETER.findall(text[found.end() :]):
        key, equals, said = one.partition("=")
        key = key.strip().upper()
        values = [quoted or plain for quoted, plain in _VALUE.findall(said)] if equals else [key]
        if not equals:
            key = "ENCODING" if key in _ENCODINGS else "TYPE"
        if key == "TYPE":
            types.update(word.strip().upper() for one in values for word in one.split(","))
        elif values:
            parameters.setdefault(key, _CARET.sub(lambda match: _CARETS[match[1]], ",".join(values)))
    encoding = _ENCODINGS.get(parameters.get("ENCODING", "").strip().upper(), "")
    group = (found[1] or "").upper()
    return _Head(found[2].upper(), group, frozenset(types - {""}), parameters, encoding, parameters.get("CHARSET", ""))


_known_head = lru_cache(maxsize=1024)(_head)


def _apart(line: str) -> tuple[str, str | None]:
    head, colon, value = line.partition(":")
    if '"' in head:
        whole = _QUOTED_HEAD.match(line)
        if whole:
            head, value = line[: whole.end() - 1], line[whole.end() :]
    return head, value if colon else None


def _split(value: str, lists: bool) -> list[str]:
    hidden = value
    if "\\" in value:
        hidden = value.replace("\\\\", _BACKSLASH).replace("\\;", _SEMICOLON).replace("\\,", _COMMA)
    if lists and "," in hidden:
        hidden = _LISTED.sub(" ", hidden)
    if "\\" not in value:
        return hidden.split(";")
    shown = ((_COMMA, "\\,"), (_SEMICOLON, "\\;"), (_BACKSLASH, "\\\\"))
    return [reduce(lambda text, sign: text.replace(*sign), shown, part) for part in hidden.split(";")]


def as_text(characters: str, charset: str) -> str:
    """A parameter's value, whose characters are the file's bytes, as text."""
    return characters if characters.isascii() else decoded(characters.encode("latin-1", "replace"), charset)


def unescaped(text: str) -> str:
    """`text` without the backslashes of vCard; one before a letter or a digit is text ("C:\\temp")."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: "\n" if match[1] else match[2], text)
