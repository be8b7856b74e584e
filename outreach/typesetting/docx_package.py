"""A DOCX file from its parts: a zip archive with fixed times, so that the same text gives the same bytes.

python-docx writes neither footnotes nor custom properties, and packs a gallery of 800 kB of styles into each file
(38 files a second against several hundred here); it serves the tests as an independent reader.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree

from outreach.errors import Invalid
from outreach.typesetting.docx_body import BULLETS, LETTERS, LETTERS_OPEN, PARAGRAPHS, Body
from outreach.typesetting.docx_controls import NAMESPACES as CONTROLS
from outreach.typesetting.docx_styles import NAMESPACE, DocxStyle, styles_part
from outreach.typesetting.docx_xml import quoted, shown

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NS = f'xmlns:w="{NAMESPACE}" xmlns:r="{_OFFICE}/relationships"'
_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CUSTOM = f"{_OFFICE}/custom-properties"
_LARGEST_PROPERTIES = 256 * 1024  # bytes; a real part has a few hundred
PAPERS = {"a4": (11906, 16838), "us-letter": (12240, 15840)}  # twentieths of a point
EMPTY = "<w:p/>"  # a header or footer holds one paragraph at least
_SIDE = 1503  # leaves TEXT_WIDTH on A4


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """What stands around the text. Headers and footers are WordprocessingML paragraphs (see `field_runs`, `watermark`)."""

    header: str = EMPTY
    first_header: str = EMPTY
    footer: str = EMPTY
    first_footer: str = EMPTY
    paper: str = "a4"
    line_numbers: bool = False


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What the file says of itself: nothing but this. `properties` are its custom properties."""

    title: str
    author: str
    language: str
    date: datetime
    properties: Mapping[str, str] = field(default_factory=dict)


def package(body: Body, furniture: Furniture, metadata: Metadata, styles: Sequence[DocxStyle], size: float) -> bytes:
    """The bytes of the file."""
    parts = {
        "word/document.xml": _document(body, furniture),
        "word/styles.xml": styles_part(metadata.language, size, tuple(styles)),
        "word/settings.xml": _settings(body),
        "word/numbering.xml": _numbering(body),
        "word/header1.xml": f"<w:hdr {_NS} {_VML}>{furniture.header}</w:hdr>",
        "word/header2.xml": f"<w:hdr {_NS} {_VML}>{furniture.first_header}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {_NS}>{furniture.footer}</w:ftr>",
        "word/footer2.xml": f"<w:ftr {_NS}>{furniture.first_footer}</w:ftr>",
        "docProps/core.xml": _core(metadata),
    }
    if body.notes:
        parts["word/footnotes.xml"] = _footnotes(body)
        parts["word/_rels/footnotes.xml.rels"] = _relationships({}, body.links)
    if metadata.properties:
        parts["docProps/custom.xml"] = _custom(metadata.properties)
    parts["word/_rels/document.xml.rels"] = _relationships(_inner_targets(parts), body.links)
    parts["_rels/.rels"] = _relationships(_outer_targets(parts), ())
    return _zipped({"[Content_Types].xml": _content_types(parts), **parts})


def _zipped(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, _DECLARATION + part)
    return file.getvalue()


_KINDS = {
    "word/document.xml": ("officeDocument", f"{_WORD_TYPE}.document.main+xml"),
    "word/styles.xml": ("styles", f"{_WORD_TYPE}.styles+xml"),
    "word/settings.xml": ("settings", f"{_WORD_TYPE}.settings+xml"),
    "word/numbering.xml": ("numbering", f"{_WORD_TYPE}.numbering+xml"),
    "word/footnotes.xml": ("footnotes", f"{_WORD_TYPE}.footnotes+xml"),
    "word/header1.xml": ("header", f"{_WORD_TYPE}.header+xml"),
    "word/header2.xml": ("header", f"{_WORD_TYPE}.header+xml"),
    "word/footer1.xml": ("footer", f"{_WORD_TYPE}.footer+xml"),
    "word/footer2.xml": ("footer", f"{_WORD_TYPE}.footer+xml"),
    "docProps/core.xml": ("core", "application/vnd.openxmlformats-package.core-properties+xml"),
    "docProps/custom.xml": ("custom-properties", "application/vnd.openxmlformats-officedocument.custom-properties+xml"),
}


def _relationship_id(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".xml")


def _inner_targets(parts: Mapping[str, str]) -> dict[str, str]:
    names = [name for name in parts if name in _KINDS and name.startswith("word/") and name != "word/document.xml"]
    return {name.removeprefix("word/"): f"{_OFFICE}/relationships/{_KINDS[name][0]}" for name in names}


def _outer_targets(parts: Mapping[str, str]) -> dict[str, str]:
    targets = {
        "word/document.xml": f"{_OFFICE}/relationships/officeDocument",
        "docProps/core.xml": f"{_PACKAGE}/relationships/metadata/core-properties",
    }
    return targets | (
        {"docProps/custom.xml": f"{_OFFICE}/relationships/custom-properties"} if "docProps/custom.xml" in parts else {}
    )


def _relationships(targets: Mapping[str, str], links: Sequence[str]) -> str:
    inner = "".join(
        f'<Relationship Id="{_relationship_id(target)}" Type="{kind}" Target="{target}"/>' for target, kind in targets.items()
    )
    outer = "".join(
        f'<Relationship Id="link{number}" Type="{_OFFICE}/relationships/hyperlink" Target={quoted(href)}'
        ' TargetMode="External"/>'
        for number, href in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}{outer}</Relationships>'


