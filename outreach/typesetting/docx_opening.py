"""A DOCX file from outside, opened within bounds: the few parts that say what stands in the text, and nothing else.

The standard library reads the XML: only text that is UTF-8 is handed to it, where a document type can but stand in plain
sight, and any is refused, so that no entity is ever declared; sizes are counted while unzipping, whatever the file says of
itself. A package that refuses entities (defusedxml) would add nothing to that. Names of parts are fixed here: no path comes
from the file.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from outreach.errors import Invalid
from outreach.typesetting.docx_styles import NAMESPACE

W = f"{{{NAMESPACE}}}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
LARGEST_FILE = 10 * 1024 * 1024  # bytes; a letter has some ten thousand
_LARGEST_PART = 4 * 1024 * 1024  # bytes, unzipped
_DEEPEST = 100  # elements within each other
_LONGEST_CHAIN = 20  # styles based on each other
_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    ElementTree.ParseError,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    OSError,
    RuntimeError,  # a password
    ValueError,
)


@dataclass(frozen=True)
class DocxFile:
    """The parts of an opened file; those that it does not have are empty."""

    document: Element
    styles: Element = field(default_factory=lambda: Element("none"))
    numbering: Element = field(default_factory=lambda: Element("none"))
    comments: Element = field(default_factory=lambda: Element("none"))
    relations: Element = field(default_factory=lambda: Element("none"))
    custom: Element = field(default_factory=lambda: Element("none"))

    @property
    def body(self) -> Element:
        """The text; raises Invalid when the file is of another kind."""
        body = self.document.find(f"{W}body")
        if body is None:
            raise Invalid("The file holds no text that can be read; save it again as an ordinary .docx and retry.")
        return body

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom properties."""
        return _properties(self.custom)

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Where the links lead, by their ids."""
        return {
            row.get("Id", ""): row.get("Target", "")
            for row in self.relations.iter(_RELATION)
            if row.get("TargetMode") == "External"
        }

    @cached_property
    def _styles(self) -> Mapping[str, Element]:
        return {style.get(f"{W}styleId", ""): style for style in self.styles.iter(f"{W}style")}

    def style_name(self, style: str) -> str:
        """The name of a style in lower case: ids differ from program to program, names do not."""
        return value(self._styles.get(style), "name", default=style or "normal").lower()

    def styled(self, style: str, path: str) -> Element | None:
        """What a style, or one that it is based on, says at `path` ("rPr/b"); None when none says anything."""
        return next((found for one in self._chain(style) if (found := at(one, path)) is not None), None)

    def _chain(self, style: str) -> Iterator[Element]:
        for _ in range(_LONGEST_CHAIN):
            if style not in self._styles:
                return
            yield self._styles[style]
            style = value(self._styles[style], "basedOn")


def _properties(part: Element) -> Mapping[str, str]:
    return {row.get("name", ""): "".join(row.itertext()).strip() for row in part.iter(_PROPERTY)}


def custom_properties(file: bytes) -> Mapping[str, str]:
    """The custom properties of an Office file (DOCX, XLSX), which all keep them in the same part; raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            part = _part(archive, "docProps/custom.xml")
    except _UNREADABLE as error:
        raise Invalid("The file is damaged; save it again and retry.") from error
    return {} if part is None else _properties(part)


def at(element: Element | None, path: str) -> Element | None:
    """The first element of WordprocessingML at `path` ("pPr/numPr") below `element`."""
    return None if element is None else element.find("/".join(f"{W}{name}" for name in path.split("/")))


def value(element: Element | None, path: str, default: str = "") -> str:
    """The `w:val` of the element at `path`."""
    found = at(element, path)
    return default if found is None else found.get(f"{W}val", default)


def number(text: str, default: int = 0) -> int:
    """A whole number of the file, from 0 to 999,999,999; anything else is `default`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def open_docx(file: bytes) -> DocxFile:
    """Open the bytes of a DOCX file; raises Invalid when it is none, is damaged, or is larger than any text sent from here."""
    if len(file) > LARGEST_FILE:
        raise Invalid(f"The file has more than {LARGEST_FILE // 2**20} MB; a text has far less, so it was not opened.")
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            document = _part(archive, "word/document.xml")
            others = {
                "styles": _part(archive, "word/styles.xml"),
                "numbering": _part(archive, "word/numbering.xml"),
                "comments": _part(archive, "word/comments.xml"),
                "relations": _part(archive, "word/_rels/document.xml.rels"),
                "custom": _part(archive, "docProps/custom.xml"),
            }
    except _UNREADABLE as error:
        raise Invalid("The file is no readable .docx; save it again as .docx, without a password, and retry.") from error
    if document is None:
        raise Invalid("The file is no Word document; save it as .docx and retry.")
    return DocxFile(document, **{name: part for name, part in others.items() if part is not None})


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    if name not in archive.NameToInfo:
        return None
    with archive.open(name) as part:
        xml = part.read(_LARGEST_PART + 1)
    # The parser believes a byte order mark before anything that it is told; hence decoded here (offices write UTF-8).
    text = xml.decode("utf-8-sig")
    if len(xml) > _LARGEST_PART or "<!DOCTYPE" in text or "\0" in text:
        raise Invalid(f"The part {name} of the file is not what Word or LibreOffice writes, so it was not read.")
    root = ElementTree.fromstring(text)  # noqa: S314 - bounded, and without a document type
    _must_be_shallow(root, name)
    return root


def _must_be_shallow(root: Element, name: str) -> None:
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
    if level:
        raise Invalid(f"The part {name} of the file is nested deeper than Word or LibreOffice nests, so it was not read.")
