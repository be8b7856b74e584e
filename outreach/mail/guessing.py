"""Guessing the charset of bytes that carry no label or a wrong one, by what reads as words.

Only text in other scripts than Latin is guessed: there each byte of a letter stands beside another, which no text in a Western
charset has. Short samples are left to the reader's usual order.
"""

import re

_FARTHEST = 4000
_FEWEST = 4
_RUNS = re.compile(rb"[\x80-\xff]+")
_ISO_2022 = (
    (re.compile(rb"\x1b\$[@B]"), "iso2022_jp_ext"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"~\{[!-~]{2,}~\}"), "hz"),
)
_KANA = re.compile("[\u3041-\u30f6ー]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fa5]")
# The most frequent Chinese signs, simplified and traditional; a wrong charset gives rare ones.
_FREQUENT_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经"
    "么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "這個們來為國說時會對過發後裡經麼學現當沒動還進樣開從實與請您謝貴見議論壇意席支持常書處邮件郵回复復联合邀请"
)
_LETTERS = {
    "cp1251": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"),
    "koi8-r": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"),
    "cp866": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"),
    "iso8859-5": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"),
    "cp1256": frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآئؤ،؟"),
    "iso8859-6": frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآئؤ،؟"),
    "cp1253": frozenset("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ"),
    "cp1255": frozenset("אבגדהוזחטיכלמנסעפצקרשתםןץףך"),
}


def guessed(data: bytes) -> str:
    """Name the codec in which bytes read as words of some script, or "" when none is likely."""
    sample = data[:_FARTHEST]
    for escape, codec in _ISO_2022:
        if escape.search(sample) and _decoded(sample, codec):
            return codec
    runs = _RUNS.findall(sample)
    high = sum(map(len, runs))
    beside = sum(len(run) for run in runs if len(run) > 1)
    # The second byte of a sign may be ASCII in Big5 and Shift JIS; but no Western text is half accents.
    if high < 2 * _FEWEST or (beside < high * 0.8 and high * 2 < len(sample.replace(b" ", b"")) * 0.9):
        return ""
    scores = {codec: _score(sample, codec) for codec in (*_LETTERS, "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")}
    codec, best = max(scores.items(), key=lambda each: each[1])
    return codec if best > 0.6 else ""


def _score(sample: bytes, codec: str) -> float:
    """Say how much of what is no ASCII reads as words in a charset, from 0 to 1."""
    text = _decoded(sample, codec)
    beyond = [sign for sign in text if sign > "\x7f"]
    if len(beyond) < _FEWEST or "\ufffd" in text[:-4]:
        return 0.0
    if codec in _LETTERS:
        return sum(sign in _LETTERS[codec] for sign in beyond) / len(beyond)
    words = "".join(beyond)
    han, kana, hangul = (len(signs.findall(words)) for signs in (_HAN, _KANA, _HANGUL))
    if codec == "cp949":
        return hangul / len(beyond) if hangul > han else 0.0
    if codec in {"cp932", "euc_jp"}:
        return (kana + han) / len(beyond) if kana * 4 > len(beyond) else 0.0
    # Every third or fourth sign of a Chinese text is among the frequent ones.
    frequent = sum(sign in _FREQUENT_HAN for sign in words)
    return min(1.0, 0.5 + frequent / len(beyond)) * (han / len(beyond)) ** 0.5 if frequent * 12 >= han else 0.0


def _decoded(sample: bytes, codec: str) -> str:
    try:
        return sample.decode(codec, "replace")
    except ValueError:
        return ""
