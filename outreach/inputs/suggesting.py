"""Suggestions of themes for a text: ranked and explained, never decisions; a person files each passage.

What speaks for a theme: words of its title and aliases, in any language they are given in; passages that people filed under it
before; and, where the extra `themes` is installed, the nearness of its meaning to the nearest sentences (`inputs.encoding`).
Nothing here rewrites a word of the text, and nothing asks beyond this machine.
"""

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from outreach.inputs import reading, stemming
from outreach.inputs.coding import Span
from outreach.inputs.describing import Described
from outreach.inputs.encoding import Encoder
from outreach.inputs.stemming import Word

MOST = 5
LEAST = 0.1  # a theme below it is not worth a look
_NEAR = 4  # words that may stand between the words of a phrase
_SHARE = 0.34  # the part of a phrase's weight from which on it counts as said in part
_ENOUGH = 3.0  # the weight of about two rare words, which makes a score of 0.6
_MEANT = 0.28  # how far a sentence stands nearer to a theme than to the others when it is about it
_MEANING_TELLS = 0.8  # the most that nearness of meaning alone makes of a score
_WORDS_SHOWN = 6
_SENTENCES_READ = 400


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme that a text may bear on: its code, a score from 0 to 1, and the words of the text that speak for it."""

    theme: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[frozenset[str], ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    weight: float
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Meanings:
    """The middle of what each theme is called, as rows of `vectors`, and how near to it what the codebook says is usually."""

    themes: tuple[str, ...]
    vectors: np.ndarray
    usual: np.ndarray


class Suggester:
    """Suggests themes of one codebook; made once, used for many texts."""

    def __init__(self, themes: Sequence[Described], encoder: Encoder | None = None) -> None:
        self._themes = themes
        self._encoder = encoder
        cut = {theme.theme: [stemming.telling(phrase) for phrase in theme.phrases] for theme in themes}
        self._rarity = _rarity(cut.values())
        self._phrases = {code: [self._weighed(words) for words in phrases if words] for code, phrases in cut.items()}
        self._filed = {theme.theme: [stemming.stems(words) for words in theme.filed] for theme in themes}
        self._meanings = _meanings(tuple(themes), encoder)

    def suggest(self, text: str, *, most: int = MOST) -> list[Suggestion]:
        """The themes that `text` may bear on, best first, at most `most`; none when nothing speaks for any."""
        words = stemming.words(text)
        places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            if stemming.tells(word):
                for stem in word.stems:
                    places[stem].append(place)
        said = {theme.theme: self._said(theme.theme, places) for theme in self._themes}
        meant = self._meant(text) if self._encoder else {}
        alike = self._alike(frozenset(places))
        found = [self._weigh(code, said[code], meant.get(code), alike.get(code, 0.0), words) for code in said]
        ranked = sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)
        return ranked[:most]

    def _weighed(self, words: Sequence[Word]) -> _Phrase:
        stems = tuple(word.stems for word in words)
        return _Phrase(stems, tuple(max(self._rarity[stem] for stem in each) for each in stems))

    def _said(self, code: str, places: Mapping[str, Sequence[int]]) -> list[_Evidence]:
        found = [one for phrase in self._phrases[code] for one in _occurrences(phrase, places)]
        found.sort(key=lambda one: -one.weight)
        taken: set[int] = set()
        kept = []
        for one in found:
            # The title and an alias may be the same words: each word of the text counts once for a theme.
            if taken.isdisjoint(one.places):
                taken.update(one.places)
                kept.append(one)
        return kept

    def _alike(self, stems: frozenset[str]) -> dict[str, float]:
        return {code: max((self._overlap(stems, each) for each in filed), default=0.0) for code, filed in self._filed.items()}

    def _overlap(self, one: frozenset[str], other: frozenset[str]) -> float:
        shared, either = (sum(self._rarity.get(stem, 1.0) for stem in stems) for stems in (one & other, one | other))
        return shared / either if either else 0.0

    def _meant(self, text: str) -> dict[str, tuple[float, str]]:
        """For each theme how much nearer its nearest sentence is to it than to the themes on the whole, and that sentence."""
        spans = reading.sentences(text, Span(0, len(text)))[:_SENTENCES_READ]
        sentences = [text[span.start : span.end] for span in spans if re.search(r"\w", text[span.start : span.end])]
        if not sentences or not self._encoder or not self._meanings.themes:
            return {}
        nearness = self._encoder(sentences) @ self._meanings.vectors.T - self._meanings.usual
        ahead = nearness - nearness.mean(axis=1, keepdims=True)
        best = ahead.argmax(axis=0)
        return {code: (float(ahead[best[n], n]), sentences[best[n]]) for n, code in enumerate(self._meanings.themes)}

    def _weigh(
        self, code: str, said: Sequence[_Evidence], meant: tuple[float, str] | None, alike: float, words: Sequence[Word]
    ) -> Suggestion:
        spoken = (" ".join(words[place].said for place in one.places) for one in said)
        weight = sum(one.weight for one in said)
        by_words, by_meaning = math.exp(-weight / _ENOUGH), 1.0
        shown = tuple(dict.fromkeys(spoken))[:_WORDS_SHOWN]
        if meant:
            by_meaning = 1 - min(1.0, max(0.0, meant[0] / _MEANT)) ** 2 * _MEANING_TELLS
            # What tells more is named first.
            shown = (meant[1], *shown) if by_meaning < by_words else shown or (meant[1],)
        doubts = [by_words, by_meaning, 1 - alike]
        return Suggestion(code, round(1 - math.prod(doubts), 3), shown)


def _rarity(themes: Iterable[Sequence[Sequence[Word]]]) -> dict[str, float]:
    """How much a stem tells: the fewer themes use it, the more."""
    used = Counter[str]()
    count = 0
    for phrases in themes:
        count += 1
        used.update({stem for words in phrases for word in words for stem in word.stems})
    return {stem: math.log(1 + count / times) / math.log(1 + count) * 2 for stem, times in used.items()}


def _occurrences(phrase: _Phrase, places: Mapping[str, Sequence[int]]) -> Iterable[_Evidence]:
    """Where the words of a phrase stand near each other: all of them, or enough of them."""
    standing = [sorted({place for stem in stems for place in places.get(stem, ())}) for stems in phrase.words]
    whole = sum(phrase.weights)
    reach = len(phrase.words) + _NEAR
    for lead, starts in enumerate(standing):
        for start in starts:
            near = [_nearest(each, start, reach) if n != lead else start for n, each in enumerate(standing)]
            weight = sum(weight for weight, place in zip(phrase.weights, near, strict=True) if place is not None)
            share = weight / whole
            if share >= _SHARE:
                found = tuple(sorted({place for place in near if place is not None}))
                yield _Evidence(weight * share**2, found)


def _nearest(places: Sequence[int], start: int, reach: int) -> int | None:
    # In order, so that the nearest is one of the two around `start`, however long the text.
    after = bisect_left(places, start)
    near = [place for place in places[max(0, after - 1) : after + 1] if abs(place - start) <= reach]
    return min(near, key=lambda place: abs(place - start), default=None)


# The same codebook is asked again and again, and what its themes are called takes longer to encode than most texts.
@lru_cache(maxsize=4)
def _meanings(themes: tuple[Described, ...], encoder: Encoder | None) -> _Meanings:
    # A theme with others under it is near to whatever they are near to; only its words speak for it.
    narrow = [theme for theme in themes if theme.phrases and not theme.broad] if encoder else []
    if not encoder or not narrow:
        return _Meanings((), np.zeros((0, 0)), np.zeros(0))
    said = [(*theme.phrases, *theme.filed) for theme in narrow]
    everything = encoder([words for each in said for words in each])
    ends = np.cumsum([len(each) for each in said])
    vectors = np.stack([rows.mean(axis=0) for rows in np.split(everything, ends[:-1])])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return _Meanings(tuple(theme.theme for theme in narrow), vectors, (everything @ vectors.T).mean(axis=0))
