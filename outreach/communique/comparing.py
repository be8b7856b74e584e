"""Two versions side by side, paragraph by paragraph: what is new, gone or changed, and which words."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outreach.communique import ordering
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a paragraph, or of a piece of it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """Neighbouring words with one fate: same, added or removed."""

    change: Change
    text: str


@dataclass(frozen=True)
class Compared:
    """A paragraph in both versions; `before` and `after` are its printed numbers, None where it has none."""

    paragraph: int
    kind: ParagraphKind
    change: Change
    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]
    sources_added: tuple[int, ...] = ()
    sources_dropped: tuple[int, ...] = ()


def compare(old: CommuniqueVersion, new: CommuniqueVersion) -> list[Compared]:
    """All paragraphs in the order of the new version; those that are gone stand where they stood."""
    numbers = ordering.numbers(old.wordings), ordering.numbers(new.wordings)
    was = {row.paragraph_id: row for row in old.wordings}
    stays = {row.paragraph_id for row in new.wordings}
    done = [_compared(row, row, None, numbers) for row in _gone_after(old.wordings, None, stays)]
    for row in new.wordings:
        done.append(_compared(row, was.get(row.paragraph_id), row, numbers))
        if row.paragraph_id in was:
            done += [_compared(gone, gone, None, numbers) for gone in _gone_after(old.wordings, row.paragraph_id, stays)]
    return done


def _gone_after(rows: Sequence[Wording], paragraph: int | None, stays: set[int]) -> Iterator[Wording]:
    """The paragraphs that are gone, which stood between `paragraph` (None: the beginning) and the next that stays."""
    start = 0 if paragraph is None else ordering.find(rows, paragraph) + 1
    for row in rows[start:]:
        if row.paragraph_id in stays:
            return
        yield row


def _compared(
    row: Wording, old: Wording | None, new: Wording | None, numbers: tuple[dict[int, int], dict[int, int]]
) -> Compared:
    before, after = _sources(old), _sources(new)
    pieces = tuple(differences(old.text if old else "", new.text if new else ""))
    changed = any(piece.change is not Change.SAME for piece in pieces) or before != after
    fate = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED if changed else Change.SAME
    places = [known.get(row.paragraph_id) for known in numbers]
    added, dropped = (tuple(n for n in one if n not in other) for one, other in ((after, before), (before, after)))
    return Compared(row.paragraph_id, row.paragraph.kind, fate, places[0], places[1], pieces, added, dropped)


def _sources(row: Wording | None) -> list[int]:
    return [source.passage_id for source in row.sources] if row else []


def differences(old: str, new: str) -> Iterator[Piece]:
    """The words of both texts in order; what was removed stands before what took its place."""
    if old == new:
        yield Piece(Change.SAME, new)
        return
    was, now = _WORD.findall(old), _WORD.findall(new)
    for verb, i, j, k, m in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Piece(Change.SAME, "".join(now[k:m]))
            continue
        if i < j:
            yield Piece(Change.REMOVED, "".join(was[i:j]))
        if k < m:
            yield Piece(Change.ADDED, "".join(now[k:m]))
