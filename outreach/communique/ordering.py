"""The order of a text: what goes with a heading or a paragraph, where it can stand, and references that follow numbers."""

import re
from collections.abc import Mapping, Sequence

from outreach.communique.models import ParagraphKind, Wording
from outreach.errors import NotFound, Refused

_RANK = {kind: rank for rank, kind in enumerate(ParagraphKind)}
# "(see also paragraphs 8, 11)", in whatever language a template says it.
_REFERENCE = re.compile(r" ?\(([^()\d]+) (\d+(?:, \d+)*)\)")


def find(rows: Sequence[Wording], paragraph: int) -> int:
    """Where the paragraph with this lasting number stands; raises NotFound."""
    for place, row in enumerate(rows):
        if row.paragraph_id == paragraph:
            return place
    raise NotFound(f"This version has no paragraph ¶ {paragraph}; it may be gone meanwhile; look again.")


def _rank(row: Wording) -> int:
    return _RANK[row.paragraph.kind]


def end_of(rows: Sequence[Wording], start: int) -> int:
    """Where what goes with `rows[start]` ends: a chapter takes its paragraphs along, a paragraph the quotations under it."""
    following = (n for n in range(start + 1, len(rows)) if _rank(rows[n]) <= _rank(rows[start]))
    return next(following, len(rows))


def place_after(rows: Sequence[Wording], after: int, kind: ParagraphKind) -> int:
    """Where something of this kind stands when it is put after `rows[after]`, so that nothing is torn from its heading."""
    following = (n for n in range(after + 1, len(rows)) if _rank(rows[n]) <= _RANK[kind])
    return next(following, len(rows))


def moved_after(rows: Sequence[Wording], paragraph: int, after: int) -> list[Wording]:
    """The rows with a paragraph, and what goes with it, put after another; raises Refused when that other goes with it."""
    start = find(rows, paragraph)
    block = rows[start : end_of(rows, start)]
    rest = [row for row in rows if row not in block]
    if any(row.paragraph_id == after for row in block):
        raise Refused(f"¶ {after} belongs to ¶ {paragraph} and moves with it; name a paragraph outside of it.")
    place = place_after(rest, find(rest, after), block[0].paragraph.kind)
    return [*rest[:place], *block, *rest[place:]]


def moved_up(rows: Sequence[Wording], paragraph: int) -> list[Wording]:
    """The rows with a paragraph one place up: before its neighbour, or at the end of the part before; Refused when first."""
    start = find(rows, paragraph)
    before = next((n for n in range(start - 1, -1, -1) if _rank(rows[n]) <= _rank(rows[start])), None)
    if before is None or (before == 0 and _rank(rows[0]) < _rank(rows[start])):
        raise Refused(f"¶ {paragraph} stands first already.")
    end = end_of(rows, start)
    return [*rows[:before], *rows[start:end], *rows[before:start], *rows[end:]]


def moved_down(rows: Sequence[Wording], paragraph: int) -> list[Wording]:
    """The rows with a paragraph one place down: after its neighbour, or at the head of the next part; Refused when last."""
    start = find(rows, paragraph)
    end = end_of(rows, start)
    if end == len(rows):
        raise Refused(f"¶ {paragraph} stands last already.")
    return moved_after(rows, paragraph, rows[end].paragraph_id)


def must_be_in_place(rows: Sequence[Wording]) -> None:
    """Raise Refused when a sub-paragraph would stand under no paragraph."""
    under = False
    for row in rows:
        kind = row.paragraph.kind
        if kind is ParagraphKind.SUBPARAGRAPH and not under:
            raise Refused(f"The sub-paragraph ¶ {row.paragraph_id} would stand under no paragraph; put it after one.")
        under = kind is ParagraphKind.PARAGRAPH or (under and kind not in (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD))


def numbers(rows: Sequence[Wording]) -> dict[int, int]:
    """The printed number of each numbered paragraph, by its lasting number."""
    numbered = (row.paragraph_id for row in rows if row.paragraph.kind is ParagraphKind.PARAGRAPH)
    return {paragraph: number for number, paragraph in enumerate(numbered, 1)}


def following(text: str, new: Mapping[int, int]) -> str:
    """`text`, its references in brackets moved to the new numbers; a paragraph that is gone is not referred to any more."""

    def moved(found: re.Match[str]) -> str:
        kept = sorted(new[int(number)] for number in found[2].split(", ") if int(number) in new)
        return f"{found[0].partition('(')[0]}({found[1]} {', '.join(map(str, kept))})" if kept else ""

    return _REFERENCE.sub(moved, text)
