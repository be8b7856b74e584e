"""A reply form as DOCX: a frame to write in under each question, with a content control that bears the question's code."""

from collections.abc import Mapping

from outreach.campaigns.asking import Asked
from outreach.campaigns.models import QuestionKind
from outreach.letters import reply_form
from outreach.letters.reply_form import ATTRIBUTION, LEVELS, RESPONDENT, Issue, ReplyForm
from outreach.typesetting.data import direction
from outreach.typesetting.docx_body import Body
from outreach.typesetting.docx_controls import HINT_STYLE, Control
from outreach.typesetting.docx_furniture import TAB, line, page_label, run
from outreach.typesetting.docx_package import Furniture, Metadata, package
from outreach.typesetting.docx_styles import BOLD, ITALIC, KEEP, DocxStyle, size, spacing, text_styles
from outreach.typesetting.docx_xml import shown
from outreach.typesetting.french import localized_text
from outreach.typesetting.tree import Inline, LineBreak, Text

_SIZE, _SMALL = 10.5, 8.5
# Twentieths of a point: a place for a few lines by hand, or for one.
_ROOM: Mapping[QuestionKind, int] = {QuestionKind.TEXT: 1700}
_ONE_LINE = 440


def _hanging(indent: int) -> str:
    tab = f'<w:tabs><w:tab w:val="left" w:pos="{indent}"/></w:tabs>'
    return f'{tab}{spacing(after=2)}<w:ind w:left="{indent}" w:hanging="{indent}"/>'


_STYLES = (
    DocxStyle("FormSubject", "Form Subject", spacing(after=10), ITALIC),
    DocxStyle("FormFact", "Form Fact", _hanging(2700)),
    DocxStyle("FormHow", "Form How", spacing(before=8, after=2), size(9.5)),
    DocxStyle(
        "FormQuestion",
        "Form Question",
        f'{KEEP}<w:tabs><w:tab w:val="left" w:pos="510"/></w:tabs>{spacing(before=10, after=4)}'
        '<w:ind w:left="510" w:hanging="510"/>',
        BOLD,
    ),
    DocxStyle("FormOptions", "Form Options", f'{spacing(after=4)}<w:ind w:left="510"/>'),
    DocxStyle("FormAnswer", "Form Answer", spacing(2, 2)),
    DocxStyle("FormPart", "Form Part", f'<w:tabs><w:tab w:val="left" w:pos="1700"/></w:tabs>{spacing(2, 2)}'),
    DocxStyle("FormBox", "Form Box", "<w:keepLines/>" + _hanging(510)),
    DocxStyle("FormNote", "Form Note", spacing(before=4), size(_SMALL)),
    DocxStyle(
        "FormCode", "Form Code", run='<w:b w:val="0"/><w:color w:val="6B6B6B"/>' + size(_SMALL), based="", kind="character"
    ),
    HINT_STYLE,
)


def reply_form_docx(issue: Issue) -> bytes:
    """The form as the bytes of a DOCX file; the same issue always gives the same bytes."""
    form = issue.form
    body = Body(form.language)
    _opening(body, form, issue.reference)
    for number, asked in enumerate(form.asked, 1):
        _question(body, form, asked, number)
    _ending(body, form, len(form.asked) + 1)
    metadata = Metadata(
        title=issue.title,
        author=form.masthead[0] if form.masthead else "",
        language=form.language,
        date=issue.at,
        properties=issue.properties,
    )
    return package(body, _furniture(form, issue.reference), metadata, (*text_styles(_SIZE, _SMALL), *_STYLES), _SIZE)


def _text(text: str, form: ReplyForm) -> tuple[Inline, ...]:
    return (Text(localized_text(text, form.language)),)


def _opening(body: Body, form: ReplyForm, reference: str) -> None:
    body.lines(form.masthead[:-1], "Masthead")
    body.lines(form.masthead[-1:], "MastheadLast")
    body.paragraph(_text(form.words.title, form), "Title")
    body.paragraph(_text(form.subject, form), "FormSubject")
    for label, lines in form.facts(reference):
        broken = [inline for text in lines for inline in (LineBreak(), Text(text))][1:]
        lead = f"{run(localized_text(f'{label}:', form.language), form.language)}{TAB}"
        body.paragraph(broken, "FormFact", lead=lead)
    for text in form.words.how:
        body.paragraph(_text(text, form), "FormHow")


def _question(body: Body, form: ReplyForm, asked: Asked, number: int) -> None:
    _heading(body, form, asked.wording, asked.code, number)
    if items := reply_form.options(asked, form.words):
        # A list that drops down does so on no paper.
        with body.kept(held=True):
            body.paragraph(_text(" / ".join(words for _value, words in items), form), "FormOptions")
    with body.framed(_ROOM.get(asked.kind, _ONE_LINE)):
        for name, label in reply_form.fields(asked, form.words):
            control = body.control(_control(form, asked, name, label, number))
            lead = f"{run(localized_text(f'{label}:', form.language), form.language)}{TAB}" if label else ""
            body.paragraph((), "FormPart" if label else "FormAnswer", tail=lead + control)


def _heading(body: Body, form: ReplyForm, words: str, code: str, number: int) -> None:
    # The code is seen: a program that loses the names of fields leaves it beside the answer.
    tail = f'<w:r><w:rPr><w:rStyle w:val="FormCode"/></w:rPr><w:t xml:space="preserve">  [{shown(code)}]</w:t></w:r>'
    body.paragraph(_text(words, form), "FormQuestion", lead=f"<w:r><w:t>{number}.</w:t></w:r>{TAB}", tail=tail)


def _control(form: ReplyForm, asked: Asked, name: str, label: str, number: int) -> Control:
    words = form.words
    items = reply_form.options(asked, words)
    is_number = asked.kind is QuestionKind.NUMBER or (asked.kind is QuestionKind.FIGURE and name == asked.code)
    hint = words.choose if items else words.write_number if is_number else words.write
    title = f"{number}. {label or asked.wording}"
    return Control(tag=name, title=title, hint=hint, items=items)


def _ending(body: Body, form: ReplyForm, number: int) -> None:
    words = form.words
    _heading(body, form, words.respondent, RESPONDENT, number)
    with body.framed(_ONE_LINE):
        respondent = Control(tag=RESPONDENT, title=words.respondent, hint=words.write)
        body.paragraph((), "FormAnswer", tail=body.control(respondent))
    with body.kept(held=True):
        _heading(body, form, words.attribution, ATTRIBUTION, number + 1)
        for level in LEVELS:
            box = Control(tag=f"{ATTRIBUTION}.{level}", title=words.level(level), is_box=True)
            body.paragraph(_text(words.level(level), form), "FormBox", lead=body.control(box) + TAB)
    body.paragraph(_text(words.attribution_note, form), "FormNote")


def _furniture(form: ReplyForm, reference: str) -> Furniture:
    label = page_label(localized_text(form.page_of, form.language), form.language)
    foot = line(label, "Footer", way=direction(form.language))
    return Furniture(header=line(run(reference, form.language), "Header"), footer=foot, first_footer=foot)
