"""Passages that are nearly word for word the same, as those of form letters: shown as one, with a count.

Two are alike when at least four fifths of the runs of three words in either stand in both. Each set is compared only with those
that share one of its rarest runs, which loses none (prefix filtering) and spares comparing all with all.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.inputs.models import InputText, Passage, PassageTheme, Theme

ALIKE = 0.8
_RUN = 3
# Scripts that write no spaces are cut sign by sign.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_Runs = frozenset[tuple[str, ...]]


def groups(texts: Mapping[int, str]) -> list[tuple[int, ...]]:
    """The texts (by number) in groups of those that are alike, each group and all groups in the order given."""
    runs = {number: _runs(text) for number, text in texts.items()}
    leader = {number: number for number in texts}
    for one, other in _alike(runs):
        first, second = _root(leader, one), _root(leader, other)
        leader[max(first, second)] = min(first, second)
    found: dict[int, list[int]] = defaultdict(list)
    for number in texts:
        found[_root(leader, number)].append(number)
    return [tuple(each) for each in found.values()]


def _root(leader: Mapping[int, int], number: int) -> int:
    while leader[number] != number:
        number = leader[number]
    return number


def _runs(text: str) -> _Runs:
    said = _WORD.findall(text.casefold())
    return frozenset(tuple(said[start : start + _RUN]) for start in range(max(1, len(said) - _RUN + 1)))


def _alike(runs: Mapping[int, _Runs]) -> Iterator[tuple[int, int]]:
    """Every pair that is alike, but for pairs that follow from others with the very same runs."""
    same: dict[_Runs, int] = {}
    for number, each in runs.items():
        if each in same:
            yield same[each], number
        else:
            same[each] = number
    often = Counter(run for each in same for run in each)
    seen: dict[tuple[str, ...], list[tuple[int, _Runs]]] = defaultdict(list)
    for each, number in same.items():
        rarest = sorted(each, key=lambda run: (often[run], run))[: len(each) - _needed(len(each)) + 1]
        near = {other: theirs for run in rarest for other, theirs in seen[run]}
        yield from ((other, number) for other, theirs in near.items() if _share(each, theirs) >= ALIKE)
        for run in rarest:
            seen[run].append((number, each))


def _needed(count: int) -> int:
    """How many of `count` runs another set must share at least."""
    return -int(-ALIKE * count // 1)


def _share(one: _Runs, other: _Runs) -> float:
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return 0.0
    return len(one & other) / len(one | other)


def of_passages(session: Session, theme: Theme | None = None) -> list[tuple[int, ...]]:
    """The passages under a theme, or all, in groups of those that are alike, in the order of their texts; one query."""
    words = func.substr(InputText.content, Passage.start + 1, Passage.end - Passage.start)
    query = select(Passage.id, words).join(InputText, InputText.id == Passage.text_id)
    if theme is not None:
        query = query.where(Passage.id.in_(select(PassageTheme.passage_id).filter_by(theme_id=theme.id)))
    return groups(dict(session.execute(query.order_by(Passage.text_id, Passage.start, Passage.id)).all()))


def repeated(found: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The groups of more than one, the largest first."""
    return sorted((each for each in found if len(each) > 1), key=lambda each: (-len(each), each))
