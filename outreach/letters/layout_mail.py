"""Letters as the two parts of an e-mail: plain text that reads like a letter, and HTML that asks nothing from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape

from outreach.letters.layout_lines import dated, notes, specimen_mark, under_reference
from outreach.letters.sheet import Sheet, Signatory
from outreach.typesetting.data import direction, line_direction
from outreach.typesetting.french import localized, localized_text
from outreach.typesetting.html import to_html
from outreach.typesetting.plain import WIDTH, to_text, wrap
from outreach.typesetting.tree import printable


def letter_text(sheet: Sheet) -> str:
    """The text part: lines of at most 72 columns (an address that is longer stays whole)."""

    def line(text: str) -> str:
        return "\n".join(wrap(localized_text(printable(text), sheet.language)))

    def stack(texts: Iterable[str]) -> str:
        return "\n".join(line(text) for text in texts if text)

    reference = sheet.label("reference") + sheet.reference if sheet.reference else ""
    subject = sheet.label("subject") + sheet.subject if sheet.subject else ""
    parts = [
        line(specimen_mark(sheet) or ""),
        stack((*sheet.masthead, sheet.masthead_note)),
        stack((reference, *under_reference(sheet), "" if sheet.is_note else dated(sheet))),
        line(sheet.channel_line),
        stack(sheet.address_block),
        line(subject),
        line(sheet.salutation),
        to_text(localized(sheet.body, sheet.language), language=sheet.language).rstrip("\n"),
        line(sheet.close),
        line(sheet.on_behalf),
        *(stack((signatory.name, *signatory.lines)) for signatory in sheet.signatories),
        *(_text_note(line(label), texts) for label, texts in notes(sheet)),
        line(dated(sheet)) if sheet.is_note else "",
        stack(sheet.footer),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text_note(label: str, texts: Sequence[str]) -> str:
    lines = [row for text in texts for row in wrap(printable(text), WIDTH - 2)]
    return f"{label} {lines[0] if lines else ''}" if len(lines) < 2 else "\n".join([label, *(f"  {row}" for row in lines)])


_PAGE = "margin: 0; padding: 24px; background: #ffffff; color: #1a1a1a"
_SHEET = "max-width: 640px; margin: 0 auto; font-family: Georgia, 'Times New Roman', serif; font-size: 16px; line-height: 1.5"
_SMALL = "font-size: 13px; color: #505050"


def letter_html(sheet: Sheet) -> str:
    """The HTML part: a whole page with styles in place; no image, script or address that a mail program would fetch."""
    parts = [*_html_opening(sheet), to_html(localized(sheet.body, sheet.language)), *_html_ending(sheet)]
    language = escape(printable(sheet.language))
    title = escape(printable(sheet.subject or sheet.reference))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction(sheet.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n</head>\n<body style="{_PAGE}">\n<div style="{_SHEET}">\n'
        f"{''.join(parts)}</div>\n</body>\n</html>\n"
    )


def _html_opening(sheet: Sheet) -> Iterable[str]:
    reference = sheet.label("reference") + sheet.reference if sheet.reference else ""
    yield _html([specimen_mark(sheet) or ""], sheet, "text-align: center; letter-spacing: 4px; color: #a0a0a0")
    yield _html(sheet.masthead[:1], sheet, "text-align: center; font-size: 20px; font-weight: bold; margin: 0")
    yield _html([*sheet.masthead[1:]], sheet, "text-align: center; margin: 0")
    yield _html([sheet.masthead_note], sheet, f"text-align: center; font-style: italic; margin: 0; {_SMALL}")
    yield '<hr style="border: 0; border-top: 1px solid #505050; margin: 12px 0 16px">\n'
    yield _html([reference, "" if sheet.is_note else dated(sheet)], sheet, "font-size: 15px")
    yield _html(under_reference(sheet), sheet, "font-weight: bold")
    yield _html([sheet.channel_line], sheet, "font-style: italic")
    yield _html(sheet.address_block, sheet)
    yield _html([sheet.subject], sheet, "font-weight: bold; margin: 24px 0")
    yield _html([sheet.salutation], sheet)


def _html_ending(sheet: Sheet) -> Iterable[str]:
    yield _html([sheet.close], sheet)
    yield _html([sheet.on_behalf], sheet)
    yield from (_html_signature(signatory, sheet) for signatory in sheet.signatories)
    yield from (_html([f"{label} {'; '.join(texts)}"], sheet, _SMALL) for label, texts in notes(sheet))
    if sheet.is_note:
        yield _html([dated(sheet)], sheet, "text-align: end; margin-top: 32px")
    if sheet.footer:
        yield '<hr style="border: 0; border-top: 1px solid #c0c0c0; margin: 24px 0 8px">\n'
        yield _html(sheet.footer, sheet, f"text-align: center; {_SMALL}")


def _html_signature(signatory: Signatory, sheet: Sheet) -> str:
    name = f"<strong>{_html_line(signatory.name, sheet)}</strong>"
    below = "".join(f"<br>\n{_html_line(text, sheet)}" for text in signatory.lines)
    return f'<p style="margin-top: 32px">{name}{below}</p>\n'


def _html(texts: Sequence[str], sheet: Sheet, style: str = "") -> str:
    """One paragraph with a line for each of `texts` that is not empty; nothing when all are."""
    lines = "<br>\n".join(_html_line(text, sheet) for text in texts if text)
    attribute = f' style="{style}"' if style else ""
    return f"<p{attribute}>{lines}</p>\n" if lines else ""


def _html_line(text: str, sheet: Sheet) -> str:
    words = escape(localized_text(printable(text), sheet.language))
    own = line_direction(text, sheet.language)
    return words if own == direction(sheet.language) else f'<span dir="{own}">{words}</span>'
