"""One holder of a post follows another, in one step: on no day two hold it, and no day is left without anybody by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import editing
from outreach.contacts.models import ONE_DAY, Holder, Person, Post
from outreach.contacts.naming import words
from outreach.contacts.recording import may_edit, subject_of
from outreach.errors import Invalid, Refused
from outreach.journal import Actor

CHARGE = "charge"


@dataclass(frozen=True)
class Handover:
    """Who holds the post now, and whose time ended by it."""

    holder: Holder
    ended: Sequence[Holder]


def hand_over(
    session: Session,
    post: Post,
    *,
    on: date,
    today: date,
    by: Actor,
    at: datetime,
    charge: bool = False,
    until: date | None = None,
    source: str = "",
    **fields: Any,
) -> Handover:
    """End whoever holds `post` the day before `on`, and let another person hold it from that day, confirmed as of `today`.

    `fields` are those of the person (full_name, family_name ...) and the rank. With `charge` the new one stands in until
    somebody is appointed; with `until` as well only to that day, while the head is absent: the head goes on holding the post.
    Who is recorded already as holding it later stays so, and the new one holds it until the day before.

    Somebody who was recorded as beginning on that very day is corrected: that time is then on no day.

    Raises Refused when the same person holds it then, and when two would stand in at once; Invalid for a value that cannot be
    stored.
    """
    may_edit(by)
    held, about = editing.of_holder(fields | {"source": source}), editing.of_person(fields)
    if charge:
        held["rank"] = held.get("rank") or CHARGE
    _must_fit(post, about["full_name"], on=on, charge=charge, until=until)
    last = until or post.eve_of_next(on, charge=charge)
    ended = [] if until else [holder for holder in post.holders if holder.holds_on(on)]
    for holder in ended:
        holder.to_date = on - ONE_DAY
    holder = Holder(
        post=post,
        person=_person(session, post, about),
        in_charge=charge,
        from_date=on,
        to_date=last,
        confirmed_on=today,
        **held,
    )
    session.add(holder)
    session.flush()
    values = {**about, **held, "from_date": on, "to_date": last, "in_charge": charge, "ended": _subjects(ended)}
    journal.record(session, by, "handed over", subject_of(holder), at=at, **values)
    return Handover(holder, ended)


def _subjects(ended: Iterable[Holder]) -> list[str]:
    return [subject_of(holder) for holder in ended]


def _must_fit(post: Post, name: str, *, on: date, charge: bool, until: date | None) -> None:
    if until is None:
        _must_differ(post, name, on, charge)
    elif not charge:
        raise Invalid("Only somebody who stands in does so until a day; say that it is a chargé, or leave the last day out.")
    elif until < on:
        raise Invalid(f"The last day, {until}, is before the first, {on}; correct one of them.")
    elif any(holder.in_charge and _overlaps(holder, on, until) for holder in post.holders):
        raise Refused(f"Somebody stands in for {post.key} already between {on} and {until}; end that time first.")


def _must_differ(post: Post, name: str, on: date, charge: bool) -> None:
    for holder in post.holders:
        if holder.holds_on(on) and holder.in_charge == charge and words(holder.person.full_name) == words(name):
            raise Refused(f"{holder.person.full_name} holds {post.key} on {on} already; confirm that instead.")


def _overlaps(holder: Holder, first: date, last: date) -> bool:
    begun = holder.from_date is None or holder.from_date <= last
    return begun and holder.is_ever() and (holder.to_date is None or first <= holder.to_date)


def _person(session: Session, post: Post, about: dict[str, Any]) -> Person:
    """Who held the post before is the same person when coming back, with what is said anew; else somebody new."""
    for holder in reversed(post.holders):
        if words(holder.person.full_name) == words(about["full_name"]):
            for name, value in about.items():
                setattr(holder.person, name, value)
            return holder.person
    return Person(**about)
