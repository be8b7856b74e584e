"""What a wording's Markdown may say besides Markdown: footnotes, `^[words]`, and references, `{¶12}`.

A reference names the lasting number of a paragraph and shows the number that is printed there, whatever stands before it; so it
survives every change of order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from outreach.communique.models import ParagraphKind, Wording
from outreach.errors import Invalid
from outreach.typesetting import (
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Link,
    Paragraph,
    Reference,
    Strong,
    Text,
    from_markdown,
)
from outreach.typesetting.data import letter_numbering
from outreach.typesetting.numbering import letters

REFERENCE = re.compile(r"\{¶\s?(\d{1,9})\}")
# Signs of private use stand for notes while the words around them are read; none can come from outside.
_FIRST, _LAST = 0xE000, 0xF8FF
_PRIVATE = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_MOST = 100


def inlines_of(text: str, labels: Mapping[int, str]) -> tuple[Inline, ...]:
    """The inlines of a wording; `labels` are the printed numbers of paragraphs. A reference to none of them shows as "?"."""
    words, notes = _without_notes(_PRIVATE.sub("\N{REPLACEMENT CHARACTER}", text))
    found: list[Inline] = []
    for block in from_markdown(words):
        if isinstance(block, Paragraph | Heading):
            found += [Text(" "), *block.inlines] if found else block.inlines
    read = [tuple(inlines_of(note, labels)) for note in notes]
    return tuple(_filled(found, read, labels))


def _without_notes(text: str) -> tuple[str, list[str]]:
    """The text with a sign for each note, and the notes; a bracket that nothing closes is text."""
    words, place = "", 0
    notes: list[str] = []
    while (start := text.find("^[", place)) >= 0 and len(notes) < _MOST:
        end = _closing(text, start + 2)
        if end is None:
            break
        words += text[place:start] + chr(_FIRST + len(notes))
        notes.append(text[start + 2 : end])
        place = end + 1
    return words + text[place:], notes


def _closing(text: str, start: int) -> int | None:
    depth, place = 1, start
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] in "[]":
            depth += 1 if text[place] == "[" else -1
            if not depth:
                return place
        place += 1
    return None


def _filled(inlines: Iterable[Inline], notes: Sequence[tuple[Inline, ...]], labels: Mapping[int, str]) -> Iterator[Inline]:
    for inline in inlines:
        match inline:
            case Text(text):
                yield from _parts(text, notes, labels)
            case Strong() | Emphasis() | Link():
                yield replace(inline, inlines=tuple(_filled(inline.inlines, notes, labels)))
            case _:
                yield inline


def _parts(text: str, notes: Sequence[tuple[Inline, ...]], labels: Mapping[int, str]) -> Iterator[Inline]:
    place = 0
    for found in re.finditer(f"{REFERENCE.pattern}|{_PRIVATE.pattern}", text):
        if found.start() > place:
            yield Text(text[place : found.start()])
        if found[1]:
            number = int(found[1])
            yield Reference(labels[number], f"p{number}") if number in labels else Text("?")
        else:
            yield Footnote(notes[ord(found[0]) - _FIRST])
        place = found.end()
    if place < len(text) or not text:
        yield Text(text[place:])


def referred(text: str) -> list[int]:
    """The lasting numbers of the paragraphs that a wording refers to."""
    return [int(number) for number in REFERENCE.findall(text)]


def must_refer_to(text: str, known: Iterable[int]) -> None:
    """Raise Invalid when a wording refers to a paragraph that its version does not have."""
    there = set(known)
    astray = [number for number in referred(text) if number not in there]
    if astray:
        raise Invalid(f"The words refer to ¶ {astray[0]}, which this version does not have; its page shows those there are.")


def labels(rows: Sequence[Wording], language: str) -> dict[int, str]:
    """What a reference to each paragraph shows: "8", "8 (a)" (in French "8 a)"), the Roman number of a chapter."""
    told: dict[int, str] = {}
    chapter = subhead = number = part = 0
    for row in rows:
        match row.paragraph.kind:
            case ParagraphKind.CHAPTER:
                chapter, subhead = chapter + (row.basis != "head:preamble"), 0
                told[row.paragraph_id] = roman(chapter) if chapter else "?"
            case ParagraphKind.SUBHEAD:
                subhead += 1
                told[row.paragraph_id] = f"{roman(chapter)}.{letters(subhead).upper()}" if chapter else letters(subhead).upper()
            case ParagraphKind.PARAGRAPH:
                number, part = number + 1, 0
                told[row.paragraph_id] = str(number)
            case ParagraphKind.SUBPARAGRAPH:
                part += 1
                told[row.paragraph_id] = f"{number} {part_mark(part, language)}"
    return told


def part_mark(part: int, language: str) -> str:
    """The printed mark of the sub-paragraph of this number: (a), in French and Spanish a)."""
    return letter_numbering(language).replace("a", letters(part))


def roman(number: int) -> str:
    """`number` (from 1) in Roman numerals."""
    done = ""
    signs: Sequence[tuple[int, str]] = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    for value, sign in signs:
        done += sign * (number // value)
        number %= value
    return done
