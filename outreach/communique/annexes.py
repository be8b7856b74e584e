"""The annexes: the inputs by theme as received, the contributors who may be named, and the figures."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from babel import Locale, UnknownLocaleError

from outreach.communique import counting
from outreach.communique.counting import Row, Split
from outreach.communique.drafting import Writer
from outreach.communique.gathering import FEWEST, Extract
from outreach.communique.naming import Label
from outreach.communique.outlining import Chapter, Sorted, chapters, neutral, sort
from outreach.communique.templating import Count
from outreach.inputs.models import Theme
from outreach.typesetting import (
    Block,
    BulletList,
    Cell,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    PageBreak,
    Paragraph,
    Quotation,
    Strong,
    Table,
    Text,
    from_markdown,
)

_SHARES = (3.2, 1.1, 1.4, 1.4, 1.4)  # how wide the columns of a table by group are
# A line that begins so is an item of a list, and keeps its own line.
_ITEM = re.compile(r"\s*(?:[-*•–—◦]|\(?\w{1,3}[.)])\s")


def quotation(extract: Extract, attribution: tuple[Inline, ...] = ()) -> Quotation:
    """A passage's words, paragraph by paragraph, in the language they were marked in."""
    return Quotation(_paragraphs(extract.words), attribution, extract.language or None)


def _paragraphs(words: str) -> tuple[Paragraph, ...]:
    parts = [part for part in re.split(r"\n[ \t\r]*\n", words) if part.strip()]
    return tuple(Paragraph(_lines(part)) for part in parts)


def _lines(part: str) -> tuple[Inline, ...]:
    done: list[Inline] = []
    for line in part.strip().split("\n"):
        if done:
            done.append(LineBreak() if _ITEM.match(line) else Text(" "))
        done.append(Text(line.strip()))
    return tuple(done)


def notes(label: Label) -> tuple[Inline, ...]:
    """The footnotes that go with a name, such as an approved designation."""
    return tuple(Footnote((Text(note),)) for note in label.notes)


