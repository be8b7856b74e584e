"""Telling the language of a text: by its script and most frequent words, or better with the extra `lang`."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

_FARTHEST = 3000
_FEWEST_LETTERS = 12
_WORD = re.compile(r"[^\W\d_]+")
_NOISE = re.compile(r"\S+@\S+|https?://\S+")
# Scripts that one language of ours is written in; the ranges are those of Unicode blocks.
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]"),
    "ar": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
_FREQUENT = {
    "en": "the of and to in is that for it you we our this with as are be on your have not from by will at which has was",
    "fr": "le la les de des et en un une du que est pour dans qui nous vous sur avec ce au par pas votre notre ne je sont",
    "es": "el la los las de y en que un una del es por con para se su lo al como más nos nuestra este son sus ha le estimada",
    "pt": "o a os as de e em que um uma do da dos das é por com para se não no na ao seu sua nossa este são mais prezada",
    "de": "der die das und in zu den mit von für ist auf des im dem ein eine nicht sich als wir sie auch es an werden aus",
    "it": "il lo la i gli le di e in che un una del della è per con non si al dei nel sono come anche questo nostra vostra",
    "nl": "de het een en van in is dat op te voor met zijn niet aan er ook als bij wij u deze naar om wordt door uw ik",
    "pl": "i w na z do się nie jest że o to za od przez dla po oraz jak są tym które przy być pan",
    "tr": "ve bir bu için ile de da olarak olan çok daha ne gibi en kadar sonra olduğu ya biz siz sayın",
    "sv": "och i att det som en på är av för med den till har inte om ett vi ni från kan",
    "id": "dan yang di untuk dengan ini dari pada dalam kami tidak adalah akan itu oleh kepada atau sebagai telah",
}
# More languages would make short texts less sure: Latin and Esperanto are rare among answers.
_TOLD_APART = (
    "af sq hy az eu be bn bs bg ca zh hr cs da nl en et fi fr ka de el he hi hu is id ga it ja kk ko lv lt mk ms mn nb fa pl "
    "pt pa ro ru sr sk sl so es sw sv tl ta te th tr uk ur vi"
)
_FREQUENT_SETS = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}


def language_of(text: str) -> str:
    """Give the ISO 639-1 code of the language a text is written in, or "" when it is too short to say."""
    sample = _NOISE.sub(" ", text[:_FARTHEST])
    letters = sum(map(str.isalpha, sample))
    script = _by_script(sample, letters) if letters else ""
    if script in {"ja", "ko", "zh", "ar", "el", "he", "th"}:
        return script
    if letters < _FEWEST_LETTERS:
        return ""
    detector = _detector()
    if detector is not None:
        found = detector.detect_language_of(sample)
        return found.iso_code_639_1.name.lower() if found else ""
    return script or _by_words(sample)


def _by_script(sample: str, letters: int) -> str:
    counts = {language: len(signs.findall(sample)) for language, signs in _SCRIPTS.items()}
    # A Japanese text is mostly Chinese signs, but no Chinese one has kana.
    if counts["ja"] * 10 >= counts["ja"] + counts["zh"] and (counts["ja"] + counts["zh"]) * 3 >= letters and counts["ja"]:
        return "ja"
    language, most = max(counts.items(), key=lambda each: each[1])
    return language if most * 3 >= letters else ""


def _by_words(sample: str) -> str:
    words = Counter(word.casefold() for word in _WORD.findall(sample))
    scores = {language: sum(words[each] for each in frequent) for language, frequent in _FREQUENT_SETS.items()}
    language, most = max(scores.items(), key=lambda each: each[1])
    return language if most * 12 >= sum(words.values()) else ""


@lru_cache(maxsize=1)
def _detector() -> Any:
    """The detector of the package lingua, or None where it is not installed."""
    try:
        from lingua import IsoCode639_1, LanguageDetectorBuilder
    except ImportError:
        return None
    codes = [getattr(IsoCode639_1, code.upper()) for code in _TOLD_APART.split()]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
