"""Telling the new words of an answer from the mail that it quotes.

Works line by line with a short look ahead, so the time is linear whatever is sent; nothing is changed, only offsets are
given. The rules lean towards keeping: words that might be new are counted as new.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_LOOK_AHEAD = 8
_LONGEST = 400
_WROTE = (
    "wrote:", "a écrit:", "escribió:", "написал:", "написала:", "написал(а):", "пишет:", "写道:", "寫道:", "كتب:", "كتبت:",
    "schrieb:", "escreveu:", "ha scritto:",
)  # fmt: skip
_OPENINGS = ("on ", "le ", "el ", "am ", "em ", "il ", "в ", "في ", "在")
_ORIGINALS = frozenset({
    "original message", "forwarded message", "original appointment", "message d'origine", "message original",
    "message transféré", "mensaje original", "mensaje reenviado", "исходное сообщение", "пересылаемое сообщение",
    "الرسالة الأصلية", "رسالة معاد توجيهها", "原始邮件", "转发的邮件", "ursprüngliche nachricht",
})  # fmt: skip
_FORWARDS = frozenset({"begin forwarded message:", "début du message réexpédié:", "début du message transféré:"})
_SENDERS = frozenset({"from", "de", "от", "من", "发件人", "寄件者", "von", "da"})
_OTHER_LABELS = frozenset({
    "sent", "date", "to", "cc", "subject", "envoyé", "à", "objet", "enviado", "enviado el", "fecha", "para", "asunto",
    "отправлено", "дата", "кому", "копия", "тема", "تاريخ الإرسال", "التاريخ", "إلى", "نسخة", "الموضوع",
    "发送时间", "日期", "时间", "收件人", "抄送", "主题", "gesendet", "an", "betreff", "envoyé le",
})  # fmt: skip
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}")
_RULE = re.compile(r"[_\-=]{5,}")


class _Line(NamedTuple):
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Parted:
    """A text taken apart. Spans are (start, end) in code points of `text`; what lies in none of them but blank is nobody's.

    `own` are the writer's new words, `quoted` earlier mail with what introduces it, `signatures` what mail programs and people
    put below their words. Nothing is changed: the spans of all three, in order, with the blank between them are the text.
    """

    text: str
    own: tuple[tuple[int, int], ...]
    quoted: tuple[tuple[int, int], ...]
    signatures: tuple[tuple[int, int], ...] = ()

    @property
    def own_words(self) -> str:
        """The new words, those of each span after a blank line."""
        return "\n\n".join(self.text[start:end] for start, end in self.own)


def parted(text: str) -> Parted:
    """Take a text apart into new words and quoted ones."""
    own = own_words(text)
    edges = [0, *(edge for span in own for edge in span), len(text)]
    gaps = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip()]
    return Parted(text, own, tuple(_trimmed(text, start, end) for start, end in gaps))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def own_words(text: str) -> tuple[tuple[int, int], ...]:
    """Give the spans of `text`, in code points, that are the writer's own; ``text[start:end]`` are the words.

    Quoted are lines that begin with ">", the line that introduces them, and all that follows a header block of an earlier
    mail or a line such as "On ... wrote:" without ">" after it. An answer between quoted lines gives several spans.
    """
    lines = list(_lines(text))
    quoted = [False] * len(lines)
    number = 0
    while number < len(lines):
        length, to_the_end = _quotation(lines, number)
        stop = len(lines) if to_the_end else number + length
        quoted[number:stop] = [True] * (stop - number)
        if to_the_end:
            _take_rule_before(lines, quoted, number)
        number = max(stop, number + 1)
    return tuple(_spans(lines, quoted))


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        end = len(text) if found < 0 else found
        yield _Line(start, end, _normal(text[start : min(end, start + _LONGEST)]))
        start = end + 1


def _normal(line: str) -> str:
    """Fold what differs between mail programs: case, kinds of spaces, apostrophes and colons, emphasis."""
    folded = line.casefold().replace("：", ":").replace("’", "'").replace("*", "")
    return " ".join(folded.split()).replace(" :", ":")


def _quotation(lines: list[_Line], number: int) -> tuple[int, bool]:
    """Say how many lines from `number` on are quoted, and whether everything after them is."""
    words = lines[number].words
    if words.startswith(">"):
        return 1, False
    if _is_original(words) or _is_header_block(lines, number):
        return 1, True
    length = _introduction(lines, number)
    return length, bool(length) and not _is_followed_by_marks(lines, number + length)


def _is_original(words: str) -> bool:
    return words in _FORWARDS or (words.startswith("--") and words.strip("- ") in _ORIGINALS)


def _is_header_block(lines: list[_Line], number: int) -> bool:
    """Recognise "From: ... Sent: ... To: ..." as Outlook puts it over the mail it answers: a sender and two more."""
    if _label(lines[number]) not in _SENDERS:
        return False
    following = [_label(line) for line in lines[number + 1 : number + _LOOK_AHEAD]]
    return sum(label in _OTHER_LABELS for label in following) >= 2


def _label(line: _Line) -> str:
    return line.words.partition(":")[0] if ":" in line.words else ""


def _introduction(lines: list[_Line], number: int) -> int:
    """Count the lines of an introduction such as "On ... wrote:" that starts here; 0 when none does."""
    words = lines[number].words
    longest = 3 if words.startswith(_OPENINGS) or any(sign.isdigit() for sign in words[:12]) else 1
    for length in range(1, longest + 1):
        if number + length > len(lines) or not lines[number + length - 1].words:
            return 0
        joined = " ".join(line.words for line in lines[number : number + length])
        if joined.endswith(":"):
            is_marked = _is_followed_by_marks(lines, number + length)
            return length if _introduces(joined, is_marked=is_marked) else 0
    return 0


def _introduces(words: str, *, is_marked: bool) -> bool:
    named = words.endswith((*_WROTE, ">:", ">):")) or " كتب" in words
    return named and (is_marked or "@" in words or _CLOCK.search(words) is not None)


def _is_followed_by_marks(lines: list[_Line], number: int) -> bool:
    following = (line.words for line in lines[number : number + _LOOK_AHEAD] if line.words)
    return next(following, "").startswith(">")


def _take_rule_before(lines: list[_Line], quoted: list[bool], number: int) -> None:
    """Count the ruled line over a quoted mail as part of it."""
    for before in range(number - 1, max(number - 4, -1), -1):
        if _RULE.fullmatch(lines[before].words):
            quoted[before] = True
        elif lines[before].words:
            return


def _spans(lines: list[_Line], quoted: list[bool]) -> Iterator[tuple[int, int]]:
    """Join neighbouring lines that are not quoted, without the blank ones at their edges."""
    first = last = None
    for line, is_quoted in zip(lines, quoted, strict=True):
        if is_quoted and first is not None and last is not None:
            yield first.start, last.end
            first = last = None
        elif not is_quoted and line.words:
            first, last = first or line, line
    if first is not None and last is not None:
        yield first.start, last.end
