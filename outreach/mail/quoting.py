"""Telling the new words of an answer from the mail that it quotes, and both from the signatures below them.

Works line by line with a short look ahead, so the time is linear whatever is sent; nothing is changed, only offsets are
given. The rules lean towards keeping: words that might be new are counted as new.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from outreach.mail import quoting_words as words
from outreach.mail.signing import signature_lines

MOST_LINES = 50_000
_OWN, _SIGNED, _QUOTED = 0, 1, 2
_LOOK_AHEAD = 8
_LONGEST = 400
_MOST_LINES = 5
_CLOCK = re.compile(r"\d{1,2} ?[:.h時时点] ?\d{2}|\d{1,2} ?(?:uhr|am|pm|h)\b")
_RULE = re.compile(r"[_\-=—─*]{5,}")
_DASHED = re.compile(r"[-—–_=*─ ]{2,}(?P<words>[^-—–_=*─].{0,60}?)[-—–_=*─ ]{0,}:?|(?P<bare>.{3,60}?)[-—–]{4,}")
_MARK = re.compile(r"[>＞›]")
_ADDRESS = re.compile(r"\S@\S")

Span = tuple[int, int]


class Line(NamedTuple):
    """One line: where it stands in the text, and its words, folded."""

    start: int
    end: int
    words: str


class Lines(Sequence[Line]):
    """The lines of a text, folded when they are looked at: a mail may have many thousand, of which few are looked at together.

    Of a text with more lines than anybody writes the rest counts as its last one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = array("L", [0] if text else [])
        self._recent: dict[int, Line] = {}
        while self._starts and len(self._starts) < MOST_LINES and (found := text.find("\n", self._starts[-1])) >= 0:
            self._starts.append(found + 1)
        if self._starts and self._starts[-1] == len(text):
            self._starts.pop()
        self._count = len(self._starts)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> "list[Line]": ...

    def __getitem__(self, place: "int | slice") -> "Line | list[Line]":
        if isinstance(place, slice):
            return [self._seen(number) for number in range(*place.indices(self._count))]
        if 0 <= place < self._count:
            return self._seen(place)
        raise IndexError(place)

    def __iter__(self) -> Iterator[Line]:
        return map(self._seen, range(self._count))

    def _seen(self, place: int) -> Line:
        line = self._recent.get(place)
        if line is None:
            if len(self._recent) > 64 * _LOOK_AHEAD:
                self._recent.clear()
            line = self._recent[place] = self._line(place)
        return line

    def _line(self, place: int) -> Line:
        start = self._starts[place]
        if place + 1 < self._count:
            end = self._starts[place + 1] - 1
        else:
            end = len(self.text) - (1 if self.text.endswith("\n") else 0)
        return Line(start, end, _normal(self.text[start : min(end, start + _LONGEST)]))


@dataclass(frozen=True)
class Parted:
    """A text taken apart. Spans are (start, end) in code points of `text`, in order, none over another, none blank.

    `own` are the writer's new words, `quoted` earlier mail with what introduces it, `signatures` what mail programs and people
    put below their words. Nothing is changed: all the spans together with the white space between them are the text.
    """

    text: str
    own: tuple[Span, ...]
    quoted: tuple[Span, ...]
    signatures: tuple[Span, ...]

    @property
    def own_words(self) -> str:
        """The new words, those of each span after a blank line."""
        return "\n\n".join(self.text[start:end] for start, end in self.own)


def parted(text: str, writer: str = "") -> Parted:
    """Take a text apart into new words, quoted ones and signatures; a `writer`, as named in From, is known below the words."""
    lines = Lines(text)
    marks = _quoted(lines)
    _mark_signatures(text, lines, marks, writer)
    own, quoted, signatures = (tuple(_spans(lines, marks, wanted)) for wanted in (_OWN, _QUOTED, _SIGNED))
    return Parted(text, own, quoted, signatures)