@dataclass(frozen=True)
class Annexes:
    """Makes the annexes of one version in one language."""

    writer: Writer

    def blocks(self) -> tuple[Block, ...]:
        """All three, each on a new page."""
        return (*self._inputs(), *self._contributors(), *self._figures())

    def _head(self, name: str) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(1, (Text(self.writer.wording.words.headings[name]),))

    def _written(self, block: str, **values: object) -> tuple[Block, ...]:
        return from_markdown(self.writer.wording.write(block, self.writer.common() | values))

    def _inputs(self) -> Iterator[Block]:
        yield from self._head("annex_inputs")
        yield from self._written("annex_inputs")
        wording, material = self.writer.wording, self.writer.naming.material
        found = sort(material, wording.about.codebook)
        entries: dict[int, int] = {}
        for theme in _themes(chapters(material, found, wording)):
            yield from self._theme(theme, found, entries)

    def _theme(self, theme: Theme, found: Sorted, entries: dict[int, int]) -> Iterator[Block]:
        """The inputs under one theme; `entries` are the numbers given so far, and what has one is referred to."""
        yield Heading(2, (Text(self.writer.heading_of(theme)),))
        extracts = neutral(found.shown[theme.id], self.writer.naming_in_english())
        seen = sorted(entries[one.passage_id] for one in extracts if one.passage_id in entries)
        for extract in extracts:
            if extract.passage_id not in entries:
                entries[extract.passage_id] = len(entries) + 1
                yield from self._entry(extract, entries[extract.passage_id])
        if seen:
            yield from self._written("annex_again", seen=seen)

    def _entry(self, extract: Extract, number: int) -> Iterator[Block]:
        label = self.writer.naming.of_extract(extract)
        name = label.text if label.named else label.text[:1].upper() + label.text[1:]
        received: tuple[Inline, ...] = ()
        if self.writer.naming.shows_state(extract):
            received = (Footnote((Text(self.writer.wording.write("received")),)),)
        # A heading, so that the name never stays behind at the foot of a page.
        yield Heading(3, (Text(f"{number}. {name}"), *notes(label), *received, *self.language_note(extract)))
        yield quotation(extract)
        if extract.original:
            words = self.writer.wording.words
            yield Paragraph((Text(f"{words.original} ({self._language(extract.translated_from)}):"),))
            yield Quotation(_paragraphs(extract.original), (), extract.translated_from or None)

    def language_note(self, extract: Extract) -> tuple[Inline, ...]:
        """ " [Original: French]", where the words are not in the language of the communiqué, or were translated."""
        words = self.writer.wording.words
        if extract.translated_from:
            # A template of an office's own may still say "Translated from", without the place of the language.
            said = words.translated if "{language}" in words.translated else f"{words.translated}: {{language}}"
            return (Text(f" [{said.replace('{language}', self._language(extract.translated_from))}]"),)
        if extract.language and extract.language.split("-")[0] != self.writer.wording.language.split("-")[0]:
            return (Text(f" [{words.original}: {self._language(extract.language)}]"),)
        return ()

    def _language(self, code: str) -> str:
        own = self.writer.wording.language
        try:
            name = Locale.parse(code, sep="-").get_language_name(own)
        except (UnknownLocaleError, ValueError):
            return code
        return name or code

    def _contributors(self) -> Iterator[Block]:
        naming, number = self.writer.naming, self.writer.wording.words.number
        labels = naming.contributors()
        yield from self._head("annex_contributors")
        yield from self._written("annex_contributors", n={"named": number(len(labels))})
        if labels:
            yield BulletList(tuple((Paragraph((Text(label.listed), *notes(label))),) for label in labels))
        unnamed = naming.material.unnamed_groups
        if unnamed:
            told = naming.material.counted_groups
            spread = naming.spread(group if group in told else None for group in unnamed.values())
            yield from self._written("annex_unnamed", n={"unnamed": number(len(unnamed))}, spread=spread)

    def _figures(self) -> Iterator[Block]:
        figures, material = self.writer.figures, self.writer.naming.material
        groups, regions = counting.by_group(figures, material), counting.by_region(figures, material)
        yield from self._head("annex_figures")
        yield from self._written("annex_figures", fewest=self.writer.wording.words.number(FEWEST))
        if regions.rows:
            yield from self._written("annex_regions", n=self._outside(groups.total, regions.total))
        yield from self._written("annex_caveat")
        yield self._overall()
        # Silence beside answers would tell how many answers are hidden.
        silence = not (groups.hidden or regions.hidden)
        for name, split in (("group", groups), ("region", regions)):
            if split.rows:
                yield self._split(name, split, silence=silence)

    def _outside(self, groups: Row, regions: Row) -> dict[str, Count]:
        """What the table by stakeholder group counts and the one by regional group does not."""
        number = self.writer.wording.words.number
        return {name: number(getattr(groups, name) - getattr(regions, name)) for name in ("letters", "addressees", "answers")}

    def _overall(self) -> Table:
        words, figures = self.writer.wording.words.tables, self.writer.figures
        contributions = self.writer.naming.material.contributions
        reflected = {one.contribution.number for one in self.writer.naming.material.extracts if one.may_appear}
        aside = sum(one.aside for one in contributions)
        numbers = {
            "letters": len(figures.letters),
            "reminders": figures.reminders,
            "addressees": len(figures.addressees),
            "answers": len(contributions),
            "reflected": len(reflected),
            "held": len(contributions) - len(reflected) - aside,
            "aside": aside,
            "other": figures.other_answers,
            "silent_addressees": figures.silent,
        }
        rows = [(words[name], str(number)) for name, number in numbers.items()]
        return _table((words["matter"], words["number"]), rows, words["overall"], (4, 1))

    def _split(self, name: str, split: Split, *, silence: bool) -> Table:
        words, rows = self.writer.wording.words.tables, self.writer.wording.words.rows
        heads = [words[name], words["letters"], words["addressees"], words["answers"], words["silent"]]
        lines = [_line(row, rows[row.name]) for row in split.rows]
        if split.hidden:
            lines.append((rows["hidden"], "", "", str(split.hidden), ""))
        width = len(heads) if silence else len(heads) - 1
        table = _table(heads[:width], [line[:width] for line in lines], words[f"by_{name}"], _SHARES[:width])
        total = tuple((Strong(cell),) for cell in _cells(_line(split.total, rows["total"])[:width]))
        return replace(table, rows=(*table.rows, total))


def _themes(parts: Iterable[Chapter]) -> Iterator[Theme]:
    for part in parts:
        yield from part.themes


def _line(row: Row, name: str) -> tuple[str, ...]:
    return name, str(row.letters), str(row.addressees), str(row.answers), str(row.silent)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, shares: Sequence[float]) -> Table:
    return Table(_cells(head), tuple(_cells(row) for row in rows), tuple(shares), (Text(caption),))


def _cells(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple((Text(text),) for text in texts)
