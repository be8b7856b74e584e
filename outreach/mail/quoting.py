"""Telling the new words of an answer from the mail that it quotes, and both from the signatures below them.

Works line by line with a short look ahead, so the time is linear whatever is sent; nothing is changed, only offsets are
given. The rules lean towards keeping: words that might be new are counted as new.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from outreach.mail import quoting_words as words
from outreach.mail.signing import signature_lines

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
    lines = list(_lines(text))
    quoted = _quoted(lines)
    signed = _signed(text, lines, quoted, writer)
    marks = [2 if is_quoted else 1 if is_signed else 0 for is_quoted, is_signed in zip(quoted, signed, strict=True)]
    spans = [tuple(_spans(lines, [mark == wanted for mark in marks])) for wanted in range(3)]
    return Parted(text, spans[0], spans[2], spans[1])


def own_words(text: str) -> tuple[Span, ...]:
    """Give the spans of `text`, in code points, that are not quoted; ``text[start:end]`` are the words, signatures with them.

    Quoted are lines that begin with ">", the line that introduces them, and all that follows a header block of an earlier
    mail or a line such as "On ... wrote:" without ">" after it. An answer between quoted lines gives several spans.
    """
    lines = list(_lines(text))
    return tuple(_spans(lines, [not each for each in _quoted(lines)]))


def _lines(text: str) -> Iterator[Line]:
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        end = len(text) if found < 0 else found
        yield Line(start, end, _normal(text[start : min(end, start + _LONGEST)]))
        start = end + 1


def _normal(line: str) -> str:
    """Fold what differs between mail programs: case, kinds of spaces, apostrophes and colons, emphasis, direction marks."""
    folded = line.casefold().replace("：", ":").replace("’", "'").replace("*", "")
    return " ".join(folded.translate(_UNSEEN).split()).replace(" :", ":")


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))


def _quoted(lines: Sequence[Line]) -> list[bool]:
    quoted = [False] * len(lines)
    number = 0
    while number < len(lines):
        length, to_the_end = _quotation(lines, number)
        stop = len(lines) if to_the_end else number + length
        quoted[number:stop] = [True] * (stop - number)
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


def _take_rule_before(lines: Sequence[Line], quoted: list[bool], number: int) -> None:
    """Count the ruled line over a quoted mail as part of it."""
    for before in range(number - 1, max(number - 4, -1), -1):
        if _RULE.fullmatch(lines[before].words):
            quoted[before] = True
        elif lines[before].words:
            return


def _signed(text: str, lines: Sequence[Line], quoted: Sequence[bool], writer: str) -> list[bool]:
    """Say which lines are of a signature, looking at each run of lines that are not quoted by itself."""
    signed = [False] * len(lines)
    start, has_words = 0, False
    while start < len(lines):
        stop = start
        while stop < len(lines) and quoted[stop] == quoted[start]:
            stop += 1
        if not quoted[start]:
            run = [text[line.start : line.end] for line in lines[start:stop]]
            for place in signature_lines(run, writer, has_words=has_words):
                signed[start + place] = True
            has_words = has_words or any(line.words for line in lines[start:stop])
        start = stop
    return signed


def _spans(lines: Sequence[Line], wanted: Sequence[bool]) -> Iterator[Span]:
    """Join neighbouring lines that are wanted, without the blank ones at their edges."""
    first = last = None
    for line, is_wanted in zip(lines, wanted, strict=True):
        if not is_wanted and line.words and first is not None and last is not None:
            yield first.start, last.end
            first = last = None
        elif is_wanted and line.words:
            first, last = first or line, line
    if first is not None and last is not None:
        yield first.start, last.end
