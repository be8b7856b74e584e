"""The words of a text as they are compared: cut by the rules of its script, folded, and brought to their stems.

ICU cuts (Chinese by its dictionary), Snowball stems. A Latin word has a stem in each language that writes so, because a text
may quote in another language than its own; two words are taken for the same when one of their stems is.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import icu
import snowballstemmer

_LATIN = ("english", "french", "spanish")
# The article and the conjunctions that Arabic writes together with the word.
_ARABIC_HEAD = re.compile(r"^(?:[وفبكل]{0,2}ال|لل)(?=\w{3})")
_ARABIC_FORMS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "ؤ": "و", "ئ": "ي"})
_SAID_EVERYWHERE = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "into",
        "all",
        "des",
        "les",
        "aux",
        "une",
        "dans",
        "par",
        "pour",
        "sur",
        "los",
        "las",
        "del",
        "para",
        "por",
        "con",
        "una",
        "для",
        "при",
        "или",
        "что",
        "как",
        "на",
        "по",
        "من",
        "في",
        "على",
        "إلى",
        "عن",
        "مع",
    ]
)
_WORD_KINDS = 100  # ICU's rule status: below, what was cut off is white space or punctuation
_ACRONYM = re.compile(r"[A-ZА-Я][A-ZА-Я0-9]{1,5}s?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as it stands, and its stems."""

    said: str
    stems: frozenset[str]


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, snowballstemmer.stemmer]:
    return {name: snowballstemmer.stemmer(name) for name in (*_LATIN, "russian", "arabic")}


def words(text: str) -> list[Word]:
    """The words of `text` in order."""
    cutter = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
    # ICU counts in UTF-16; its own string class cuts by the same count.
    whole = icu.UnicodeString(text)
    cutter.setText(whole)
    found, start = [], 0
    for end in cutter:
        if cutter.getRuleStatus() >= _WORD_KINDS:
            said = str(whole[start:end])
            found.append(Word(said, _stems(said)))
        start = end
    return found


@lru_cache(maxsize=100_000)
def _stems(said: str) -> frozenset[str]:
    # What is written in capitals alone is a name of its own: AI is not the French "ai".
    if _ACRONYM.fullmatch(said):
        return frozenset([said.removesuffix("s")])
    bare = _folded(said)
    script = unicodedata.name(bare[0], "") if bare else ""
    # Snowball needs the accents, and the Russian short i; they are dropped after it, for texts that were written without.
    accented = unicodedata.normalize("NFC", said.casefold())
    if script.startswith("CYRILLIC"):
        return frozenset([_folded(_stemmers()["russian"].stemWord(accented.replace("ё", "е")))])
    if script.startswith("ARABIC"):
        return frozenset([_stemmers()["arabic"].stemWord(_ARABIC_HEAD.sub("", bare.translate(_ARABIC_FORMS)))])
    if script.startswith("LATIN"):
        return frozenset(_folded(_stemmers()[name].stemWord(accented)) for name in _LATIN) | {bare}
    return frozenset([bare] if bare else ())


def telling(text: str) -> list[Word]:
    """The words of `text` that tell what it is about: no articles, no single signs; all of them when none is left."""
    all_of_them = words(text)
    return [word for word in all_of_them if tells(word)] or all_of_them


def tells(word: Word) -> bool:
    """Whether a word tells anything by itself; a short one does in capitals (AI)."""
    said = word.said
    return len(said) > 1 and not (len(said) == 2 and said.islower()) and said.casefold() not in _SAID_EVERYWHERE


def stems(text: str) -> frozenset[str]:
    """All stems of the telling words of `text`."""
    return frozenset(stem for word in telling(text) for stem in word.stems)


def _folded(said: str) -> str:
    plain = unicodedata.normalize("NFKD", said.casefold())
    return (
        "".join(sign for sign in plain if not unicodedata.combining(sign))
        .replace("’", "'")
        .removeprefix("l'")
        .removeprefix("d'")
    )
