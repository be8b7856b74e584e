"""What stands around the text of a letter in a DOCX file, told by the names of the layout's styles.

Above the text: reference, date, address, subject, salutation. Below it: close, signature, enclosures and copies. Names of
styles survive what Word and LibreOffice do when they save; ids of styles, bookmarks and the division into runs do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from outreach.errors import Refused
from outreach.letters.comparing import folded
from outreach.typesetting.docx_reading import DocxParagraph

SUBJECT, SALUTATION = "letter subject", "salutation"
DATED, GREETING = "the reference or the date", "the salutation"
_REFERENCE, _ADDRESS, _GREETING = DATED, "the address block", GREETING
_CLOSE, _SIGNATURE, _NOTES = "the close", "the signature", "the lines on enclosures and copies"
_ABOVE, _BELOW = "what stands above the text", "what stands below the text"
_OPENING = {
    "letter reference": _REFERENCE,
    "letter classification": _ABOVE,
    "letter channel": _ABOVE,
    "letter address": _ADDRESS,
    SUBJECT: "the subject",
    SALUTATION: _GREETING,
}
_ENDING = {
    "closing": _CLOSE,
    "note closing": _CLOSE,
    "note initials": _SIGNATURE,
    "note date": _REFERENCE,
    "signature space": _SIGNATURE,
    "signature name": _SIGNATURE,
    "signature": _SIGNATURE,
    "letter notes": _NOTES,
}
_INSTEAD = {
    _REFERENCE: "a reference is given once, and a date when the letter is drafted; draft it anew to give it another",
    _ADDRESS: "it comes from the contacts; record the change there",
    _GREETING: "it comes from protocol; record a salutation of the person's own in the contacts instead",
    _CLOSE: "it comes from protocol, as the salutation does; change the office's own forms of address instead",
    _SIGNATURE: "it comes from the sender in outreach.toml; change it there",
    _NOTES: "enclosures come from the template and copies from the campaign; change them there",
    _ABOVE: "words of the letter stand between the salutation and the close; move them there",
    _BELOW: "words of the letter stand between the salutation and the close; move them there",
}
_LONGEST_SHOWN = 120  # characters


class FrameChanged(Refused):
    """A file changes what stands around the text; `parts` are what it changes, the first as the message says it."""

    def __init__(self, says: str, parts: Sequence[str]) -> None:
        super().__init__(says)
        self.parts = tuple(parts)


@dataclass(frozen=True)
class Framed:
    """A letter taken apart: `subject` with one line for each of its paragraphs, `frame` by part, and the text between."""

    subject: str
    frame: Mapping[str, tuple[str, ...]]
    body: tuple[DocxParagraph, ...]


def framed(paragraphs: Sequence[DocxParagraph]) -> Framed:
    """Take the paragraphs of a letter apart."""
    start, end = _bounds(paragraphs)
    frame: dict[str, list[str]] = {part: [] for part in _INSTEAD}
    for above, part in ((paragraphs[:start], _ABOVE), (paragraphs[end:], _BELOW)):
        for paragraph in above:
            if paragraph.text and paragraph.style != SUBJECT:
                frame[(_OPENING | _ENDING).get(paragraph.style, part)].append(paragraph.text)
    subject = "\n".join(p.text for p in paragraphs[:start] if p.style == SUBJECT and p.text)
    return Framed(subject, {part: tuple(lines) for part, lines in frame.items()}, tuple(paragraphs[start:end]))


def _bounds(paragraphs: Sequence[DocxParagraph]) -> tuple[int, int]:
    """Where the text begins and ends. What was typed below the salutation in its own style is text already."""
    greeting = next((i for i, p in enumerate(paragraphs) if p.style == SALUTATION and p.text), None)
    first_below = next((i for i, p in enumerate(paragraphs) if p.style in _ENDING and p.text), len(paragraphs))
    if greeting is None:
        above = (i for i, p in enumerate(paragraphs[:first_below]) if p.style in _OPENING and p.text)
        start = max(above, default=-1) + 1
    else:
        start = greeting + 1
    below = (i for i, p in enumerate(paragraphs) if i >= start and p.style in _ENDING and p.text)
    return start, next(below, len(paragraphs))


def must_be_same(reference: str, stands: Framed, returned: Framed) -> None:
    """Raise FrameChanged, naming what was changed and where to change it instead, unless both have the same frame."""
    changed = list(_changed(stands.frame, returned.frame))
    if changed:
        part, said = changed[0]
        others = f" Changed as well: {', '.join(other for other, _said in changed[1:])}." if changed[1:] else ""
        raise FrameChanged(
            f"Only the subject and the text come back from a file, and this one changes {part} of {reference} ({said}):"
            f" {_INSTEAD[part]}. Put it back in the file and retry.{others}",
            [part for part, _said in changed],
        )


def _changed(stands: Mapping[str, tuple[str, ...]], returned: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for part, lines in stands.items():
        old, new = ([folded(line) for line in each] for each in (lines, returned[part]))
        if old != new:
            gone = [line for line in old if line not in new]
            come = [line for line in new if line not in old]
            yield part, f"“{_shown(come or new)}” for “{_shown(gone or old)}”"


def _shown(lines: Sequence[str]) -> str:
    text = " / ".join(lines)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
