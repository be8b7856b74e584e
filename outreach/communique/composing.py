"""The whole document of a version: title, chapters, numbered paragraphs, quotations, annexes, in one of two editions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from outreach.communique.annexes import Annexes, notes, quotation
from outreach.communique.drafting import Writer
from outreach.communique.gathering import Extract
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.communique.wordings import inlines_of, labels, part_mark, roman
from outreach.typesetting import (
    Block,
    Document,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Quotation,
    Strong,
    Text,
)
from outreach.typesetting.numbering import letters


class Edition(StrEnum):
    """For the office and the Panel's meetings, with sources; as it is sent; or the text alone, for reviewers to write in."""

    WORKING = "working"
    CLEAN = "clean"
    REVIEW = "review"


@dataclass(frozen=True)
class Composer:
    """Makes a document of the paragraphs of a version.

    `extracts` are the passages that may appear, by number; `texts_before` the words of the version before, by paragraph,
    or None when there is none.
    """

    version: CommuniqueVersion
    writer: Writer
    extracts: Mapping[int, Extract]
    texts_before: Mapping[int, str] | None
    edition: Edition

    def document(self, *, place: str, author: str, marks: Sequence[str] = ()) -> Document:
        """The document, title and place line first, with what copies must say (`marks`) above them."""
        annexes = Annexes(self.writer)
        date = self.writer.date_shown
        dated = Paragraph((Emphasis((Text(f"{place}, {date}" if place else date),)),))
        above = tuple(Paragraph((Strong((Text(mark),)),)) for mark in marks)
        blocks = (*above, dated, *self._body(annexes), *(annexes.blocks() if self._has_annexes else ()))
        return Document(language=self.version.language, title=self.version.title, author=author, blocks=blocks)

    @property
    def _has_annexes(self) -> bool:
        return self.writer.wording.about.annexes and self.edition is not Edition.REVIEW

    @cached_property
    def _labels(self) -> Mapping[int, str]:
        return labels(self.version.wordings, self.version.language)

    def _body(self, annexes: Annexes) -> Iterator[Block]:
        chapter = subhead = number = part = 0
        for row in self.version.wordings:
            match row.paragraph.kind:
                case ParagraphKind.CHAPTER:
                    numbered = row.basis != "head:preamble"
                    chapter, subhead = chapter + numbered, 0
                    yield self._heading(1, f"{roman(chapter)}. " if numbered else "", row)
                case ParagraphKind.SUBHEAD:
                    subhead += 1
                    yield self._heading(2, f"{letters(subhead).upper()}. ", row)
                case ParagraphKind.PARAGRAPH:
                    number, part = number + 1, 0
                    yield self._paragraph(row, f"{number}.")
                case ParagraphKind.SUBPARAGRAPH:
                    part += 1
                    yield self._paragraph(row, part_mark(part, self.version.language), depth=1)
                case ParagraphKind.QUOTATION:
                    yield self._quotation(row, annexes)

    def _paragraph(self, row: Wording, number: str, depth: int = 0) -> Paragraph:
        words = (*inlines_of(row.text, self._labels), *self._about(row))
        return Paragraph(words, number=number, anchor=f"p{row.paragraph_id}", depth=depth)

    def _heading(self, level: int, mark: str, row: Wording) -> Heading:
        return Heading(level, (Text(mark), *inlines_of(row.text, self._labels)), anchor=f"p{row.paragraph_id}")

    def _quotation(self, row: Wording, annexes: Annexes) -> Block:
        extract = self.extracts[row.sources[0].passage_id]
        label = self.writer.naming.of_extract(extract)
        said = (Text(label.text), *notes(label), *annexes.language_note(extract), *self._about(row))
        return _anchored(quotation(extract, said), row.paragraph_id)

    def _about(self, row: Wording) -> tuple[Inline, ...]:
        """What the working edition says of a paragraph, in a line below it: its lasting number, its basis, its sources, its
        state."""
        if self.edition is not Edition.WORKING:
            return ()
        words = self.writer.wording.words
        sources = ", ".join(str(source.passage_id) for source in row.sources)
        parts = [f"¶ {row.paragraph_id}", row.basis, f"{words.sources} {sources}" if sources else "", self._state(row)]
        return LineBreak(), Emphasis((Text(f"[{' · '.join(part for part in parts if part)}]"),))

    def _state(self, row: Wording) -> str:
        words, before = self.writer.wording.words, self.texts_before
        if before is None or row.paragraph_id not in before:
            return words.new
        return words.unchanged if before[row.paragraph_id] == row.text else words.changed


def _anchored(quoted: Quotation, paragraph: int) -> Quotation:
    """Each paragraph of a quotation under a name of its own, so that a remark on it can be placed."""
    blocks = [
        replace(block, anchor=f"p{paragraph}_{place}") if isinstance(block, Paragraph) else block
        for place, block in enumerate(quoted.blocks)
    ]
    return replace(quoted, blocks=tuple(blocks))
