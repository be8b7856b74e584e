"""How names are compared (`fold`), how a name becomes a key (`slug`), and by which words it is found (`search_words`)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

# Marks of the Latin, Greek and Cyrillic alphabets alone: other scripts write vowels as marks, and without them words merge.
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
_SEPARATORS = dict.fromkeys(map(ord, "-_.,;:/\\()[]{}'\"`´‘’“”«»–—‑&+*#!?|"), " ")
# Thai to Burmese, Khmer, kana and Han are written without spaces; Korean names often are.
_UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_RUNS = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED} ]+")
_ARABIC_ARTICLE = "ال"
LONGEST_WORD = 40  # characters that are looked at
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


def full_name(values: Mapping[str, object]) -> str:
    """The name as one line: as given, else the given name before the family name."""
    parts = (values.get("given_name"), values.get("family_name"))
    return str(values.get("full_name") or " ".join(str(part) for part in parts if part))


def slug(text: str, limit: int) -> str:
    """`text` as part of a key: a-z, 0-9 and hyphens, at most `limit` characters; other scripts are transliterated."""
    latin = fold(text)
    if not latin.isascii():
        latin = fold(_to_latin()(latin))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:limit].strip("-")


def search_terms(text: str) -> list[str]:
    """The words of `text` as they are looked for, each once; what is written without spaces is a word of its own."""
    return list(dict.fromkeys(run[0][:LONGEST_WORD] for run in _RUNS.finditer(fold(text))))


@lru_cache(maxsize=4096)
def search_words(text: str) -> frozenset[str]:
    """The words that `text` is found by: whoever types how one of them begins has found it.

    What is written without spaces is found by any part of it, an Arabic word also without its article.
    """
    found: set[str] = set()
    for run in _RUNS.finditer(fold(text)):
        word, unspaced = run[0], run[1]
        starts = range(len(word)) if unspaced else (0, len(_ARABIC_ARTICLE)) if word.startswith(_ARABIC_ARTICLE) else (0,)
        found.update(word[start : start + LONGEST_WORD] for start in starts)
    return frozenset(found - {""})


@cache
def _to_latin() -> Callable[[str], str]:
    # Large, and needed for the keys of few names.
    import icu

    transliterate: Callable[[str], str] = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII").transliterate
    return transliterate
