"""Telling a signature from the words above it: by its delimiter, a closing, a mobile program's line, or the writer's name.

What may be meant to be read stays: a closing with prose after it begins no signature, and a postscript is words again.
"""

import re
from collections.abc import Iterator, Sequence

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


def signature_lines(lines: Sequence[str], writer: str = "", *, has_words: bool = False) -> set[int]:
    """Give the places of the lines that are of a signature, in a run of lines that are not quoted.

    `has_words` says whether words of the writer's stand above the run; the first words of all are never a signature.
    """
    folded = [_folded(line) for line in lines]
    found = set(_programs_lines(folded))
    start = _start(lines, folded, found, writer, has_words=has_words)
    if start is not None:
        found.update(range(start, _stop(folded, start)))
    kept = [place for place, line in enumerate(folded) if line and place not in found]
    if not kept and not has_words:
        # A greeting alone is all that was said.
        return set(_programs_lines(folded))
    return found


def _folded(line: str) -> str:
    return " ".join(line[:600].casefold().replace("’", "'").replace("*", "").translate(_UNSEEN).split())


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))


def _programs_lines(folded: Sequence[str]) -> Iterator[int]:
    """Give the lines that programs and servers put in: where it was sent from, that it is confidential."""
    in_disclaimer = False
    for place, line in enumerate(folded):
        in_disclaimer = bool(line) and (in_disclaimer or words.DISCLAIMER.match(line) is not None)
        if in_disclaimer or (
            line and len(line) <= _LONGEST_LINE and words.MOBILE.fullmatch(line.strip(" .[]()<>|")) is not None
        ):
            yield place


def _start(lines: Sequence[str], folded: Sequence[str], programs: set[int], writer: str, *, has_words: bool) -> int | None:
    """Give the line on which the signature begins, the first that fits."""
    names = frozenset(each for each in map(str.casefold, _WORD.findall(writer)) if len(each) > 2)
    places = [place for place, line in enumerate(folded) if line and place not in programs]
    for number, place in enumerate(places[not has_words :], start=int(not has_words)):
        # Only as many lines as a signature may have are looked at, so that many false starts cost no more than one.
        rest = [folded[each] for each in places[number + 1 : number + 2 + _MOST_LINES]]
        if _begins(lines[place], folded[place], rest, names, is_apart=not folded[place - 1]):
            return place
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


def _stop(folded: Sequence[str], start: int) -> int:
    """Give the first line after `start` that is words again."""
    return next((place for place in range(start + 1, len(folded)) if _is_words_again(folded[place])), len(folded))


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
