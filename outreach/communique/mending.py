"""Changes of words carried over to a text that was changed meanwhile: both stand, or it is said that they meet."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class _Edit:
    """Words `start` to `end` of the old text become `words`."""

    start: int
    end: int
    words: tuple[str, ...]


def rebased(old: str, new: str, now: str) -> str | None:
    """What made `new` of `old`, done to `now`; None when `now` differs from `old` in the same words, so that a person decides.

    What `now` says already is not said twice.
    """
    if now in (old, new):
        return new
    was = _WORD.findall(old)
    ours, theirs = list(_edits(was, _WORD.findall(new))), list(_edits(was, _WORD.findall(now)))
    fresh = [edit for edit in ours if edit not in theirs]
    if any(_meet(one, other) for one in fresh for other in theirs):
        return None
    for edit in sorted([*fresh, *theirs], key=lambda one: (one.start, one.end), reverse=True):
        was[edit.start : edit.end] = edit.words
    return "".join(was)


def _edits(was: list[str], now: list[str]) -> Iterator[_Edit]:
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    yield from (_Edit(i, j, tuple(now[k:m])) for verb, i, j, k, m in matcher.get_opcodes() if verb != "equal")


def _meet(one: _Edit, other: _Edit) -> bool:
    """Whether two edits touch the same words, or put words in at the same place."""
    return one.start <= other.end and other.start <= one.end
