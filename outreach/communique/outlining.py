"""The outline of a communiqué: which paragraphs stand in it, in which order, and which passages each rests on.

The same in every language, so that paragraph 12 is paragraph 12 in each.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from outreach.communique.gathering import Extract, Material
from outreach.communique.models import ParagraphKind
from outreach.communique.naming import Naming
from outreach.communique.templating import Wording
from outreach.contacts.models import StakeholderGroup
from outreach.inputs.models import Stance, Theme
from outreach.protocol.order import in_order

# The order of positions under a theme, and the words by which templates know them; None: no position was marked.
POSITIONS: Mapping[Stance | None, str] = {
    Stance.SUPPORTS: "supports",
    Stance.QUALIFIES: "qualifies",
    Stance.OPPOSES: "opposes",
    Stance.ASKS: "asks",
    None: "observes",
}


@dataclass(frozen=True)
class Item:
    """A paragraph to be. `role`, kind, theme and (of a quotation) passage are its identity through versions and languages.

    `number` is None for what is not numbered; `seen` are the numbers of paragraphs under which extracts that also bear on
    this one are quoted; `further` is how many extracts stand in Annex I only; `quoted` whether quotations follow.
    """

    kind: ParagraphKind
    role: str
    theme: Theme | None = None
    number: int | None = None
    sources: tuple[Extract, ...] = ()
    seen: tuple[int, ...] = ()
    further: int = 0
    quoted: bool = False
    held: int = 0


@dataclass(frozen=True)
class Chapter:
    """Themes that make one chapter: a single one, or small ones together under sub-heads."""

    themes: tuple[Theme, ...]

    @property
    def single(self) -> bool:
        """Whether the chapter is one theme's own."""
        return len(self.themes) == 1


@dataclass(frozen=True)
class Sorted:
    """The extracts of a communiqué by the theme that they stand under in it; confidential ones apart."""

    shown: Mapping[int, Sequence[Extract]]
    held: Mapping[int, Sequence[Extract]]


def sort(material: Material, codebook: str) -> Sorted:
    """Put each extract under its themes of `codebook`, or, where it has none, under those of other codebooks."""
    shown: dict[int, list[Extract]] = defaultdict(list)
    held: dict[int, list[Extract]] = defaultdict(list)
    for extract in material.extracts:
        themes = [material.themes[number] for number in extract.stances]
        own = [theme for theme in themes if theme.codebook == codebook]
        for number in dict.fromkeys(head_of(theme, material.themes).id for theme in own or themes):
            (shown if extract.may_appear else held)[number].append(extract)
    return Sorted(shown, held)


def head_of(theme: Theme, themes: Mapping[int, Theme]) -> Theme:
    """The theme of a chapter that `theme` belongs to: the one below the root of its codebook, or the root itself."""
    parent = themes.get(theme.parent_id or 0)
    if parent is None or parent.parent_id is None:
        return theme
    return head_of(parent, themes)


def chapters(material: Material, found: Sorted, wording: Wording) -> list[Chapter]:
    """The chapters in the order of the codebook; what too few addressed stands together in the last."""
    about = wording.about
    themes = sorted((material.themes[number] for number in found.shown), key=lambda theme: theme.position)
    own: list[Theme] = []
    small: list[Theme] = []
    for theme in themes:
        enough = len({extract.contribution.key for extract in found.shown[theme.id]}) >= about.chapter_from
        (own if enough and theme.codebook == about.codebook else small).append(theme)
    small.sort(key=lambda theme: (theme.codebook != about.codebook, theme.position))
    return [*(Chapter((theme,)) for theme in own), *([Chapter(tuple(small))] if small else [])]


def neutral(extracts: Iterable[Extract], naming: Naming) -> list[Extract]:
    """Extracts in an order that ranks nobody: by English name, those not named last and by a digest of their words."""
    labels = {extract.passage_id: naming.of_extract(extract) for extract in extracts}
    mixed = sorted(extracts, key=lambda one: hashlib.sha256(one.words.encode()).digest())
    named = sorted((one for one in mixed if labels[one.passage_id].named), key=lambda one: one.place)
    by_name = in_order(named, key=lambda one: labels[one.passage_id].listed, language="en")
    return [*by_name, *(one for one in mixed if not labels[one.passage_id].named)]


