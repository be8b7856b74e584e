"""Letters as PDF: the sheet as data for a letterhead, which is a Typst layout (templates/letters/_letterhead)."""

from importlib import resources
from pathlib import Path
from typing import Any

from outreach.letters.layout_lines import dated, notes, specimen_mark
from outreach.letters.sheet import Sheet, Signatory
from outreach.typesetting.data import blocks_data, language_data, line_direction, lines_data
from outreach.typesetting.french import localized, localized_text
from outreach.typesetting.pdf import Layout, compile_pdf
from outreach.typesetting.tree import printable


def letter_pdf(sheet: Sheet, letterhead: Path | None = None) -> bytes:
    """The letter as a tagged PDF for the archive; the same sheet always gives the same bytes.

    `letterhead` is the office's own folder with a `letter.typ` (and its logo). Raises CannotTypeset for a character that no
    font has, or a letterhead that does not compile.
    """
    return compile_pdf(Layout(letterhead or shipped_letterhead(), "letter.typ"), letter_data(sheet), sheet.document_date)


def shipped_letterhead() -> Path:
    """The folder of the letterhead that comes with the software."""
    return Path(str(resources.files("outreach._templates"))) / "letters" / "_letterhead"


def letter_data(sheet: Sheet) -> dict[str, Any]:
    """What a letterhead finds as `data`: strings, and lines as [direction, text]."""
    language = sheet.language

    def text(value: str) -> str:
        return printable(localized_text(value, language))

    subject = text(sheet.subject)
    return {
        "language": language_data(language),
        "title": subject or text(sheet.reference) or sheet.word("reference"),
        "author": [printable(line) for line in sheet.masthead[:1]],
        "masthead": lines_data(sheet.masthead, language),
        "masthead_note": text(sheet.masthead_note),
        "footer": lines_data(sheet.footer, language),
        "note": sheet.is_note,
        "initials": text(sheet.word("initials")) if sheet.is_note and not sheet.translation else "",
        "reference_label": text(sheet.label("reference")),
        "reference": printable(sheet.reference),
        "classification": text(sheet.classification),
        "translation": [text(mark) for mark in sheet.translation],
        "date": text(dated(sheet)),
        "channel": text(sheet.channel_line),
        "address": lines_data(sheet.address_block, language),
        "address_at_foot": sheet.address_at_foot,
        "subject": subject,
        "salutation": text(sheet.salutation),
        "body": _body_data(sheet, above=1 if subject else 0),
        "close": text(sheet.close),
        "on_behalf": text(sheet.on_behalf),
        "signatories": [_signatory_data(signatory, language) for signatory in sheet.signatories],
        "notes": [{"label": text(label), "lines": lines_data(lines, language)} for label, lines in notes(sheet)],
        "page_of": text(sheet.word("page_of")),
        "specimen": specimen_mark(sheet),
    }


def _body_data(sheet: Sheet, above: int) -> list[Any]:
    """The body, without page breaks before the close: the signature stays with the text."""
    body = blocks_data(localized(sheet.body, sheet.language), sheet.language, above=above)
    while body and body[-1]["k"] == "page":
        body.pop()
    return body


def _signatory_data(signatory: Signatory, language: str) -> dict[str, Any]:
    name = [line_direction(signatory.name, language), printable(signatory.name)]
    return {"name": name, "lines": lines_data(signatory.lines, language)}
