"""Letters as DOCX: the same letter, for an office that wants to edit it; the letterhead stands in the first page's header."""

from collections.abc import Mapping

from outreach.letters.layout_lines import dated, notes, specimen_mark, under_reference
from outreach.letters.sheet import Sheet, Signatory
from outreach.typesetting.data import direction
from outreach.typesetting.docx_body import Body
from outreach.typesetting.docx_furniture import TAB, line, lines, page_label, run, watermark
from outreach.typesetting.docx_package import Furniture, Metadata, package
from outreach.typesetting.docx_styles import BOLD, ITALIC, KEEP, RIGHT_TAB, DocxStyle, size, spacing, text_styles
from outreach.typesetting.french import localized, localized_text
from outreach.typesetting.tree import Block, Inline, LineBreak, Paragraph, Strong, Text, words

_SIZE, _SMALL = 11.0, 9.0
_CENTRED = '<w:jc w:val="center"/>'
# In Word's own terms: at the end of the line, which in Arabic is on the left.
_END = '<w:jc w:val="right"/>'
_RULE = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="8" w:color="505050"/></w:pBdr>'
_GREY = '<w:color w:val="505050"/>'
_SPACE_TO_SIGN = 54  # points
_TWO_LINES = 110  # characters; a shorter paragraph may be a single line
_NOTE_TAB = '<w:tabs><w:tab w:val="left" w:pos="1588"/></w:tabs>'
_NOTE_INDENT = '<w:ind w:left="1588" w:hanging="1588"/>'
_STYLES = (
    DocxStyle("LetterMasthead", "Letter Masthead", spacing(after=1) + _CENTRED, BOLD + size(15)),
    DocxStyle("LetterMastheadLine", "Letter Masthead Line", spacing(after=1) + _CENTRED, size(_SIZE)),
    DocxStyle("LetterMastheadNote", "Letter Masthead Note", spacing() + _CENTRED, ITALIC + _GREY + size(_SMALL)),
    DocxStyle("LetterMastheadRule", "Letter Masthead Rule", _RULE + spacing(after=12), size(4)),
    DocxStyle("LetterFoot", "Letter Foot", _CENTRED, _GREY + size(8), based="Footer"),
    DocxStyle("LetterReference", "Letter Reference", RIGHT_TAB, size(10.5)),
    DocxStyle("LetterClassification", "Letter Classification", "", BOLD + size(10.5)),
    DocxStyle("LetterChannel", "Letter Channel", spacing(before=18, after=5), ITALIC),
    DocxStyle("LetterSpace", "Letter Space", KEEP + spacing(after=8), size(6)),
    DocxStyle("LetterAddress", "Letter Address"),
    DocxStyle("LetterSubject", "Letter Subject", KEEP + spacing(before=14, after=12), BOLD, following="Salutation"),
    DocxStyle("Salutation", "Salutation", spacing(after=9), following="BodyText"),
    DocxStyle("Closing", "Closing", KEEP + spacing(before=2, after=6)),
    DocxStyle("NoteClosing", "Note Closing", KEEP + spacing(before=2, after=6), based="BodyText"),
    DocxStyle("NoteInitials", "Note Initials", KEEP + _END + spacing(after=8), _GREY + size(8)),
    DocxStyle("NoteDate", "Note Date", _END),
    DocxStyle("SignatureSpace", "Signature Space", KEEP + spacing(before=_SPACE_TO_SIGN)),
    DocxStyle("Signature", "Signature", KEEP),
    DocxStyle("SignatureName", "Signature Name", KEEP, BOLD, based="Signature", following="Signature"),
    DocxStyle("LetterNotes", "Letter Notes", f"<w:keepLines/>{_NOTE_TAB}{spacing(after=3)}{_NOTE_INDENT}", size(_SMALL)),
)


def letter_docx(sheet: Sheet, *, properties: Mapping[str, str] | None = None) -> bytes:
    """The letter as the bytes of a DOCX file; the same sheet always gives the same bytes.

    `properties` become custom properties of the file, which Word keeps: by them a returned file is known again
    (`outreach.typesetting.docx_properties`).
    """
    body = Body(sheet.language)
    _opening(body, sheet)
    _text(body, localized(sheet.body, sheet.language))
    _ending(body, sheet)
    metadata = Metadata(
        title=sheet.subject or sheet.reference,
        author=sheet.masthead[0] if sheet.masthead else "",
        language=sheet.language,
        date=sheet.document_date,
        properties=properties or {},
    )
    return package(body, _furniture(sheet), metadata, (*text_styles(_SIZE, _SMALL), *_STYLES), _SIZE)


