"""Who holds a post on a day, as conditions of a query: the rule of `finding.holder_on` for thousands of posts at once."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_
from sqlalchemy.orm import aliased

from outreach.contacts.models import Holder

Day = date | Any
"""A day, or a column of days."""


def present(on: Day, holder: Any = Holder) -> ColumnElement[bool]:
    """That the person is in the post on that day, be it absent while another stands in."""
    begun = or_(holder.from_date.is_(None), holder.from_date <= on)
    return and_(begun, or_(holder.to_date.is_(None), holder.to_date >= on))


def addressed(on: Day, holder: Any = Holder) -> ColumnElement[bool]:
    """That a letter of that day to the post addresses this holder: who stands in before an absent head, else who came last."""
    other = aliased(Holder)
    outranked = exists().where(other.post_id == holder.post_id, present(on, other), _comes_before(other, holder))
    return and_(present(on, holder), ~outranked)


def _comes_before(other: Any, holder: Any) -> ColumnElement[bool]:
    begun, begun_other = (func.coalesce(one.from_date, literal(date.min)) for one in (holder, other))
    same_rank, same_day = other.in_charge == holder.in_charge, begun_other == begun
    return or_(
        and_(other.in_charge, ~holder.in_charge),
        and_(same_rank, or_(begun_other > begun, and_(same_day, other.id > holder.id))),
    )
