"""The styles of a DOCX file: Word's own names where Word has one, so that an office edits them as it is used to."""

from dataclasses import dataclass
from functools import lru_cache

from outreach.typesetting.docx_xml import quoted

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SERIF = "Times New Roman"
CHINESE = "SimSun"
# The full tags that Word's spelling checker knows.
_WORD_TAGS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ru": "ru-RU", "zh": "zh-CN", "ar": "ar-SA"}


@dataclass(frozen=True)
class DocxStyle:
    """One style; `paragraph` and `run` are WordprocessingML written here in the code, never outside values."""

    id: str
    name: str
    paragraph: str = ""
    run: str = ""
    based: str = "Normal"
    following: str = ""
    kind: str = "paragraph"


def half_points(points: float) -> int:
    """A size as Word counts it."""
    return round(points * 2)


def size(points: float) -> str:
    """The run properties for a size in points, for Latin and for Arabic letters."""
    return f'<w:sz w:val="{half_points(points)}"/><w:szCs w:val="{half_points(points)}"/>'


def spacing(before: float = 0, after: float = 0) -> str:
    """Paragraph space in points."""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'


BOLD = "<w:b/><w:bCs/>"
ITALIC = "<w:i/><w:iCs/>"
KEEP = "<w:keepNext/><w:keepLines/>"
LINE_BELOW = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="6" w:color="505050"/></w:pBdr>'
NUMBER_TAB = '<w:tabs><w:tab w:val="left" w:pos="624"/></w:tabs>'
RIGHT_TAB = '<w:tabs><w:tab w:val="right" w:pos="8900"/></w:tabs>'


def _character(name: str, title: str, run: str) -> DocxStyle:
    return DocxStyle(name, title, run=run, based="", kind="character")


def text_styles(body: float, note: float) -> tuple[DocxStyle, ...]:
    """What every document has; `body` and `note` are sizes in points."""
    headings = (body * 1.25, body * 1.12, body, body, body, body)
    return (
        DocxStyle("BodyText", "Body Text", spacing(after=body * 0.7) + '<w:jc w:val="both"/>'),
        DocxStyle(
            "NumberedParagraph", "Numbered Paragraph", '<w:tabs><w:tab w:val="left" w:pos="624"/></w:tabs>', based="BodyText"
        ),
        *(
            DocxStyle(
                f"Heading{level}",
                f"heading {level}",
                f'{KEEP}{spacing(points * 1.2, points * 0.5)}<w:outlineLvl w:val="{level - 1}"/>',
                (BOLD if level < 4 else ITALIC) + size(points),
                following="BodyText",
            )
            for level, points in enumerate(headings, 1)
        ),
        DocxStyle("Title", "Title", KEEP + spacing(body, body), BOLD + size(body * 1.4), following="BodyText"),
        DocxStyle("Masthead", "Masthead", spacing(after=2), size(body * 0.95)),
        DocxStyle("MastheadLast", "Masthead Last Line", LINE_BELOW + spacing(after=body), size(body * 0.95)),
        DocxStyle("ContentsHeading", "TOC Heading", KEEP + spacing(body, body * 0.4), BOLD),
        DocxStyle("TOC1", "toc 1", spacing(after=2)),
        DocxStyle("TOC2", "toc 2", spacing(after=2) + '<w:ind w:left="340"/>'),
        DocxStyle("Quote", "Quote", '<w:ind w:left="567" w:right="567"/>', based="BodyText"),
        DocxStyle("QuoteEnd", "Quote End", spacing(after=2), based="Quote", following="QuoteAttribution"),
        DocxStyle(
            "QuoteAttribution", "Quote Attribution", '<w:jc w:val="right"/>', ITALIC, based="Quote", following="BodyText"
        ),
        DocxStyle("ListBullet", "List Bullet", spacing(after=body * 0.5), based="BodyText"),
        DocxStyle("ListNumber", "List Number", spacing(after=body * 0.5), based="BodyText"),
        DocxStyle("ListContinue", "List Continue", spacing(after=body * 0.5), based="BodyText"),
        DocxStyle("Caption", "caption", KEEP + spacing(body, body * 0.4), BOLD + size(body * 0.92)),
        DocxStyle("TableText", "Table Text", spacing(2, 2), size(body * 0.95)),
        DocxStyle("TableHeading", "Table Heading", "<w:keepNext/>", BOLD, based="TableText"),
        DocxStyle("AfterTable", "After Table", spacing(after=body * 0.3), size(4)),
        DocxStyle("Rule", "Rule", LINE_BELOW + spacing(after=body)),
        DocxStyle("Header", "header", RIGHT_TAB, '<w:color w:val="464646"/>' + size(note)),
        DocxStyle("Footer", "footer", RIGHT_TAB, '<w:color w:val="464646"/>' + size(note)),
        DocxStyle("FootnoteText", "footnote text", spacing(after=2), size(note)),
        DocxStyle(
            "FootnoteReference", "footnote reference", run='<w:vertAlign w:val="superscript"/>', based="", kind="character"
        ),
        DocxStyle("Strong", "Strong", run=BOLD, based="", kind="character"),
        DocxStyle("Emphasis", "Emphasis", run=ITALIC, based="", kind="character"),
        _character("LineNumber", "line number", '<w:color w:val="787878"/>' + size(body * 0.7)),
        _character("Hyperlink", "Hyperlink", '<w:color w:val="1F4E79"/><w:u w:val="single"/>'),
    )


