"""How alike two names of persons or organisations are, from 0 to 100, and why, in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from outreach.contacts.naming import fold
from outreach.contacts.sounding import latin, skeleton, sound

# Said in many names and telling nothing.
_FILLERS = frozenset(
    map(sound, "the of for and a in on de la le les du des et el los y der die das und".split(" "))  # noqa: SIM905 - words read better
)
_INITIAL = 0.75
# Words less alike than this are two words.
_SAME_WORD = 0.8
_EXTRA_WORD = 7
_ONE_WORD = 70
_BONES = 0.9
_SLIP = 0.85
_LEAST_SLIPPED = 4
_LEAST_BONES = 4


@dataclass(frozen=True)
class Likeness:
    """How alike two names are, from 0 to 100, and what they share, in words."""

    score: float
    why: str


NOTHING = Likeness(0, "")


class Name:
    """A name made ready for comparing: as written, its words as they sound, and these in no order as one line."""

    # A hundred thousand of them are held at once.
    __slots__ = ("key", "sounds", "written")

    def __init__(self, written: str) -> None:
        self.written = written
        self.sounds = tuple(sound(word) for word in latin(written).split())
        self.key = " ".join(sorted(self.sounds))

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in small Latin letters, in their order."""
        return tuple(latin(self.written).split())

    @property
    def telling(self) -> tuple[str, ...]:
        """Its sounding words without those that most names of organisations have."""
        return tuple(word for word in self.sounds if word not in _FILLERS)

    @property
    def is_latin(self) -> bool:
        """Whether it stands in Latin letters."""
        return fold(self.written).isascii()

    @property
    def is_vowelless(self) -> bool:
        """Whether it stands in a script that writes consonants only (Hebrew, Arabic and their kin)."""
        return any("\u0590" <= sign <= "\u08ff" for sign in self.written)


# --- persons


def of_persons(one: Name, other: Name) -> Likeness:
    """Compare two names of persons: in any order and script, with initials, with or without middle names."""
    if not one.sounds or not other.sounds:
        return NOTHING
    if one.key == other.key:
        return Likeness(100, _how_the_same(one, other))
    if "".join(one.sounds) == "".join(other.sounds):
        return Likeness(98, "the same name, its words joined otherwise")
    return _by_words(one, other)


def _how_the_same(one: Name, other: Name) -> str:
    if one.is_latin != other.is_latin:
        return "the same name in another script"
    if one.words == other.words:
        return "the same name" if one.written == other.written else "the same name but for accents and capitals"
    if sorted(one.words) == sorted(other.words):
        return "the same name in another order"
    return "the same name in another spelling"


def _by_words(one: Name, other: Name) -> Likeness:
    shorter, longer = sorted((one, other), key=lambda name: len(name.sounds))
    bones = one.is_vowelless or other.is_vowelless
    left, total, initials, exact = list(longer.sounds), 0.0, 0, 0
    for word in sorted(shorter.sounds, key=len, reverse=True):
        found = max(left, key=lambda candidate: _words_alike(word, candidate, bones=bones))
        alike = _words_alike(word, found, bones=bones)
        if alike < _INITIAL:
            continue
        left.remove(found)
        total += alike
        initials += alike == _INITIAL
        exact += alike == 1
    # A name of initials alone fits everybody.
    if initials >= len(shorter.sounds) or (len(shorter.sounds) == 1 and not exact):
        return NOTHING
    if len(shorter.sounds) == 1:
        return Likeness(_ONE_WORD, "one word of the name")
    score = 100 * total / len(shorter.sounds) - _EXTRA_WORD * (len(longer.sounds) - len(shorter.sounds))
    return Likeness(max(score, 0), _how_alike(initials, len(longer.sounds) - len(shorter.sounds), bones))


def _how_alike(initials: int, extra: int, bones: bool) -> str:
    if bones:
        return "the same consonants in a script without vowels"
    if initials:
        return "the same family name, and the initials fit"
    return "the same name with a word more" if extra else "names a letter or two apart"


def _words_alike(one: str, other: str, *, bones: bool) -> float:
    if one == other:
        return 1
    if min(len(one), len(other)) == 1:
        return _INITIAL if one[0] == other[0] else 0
    alike = fuzz.ratio(one, other) / 100
    if alike < _SLIP and min(len(one), len(other)) >= _LEAST_SLIPPED and OSA.distance(one, other, score_cutoff=1) == 1:
        # Two letters changed places, or one is another: far apart only because the word is short.
        alike = _SLIP
    if bones or alike < _BONES:
        mine, its = skeleton(one), skeleton(other)
        if mine == its and len(mine) >= (1 if bones else _LEAST_BONES):
            return max(alike, _BONES)
    return alike if alike >= _SAME_WORD else 0


# --- organisations


def of_organisations(one: Name, other: Name, weights: Mapping[str, float]) -> Likeness:
    """Compare two names of organisations: rare words count more than common ones, and numbers must be the same.

    `weights` say how telling each sounding word is; a word that it does not know is as telling as a word can be.
    """
    mine, its = one.telling, other.telling
    if not mine or not its or _numbers(mine) != _numbers(its):
        return NOTHING
    if sorted(mine) == sorted(its):
        return Likeness(100, _how_the_same(one, other))
    if "".join(mine) == "".join(its):
        return Likeness(98, "the same name, its words joined otherwise")
    return Likeness(100 * _shared(mine, its, weights), "names that share their telling words")


def _numbers(words: Sequence[str]) -> list[str]:
    return sorted(word for word in words if any(sign.isdigit() for sign in word))


def _shared(mine: Sequence[str], its: Sequence[str], weights: Mapping[str, float]) -> float:
    """How much of the weight of all words is shared, from 0 to 1."""
    heaviest = max(weights.values(), default=1.0)
    left, shared, total = list(its), 0.0, 0.0
    for word in mine:
        weight = weights.get(word, heaviest)
        found = max(left, key=lambda candidate: fuzz.ratio(word, candidate), default="")
        alike = fuzz.ratio(word, found) / 100 if found else 0
        total += weight
        if alike >= _SAME_WORD:
            left.remove(found)
            shared += alike * weight
    return shared / (total + sum(weights.get(word, heaviest) for word in left))


def weights_of(counts: Mapping[str, int], names: int) -> dict[str, float]:
    """How telling each word is, by the number of names that it stands in, of `names` in all."""
    return {word: math.log(1 + names / count) for word, count in counts.items()}
