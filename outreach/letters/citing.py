"""Letters that are about an earlier one: which it is, and how they stand to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach.letters.models import AT_HOME, Letter, LetterAddressee, LetterRelation, LetterState, LetterVersion, RelationKind

# The value of a template that names an earlier letter by its reference.
VALUE = "earlier"


@dataclass(frozen=True)
class Earlier:
    """A letter that another one cites: its reference and date, the posts it was to, and whether it has left."""

    letter_id: int
    reference: str
    dated: date
    posts: frozenset[int]
    left: bool

    def doubts(self, posts: Iterable[int]) -> list[str]:
        """What whoever approves a letter to `posts` that cites this one should look at."""
        found = []
        if not self.left:
            found.append(f"The earlier letter {self.reference} has not left.")
        if self.posts.isdisjoint(posts):
            found.append(f"The earlier letter {self.reference} was to somebody else.")
        return found


def named(values: Mapping[str, Any]) -> str:
    """The reference that these values name as the earlier letter; "" when they name none."""
    return str(values.get(VALUE) or "").strip()


def find(session: Session, references: Iterable[str]) -> dict[str, Earlier]:
    """The letters with these references, as they can be cited; two queries however many, none when there is none to find."""
    wanted = sorted(set(references) - {""})
    if not wanted:
        return {}
    rows = session.execute(
        select(Letter.id, Letter.reference, Letter.state, LetterVersion.dated)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(Letter.reference.in_(wanted))
    ).all()
    posts: dict[int, set[int]] = {row.id: set() for row in rows}
    addressed = select(LetterAddressee.letter_id, LetterAddressee.post_id).where(LetterAddressee.letter_id.in_(posts))
    for letter_id, post_id in session.execute(addressed):
        posts[letter_id].add(post_id)
    stayed = AT_HOME | {LetterState.PLACED, LetterState.CANCELLED}
    return {
        row.reference: Earlier(row.id, row.reference, row.dated, frozenset(posts[row.id]), row.state not in stayed)
        for row in rows
    }


def relate(session: Session, pairs: Sequence[tuple[int, int]], kind: RelationKind) -> None:
    """Note how letters stand to the earlier ones that they cite (letter id, earlier letter's id), where it is not noted yet."""
    known = select(LetterRelation.letter_id, LetterRelation.other_id).where(
        LetterRelation.kind == kind, LetterRelation.letter_id.in_([letter_id for letter_id, _other in pairs])
    )
    there = {(letter_id, other) for letter_id, other in session.execute(known)}
    new = [{"letter_id": one, "other_id": other, "kind": kind} for one, other in pairs if (one, other) not in there]
    if new:
        session.execute(insert(LetterRelation), new)
