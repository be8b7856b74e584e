"""Themes in words: what each is called in every language, what another codebook lends it, and what was filed under it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.inputs import codebook, stemming
from outreach.inputs.codebook import ThemeEntry
from outreach.inputs.models import InputText, Passage, PassageTheme, SetAside, Theme

_CALLED_ALIKE = 0.6  # the share of their stems that two names have in common when they mean the same theme
_LEARNED_FROM = 30  # passages under one theme


@dataclass(frozen=True, slots=True)
class Described:
    """A theme in words: its code, its titles and aliases, whether others stand under it, and passages filed under it."""

    theme: str
    phrases: tuple[str, ...]
    broad: bool = False
    filed: tuple[str, ...] = ()


def described(entries: Sequence[ThemeEntry], known: Sequence[ThemeEntry] = ()) -> list[Described]:
    """The themes of a codebook in words; a theme that is called like one of `known` is known by that one's words too.

    So a codebook with English titles alone is found in texts of every language that the shipped one has words for.
    """
    parents = {(entry.codebook, entry.parent) for entry in entries}
    several = len({entry.code for entry in entries}) < len(entries)
    lenders = _Lenders(known)
    return [
        Described(
            f"{entry.codebook}:{entry.code}" if several else entry.code,
            tuple(dict.fromkeys([*_called(entry), *lenders.words_for(entry)])),
            (entry.codebook, entry.code) in parents,
        )
        for entry in entries
    ]


def of_office(session: Session, book: str | None = None, known: Sequence[ThemeEntry] = ()) -> list[Described]:
    """The office's codebook in words, or one of several, with the latest passages under each theme.

    Raises NotFound for an unknown codebook.
    """
    themes = [node.theme for node in codebook.tree(session, book)]
    codes = {theme.id: theme.code for theme in themes}
    entries = [_entry(theme, codes.get(theme.parent_id or 0, "")) for theme in themes]
    filed = _filed(session, codes)
    whole = described(entries, known)
    return [replace(one, filed=filed[theme.id]) for one, theme in zip(whole, themes, strict=True)]


def _entry(theme: Theme, parent: str) -> ThemeEntry:
    first, *others = theme.titles.values() or [theme.code]
    aliases = (*others, *theme.aliases)
    return ThemeEntry(
        code=theme.code, codebook=theme.codebook, title=first, parent=parent, definition=theme.definition, aliases=aliases
    )


def _filed(session: Session, themes: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """By theme the words of the latest passages under it; what was set aside taught nothing."""
    lately = func.row_number().over(partition_by=PassageTheme.theme_id, order_by=Passage.id.desc()).label("lately")
    aside = select(SetAside.passage_id).where(SetAside.passage_id.is_not(None), SetAside.withdrawn_at.is_(None))
    words = func.substr(InputText.content, Passage.start + 1, Passage.end - Passage.start).label("words")
    rows = (
        select(PassageTheme.theme_id, words, lately)
        .join(Passage, Passage.id == PassageTheme.passage_id)
        .join(InputText, InputText.id == Passage.text_id)
        .where(PassageTheme.theme_id.in_(list(themes)), Passage.id.not_in(aside))
        .subquery()
    )
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in session.execute(select(rows.c.theme_id, rows.c.words).where(rows.c.lately <= _LEARNED_FROM)):
        found[row.theme_id] += (row.words,)
    return found


def _called(entry: ThemeEntry) -> list[str]:
    return [*entry.titles.values(), *entry.aliases, *([entry.definition] if entry.definition else [])]


class _Lenders:
    """Themes that lend their words to those that are called alike."""

    def __init__(self, known: Sequence[ThemeEntry]) -> None:
        self._names: dict[str, list[tuple[frozenset[str], ThemeEntry]]] = defaultdict(list)
        for entry in known:
            for name in _names(entry):
                for stem in name:
                    self._names[stem].append((name, entry))

    def words_for(self, entry: ThemeEntry) -> Iterator[str]:
        """The titles and aliases of every known theme that has a name like one of this theme's titles."""
        lent: dict[tuple[str, str], ThemeEntry] = {}
        # By its titles alone: "action line C1" and "action line C2" are not the same, alike as they are.
        for title in map(stemming.stems, entry.titles.values()):
            for stem in title:
                lent |= {
                    (other.codebook, other.code): other for name, other in self._names.get(stem, ()) if _alike(title, name)
                }
        return (words for other in lent.values() for words in _called(other))


def _names(entry: ThemeEntry) -> list[frozenset[str]]:
    return [stemming.stems(name) for name in [*entry.titles.values(), *entry.aliases]]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _CALLED_ALIKE * len(one | other)
