"""How names are compared (`fold`) and how a name becomes a key (`slug`)."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

import icu

# Marks of the Latin, Greek and Cyrillic alphabets alone: other scripts write vowels as marks, and without them words merge.
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
_SEPARATORS = dict.fromkeys(map(ord, "-_.,;:/\\()[]{}'\"`´‘’“”«»–—‑&+*#!?|"), " ")
_SPELT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """What two spellings of one name share: no case, accents, punctuation or doubled spaces."""
    if not text.isascii():
        # Small letters after the parts are apart: a sign such as ™ or a full-width capital hides capitals until then.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = unicodedata.normalize("NFC", text.translate(_ACCENTS).translate(_SPELT))
    text = text.casefold()
    return " ".join(text.translate(_SEPARATORS).split())


def words(name: str) -> tuple[str, ...]:
    """The words of a person's name in no order: "LI Junhua" and "Junhua Li" are one person."""
    return tuple(sorted(fold(name).split()))


def slug(text: str, limit: int) -> str:
    """`text` as part of a key: a-z, 0-9 and hyphens, at most `limit` characters; other scripts are transliterated."""
    latin = fold(text)
    if not latin.isascii():
        latin = fold(_to_latin()(latin))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:limit].strip("-")


@cache
def _to_latin() -> Callable[[str], str]:
    transliterate: Callable[[str], str] = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII").transliterate
    return transliterate
