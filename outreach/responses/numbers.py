"""Numbers as people of many languages write them; one that can be read in two ways is none."""

import re
import unicodedata

_SPACE = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'\u2019](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})+")
_BOTH = re.compile(r"[+-]?\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})*(?!(?P=group))[.,]\d+")
# One sign with three digits after it: a thousand in one language, a fraction in another.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_FRACTION = re.compile(r"[+-]?\d+[.,]\d+")
_LONGEST = 40  # characters
_SIGNS = str.maketrans({"\u066b": ",", "\u066c": "'", "\u2212": "-"})


def number(text: str) -> int | float | None:
    """The number that `text` is: "1 200", "1,200,000", "1.234,5", "٣٫٥"; None for "1,200", "about 5" or "5 %"."""
    folded = text.strip().translate(_SIGNS)
    if len(folded) > _LONGEST:
        return None
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in folded)
    digits = _SPACE.sub("", digits)
    if _PLAIN.fullmatch(digits):
        return int(digits)
    if _GROUPED.fullmatch(digits):
        return int(re.sub(r"[.,]", "", digits))
    if _BOTH.fullmatch(digits):
        whole, fraction = re.split(r"[.,](?=\d+\Z)", digits, maxsplit=1)
        return float(f"{re.sub(r'[.,]', '', whole)}.{fraction}")
    if _FRACTION.fullmatch(digits) and not _AMBIGUOUS.fullmatch(digits):
        return float(digits.replace(",", "."))
    return None
