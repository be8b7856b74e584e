"""Alphabetical order of States and contributors, in each language as its readers expect it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

import icu

T = TypeVar("T")


def in_order(items: Iterable[T], *, key: Callable[[T], str], language: str) -> list[T]:
    """Return `items` in the alphabetical order of `language` by the name that `key` gives.

    Diacritics and capitals decide only between names that are otherwise equal (Costa Rica, Côte d'Ivoire, Croatia;
    Tunisia, Türkiye, Turkmenistan). Chinese is sorted by pinyin. Equal names keep the order they came in.
    """
    collator = _collator(language)
    return sorted(items, key=lambda item: collator.getSortKey(key(item)))


@cache
def _collator(language: str) -> icu.Collator:
    return icu.Collator.createInstance(icu.Locale(language))