def _content_types(parts: Mapping[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{_KINDS[name][1]}"/>' for name in parts if name in _KINDS)
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'


def _document(body: Body, furniture: Furniture) -> str:
    wide, high = PAPERS[furniture.paper]
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{part}{number}"/>'
        for part in ("header", "footer")
        for kind, number in (("default", 1), ("first", 2))
    )
    counted = '<w:lnNumType w:countBy="1" w:restart="newPage"/>' if furniture.line_numbers else ""
    section = (
        f'<w:sectPr>{references}<w:pgSz w:w="{wide}" w:h="{high}"/><w:pgMar w:top="1418" w:right="{_SIDE}" w:bottom="1418"'
        f' w:left="{_SIDE}" w:header="794" w:footer="680" w:gutter="0"/>{counted}<w:cols w:space="720"/><w:titlePg/></w:sectPr>'
    )
    spaces = f"{_NS} {CONTROLS}" if body.controls else _NS
    return f"<w:document {spaces}><w:body>{''.join(body.parts)}{section}</w:body></w:document>"


def _settings(body: Body) -> str:
    notes = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>' if body.notes else ""
    return (
        f'<w:settings {_NS}><w:defaultTabStop w:val="624"/><w:characterSpacingControl w:val="doNotCompress"/>{notes}'
        '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _footnotes(body: Body) -> str:
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for kind, number in (("separator", -1), ("continuationSeparator", 0))
    )
    return f"<w:footnotes {_NS}>{separators}{''.join(body.notes)}</w:footnotes>"


_BULLET_SIGNS = "•–·"
_PATTERNS = {
    "1.": ("decimal", "%{level}."),
    PARAGRAPHS: ("decimal", "%{level}."),
    LETTERS: ("lowerLetter", "(%{level})"),
    LETTERS_OPEN: ("lowerLetter", "%{level})"),
    "(a)": ("lowerLetter", "(%{level})"),
    "a)": ("lowerLetter", "%{level})"),
}


def _numbering(body: Body) -> str:
    bullets = "".join(_level(level, "bullet", _BULLET_SIGNS[level % 3]) for level in range(9))
    abstract = [f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}</w:abstractNum>']
    patterns = list(dict.fromkeys(pattern for pattern, _, _ in body.lists))
    for number, pattern in enumerate(patterns, 1):
        kind, mark = _PATTERNS[pattern]
        place = _PLACES.get(pattern, "")
        levels = "".join(_level(level, kind, mark.format(level=level + 1), place) for level in range(9))
        abstract.append(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )
    lists = [f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>']
    lists += [
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{patterns.index(pattern) + 1}"/><w:lvlOverride w:ilvl="{level}">'
        f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        for number, (pattern, level, start) in enumerate(body.lists, BULLETS + 1)
    ]
    return f"<w:numbering {_NS}>{''.join(abstract)}{''.join(lists)}</w:numbering>"


_SET_IN = '<w:tabs><w:tab w:val="num" w:pos="1248"/></w:tabs><w:ind w:left="1248" w:hanging="624"/>'
_PLACES = {
    PARAGRAPHS: '<w:tabs><w:tab w:val="num" w:pos="624"/></w:tabs><w:ind w:left="0" w:firstLine="0"/>',
    LETTERS: _SET_IN,
    LETTERS_OPEN: _SET_IN,
}


def _level(level: int, kind: str, mark: str, place: str = "") -> str:
    place = place or f'<w:ind w:left="{454 * (level + 1)}" w:hanging="397"/>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{mark}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr>{place}</w:pPr></w:lvl>'
    )


def _core(metadata: Metadata) -> str:
    date = metadata.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    author = f"<dc:creator>{shown(metadata.author)}</dc:creator>" if metadata.author else ""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{shown(metadata.title)}</dc:title>{author}"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{date}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified>'
        f"<dc:language>{shown(metadata.language)}</dc:language></cp:coreProperties>"
    )


def _custom(properties: Mapping[str, str]) -> str:
    # The format id and the first number, 2, are fixed by the standard (ECMA-376 part 1, 15.2.12.2).
    rows = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoted(name)}>'
        f"<vt:lpwstr>{shown(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), 2)
    )
    return f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_OFFICE}/docPropsVTypes">{rows}</Properties>'


def docx_properties(file: bytes) -> dict[str, str]:
    """The custom properties of a DOCX file that came back (from Word or LibreOffice); empty when it has none.

    Raises Invalid when `file` is no DOCX file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            if "docProps/custom.xml" not in archive.namelist():
                return {}
            with archive.open("docProps/custom.xml") as part:
                xml = part.read(_LARGEST_PROPERTIES + 1)
        # A document type could declare entities that grow without end; no such part has one.
        if len(xml) > _LARGEST_PROPERTIES or b"<!DOCTYPE" in xml:
            raise Invalid("The properties of the file are not those of a letter; save it again as .docx and retry.")
        root = ElementTree.fromstring(xml)  # noqa: S314 - size and document type are checked above
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError) as error:
        raise Invalid("The file is no readable .docx file; save it again as .docx and retry.") from error
    return {row.get("name", ""): "".join(row.itertext()) for row in root.iter(f"{{{_CUSTOM}}}property")}
