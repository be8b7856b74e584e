"""Finding organisations and posts by what people call them, and listing them."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from outreach.contacts import searching
from outreach.contacts.holding import present
from outreach.contacts.models import (
    Holder,
    Organisation,
    OrganisationTag,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.contacts.naming import slug
from outreach.errors import NotFound, Refused

_FEW = 6


class NoSuchContact(NotFound):
    """Nobody in the directory is called so."""

    to_type = "`outreach contacts list --search` finds a part of a name."


WAYS = tuple(joinedload(way).joinedload(Post.organisation) for way in (Post.through, Post.liaison))
_HANGING = (selectinload(Post.holders).options(joinedload(Holder.person)), selectinload(Post.addresses))


def organisation(session: Session, key: str) -> Organisation:
    """The organisation with this key, else with this acronym, else the only one whose key begins so.

    Raises Refused naming the candidates when there are several, NotFound with near keys when there is none.
    """
    said = key.strip()
    stem = slug(said, 120)
    exact = session.scalar(select(Organisation).where(Organisation.key == said.casefold()))
    if exact is not None:
        return living(session, exact)
    for condition in (
        func.lower(Organisation.acronym) == said.casefold(),
        Organisation.key.startswith(stem, autoescape=True) if stem else None,
    ):
        if condition is None:
            continue
        stands = Organisation.merged_into_id.is_(None)
        found = session.scalars(select(Organisation).where(condition, stands).order_by(Organisation.key).limit(_FEW)).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(f"{said!r} may be {_listed([o.key for o in found])}; write the key in full.")
    raise NoSuchContact(f"There is no organisation {said!r}{_near(session, stem)}. Look for it by a part of its name.")


def living(session: Session, found: Organisation) -> Organisation:
    """The organisation itself, or the one that it was merged into."""
    return found if found.merged_into_id is None else session.get_one(Organisation, found.merged_into_id)


def whole(session: Session, key: str) -> Organisation:
    """The organisation with exactly this key, read with everything that hangs on it; raises NotFound.

    The key of one that was merged into another leads to that one.
    """
    posts = selectinload(Organisation.posts)
    numbers = select(func.coalesce(Organisation.merged_into_id, Organisation.id)).where(Organisation.key == key)
    query = (
        select(Organisation)
        .where(Organisation.id.in_(numbers))
        .options(
            *(selectinload(Organisation.names), selectinload(Organisation.tags), posts.selectinload(Post.titles)),
            *(posts.selectinload(Post.holders).joinedload(Holder.person), posts.selectinload(Post.addresses)),
            *(posts.joinedload(way).joinedload(Post.organisation) for way in (Post.through, Post.liaison)),
        )
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"There is no organisation {key!r} in the directory; look for it by a part of its name.")
    return found


def _listed(keys: Sequence[str]) -> str:
    more = " and others" if len(keys) == _FEW else ""
    return ", ".join(keys[: _FEW - 1]) + more


def _near(session: Session, stem: str) -> str:
    keys = session.scalars(select(Organisation.key).where(Organisation.key.startswith(stem[:1], autoescape=True)).limit(5000))
    near = difflib.get_close_matches(stem, keys.all(), n=3, cutoff=0.6) if stem else []
    return f"; near it: {', '.join(near)}" if near else ""


def post(session: Session, key: str) -> Post:
    """The post with this key (`kenya/permanent-representative/new-york`), or what is enough of it to leave one.

    Raises Refused naming the candidates when several are left, NotFound with what there is when none is.
    """
    first, *rest = (part.strip() for part in key.split("/"))
    owner = organisation(session, first)
    query = select(Post).where(Post.organisation_id == owner.id, Post.merged_into_id.is_(None)).order_by(Post.id)
    posts = session.scalars(query).all()
    found = [post for post in posts if _fits(post, rest)]
    exact = [post for post in found if [part for part in (post.kind, post.seat) if part] == rest]
    for candidates in (exact, found):
        if len(candidates) == 1:
            return candidates[0]
    if found:
        raise Refused(f"{key!r} may be {_listed([post.key for post in found][:_FEW])}; write the key in full.")
    has = f"its posts: {_listed([post.key for post in posts][:_FEW])}" if posts else "it has no posts"
    raise NotFound(f"{owner.name} has no post {key!r}; {has}.")


def _fits(post: Post, rest: Sequence[str]) -> bool:
    return len(rest) <= 2 and all(
        own.startswith(part) for own, part in zip((post.kind, post.seat), rest, strict=False) if own or part
    )


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a listing is narrowed to; what is left out narrows nothing.

    Each word of `text` begins one in names, titles or persons (see `searching`). `held` leaves those marked do-not-contact
    (organisation, post or whoever holds it); `not_confirmed_since` leaves posts whose holder is unknown or was last confirmed
    before that day.
    """

    group: StakeholderGroup | None = None
    regional_group: RegionalGroup | None = None
    tag: str = ""
    kind: str = ""
    seat: str = ""
    text: str = ""
    held: bool = False
    not_confirmed_since: date | None = None


@dataclass(frozen=True)
class Listed:
    """A post with its organisation and present holder, or an organisation that has no post."""

    organisation: Organisation
    post: Post | None
    holder: Holder | None

    @property
    def key(self) -> str:
        """How commands name it."""
        return self.post.key if self.post else self.organisation.key

    @property
    def do_not_contact(self) -> str:
        """Why no letter may go there: the organisation's, the post's or the holder's reason; blank if it may."""
        return (
            self.organisation.do_not_contact
            or (self.post.do_not_contact if self.post else "")
            or (self.holder.person.do_not_contact if self.holder else "")
        )