def own_words(text: str) -> tuple[Span, ...]:
    """Give the spans of `text`, in code points, that are not quoted; ``text[start:end]`` are the words, signatures with them.

    Quoted are lines that begin with ">", the line that introduces them, and all that follows a header block of an earlier
    mail or a line such as "On ... wrote:" without ">" after it. An answer between quoted lines gives several spans.
    """
    lines = Lines(text)
    return tuple(_spans(lines, _quoted(lines), _OWN))


def _normal(line: str) -> str:
    """Fold what differs between mail programs: case, kinds of spaces, apostrophes and colons, emphasis, direction marks."""
    folded = line.casefold().replace("：", ":").replace("’", "'").replace("*", "")
    return " ".join(folded.translate(_UNSEEN).split()).replace(" :", ":")


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))


def _quoted(lines: Sequence[Line]) -> bytearray:
    """Mark each line as quoted or as own."""
    quoted = bytearray(len(lines))
    number = 0
    while number < len(lines):
        length, to_the_end = _quotation(lines, number)
        stop = len(lines) if to_the_end else number + length
        quoted[number:stop] = bytes([_QUOTED]) * (stop - number)
        if to_the_end:
            _take_rule_before(lines, quoted, number)
        number = max(stop, number + 1)
    return quoted


def _quotation(lines: Sequence[Line], number: int) -> tuple[int, bool]:
    """Say how many lines from `number` on are quoted, and whether everything after them is."""
    said = lines[number].words
    if not said:
        return 0, False
    if _MARK.match(said):
        return 1, False
    if _is_original(lines, number) or _is_header_block(lines, number):
        return 1, not _is_followed_by_marks(lines, number + 1)
    length = _introduction(lines, number)
    return length, bool(length) and not _is_followed_by_marks(lines, number + length)


def _is_original(lines: Sequence[Line], number: int) -> bool:
    said = lines[number].words
    if words.FORWARDS.fullmatch(said) or words.ABOVE_THIS_LINE.fullmatch(said):
        return True
    match = _DASHED.fullmatch(said)
    if not match:
        return said.endswith("メッセージ") and said.startswith("-----")
    named = (match["words"] or match["bare"] or "").strip(" -:")
    if named in words.ORIGINALS or any(
        named.startswith(each) for each in ("forwarded by ", "original message ", "weitergeleitet von ")
    ):
        return True
    # Zoho and others put the introduction between dashes.
    return said.startswith("----") and _introduces(said, is_marked=True) and any(map(str.isdigit, said))


def _is_header_block(lines: Sequence[Line], number: int) -> bool:
    """Recognise "From: ... Sent: ... To: ..." as Outlook puts it over the mail it answers: a sender and two more.

    A block may also begin with another of its lines, as Lotus Notes and Yahoo write it; then it needs three more.
    """
    first = _label(lines[number])
    if first not in words.SENDERS and first not in words.OTHER_LABELS:
        return False
    following = [_label(line) for line in lines[number + 1 : number + 2 * _LOOK_AHEAD] if line.words][:_LOOK_AHEAD]
    labelled = sum(label in words.OTHER_LABELS for label in following)
    if first in words.SENDERS:
        return labelled >= 2 and any(label in words.OTHER_LABELS or label in words.SENDERS for label in following[:2])
    return labelled >= 2 and any(label in words.SENDERS for label in following[:2])


def _label(line: Line) -> str:
    head, colon, _ = line.words.partition(":")
    return head.strip(' |["') if colon and len(head) < 30 else ""


def _introduction(lines: Sequence[Line], number: int) -> int:
    """Count the lines of an introduction such as "On ... wrote:" that starts here; 0 when none does."""
    said = lines[number].words
    if _is_dated(said) and _is_followed_by_marks(lines, number + 1):
        return 1
    may_go_on = words.OPENINGS.match(said) is not None or any(sign.isdigit() for sign in said[:16])
    if not may_go_on and not _ends(said):
        return 0
    joined = ""
    for count, line in enumerate(lines[number : number + _MOST_LINES + 2], start=1):
        if not line.words and not _goes_on_after_blank(joined, lines, number + count):
            return 0
        if _MARK.match(line.words) and not line.words.endswith(":"):
            return 0
        joined = f"{joined} {line.words}".strip()
        if _ends(joined):
            is_marked = _is_followed_by_marks(lines, number + count)
            return count if _introduces(joined, is_marked=is_marked) else 0
        if not may_go_on or len(joined) > _LONGEST:
            return 0
    return 0


