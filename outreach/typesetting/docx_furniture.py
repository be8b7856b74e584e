"""Headers, footers, page numbers and the watermark of a DOCX file."""

from outreach.typesetting.data import direction, line_direction
from outreach.typesetting.docx_xml import quoted, shown


def line(content: str, style: str, *, way: str = "ltr") -> str:
    """One paragraph of a header or footer around `content` (runs)."""
    bidi = "<w:bidi/>" if way == "rtl" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}</w:pPr>{content}</w:p>'


def lines(texts: tuple[str, ...], style: str, language: str) -> str:
    """A paragraph for each of `texts`, in its own direction."""
    return "".join(line(run(text, language), style, way=line_direction(text, language)) for text in texts)


def run(text: str, language: str) -> str:
    """`text` as a run."""
    rtl = "<w:rPr><w:rtl/></w:rPr>" if direction(language) == line_direction(text, language) == "rtl" else ""
    return f'<w:r>{rtl}<w:t xml:space="preserve">{shown(text)}</w:t></w:r>' if text else ""


TAB = "<w:r><w:tab/></w:r>"
PAGE = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
PAGES = '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def page_label(pattern: str, language: str) -> str:
    """Runs for "Page {page} of {pages}", with Word's own fields for the two numbers."""
    before, _, rest = pattern.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return f"{run(before, language)}{PAGE}{run(between, language)}{PAGES}{run(after, language)}"


def watermark(word: str | None, number: int) -> str:
    """A run with `word` light across the page, as Word's own watermarks are made; `number` sets those of one file apart."""
    if not word:
        return ""
    name = quoted(word)
    width = min(500, 60 * len(word))
    shape = (
        "position:absolute;margin-left:0;margin-top:0;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin;"
        f"width:{width}pt;height:{min(110, width * 1.5 / max(len(word), 1)):.0f}pt"
    )
    return (
        f"<w:r><w:rPr><w:noProof/></w:rPr><w:pict>{_SHAPE_TYPE}"
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136"'
        f' alt={name} style="{shape}" o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" string={name}/></v:shape>'
        "</w:pict></w:r>"
    )


# Word's own shape type 136, "text along a line": where its outline runs for any size.
_EQUATIONS = (
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
    "mid @6 @7",
    "sum @6 0 @5",
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
    + "".join(f'<v:f eqn="{equation}"/>' for equation in _EQUATIONS)
    + '</v:formulas><v:path textpathok="t" o:connecttype="custom"'
    ' o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
    '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)
