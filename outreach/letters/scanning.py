"""What stands in the text of a letter, found paragraph by paragraph.

The letters of a campaign have nearly all their paragraphs in common: each is looked through once, however many letters have it.
What is found is what looking through the whole text would find, see `paragraphs`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from outreach.letters.wording import unescaped

# What templates and mail merges leave behind. A note such as [sic], a figure [1] or an omission [...] is no such thing.
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{\{|\}\}|\{%.*?%\}|\{%"
    r"|(?<![A-Za-z])X{3,}(?![A-Za-z])|\b(?i:TBD|TBC|Lorem ipsum)\b|\?{3,}"
    r"|«\s*»|«[A-Za-z]+(?:_\w+)+»|«[A-Z][a-z]+[A-Z]\w*»"
    r"|\[(?!(?:sic|\.\.\.|…)\])[^\W\d_][^\[\]\n]{2,80}\](?!\()"
    r"|\[\s*(?i:name|nom|nombre|title|titre|date|fecha|insert)\b(?![^\[\]\n]*\]\()"
)
_BLANK = re.compile(r"[^\S\n],(?=\s|$)|\*\*\s*\*\*|\(\s*\)|“\s*”")
# Words that speak of something enclosed, by language.
_SPEAKS = {
    "en": re.compile(r"\b(?:enclosed|attached)\b|\benclosures?\b", re.IGNORECASE),
    "fr": re.compile(r"\bci-joint\w*|\bpièces? jointes?\b", re.IGNORECASE),
    "es": re.compile(r"\badjunt[oa]s?\b", re.IGNORECASE),
    "ru": re.compile(r"\bприлага\w+|\bв приложении\b", re.IGNORECASE),
    "zh": re.compile("附上|附件|随函附"),
    "ar": re.compile("مرفق|طيه"),
}
# “Supporting documents may be attached” speaks of the answer, not of this letter.
_MAY = r"\b(?:may|can|could|should|puede|podrá|peuvent|pourront)\b"
_OF_THE_ANSWER = re.compile(rf"{_MAY}[^.]{{0,30}}?(?:attached|enclosed|joint\w*|adjunt\w+)", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:Enclosures|Pièces jointes|Anexos|Приложения|附件|مرفقات) ?\((\d+)\)")

# What is looked for over the end of a paragraph begins with one of these signs, or with such a word near the end.
_OPENERS = ("*", "(", "“", "«", "[")
_MAY_AT_END = re.compile(rf"{_MAY}[^.]{{0,30}}\Z", re.IGNORECASE)
_END = 60  # characters
_KEPT = 4096


class Scan(NamedTuple):
    """What a paragraph holds: gaps, each in the words around it; what was left to be filled in; enclosures it counts."""

    gaps: tuple[str, ...]
    left_over: tuple[str, ...]
    counted: tuple[tuple[str, int], ...]


def scan(body: str) -> Iterator[Scan]:
    """What each paragraph of a body (Markdown) holds."""
    return map(_scanned, paragraphs(body))


def speaks_of_enclosures(body: str, language: str) -> bool:
    """Whether a text says that something goes with it, in the languages whose words for it are known."""
    return any(_speaks(paragraph, language) for paragraph in paragraphs(body))


def paragraphs(text: str) -> Iterator[str]:
    """`text` in parts that can be looked through one by one: nothing that is looked for begins in one and ends in the next."""
    held = ""
    for part in text.split("\n\n"):
        part = f"{held}\n\n{part}" if held else part
        held = part if _leads_on(part) else ""
        if not held:
            yield part
    if held:
        yield held


@lru_cache(maxsize=_KEPT)
def _leads_on(paragraph: str) -> bool:
    return paragraph.rstrip().endswith(_OPENERS) or _MAY_AT_END.search(paragraph[-_END:]) is not None


@lru_cache(maxsize=_KEPT)
def _scanned(paragraph: str) -> Scan:
    counted = ((found[0], int(found[1])) for found in _COUNTED.finditer(paragraph))
    return Scan(gaps(paragraph), left_over(unescaped(paragraph)), tuple(counted))


@lru_cache(maxsize=_KEPT)
def _speaks(paragraph: str, language: str) -> bool:
    speaks = _SPEAKS.get(language)
    return speaks is not None and speaks.search(_OF_THE_ANSWER.sub("", paragraph)) is not None


@lru_cache(maxsize=_KEPT)
def gaps(text: str) -> tuple[str, ...]:
    """Where something is blank in a text, in the words around it."""
    return tuple(_around(text, found.start(), found.end()) for found in _BLANK.finditer(text))


def _around(text: str, start: int, end: int) -> str:
    """What stands in the same line near a place, for people to find it by."""
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    return f"{before[-20:]}{text[start:end]}{after[:20]}".strip()


# What surrounds the text is the same for all letters of a sender.
@lru_cache(maxsize=_KEPT)
def left_over(text: str) -> tuple[str, ...]:
    """What was left to be filled in, in the order in which it stands there, each once."""
    return tuple(dict.fromkeys(found[0].strip() for found in _PLACEHOLDER.finditer(text)))
