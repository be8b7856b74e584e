"""Letters whose addressee changed after they were written: another person holds the post on the letter's date by now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.holding import addressed
from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.models import AT_HOME, Letter, LetterHolder, LetterState, LetterVersion

HOLDER_CHANGED = "holder changed since it was written; address it anew, to who holds the post on its date"


@dataclass(frozen=True)
class Misaddressed:
    """A letter that has not left, and the post that somebody else holds on its date by now.

    `written_to` and `held_by` are their names; blank where the post was vacant then, or is now.
    """

    number: int
    reference: str
    state: LetterState
    dated: date
    post: str
    post_id: int
    written_to: str
    held_by: str


def misaddressed(session: Session, *, posts: Collection[int] | None = None) -> list[Misaddressed]:
    """Drafts and approved letters whose addressee changed, by number; of these posts, or all. Each joint addressee counts."""
    now, then, holds, held = aliased(Holder), aliased(Holder), aliased(Person), aliased(Person)
    letter = (Letter.id, Letter.reference, Letter.state, LetterVersion.dated)
    query = (
        _changed(now, *letter, Organisation.key, Post.kind, Post.seat, Post.id, held.full_name, holds.full_name)
        .join(Post, Post.id == LetterHolder.post_id)
        .join(Post.organisation)
        .outerjoin(then, then.id == LetterHolder.holder_id)
        .outerjoin(held, held.id == then.person_id)
        .outerjoin(holds, holds.id == now.person_id)
        .where(Letter.state.in_(AT_HOME))
        .order_by(Letter.id, Post.id)
    )
    if posts is not None:
        query = query.where(Post.id.in_(posts))
    return [
        Misaddressed(row[0], row[1], row[2], row[3], "/".join(filter(None, row[4:7])), row[7], row[8] or "", row[9] or "")
        for row in session.execute(query)
    ]


def count_misaddressed(session: Session) -> int:
    """How many letters that have not left wait because their addressee changed."""
    waiting = _changed(aliased(Holder), Letter.id).where(Letter.state.in_(AT_HOME)).distinct()
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def changed_among(session: Session, letters: Sequence[int] | Select[int]) -> set[int]:
    """Those of these letters (their numbers, or a query of them) whose addressee changed."""
    return set(session.scalars(_changed(aliased(Holder), Letter.id).where(Letter.id.in_(letters))))


def _changed(now: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """A query of letters and their current versions, a row for each post whose holder changed to `now`, an alias."""
    return (
        select(*columns)
        .select_from(Letter)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(LetterHolder, LetterHolder.letter_version_id == LetterVersion.id)
        .outerjoin(now, and_(now.post_id == LetterHolder.post_id, addressed(LetterVersion.dated, now)))
        .where(now.id.is_distinct_from(LetterHolder.holder_id))
    )
