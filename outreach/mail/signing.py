"""Telling a signature from the words above it: by its delimiter, a closing, a mobile program's line, or the writer's name.

What may be meant to be read stays: a closing with prose after it begins no signature, and a postscript is words again.
"""

import re
from collections import deque
from collections.abc import Sequence
from itertools import islice

from outreach.mail import signing_words as words

_MOST_LINES = 16
_LONGEST_LINE = 100
_LONGEST_CLOSING = 70
_PROSE_WORDS = 7
_DELIMITER = re.compile(r"[-–—]{2} ?|_{2,3} ?")
_RULER = re.compile(r"[-=*_~＊＝━─―ー—－☆★◆◇□■・.#+/⁂]{4,}|[-=*_~][-=*_~ ]{3,}")
_SENTENCE_END = re.compile(r"[.!?…。！？؟]['\")»”]?\s*$")
_WORD = re.compile(r"[^\W\d_]+")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def signature_lines(lines: Sequence[str], writer: str = "", *, has_words: bool = False) -> bytearray:
    """Mark with 1 each line that is of a signature, in a run of lines that are not quoted.

    `has_words` says whether words of the writer's stand above the run; the first words of all are never a signature.
    """
    programs = _programs_lines(lines)
    found = bytearray(programs)
    start = _start(lines, programs, writer, has_words=has_words)
    if start is not None:
        stop = _stop(lines, start)
        found[start:stop] = b"\x01" * (stop - start)
    if not has_words and all(mark or not line.strip() for mark, line in zip(found, lines, strict=True)):
        # A greeting alone is all that was said.
        return programs
    return found


def _folded(line: str) -> str:
    return " ".join(line[:600].casefold().replace("’", "'").replace("*", "").translate(_UNSEEN).split())


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))


def _programs_lines(lines: Sequence[str]) -> bytearray:
    """Mark the lines that programs and servers put in: where it was sent from, that it is confidential."""
    found, in_disclaimer = bytearray(len(lines)), False
    for place, each in enumerate(lines):
        line = _folded(each)
        in_disclaimer = bool(line) and (in_disclaimer or words.DISCLAIMER.match(line) is not None)
        if in_disclaimer or (
            line and len(line) <= _LONGEST_LINE and words.MOBILE.fullmatch(line.strip(" .[]()<>|")) is not None
        ):
            found[place] = 1
    return found


def _start(lines: Sequence[str], programs: bytearray, writer: str, *, has_words: bool) -> int | None:
    """Give the line on which the signature begins, the first that fits.

    Only as many lines as a signature may have are looked at together, so that many false starts cost no more than one.
    """
    names = frozenset(each for each in map(str.casefold, _WORD.findall(writer)) if len(each) > 2)
    said = ((place, _folded(line)) for place, line in enumerate(lines) if line.strip() and not programs[place])
    window = deque(islice(said, _MOST_LINES + 2))
    is_first = not has_words
    while window:
        place, folded = window.popleft()
        rest = [each for _, each in window]
        if not is_first and _begins(lines[place], folded, rest, names, is_apart=not place or not lines[place - 1].strip()):
            return place
        is_first = False
        window.extend(islice(said, 1))
    return None


def _begins(line: str, folded: str, rest: Sequence[str], names: frozenset[str], *, is_apart: bool) -> bool:
    """Whether a signature begins on a line, with the lines that follow it in `rest`."""
    if line == "-- ":
        return True
    if _is_closing(line, folded):
        return _is_signed(rest)
    if len(rest) > _MOST_LINES or not all(map(_is_short, rest)):
        return False
    if _DELIMITER.fullmatch(folded):
        return bool(rest)
    if _RULER.fullmatch(folded):
        return any(words.CONTACT.search(each) for each in rest)
    return is_apart and bool(names) and _names_writer(folded, names)


def _is_closing(line: str, folded: str) -> bool:
    """Whether a line closes a letter, as "Best regards, Jane Doe" does; "Thanks, we shall do so." begins like one only."""
    if len(folded) > _LONGEST_CLOSING:
        return False
    match = words.CLOSING.fullmatch(folded.strip(" ~-–—_"))
    if match is None:
        return False
    rest = match["rest"].strip(" ,.!;:،、。–-")
    if not rest:
        return True
    is_apart = match["rest"].lstrip()[:1] in set(",.!;:،、–-") or " " in match["closing"]
    named = line.strip(" *~-–—_").split()[-len(rest.split()) :]
    return is_apart and len(named) <= 4 and not line.rstrip().endswith((".", "?", "。")) and all(map(_is_of_a_name, named))


def _is_of_a_name(word: str) -> bool:
    first = word.strip("(\"'")[:1]
    return first.isupper() or (first.isalpha() and not first.islower() and len(word) <= 4)


def _is_signed(rest: Sequence[str]) -> bool:
    """Whether what follows a closing is a name and the like: no prose straight after it, and not too much of anything."""
    ends = next((number for number, line in enumerate(rest) if _is_words_again(line)), len(rest))
    # Words that follow without a name in between are what was to be said: "Thanks, ... we shall answer next week."
    return ends <= _MOST_LINES and (ends > 0 or not rest or words.POSTSCRIPT.match(rest[0]) is not None)


def _stop(lines: Sequence[str], start: int) -> int:
    """Give the first line after `start` that is words again."""
    return next((place for place in range(start + 1, len(lines)) if _is_words_again(_folded(lines[place]))), len(lines))


def _is_words_again(line: str) -> bool:
    """Whether a line below a closing is meant to be read: prose, or a postscript."""
    if words.POSTSCRIPT.match(line):
        return True
    return bool(line) and not _is_short(line) and not words.DISCLAIMER.match(line)


def _is_short(line: str) -> bool:
    """Whether a line may stand in a signature: no sentence."""
    if words.CONTACT.search(line):
        return len(line) <= 2 * _LONGEST_LINE
    weight = len(line) + len(_DENSE.findall(line))
    many = len(_WORD.findall(line)) >= _PROSE_WORDS or len(_DENSE.findall(line)) >= 18
    return weight <= _LONGEST_LINE and not (many and _SENTENCE_END.search(line) is not None)


def _names_writer(line: str, names: frozenset[str]) -> bool:
    said = _WORD.findall(line)
    return 0 < len(said) <= 6 and not _SENTENCE_END.search(line) and any(word in names for word in said)
