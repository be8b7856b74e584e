"""The text of attached documents: PDF, Word, OpenDocument, RTF, HTML and plain text.

Answers often come as an attached letter. What a stranger sends is bounded before it is unpacked: a document that unpacks to far
more than a letter, or that declares entities, is refused in words.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from xml.parsers import expat

from outreach.mail import hypertext
from outreach.mail.decoding import decoded, visible

MOST_BYTES = 40 * 2**20
MOST_UNPACKED = 20 * 2**20
MOST_SIGNS = 1_000_000
_MOST_PAGES = 300
_MOST_RTF = 2 * 2**20
_BLOCK = 2**16

_PLAIN = frozenset({"text/plain", "text/markdown", "text/csv", "text/x-markdown"})
_PLAIN_SUFFIXES = (".txt", ".md", ".csv", ".text")
# Elements that end a line, and what stands for others, by their local names: those of Word, then those of OpenDocument.
_WORD_ENDS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t"}
_OPEN_ENDS = {"p": "\n", "h": "\n", "line-break": "\n", "tab": "\t", "s": " "}
# The PDF library may be used by one thread at a time.
_ONE_AT_A_TIME = Lock()
_STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True)
class Extracted:
    """The text of a document, or why there is none, in a sentence for the office."""

    text: str = ""
    why_not: str = ""


class _TooMuch(Exception):
    """The document unpacks to more than a letter may."""


def text_of_file(name: str, content_type: str, content: bytes) -> Extracted:
    """Give the text of an attached file by what it is, whatever it is called; a picture or a program gives nothing.

    Never raises for what stands in it; at most a million code points are given.
    """
    if len(content) > MOST_BYTES:
        return Extracted(why_not=f"{name} is larger than {MOST_BYTES // 2**20} MiB; open it to read it.")
    try:
        text = _read(name, content_type, content)
    except _TooMuch:
        return Extracted(why_not=f"{name} unpacks to far more than a letter and was not read.")
    except _BROKEN as error:
        return Extracted(why_not=f"{name} cannot be read ({type(error).__name__}); it may be damaged or need a password.")
    return Extracted(_tidied(text)[:MOST_SIGNS])


def _read(name: str, content_type: str, content: bytes) -> str:
    lower = name.lower()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _of_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _of_package(content)
    if content.lstrip()[:5] == b"{\\rtf":
        return of_rtf(content)
    if content_type == "text/html" or lower.endswith((".html", ".htm")):
        return of_html(visible(decoded(content, "")))
    if content_type in _PLAIN or lower.endswith(_PLAIN_SUFFIXES):
        return visible(decoded(content, "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ""))
    return ""


def of_html(source: str) -> str:
    """Give the text of HTML; nothing in it is run or loaded."""
    page = hypertext.sanitised(source)
    return visible(hypertext.bare_text(source)) if page is None else hypertext.text_of(page)


def of_rtf(content: bytes) -> str:
    """Give the text of RTF."""
    from striprtf.striprtf import rtf_to_text

    if len(content) > _MOST_RTF:
        raise _TooMuch
    return visible(rtf_to_text(content.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]


def _of_pdf(content: bytes) -> str:
    import pypdfium2

    _must_unpack_to_little(content)
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(content)
        try:
            pages, signs = list[str](), 0
            for number in range(min(len(document), _MOST_PAGES)):
                page = document[number]
                text = page.get_textpage()
                pages.append(text.get_text_bounded())
                text.close()
                page.close()
                signs += len(pages[-1])
                if signs > MOST_SIGNS:
                    break
        finally:
            document.close()
    # U+FFFE is how the library marks a hyphen at the end of a line.
    return visible("\n\n".join(pages).replace("\ufffe\r\n", "").replace("\ufffe\n", "").replace("\ufffe", "-"))


def _must_unpack_to_little(content: bytes) -> None:
    """Unpack every stream of a PDF piece by piece, throwing the pieces away; the library would hold each as a whole."""
    total = 0
    for match in _STREAM.finditer(content):
        if content[max(0, match.start() - 2000) : match.start()].rpartition(b"obj")[2].count(b"/FlateDecode") > 1:
            raise _TooMuch
        for piece in _inflated(content[match.end() : match.end() + 2], content, match.end()):
            total += piece
            if total > MOST_UNPACKED:
                raise _TooMuch


def _inflated(head: bytes, content: bytes, start: int) -> Iterator[int]:
    if len(head) < 2 or head[0] & 0x0F != 8 or int.from_bytes(head, "big") % 31:
        return
    packed = zlib.decompressobj()
    data = memoryview(content)
    position = start
    try:
        while not packed.eof and position < len(data):
            waiting: bytes | memoryview = data[position : position + _BLOCK]
            position += _BLOCK
            while waiting and not packed.eof:
                yield len(packed.decompress(waiting, _BLOCK))
                waiting = packed.unconsumed_tail
    except zlib.error:
        return


def _of_package(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        if "word/document.xml" in names:
            return _of_xml(package, "word/document.xml", _WORD_ENDS, only="t")
        if "content.xml" in names and "mimetype" in names:
            return _of_xml(package, "content.xml", _OPEN_ENDS, only="")
    return ""


def _of_xml(package: zipfile.ZipFile, member: str, ends: dict[str, str], *, only: str) -> str:
    """Read the text of an XML member block by block; `only` names the element whose text counts, "" any within a paragraph."""
    reader = _XmlText(ends, only)
    with package.open(member) as file:
        total = 0
        while block := file.read(_BLOCK):
            total += len(block)
            if total > MOST_UNPACKED or reader.signs > MOST_SIGNS:
                raise _TooMuch
            reader.parser.Parse(block, False)
    reader.parser.Parse(b"", True)
    return "".join(reader.pieces)


class _XmlText:
    """Collects the text of a document part by part, as expat meets it."""

    def __init__(self, ends: dict[str, str], only: str) -> None:
        self.pieces: list[str] = []
        self.signs = 0
        self._ends, self._only, self._inside = ends, only, 0
        # What was deleted with changes tracked stands in its own element and is no text; so is a note's or a chart's fallback.
        self._left_out = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name in _LEFT_OUT:
            self._left_out += 1
        if name == self._only or (not self._only and name in {"p", "h"}):
            self._inside += 1
        if name in {"br", "cr", "line-break", "tab", "s"} and not self._left_out:
            self.pieces.append(self._ends.get(name, ""))

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in _LEFT_OUT:
            self._left_out -= 1
        if name == self._only or (not self._only and name in {"p", "h"}):
            self._inside -= 1
        if name in {"p", "h"} and not self._left_out:
            self.pieces.append(self._ends.get(name, ""))

    def _say(self, words: str) -> None:
        if self._inside and not self._left_out:
            self.pieces.append(words)
            self.signs += len(words)

    def _refuse(self, *_declared: object) -> None:
        # No program writes entities of its own; those that stand for each other fill any memory.
        raise _TooMuch


_LEFT_OUT = frozenset({"del", "Fallback", "instrText", "tracked-changes", "annotation"})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    NotImplementedError,
    RuntimeError,  # an encrypted member, and what the PDF library raises
    EOFError,
    ValueError,
    OverflowError,
    LookupError,
    OSError,
)


def _tidied(text: str) -> str:
    lines = (" ".join(line.split(" ")).rstrip() for line in text.replace("\x0c", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