@lru_cache(maxsize=32)
def styles_part(language: str, body: float, styles: tuple[DocxStyle, ...]) -> str:
    """The part word/styles.xml for a document in `language` (BCP 47) of `body` points."""
    return (
        f'<w:styles xmlns:w="{NAMESPACE}">{_defaults(language, body)}{_FIRST_STYLES}'
        f"{''.join(_style(style) for style in styles)}</w:styles>"
    )


def _defaults(language: str, body: float) -> str:
    tag = word_tag(language)
    # Of the letters of Latin script among the Chinese: said to be Chinese, numbers and addresses would break at any character.
    latin = quoted(_WORD_TAGS["en"]) if language.startswith("zh") else tag
    arabic = tag if language.startswith("ar") else quoted(_WORD_TAGS["ar"])
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{SERIF}" w:hAnsi="{SERIF}" w:eastAsia="{CHINESE}"'
        f' w:cs="{SERIF}"/>{size(body)}<w:lang w:val={latin} w:eastAsia="zh-CN" w:bidi={arabic}/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault><w:pPr><w:widowControl/>"
        '<w:spacing w:after="0" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def _lines(*sides: str) -> str:
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="969696"/>' for side in sides)


# What Word expects to find in every file, and the look of tables.
_FIRST_STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
    '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="LinedTable"><w:name w:val="Lined Table"/><w:basedOn w:val="TableNormal"/>'
    f"<w:tblPr><w:tblBorders>{_lines('top', 'bottom', 'insideH')}</w:tblBorders></w:tblPr></w:style>"
)


def _style(style: DocxStyle) -> str:
    based = f'<w:basedOn w:val="{style.based}"/>' if style.based else ""
    following = f'<w:next w:val="{style.following}"/>' if style.following else ""
    paragraph = f"<w:pPr>{style.paragraph}</w:pPr>" if style.paragraph else ""
    run = f"<w:rPr>{style.run}</w:rPr>" if style.run else ""
    return (
        f'<w:style w:type="{style.kind}" w:styleId="{style.id}"><w:name w:val="{style.name}"/>{based}{following}'
        f"<w:qFormat/>{paragraph}{run}</w:style>"
    )


def word_tag(language: str) -> str:
    """`language` as a quoted attribute value, as Word writes it."""
    return quoted(language if "-" in language else _WORD_TAGS.get(language.lower(), language))