def chosen(extracts: Sequence[Extract], naming: Naming, limit: int) -> list[Extract]:
    """At most `limit` of these extracts: each stakeholder group in turn, each contributor once before anyone twice."""
    seen_of_contributor: dict[str, int] = defaultdict(int)
    seen_of_group: dict[tuple[int, StakeholderGroup | None], int] = defaultdict(int)
    ranks = {}
    for extract in extracts:
        again = seen_of_contributor[extract.contribution.key]
        group = naming.group_told(extract)
        ranks[extract.passage_id] = (again, seen_of_group[again, group])
        seen_of_contributor[extract.contribution.key] += 1
        seen_of_group[again, group] += 1
    first = sorted(extracts, key=lambda one: ranks[one.passage_id])[:limit]
    kept = {extract.passage_id for extract in first}
    return [extract for extract in extracts if extract.passage_id in kept]


@dataclass
class Outliner:
    """Writes the outline from the first paragraph to the last, since it must know what was quoted before.

    `naming` is the English one whatever the language, so that extracts stand in the same order in each.
    """

    wording: Wording
    naming: Naming
    found: Sorted
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    quoted_under: dict[int, int] = field(default_factory=dict)

    def outline(self, parts: Sequence[Chapter]) -> Iterator[Item]:
        """All items of the body."""
        own = self.wording.paragraphs
        yield Item(ParagraphKind.CHAPTER, "head:preamble")
        yield from self._written(own, "preamble_")
        for chapter in parts:
            yield from self._single(chapter.themes[0]) if chapter.single else self._several(chapter.themes)
        yield Item(ParagraphKind.CHAPTER, "head:call")
        yield from self._written(own, "call_")

    def _written(self, names: Iterable[str], prefix: str) -> Iterator[Item]:
        for name in names:
            if name.startswith(prefix):
                yield Item(ParagraphKind.PARAGRAPH, f"template:{name}"[:40], number=next(self.numbers))

    def _single(self, theme: Theme) -> Iterator[Item]:
        yield Item(ParagraphKind.CHAPTER, "head:theme", theme)
        yield self._counts(theme)
        positions = self._positions(theme)
        for name, extracts in positions.items():
            # A sub-head never stands alone (UN Editorial Manual).
            if len(positions) > 1:
                yield Item(ParagraphKind.SUBHEAD, f"head:{name}", theme)
            yield from self._position(theme, name, extracts)

    def _several(self, themes: Sequence[Theme]) -> Iterator[Item]:
        yield Item(ParagraphKind.CHAPTER, "head:others")
        for theme in themes:
            yield Item(ParagraphKind.SUBHEAD, "head:theme", theme)
            yield self._counts(theme)
            for name, extracts in self._positions(theme).items():
                yield from self._position(theme, name, extracts)

    def _counts(self, theme: Theme) -> Item:
        shown = tuple(self.found.shown[theme.id])
        held = {one.contribution.key for one in self.found.held.get(theme.id, ())}
        held -= {one.contribution.key for one in shown}
        return Item(ParagraphKind.PARAGRAPH, "counts:theme", theme, number=next(self.numbers), sources=shown, held=len(held))

    def _positions(self, theme: Theme) -> dict[str, list[Extract]]:
        extracts = neutral(self.found.shown[theme.id], self.naming)
        stance = self._stance_under(theme)
        parts = {name: [one for one in extracts if stance(one) is position] for position, name in POSITIONS.items()}
        return {name: part for name, part in parts.items() if part}

    def _stance_under(self, head: Theme) -> Callable[[Extract], Stance | None]:
        themes = self.naming.material.themes
        below = {number for number, theme in themes.items() if head_of(theme, themes).id == head.id}
        return lambda one: next((one.stances[n] for n in sorted(below & one.stances.keys()) if one.stances[n]), None)

    def _position(self, theme: Theme, name: str, extracts: Sequence[Extract]) -> Iterator[Item]:
        number = next(self.numbers)
        fresh = [one for one in extracts if one.passage_id not in self.quoted_under]
        seen = {self.quoted_under[one.passage_id] for one in extracts if one.passage_id in self.quoted_under}
        quoted = chosen(fresh, self.naming, self.wording.about.extracts)
        yield Item(
            ParagraphKind.PARAGRAPH,
            f"counts:{name}",
            theme,
            number=number,
            sources=tuple(extracts),
            seen=tuple(sorted(seen)),
            further=len(fresh) - len(quoted),
            quoted=bool(quoted),
        )
        for extract in quoted:
            self.quoted_under[extract.passage_id] = number
            yield Item(ParagraphKind.QUOTATION, "extract", theme, sources=(extract,))