def _opening(body: Body, sheet: Sheet) -> None:
    def plain(text: str) -> tuple[Inline, ...]:
        return (Text(localized_text(text, sheet.language)),)

    reference = sheet.label("reference") + sheet.reference if sheet.reference else ""
    date = "" if sheet.is_note else TAB + run(localized_text(dated(sheet), sheet.language), sheet.language)
    body.paragraph(plain(reference), "LetterReference", tail=date)
    for mark in under_reference(sheet):
        body.paragraph(plain(mark), "LetterClassification")
    body.paragraph(plain(sheet.channel_line), "LetterChannel")
    if not sheet.address_at_foot:
        body.lines(sheet.address_block, "LetterAddress")
    if sheet.subject:
        body.paragraph(plain(sheet.subject), "LetterSubject")
    else:
        body.paragraph((), "LetterSpace")
    if sheet.salutation:
        body.paragraph(plain(sheet.salutation), "Salutation")


def _text(body: Body, blocks: tuple[Block, ...]) -> None:
    """The body; what ends it, two lines or more, stays with the close, so that no signature stands alone on a page."""
    short = blocks and isinstance(blocks[-1], Paragraph) and len(words(blocks[-1].inlines)) < _TWO_LINES
    body.blocks(blocks, last_held=2 if short else 1)


def _ending(body: Body, sheet: Sheet) -> None:
    if sheet.is_note:
        _note_ending(body, sheet)
        return
    for text in (sheet.close, sheet.on_behalf):
        if text:
            body.paragraph((Text(localized_text(text, sheet.language)),), "Closing")
    if len(sheet.signatories) == 1:
        body.paragraph((), "SignatureSpace")
        _signature(body, sheet.signatories[0])
    elif sheet.signatories:
        body.paragraph((), "SignatureSpace")
        body.columns([_signature_inlines(signatory) for signatory in sheet.signatories], "Signature")
    body.paragraph((), "LetterSpace")
    _notes(body, sheet)


def _note_ending(body: Body, sheet: Sheet) -> None:
    """A note verbale: its last paragraph, room for initials and stamp, place and date."""
    body.paragraph((Text(localized_text(sheet.close, sheet.language)),), "NoteClosing")
    _notes(body, sheet)
    body.paragraph((), "SignatureSpace")
    for text, style in ((sheet.word("initials"), "NoteInitials"), (dated(sheet), "NoteDate")):
        body.paragraph((Text(localized_text(text, sheet.language)),), style)


def _notes(body: Body, sheet: Sheet) -> None:
    for label, texts in notes(sheet):
        broken = [inline for text in texts for inline in (LineBreak(), Text(text))][1:]
        lead = f"{run(localized_text(label, sheet.language), sheet.language)}{TAB}"
        body.paragraph(broken, "LetterNotes", lead=lead)


def _signature(body: Body, signatory: Signatory) -> None:
    body.lines((signatory.name,), "SignatureName")
    body.lines(signatory.lines, "Signature")


def _signature_inlines(signatory: Signatory) -> tuple[Inline, ...]:
    below = tuple(inline for text in signatory.lines for inline in (LineBreak(), Text(text)))
    return (Strong((Text(signatory.name),)), *below)


def _furniture(sheet: Sheet) -> Furniture:
    language, mark = sheet.language, specimen_mark(sheet)
    note = (localized_text(sheet.masthead_note, language),) if sheet.masthead_note else ()
    masthead = (
        lines(sheet.masthead[:1], "LetterMasthead", language)
        + lines(sheet.masthead[1:], "LetterMastheadLine", language)
        + lines(note, "LetterMastheadNote", language)
        + line(watermark(mark, 2), "LetterMastheadRule")
    )
    address = lines(sheet.address_block, "LetterAddress", language) if sheet.address_at_foot else ""
    number = page_label(localized_text(sheet.word("page_of"), language), language)
    foot = address + (lines(sheet.footer, "LetterFoot", language) or line("", "LetterFoot"))
    return Furniture(
        header=line(run(sheet.reference, language) + watermark(mark, 1), "Header"),
        first_header=masthead,
        footer=line(number, "LetterFoot", way=direction(language)),
        first_footer=foot,
    )
