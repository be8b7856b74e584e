"""Choosing addressees: a few words that an office can read, and the post of each organisation that a letter goes to.

    group:technical-community,private-sector
    region:african group:government not org:kenya
    tag:panel ; org:isoc,icann

Terms of one kind separated by commas widen each other; terms side by side narrow each other; `not` before a term takes its
organisations out; a semicolon begins another choice, and the choices are added together. Kinds of term: `group` (stakeholder
group), `region` (regional group), `tag`, `org` (key or acronym), `kind` (member-state, nri ...), `post` (kind of post, instead
of the template's), `all` (everybody).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from outreach.contacts.addressing import Reach, reach
from outreach.contacts.models import Organisation, OrganisationKind, OrganisationTag, Post, RegionalGroup, StakeholderGroup
from outreach.errors import Invalid, NotFound

FIELDS = ("group", "region", "tag", "org", "kind", "post")


@dataclass(frozen=True)
class Term:
    """`field:words`, or `not field:words`."""

    field: str
    words: tuple[str, ...]
    excludes: bool = False


@dataclass(frozen=True)
class Selection:
    """Choices that are added together; each is a list of terms that narrow each other."""

    choices: tuple[tuple[Term, ...], ...]

    @property
    def posts(self) -> tuple[str, ...]:
        """The kinds of post named, in order; empty where the template decides."""
        return tuple(word for choice in self.choices for term in choice if term.field == "post" for word in term.words)


@dataclass(frozen=True)
class Wanted:
    """Which post of an organisation a letter addresses: kinds in order of preference, and seats (empty: any)."""

    kinds: tuple[str, ...]
    seats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """Who is written to, and who not although chosen, each with the reason in words."""

    reached: tuple[Reach, ...]
    left_out: tuple[tuple[str, str], ...]


def parse(words: str) -> Selection:
    """Read a selection; raises Invalid naming the word that cannot be read and what may stand there."""
    choices = tuple(_choice(part) for part in words.split(";") if part.strip())
    if not choices:
        raise Invalid("Nobody is chosen; name addressees such as group:technical-community, tag:panel or all.")
    return Selection(choices)


def _choice(part: str) -> tuple[Term, ...]:
    terms, excludes = [], False
    for word in part.split():
        if word == "not" and not excludes:
            excludes = True
            continue
        terms.append(_term(word, excludes))
        excludes = False
    if excludes:
        raise Invalid(f"In {part.strip()!r} nothing follows `not`; write for example `not tag:panel`.")
    return tuple(terms)


def _term(word: str, excludes: bool) -> Term:
    if word == "all" and not excludes:
        return Term("all", ())
    field, colon, rest = word.partition(":")
    values = tuple(value for value in rest.split(",") if value)
    if field not in FIELDS or not colon or not values:
        raise Invalid(f"{word!r} chooses nobody; write {', '.join(f'{name}:...' for name in FIELDS)} or all.")
    if field == "post" and excludes:
        raise Invalid(f"`not {word}` has no meaning; name the kinds of post that are written to.")
    for value in values:
        _check(field, value)
    return Term(field, values, excludes)


def _check(field: str, value: str) -> None:
    kinds = {"group": StakeholderGroup, "region": RegionalGroup, "kind": OrganisationKind}
    if field in kinds and value not in set(kinds[field]):
        raise Invalid(f"There is no {field} {value!r}; there are: {', '.join(kinds[field])}.")


def choose(session: Session, selection: Selection, wanted: Wanted, *, on: date, stale_after: int) -> Chosen:
    """The posts that a letter of the day `on` would go to, by organisation's name; whoever may not be contacted is left out.

    Raises NotFound when an organisation is named that does not exist.
    """
    must_exist(session, selection)
    kinds = selection.posts or wanted.kinds
    seats = () if selection.posts else wanted.seats
    candidates = session.execute(_query(selection)).all()
    posts: dict[int, list[Any]] = {}
    for row in candidates:
        posts.setdefault(row.organisation_id, []).append(row)
    picked, left_out = [], []
    for rows in posts.values():
        row = _preferred(rows, kinds, seats)
        if row is None:
            left_out.append((rows[0].key, f"it has no post of the kind {', '.join(kinds)}"))
        else:
            picked.append(row.post_id)
    reached = []
    for one in reach(session, picked, on=on, stale_after=stale_after):
        if one.do_not_contact:
            left_out.append((one.organisation_key, f"not to be contacted: {one.do_not_contact}"))
        else:
            reached.append(one)
    return Chosen(tuple(reached), tuple(sorted(left_out)))


def _preferred(rows: Sequence[Any], kinds: Sequence[str], seats: Sequence[str]) -> Any:
    fitting = [row for row in rows if row.kind in kinds and (not seats or row.seat in seats)]
    return min(
        fitting,
        key=lambda row: (kinds.index(row.kind), seats.index(row.seat) if seats else 0, row.post_id),
        default=None,
    )


def clause(selection: Selection) -> ColumnElement[bool]:
    """What makes an Organisation one of those chosen."""
    where = or_(*(and_(true(), *(_of_term(term) for term in choice)) for choice in selection.choices))
    # One that was merged into another is never written to itself; its name and key mean the other one.
    return and_(where, Organisation.merged_into_id.is_(None))


def _query(selection: Selection) -> Any:
    return (
        select(Organisation.id.label("organisation_id"), Organisation.key, Post.id.label("post_id"), Post.kind, Post.seat)
        .outerjoin(Post, Post.organisation_id == Organisation.id)
        .where(clause(selection))
        .order_by(Organisation.name, Organisation.id, Post.id)
    )


def _of_term(term: Term) -> ColumnElement[bool]:
    if term.field in ("all", "post"):
        return true()
    if term.field == "tag":
        chosen: ColumnElement[bool] = Organisation.id.in_(
            select(OrganisationTag.organisation_id).where(OrganisationTag.tag.in_(term.words))
        )
    elif term.field == "org":
        chosen = _named(term.words)
    else:
        columns: dict[str, Any] = {
            "group": Organisation.group,
            "region": Organisation.regional_group,
            "kind": Organisation.kind,
        }
        # An organisation without a regional group is in none of them, and so is not taken out by `not region:...`.
        column = columns[term.field]
        chosen = and_(column.is_not(None), column.in_(term.words))
    return ~chosen if term.excludes else chosen


def _named(words: Sequence[str]) -> ColumnElement[bool]:
    folded = [word.lower() for word in words]
    merged = aliased(Organisation)
    became = select(merged.merged_into_id).where(merged.merged_into_id.is_not(None), _is_called(merged, folded))
    return _is_called(Organisation, folded) | Organisation.id.in_(became)


def _is_called(organisation: Any, folded: Sequence[str]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = organisation.key.in_(folded) | func.lower(organisation.acronym).in_(folded)
    return found


def must_exist(session: Session, selection: Selection) -> None:
    """Raise NotFound when an organisation is named that does not exist."""
    words = [word for choice in selection.choices for term in choice if term.field == "org" for word in term.words]
    rows = (
        session.execute(select(Organisation.key, func.lower(Organisation.acronym)).where(_named(words))).all() if words else []
    )
    known = {name for row in rows for name in row}
    for word in sorted({word.lower() for word in words} - known):
        raise NotFound(
            f"There is no organisation {word!r}; look for it among the contacts.",
            to_type=f"`outreach contacts list --search {word}` may find it.",
        )
