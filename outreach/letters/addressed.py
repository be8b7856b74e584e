"""Letters whose addressee changed after they were written: another person holds the post on the letter's date by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.holding import addressed
from outreach.contacts.models import Holder, Organisation, Post
from outreach.letters.models import AT_HOME, Letter, LetterHolder, LetterState, LetterVersion

HOLDER_CHANGED = "holder changed since it was written; `outreach letters readdress` writes it to who holds the post on its date"


@dataclass(frozen=True)
class Misaddressed:
    """A letter that has not left, and the post that somebody else holds on its date by now."""

    number: int
    reference: str
    state: LetterState
    dated: date
    post: str


def misaddressed(session: Session, *, post_id: int | None = None) -> list[Misaddressed]:
    """Drafts and approved letters whose addressee changed, by number; of one post, or all. Each joint addressee counts."""
    shown = (Letter.id, Letter.reference, Letter.state, LetterVersion.dated, Organisation.key, Post.kind, Post.seat)
    query = _changed(*shown).join(Post, Post.id == LetterHolder.post_id).join(Post.organisation)
    query = query.where(Letter.state.in_(AT_HOME)).order_by(Letter.id)
    if post_id is not None:
        query = query.where(LetterHolder.post_id == post_id)
    return [
        Misaddressed(row.id, row.reference, row.state, row.dated, "/".join(part for part in row[4:7] if part))
        for row in session.execute(query)
    ]


def count_misaddressed(session: Session) -> int:
    """How many letters that have not left wait because their addressee changed."""
    waiting = _changed(Letter.id).where(Letter.state.in_(AT_HOME)).distinct()
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def changed_among(session: Session, letters: Sequence[int] | Select[int]) -> set[int]:
    """Those of these letters (their numbers, or a query of them) whose addressee changed."""
    return set(session.scalars(_changed(Letter.id).where(Letter.id.in_(letters))))


def _changed(*columns: Any) -> Select[*tuple[Any, ...]]:
    """A query of letters and their current versions, a row for each post whose holder changed."""
    now = aliased(Holder)
    return (
        select(*columns)
        .select_from(Letter)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(LetterHolder, LetterHolder.letter_version_id == LetterVersion.id)
        .outerjoin(now, and_(now.post_id == LetterHolder.post_id, addressed(LetterVersion.dated, now)))
        .where(now.id.is_distinct_from(LetterHolder.holder_id))
    )
