"""What hangs on two organisations or persons that become one: posts of one kind and seat, holdings that touch, addresses."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts import joining
from outreach.contacts.choosing import ONE_EACH
from outreach.contacts.models import Address, Holder, Organisation, Post
from outreach.contacts.moving import Moves
from outreach.contacts.naming import fold, slug
from outreach.contacts.sameness import Somebody

_DAY = timedelta(days=1)


def merge_posts(moves: Moves, merged: int, into: int) -> None:
    """Posts of the organisation `merged` become those of `into` that are the same, or move there as they are."""
    theirs = _posts(moves.session, into)
    for post in _posts(moves.session, merged):
        twin = next((other for other in theirs if _is_same(post, other)), None)
        if twin:
            _merge_post(moves, post, twin)
        else:
            seat = _free_seat(post, theirs)
            moves.set("posts", post.id, organisation_id=into, seat=seat)
            theirs.append(Post(kind=post.kind, seat=seat, title=post.title))


def _posts(session: Session, organisation_id: int) -> list[Post]:
    query = select(Post).where(Post.organisation_id == organisation_id, Post.merged_into_id.is_(None)).order_by(Post.id)
    return list(session.scalars(query))


def _is_same(post: Post, other: Post) -> bool:
    if other.id is None or (post.kind, post.seat) != (other.kind, other.seat):
        return False
    return post.kind in ONE_EACH or not post.title or not other.title or fold(post.title) == fold(other.title)


def _free_seat(post: Post, theirs: Sequence[Post]) -> str:
    """The post's seat, or another one where a different post of the kind has it: the key must name one post."""
    taken = {other.seat for other in theirs if other.kind == post.kind}
    stem = post.seat if post.seat not in taken else slug(post.title, 36) or "second"
    tries = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(seat for seat in tries if seat not in taken)


def _merge_post(moves: Moves, post: Post, twin: Post) -> None:
    joining.join(moves, post, twin, take=())
    hold_together(moves, "post_id", post.id, twin.id)
    _reach_together(moves, "post_id", post.id, twin.id)
    moves.become("posts", post.id, twin.id)
    # What the merged post was reached through may be the very one that stands.
    itself = {way: None for way in ("through_id", "liaison_id") if getattr(twin, way) == twin.id}
    if itself:
        moves.set("posts", twin.id, **itself)
    moves.set("posts", post.id, merged_into_id=twin.id)


# --- holdings


def hold_together(moves: Moves, column: str, merged: int, into: int) -> None:
    """Holdings of one person in one post become one where their times touch; the others move as they are.

    `column` says what is merged: persons (`person_id`) or posts (`post_id`).
    """
    own, other = getattr(Holder, column), "post_id" if column == "person_id" else "person_id"
    mine, theirs = (
        list(moves.session.scalars(select(Holder).where(own == number).order_by(Holder.id))) for number in (merged, into)
    )
    for holder in mine:
        same = (one for one in theirs if getattr(one, other) == getattr(holder, other) and _touch(holder, one))
        if twin := next(same, None):
            _join(moves, holder, twin)


def _touch(one: Holder, other: Holder) -> bool:
    if one.in_charge != other.in_charge or (one.rank and other.rank and one.rank != other.rank):
        return False
    return _begins_by_end(one, other) and _begins_by_end(other, one)


def _begins_by_end(one: Holder, other: Holder) -> bool:
    return one.from_date is None or other.to_date is None or one.from_date <= other.to_date + _DAY


def _join(moves: Moves, holder: Holder, twin: Holder) -> None:
    moves.set(
        "holders",
        twin.id,
        rank=twin.rank or holder.rank,
        from_date=_earliest(holder.from_date, twin.from_date),
        to_date=_latest(holder.to_date, twin.to_date),
        confirmed_on=max(filter(None, (holder.confirmed_on, twin.confirmed_on)), default=None),
    )
    _reach_together(moves, "holder_id", holder.id, twin.id)
    moves.replace("holders", [holder.id], [twin.id])
    # Another holding that touches the longer time may follow.
    moves.session.refresh(twin)


def _earliest(*days: date | None) -> date | None:
    """The first day; open where one is open."""
    return None if None in days else min(filter(None, days))


def _latest(*days: date | None) -> date | None:
    return None if None in days else max(filter(None, days))


# --- addresses


def _reach_together(moves: Moves, column: str, merged: int, into: int) -> None:
    """Addresses that both have become one; of posts only those that are nobody's own."""
    theirs = {(one.kind, one.normalised): one.id for one in reversed(_addresses(moves.session, column, into))}
    for address in _addresses(moves.session, column, merged):
        if twin := theirs.get((address.kind, address.normalised)):
            moves.replace("addresses", [address.id], [twin])


def _addresses(session: Session, column: str, number: int) -> list[Address]:
    query = select(Address).where(getattr(Address, column) == number).order_by(Address.id)
    if column == "post_id":
        query = query.where(Address.holder_id.is_(None))
    return list(session.scalars(query))


# --- what to look at


def warnings_of(session: Session, into: Somebody, on: date) -> Iterator[str]:
    """Posts that two persons hold on one day since the merge, in words."""
    session.expire_all()
    posts = select(Post).options(selectinload(Post.holders).joinedload(Holder.person), joinedload(Post.organisation))
    if isinstance(into, Organisation):
        posts = posts.where(Post.organisation_id == into.id, Post.merged_into_id.is_(None))
    else:
        posts = posts.where(Post.id.in_(select(Holder.post_id).where(Holder.person_id == into.id)))
    for post in session.scalars(posts.order_by(Post.id)):
        present = [holder for holder in post.holders if holder.holds_on(on) and not holder.in_charge]
        if len(present) > 1:
            names = " and ".join(holder.person.full_name for holder in present)
            yield f"{post.key} is held by {names} at once; end the time of those who do not hold it."
