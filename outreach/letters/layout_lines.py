"""What all layouts of a letter say alike: the date line, the notes at the end, the mark of a specimen."""

from collections.abc import Iterable

from outreach.letters.sheet import Sheet


def dated(sheet: Sheet) -> str:
    """Place and date in one line: "New York, 21 January 2025"."""
    comma = "، " if sheet.language.startswith("ar") else ", "
    return comma.join(part for part in (sheet.place, sheet.date_line) if part)


def under_reference(sheet: Sheet) -> tuple[str, ...]:
    """What stands under the reference: that the letter is confidential, or a translation."""
    return tuple(filter(None, (sheet.classification, *sheet.translation)))


def notes(sheet: Sheet) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What stands small at the end: enclosures, then copies, each with its label and a colon."""
    colon = sheet.word("colon").rstrip()
    if sheet.enclosures:
        yield sheet.enclosure_label() + colon, sheet.enclosures
    if sheet.copies:
        yield sheet.word("copy") + colon, sheet.copies


def specimen_mark(sheet: Sheet) -> str | None:
    """The word across the pages of a letter that only shows how letters look, or that nobody has approved."""
    if sheet.specimen:
        return sheet.word("specimen")
    return sheet.word("draft") if sheet.draft else None