def _is_dated(said: str) -> bool:
    """Recognise "2011/4/7 Jane Doe <jane@icc.example>", which older programs of Google write over quoted lines."""
    return said[:4].isdigit() and said.endswith(">") and " <" in said and len(said) < 200


def _goes_on_after_blank(joined: str, lines: Sequence[Line], number: int) -> bool:
    """Polymail and others put the address of an introduction below a blank line."""
    following = lines[number].words if number < len(lines) else ""
    return _CLOCK.search(joined) is not None and following.startswith("<")


def _ends(joined: str) -> bool:
    return joined.endswith((":", "----")) or joined.endswith(("a écrit", "wrote", "写道", "escribió", "escreveu"))


def _introduces(said: str, *, is_marked: bool) -> bool:
    """Whether a line introduces a quotation: it says who wrote, and shows a mark, an address or an hour to be sure."""
    tail = said.rstrip("- ")
    named = words.WROTE.search(said) is not None or tail.endswith((">:", ">):", "]:", ">):"))
    if not named and words.FROM_WORDS.search(said) and any(map(str.isdigit, said)):
        named = tail.endswith(":")
    if not named:
        return False
    if is_marked:
        return len(said) < 300
    sure = _ADDRESS.search(said) is not None or _CLOCK.search(said) is not None
    return sure and (words.OPENINGS.match(said) is not None or any(map(str.isdigit, said)) or "<" in said)


def _is_followed_by_marks(lines: Sequence[Line], number: int) -> bool:
    following = (line.words for line in lines[number : number + _LOOK_AHEAD] if line.words)
    return _MARK.match(next(following, "")) is not None


def _take_rule_before(lines: Sequence[Line], quoted: bytearray, number: int) -> None:
    """Count the ruled line over a quoted mail as part of it."""
    for before in range(number - 1, max(number - 4, -1), -1):
        if _RULE.fullmatch(lines[before].words):
            quoted[before] = _QUOTED
        elif lines[before].words:
            return


def _mark_signatures(text: str, lines: Lines, marks: bytearray, writer: str) -> None:
    """Mark the lines that are of a signature, looking at each run of lines that are not quoted by itself."""
    start, has_words = 0, False
    while start < len(lines):
        stop = start
        while stop < len(lines) and marks[stop] == marks[start]:
            stop += 1
        if marks[start] == _OWN:
            run = signature_lines(_Run(lines, start, stop), writer, has_words=has_words)
            has_words = has_words or any(lines[place].words for place in range(start, stop))
            for place, is_signed in enumerate(run, start):
                marks[place] = _SIGNED if is_signed else _OWN
        start = stop


class _Run(Sequence[str]):
    """The lines of a text from one to another, as they stand."""

    def __init__(self, lines: Lines, start: int, stop: int) -> None:
        self._lines, self._start, self._stop = lines, start, stop

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < len(self):
            raise IndexError(place)
        line = self._lines[self._start + place]
        return self._lines.text[line.start : min(line.end, line.start + 2 * _LONGEST)]


def _spans(lines: Sequence[Line], marks: bytearray, wanted: int) -> Iterator[Span]:
    """Join neighbouring lines with the wanted mark, without the blank ones at their edges."""
    start = end = -1
    for line, mark in zip(lines, marks, strict=True):
        if mark != wanted and line.words and start >= 0:
            yield start, end
            start = -1
        elif mark == wanted and line.words:
            start, end = start if start >= 0 else line.start, line.end
    if start >= 0:
        yield start, end