def listing(session: Session, wanted: Filter, *, on: date, with_tags: bool = False) -> Iterator[Listed]:
    """Every post that fits with its holder on `on`, by organisation; memory stays flat whatever the number.

    Organisations come with their tags only if asked for.
    """
    tagged = (selectinload(Organisation.tags),) if with_tags else ()
    query = (
        select(Post)
        .join(Post.organisation)
        .options(contains_eager(Post.organisation).options(*tagged), *_HANGING, *WAYS)
        .order_by(Organisation.key, Post.id)
        .execution_options(yield_per=500)
    )
    for post in session.scalars(narrowed(session, query, wanted, on)):
        yield Listed(post.organisation, post, holder_on(post, on))
    if wanted.kind or wanted.seat or wanted.not_confirmed_since:
        return
    lonely = select(Organisation).where(~exists().where(Post.organisation_id == Organisation.id)).order_by(Organisation.key)
    alone = narrowed(session, lonely, wanted, on, with_posts=False).options(*tagged)
    for owner in session.scalars(alone.execution_options(yield_per=500)):
        yield Listed(owner, None, None)


def page(session: Session, wanted: Filter, *, on: date, offset: int, limit: int) -> list[Listed]:
    """A part of what fits, by organisation: posts with their holder on `on`, and organisations that have no post among them.

    A handful of queries whatever the number of contacts and however far on the page is.
    """
    numbers: Any = (
        select(Organisation.id, Post.id)
        .outerjoin(Post, Post.organisation_id == Organisation.id)
        .order_by(Organisation.key, Post.id)
        .offset(offset)
        .limit(limit)
    )
    found = [(row[0], row[1]) for row in session.execute(narrowed(session, numbers, wanted, on))]
    owners, posts = {owner for owner, _ in found}, {post for _, post in found if post}
    organisations = {one.id: one for one in session.scalars(select(Organisation).where(Organisation.id.in_(owners)))}
    whole = select(Post).where(Post.id.in_(posts)).options(*_HANGING)
    by_number = {one.id: one for one in session.scalars(whole)}
    shown = ((organisations[owner], by_number.get(post)) for owner, post in found)
    return [Listed(owner, post, holder_on(post, on) if post else None) for owner, post in shown]


def tags(session: Session) -> Sequence[str]:
    """Every tag that hangs on an organisation, by alphabet."""
    return session.scalars(select(OrganisationTag.tag).distinct().order_by(OrganisationTag.tag)).all()


def holder_on(post: Post, day: date) -> Holder | None:
    """Who holds `post` on `day`: somebody in charge before an absent head, else whoever came last."""
    return max((holder for holder in post.holders if holder.holds_on(day)), key=precedence, default=None)


def precedence(holder: Holder) -> tuple[bool, date, int]:
    """Which of several who hold a post at once is the one whom letters address: the greatest."""
    return holder.in_charge, holder.from_date or date.min, holder.id


def narrowed(session: Session, query: Select[Any], wanted: Filter, on: date, *, with_posts: bool = True) -> Select[Any]:
    """`query`, which joins organisations (and posts, unless told otherwise), narrowed to what is wanted on the day `on`."""
    # What was merged into another stands in no list; neither do its posts.
    conditions: list[ColumnElement[bool]] = [Organisation.merged_into_id.is_(None)]
    if wanted.group:
        conditions.append(Organisation.group == wanted.group)
    if wanted.regional_group:
        conditions.append(Organisation.regional_group == wanted.regional_group)
    if wanted.tag:
        tag = wanted.tag.strip().casefold()
        conditions.append(exists().where(OrganisationTag.organisation_id == Organisation.id, OrganisationTag.tag == tag))
    if wanted.kind:
        conditions.append(Post.kind == wanted.kind)
    if wanted.seat:
        conditions.append(Post.seat == wanted.seat)
    if wanted.held:
        conditions.append(_is_held(on, with_posts))
    if wanted.not_confirmed_since:
        conditions.append(Post.id.in_(_stale(wanted.not_confirmed_since, on)))
    if wanted.text.strip():
        conditions += searching.fits(session, wanted.text, with_posts=with_posts)
    return query.where(*conditions)


def _stale(since: date, on: date) -> Select[int]:
    """The posts whose holder on the day `on` is unknown or was last confirmed before `since`."""
    # Asked of all posts at once: a question for each post, in the order of the list, takes three times as long when few fit.
    fresh = and_(Holder.post_id == Post.id, present(on), Holder.confirmed_on >= since)
    return select(Post.id).outerjoin(Holder, fresh).where(Holder.id.is_(None))


def _is_held(on: date, with_posts: bool) -> ColumnElement[bool]:
    if not with_posts:
        return Organisation.do_not_contact != ""
    held = Person.do_not_contact != ""
    holding = select(Holder.post_id).join(Holder.person).where(held, present(on))
    exactly = or_(Organisation.do_not_contact != "", Post.do_not_contact != "", Post.id.in_(holding))
    # Few are held: the organisations where anything is are found by looking through each table once.
    some = union(
        select(Organisation.id).where(Organisation.do_not_contact != ""),
        select(Post.organisation_id).where(Post.do_not_contact != ""),
        select(Post.organisation_id).join(Post.holders).join(Holder.person).where(held),
    )
    return and_(Organisation.id.in_(some), exactly)
