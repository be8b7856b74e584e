"""Laying a text out for reading: its parts, where passages begin and overlap, and its sentences by number."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from outreach.inputs.coding import Span
from outreach.inputs.models import InputText, Passage

# Enough for any letter; a book is read part by part.
PART = 60_000
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
# A stop ends a sentence where white space follows; the full-width ones of Chinese need none.
_STOP = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*\s+|[。！？]+[”’」』）]*")


@dataclass(frozen=True)
class Segment:
    """Words that the same passages cover: where they start, the numbers of the passages, and of those that begin here."""

    start: int
    words: str
    passages: tuple[int, ...] = ()
    beginning: tuple[int, ...] = ()


@dataclass(frozen=True)
class Laid:
    """A part of a text laid out: its number, from 1, of how many, and its segments."""

    text: InputText
    part: Span
    number: int
    of: int
    segments: list[Segment]


def laid_out(text: InputText, passages: Sequence[Passage], number: int = 1) -> Laid:
    """Part `number` of `text` (the last one when there are fewer) with its `passages`; those of other texts are left out."""
    cut = parts(text.content)
    number = min(max(number, 1), len(cut))
    part = cut[number - 1]
    places = [(passage.id, Span(passage.start, passage.end)) for passage in passages if passage.text_id == text.id]
    return Laid(text, part, number, len(cut), segments(text.content, part, places))


def parts(content: str, size: int = PART) -> list[Span]:
    """Cut a text into parts of at most `size` code points, at the end of a line where there is one; together they are it."""
    found, start = [], 0
    while len(content) - start > size:
        cut = content.rfind("\n", start, start + size) + 1 or start + size
        found.append(Span(start, cut))
        start = cut
    return [*found, Span(start, len(content))]


def segments(content: str, part: Span, places: Sequence[tuple[int, Span]]) -> list[Segment]:
    """The words of `part` cut wherever a passage begins or ends; `places` are the passages' numbers and spans.

    Joined, the segments are the part's words, each code point in one of them.
    """
    inside = [(number, span) for number, span in places if span.start < part.end and span.end > part.start]
    cuts = {part.start, part.end}
    for _, span in inside:
        cuts |= {max(span.start, part.start), min(span.end, part.end)}
    edges = sorted(cuts)
    return [_segment(content, start, end, part, inside) for start, end in pairwise(edges)]


def _segment(content: str, start: int, end: int, part: Span, places: Sequence[tuple[int, Span]]) -> Segment:
    over = [(number, span) for number, span in places if span.start <= start and span.end >= end]
    beginning = tuple(number for number, span in over if max(span.start, part.start) == start)
    return Segment(start, content[start:end], tuple(number for number, _ in over), beginning)


def sentences(content: str, part: Span) -> list[Span]:
    """The sentences of `part`, without the white space around them; a line ends a sentence too."""
    return list(_sentences(content, part))


def _sentences(content: str, part: Span) -> Iterator[Span]:
    for line in _LINE.finditer(content, part.start, part.end):
        start = line.start()
        for stop in _STOP.finditer(content, line.start(), line.end()):
            yield from _trimmed(content, start, stop.end())
            start = stop.end()
        yield from _trimmed(content, start, line.end())


def _trimmed(content: str, start: int, end: int) -> Iterator[Span]:
    words = content[start:end]
    if words.strip():
        start += len(words) - len(words.lstrip())
        yield Span(start, start + len(words.strip()))


def part_with(found: Sequence[Span], place: int) -> int:
    """The number, from 1, of the part in which `place` lies."""
    return max(1, bisect_right([part.start for part in found], place))
