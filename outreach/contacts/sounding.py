"""How names are brought to one spelling, so that the ways of writing one name in several alphabets come close together.

`latin` writes a name in small a-z; `sound` levels what romanisations differ in (Mueller, Müller; Yuliya, Julia); `skeleton`
keeps the consonants, for scripts that write no vowels. All three are for comparing alone, never for a letter or a page.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

import icu

from outreach.contacts.naming import fold

# In this order: longer groups before the shorter ones in them. Not one language's rules but what several tables share.
_LEVELLED = (
    *(("shch", "s"), ("tsch", "C"), ("sch", "s"), ("tch", "C"), ("dzh", "z"), ("ch", "C"), ("cz", "C"), ("sh", "s")),
    *(("sz", "s"), ("zh", "z"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("ts", "C"), ("tz", "C")),
    *(("ck", "k"), ("x", "ks"), ("q", "k"), ("c", "k"), ("C", "c"), ("w", "v"), ("y", "i"), ("j", "i")),
    *(("ou", "u"), ("oo", "u"), ("ee", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u")),
)
# Signs that romanisation sets for letters that Latin has not, such as the one for ayin.
_NO_LETTERS = re.compile("[^a-z0-9 ]+")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = str.maketrans("", "", "aeiou")


def latin(name: str) -> str:
    """The words of a name in small letters a-z and digits, whatever script it stands in; no accents, no punctuation."""
    if not name.isascii():
        name = _transliterator()(name)
        return _NO_LETTERS.sub("", fold(name))
    return fold(name)


@cache
def _transliterator() -> Callable[[str], str]:
    # Cyrillic as passports and newspapers write it ("Yuliya", "Shcherbakova"); ICU's own table has one sign a letter.
    rules = "Russian-Latin/BGN; Any-Latin; Latin-ASCII"
    transliterate: Callable[[str], str] = icu.Transliterator.createInstance(rules).transliterate
    return transliterate


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """One word of `latin` with what romanisations differ in levelled: "mueller" and "muller", "dmitriy" and "dmitrij"."""
    for written, heard in _LEVELLED:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=65_536)
def skeleton(sounded: str) -> str:
    """The consonants of a sounded word: all that Arabic and Hebrew write of most names ("mhmd")."""
    return _DOUBLED.sub(r"\1", sounded.translate(_VOWELS))
