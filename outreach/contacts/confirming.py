"""Confirming that holders still hold their posts: one, several, or all that fit with their exact number."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.finding import Filter, narrowed
from outreach.contacts.holding import addressed
from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.contacts.recording import may_edit, of_cell
from outreach.errors import Invalid, Refused
from outreach.journal import Actor

CHUNK = 500


@dataclass(frozen=True)
class Known:
    """Who holds a post, and when that was last confirmed."""

    holder_id: int
    key: str
    full_name: str
    confirmed_on: date | None


def holders(session: Session, post_ids: Sequence[int], *, on: date) -> Iterator[Known]:
    """Who a letter of the day `on` to these posts addresses, in the order given; posts that nobody holds are left out."""
    for start in range(0, len(post_ids), CHUNK):
        chunk = post_ids[start : start + CHUNK]
        query = (
            select(Post.id, Holder.id, Organisation.key, Post.kind, Post.seat, Person.full_name, Holder.confirmed_on)
            .join(Holder, Holder.post_id == Post.id)
            .join(Holder.person)
            .join(Post.organisation)
            .where(Post.id.in_(chunk), addressed(on))
        )
        found = {row[0]: Known(row[1], _key(*row[2:5]), row[5], row[6]) for row in session.execute(query)}
        yield from (found[post_id] for post_id in chunk if post_id in found)


def _key(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def unconfirmed(session: Session, post_ids: Sequence[int], *, on: date, stale_after: int) -> list[Known]:
    """Those of the holders on `on` who were not confirmed for `stale_after` days before it, or never."""
    fresh_from = on - timedelta(days=stale_after)
    known = holders(session, post_ids, on=on)
    return [one for one in known if one.confirmed_on is None or one.confirmed_on < fresh_from]


def must_be_counted(found: Sequence[Known], count: int | None, *, stale_after: int, act: str) -> None:
    """Raise Refused unless nobody is unconfirmed, or `count` says how many are: then it is done in spite of them.

    `act` is what is not done otherwise ("drafted").
    """
    if not found or count == len(found):
        return
    said = "their number was not given" if count is None else f"{count} was given"
    are = "holder is" if len(found) == 1 else "holders are"
    raise Refused(f"{len(found)} {are} not confirmed for {stale_after} days, and {said}; nothing was {act}.")


def fitting(session: Session, wanted: Filter, *, on: date) -> list[int]:
    """The posts that fit and that somebody holds on `on`, by organisation."""
    query = (
        select(Post.id)
        .join(Post.organisation)
        .where(Post.id.in_(select(Holder.post_id).where(addressed(on))))
        .order_by(Organisation.key, Post.id)
    )
    return list(session.scalars(narrowed(session, query, wanted, on)))


def exactly(post_ids: Sequence[int], count: int | None) -> Sequence[int]:
    """`post_ids`, if they are `count`: whoever confirms many says how many. Raises Refused for another number, and for none."""
    if not post_ids:
        raise Refused("Nobody is recorded as holding a post that fits; nothing was confirmed.")
    if count != len(post_ids):
        said = "no number was given" if count is None else f"{count} was given"
        raise Refused(f"{len(post_ids)} posts with a holder fit and {said}; nothing was confirmed.")
    return post_ids


def confirm(
    session: Session, post_ids: Sequence[int], *, on: date, today: date, by: Actor, at: datetime, source: str = ""
) -> int:
    """Record that on this day the holders of these posts were known to hold them; gives how many were not known that late.

    `source` says how the office knows. A younger confirmation stays. All or none: raises Refused naming the posts that nobody
    holds on that day, Invalid for a day after `today`.
    """
    may_edit(by)
    if on > today:
        raise Invalid(f"{on} is still to come; give the day on which the office made sure.")
    said = of_cell("source", source)
    known = list(holders(session, post_ids, on=on))
    if len(known) != len(set(post_ids)):
        raise Refused(f"{_nobody(session, post_ids, on)}; nothing was confirmed. Record who does.")
    older = [one for one in known if one.confirmed_on is None or one.confirmed_on < on]
    for start in range(0, len(older), CHUNK):
        _set(session, [one.holder_id for one in older[start : start + CHUNK]], on, said)
    rows = [{"post": one.key, "holder": one.holder_id} for one in known]
    subject = f"post {known[0].key}" if len(known) == 1 else f"{len(known)} holders"
    digest = journal.digest_of_rows(rows)
    posts = {"posts": [one.key for one in known]} if len(known) <= CHUNK else {}
    journal.record(session, by, "confirmed", subject, at=at, confirmed_on=on, source=said, digest=digest, **posts)
    return len(older)


def _set(session: Session, holder_ids: Iterable[int], on: date, source: str) -> None:
    values = {"confirmed_on": on, "version": Holder.version + 1} | ({"source": source} if source else {})
    session.execute(update(Holder).where(Holder.id.in_(holder_ids)).values(values))


def _nobody(session: Session, post_ids: Sequence[int], on: date) -> str:
    held = select(Holder.post_id).where(addressed(on))
    query = select(Post).where(Post.id.in_(post_ids), Post.id.not_in(held)).order_by(Post.id)
    keys = [post.key for post in session.scalars(query.limit(6))]
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    more = f" and {count - len(keys)} more" if count > len(keys) else ""
    return f"Nobody is recorded as holding {', '.join(keys)}{more} on {on}"
