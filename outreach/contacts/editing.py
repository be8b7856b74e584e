"""Adding and editing organisations, posts and holders one at a time; each edit stands in the journal.

Values come as typed or as stored, and pass the same checks as the cells of a list; `-` takes a value away. Journal subjects
name organisations, posts and numbers of persons; names and addresses of people stand in the values, which can be erased.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import cells, routing
from outreach.contacts.models import (
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    OrganisationTag,
    Person,
    Post,
)
from outreach.contacts.naming import fold, slug
from outreach.contacts.recording import Contact, may_edit, of_cell, subject_of
from outreach.errors import Invalid, Refused
from outreach.journal import Actor

_OF: Mapping[type[Any], tuple[str, ...]] = {
    Organisation: (
        *("name", "acronym", "group", "regional_group", "country", "domain", "language"),
        *("designation_note", "note"),
    ),
    Post: ("kind", "seat", "title", "language", "channel", "through", "liaison", "copy_liaison", "note"),
    Person: (
        *("full_name", "given_name", "family_name", "gender", "academic_title", "style"),
        *("salutation", "complimentary_close", "note"),
    ),
    Holder: ("rank", "from_date", "to_date", "confirmed_on", "source"),
}
# Posts are named by them, in campaigns and in the journal.
_FIXED = ("kind", "seat")


def _read(kind: type[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that `fields` set; raises Invalid naming the field."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in _OF[kind]:
            raise Invalid(f"{name} is no field of {_called(kind)}; it has {', '.join(_OF[kind])}.")
        # A post without a language of its own has its organisation's; an organisation always has one.
        inherits = kind is Post and name == "language" and value == cells.NOTHING
        columns[name] = "" if inherits else of_cell(name, value) if isinstance(value, str) else value
    if "channel" in columns:
        channels = columns.pop("channel")
        columns |= dict(zip(("preferred_channel", "second_channel"), channels, strict=False))
    if len(columns.get("country", "")) > 2:
        raise Invalid("country: write its two letters, such as KE.")
    if kind is Organisation and "language" in columns:
        columns["language_assumed"] = False
    return columns


def _called(kind: type[Any]) -> str:
    return "an organisation" if kind is Organisation else f"a {kind.__name__.lower()}"


# --- adding


def add_organisation(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    name: str,
    group: str,
    key: str = "",
    kind: OrganisationKind = OrganisationKind.ORGANISATION,
    **fields: Any,
) -> Organisation:
    """Add an organisation; its key is made from its name unless given.

    Raises Invalid for a value that cannot be stored, Refused when an organisation has that key already.
    """
    may_edit(by)
    columns = _read(Organisation, {"name": name, "group": group, **fields})
    wanted = slug(key or columns["name"], 120)
    if not wanted:
        raise Invalid(f"{cells.shown(name)} gives no key; name one of small letters, digits and hyphens.")
    if session.scalar(select(Organisation.key).where(Organisation.key == wanted)):
        raise Refused(f"There is already an organisation {wanted}; edit that one, or give this one another key.")
    organisation = Organisation(key=wanted, kind=kind, **columns)
    session.add(organisation)
    session.flush()
    journal.record(session, by, "added", subject_of(organisation), at=at, **columns)
    return organisation


def add_post(
    session: Session, organisation: Organisation, *, by: Actor, at: datetime, kind: str, seat: str = "", **fields: Any
) -> Post:
    """Add a post to `organisation`; raises Refused when it has one of that kind at that seat already."""
    may_edit(by)
    columns = routing.columns(session, None, _read(Post, {"kind": kind, **({"seat": seat} if seat else {}), **fields}))
    same = session.scalars(select(Post).where(Post.organisation_id == organisation.id, Post.kind == columns["kind"]))
    if any(post.seat == columns.get("seat", "") for post in same):
        raise Refused(f"{organisation.name} has such a post already; edit that one, or give this one a seat of its own.")
    post = Post(organisation=organisation, **columns)
    session.add(post)
    session.flush()
    journal.record(session, by, "added", subject_of(post), at=at, **_plain(columns))
    return post


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: routing.plain(value) for name, value in columns.items()}


def add_holder(
    session: Session,
    post: Post,
    *,
    by: Actor,
    at: datetime,
    from_date: date | None = None,
    in_charge: bool = False,
    person: Person | None = None,
    **fields: Any,
) -> Holder:
    """Let a person hold `post` from a day; whoever holds it then is ended the day before, unless the new one stands in.

    Who is recorded already as holding it later stays so: the new one holds it until the day before.

    `fields` are those of the person and of the holding (rank, confirmed_on); `person` is somebody recorded already. Raises
    Refused when somebody holds the post and no day is given.
    """
    may_edit(by)
    held = of_holder(fields)
    about = of_person(fields) if person is None else {}
    if not in_charge:
        held["to_date"] = held.get("to_date") or (post.eve_of_next(from_date, charge=False) if from_date else None)
        _end_others(post, from_date)
    holder = Holder(post=post, person=person or Person(**about), in_charge=in_charge, from_date=from_date, **held)
    session.add(holder)
    session.flush()
    values = {"from_date": from_date, "in_charge": in_charge, **held, **about}
    journal.record(session, by, "added", subject_of(holder), at=at, **values)
    return holder


def of_holder(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a holding among `fields` (rank, to_date, confirmed_on, source)."""
    return _read(Holder, {name: value for name, value in fields.items() if name in _OF[Holder]})


def of_person(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a person among `fields`, with a full name; raises Invalid without any name, and for what is no field."""
    about = _read(Person, {name: value for name, value in fields.items() if name not in _OF[Holder]})
    return about | {"full_name": about.get("full_name") or _joined(about)}


def _joined(about: Mapping[str, Any]) -> str:
    name = " ".join(filter(None, (about.get("given_name"), about.get("family_name"))))
    if not name:
        raise Invalid("A holder needs a name; give a full name, or given and family name.")
    return name


def _end_others(post: Post, start: date | None) -> None:
    """End whoever holds the post on `start`; somebody who is to hold it later is left alone."""
    if start is None:
        if any(holder.to_date is None for holder in post.holders):
            raise Refused(f"Somebody holds {post.key}; give the day from which the new holder holds it.")
        return
    for holder in post.holders:
        if holder.holds_on(start):
            holder.to_date = start - timedelta(days=1)


# --- editing


def edit(session: Session, thing: Contact | Holder, *, by: Actor, at: datetime, **fields: Any) -> dict[str, list[Any]]:
    """Set fields of an organisation, a post, a person or a holding; gives each that differs as [old, new].

    Nothing is recorded when nothing differs. Raises Invalid for a value that cannot be stored, and for kind and seat of a post.
    """
    may_edit(by)
    fixed = next((name for name in _FIXED if name in fields), None)
    if fixed:
        raise Invalid(f"The {fixed} of a post is part of its key and stays; add another post instead.")
    columns = _read(type(thing), fields)
    if isinstance(thing, Post):
        columns = routing.columns(session, thing, columns)
    changes = {name: [getattr(thing, name), value] for name, value in columns.items() if getattr(thing, name) != value}
    for name, (_, value) in changes.items():
        setattr(thing, name, value)
    if isinstance(thing, Holder) and thing.from_date and thing.to_date and thing.to_date < thing.from_date:
        raise Invalid(f"to_date {thing.to_date} is before from_date {thing.from_date}; correct one of them.")
    if changes:
        session.flush()
        told = {name: [routing.plain(value) for value in pair] for name, pair in changes.items()}
        journal.record(session, by, "edited", subject_of(thing), at=at, **told)
    return changes


NAME_FORMS = ("formal", "of_short", "of_formal", "running")


def name_in(
    session: Session, organisation: Organisation, language: str, short: str, *, by: Actor, at: datetime, **forms: str
) -> None:
    """Record the organisation's name in a language, and the `forms` of it that letters need.

    `formal` is the name in full with its article ("the Republic of Kenya"), `of_short` and `of_formal` are the two as they
    stand after a noun ("of Kenya"), `running` within a sentence. A blank one keeps what there is; raises Invalid without any
    short name.
    """
    may_edit(by)
    code = of_cell("language", language)
    found = next((other for other in organisation.names if other.language == code), None)
    if found is None:
        if not short.strip():
            raise Invalid(f"{organisation.key} has no name in {code} yet; say its short name as well.")
        found = OrganisationName(organisation=organisation, language=code, short=of_cell("name", short))
        session.add(found)
    given = {"short": short, **{name: forms[name] for name in NAME_FORMS if name in forms}}
    changes = {}
    for name, typed in given.items():
        value = of_cell("name", typed) if typed.strip() else getattr(found, name)
        if value != getattr(found, name):
            changes[f"{name} name in {code}"] = [getattr(found, name) or "", value]
            setattr(found, name, value)
    session.flush()
    journal.record(
        session, by, "edited", subject_of(organisation), at=at, **(changes or {f"name in {code}": ["", found.short]})
    )


def tag(
    session: Session,
    organisation: Organisation,
    *,
    by: Actor,
    at: datetime,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> list[str]:
    """Hang tags on an organisation and take others off; gives those that it has then."""
    may_edit(by)
    old = {tag.tag for tag in organisation.tags}
    more = {word for text in add for word in of_cell("tags", text)}
    less = {word for text in remove for word in of_cell("tags", text)}
    new = (old | more) - less
    if new != old:
        kept = [tag for tag in organisation.tags if tag.tag in new]
        organisation.tags[:] = kept + [OrganisationTag(tag=word) for word in sorted(new - old)]
        session.flush()
        journal.record(session, by, "edited", subject_of(organisation), at=at, tags=[sorted(old), sorted(new)])
    return sorted(new)


def do_not_contact(session: Session, thing: Contact, reason: str, *, since: date, by: Actor, at: datetime) -> None:
    """No letter may leave for this organisation, post or person; `since` is the day of that wish.

    The reason is shown whenever a letter is held. Raises Invalid without one, and for a day that is still to come.
    """
    may_edit(by)
    # The office's place may be a day ahead of UTC.
    if since > at.date() + timedelta(days=1):
        raise Invalid(f"do_not_contact_since: {since} is still to come; a wish counts from the day it was made.")
    old, thing.do_not_contact = thing.do_not_contact, of_cell("do_not_contact", reason)
    if not fold(thing.do_not_contact):
        raise Invalid("Say why nobody may write there; the reason is shown whenever a letter is held.")
    thing.do_not_contact_since = since
    session.flush()
    journal.record(session, by, "held", subject_of(thing), at=at, do_not_contact=[old, thing.do_not_contact], since=since)


def may_contact(session: Session, thing: Contact, *, by: Actor, at: datetime) -> None:
    """Letters may leave again; raises Refused when they were not held."""
    may_edit(by)
    if not thing.do_not_contact:
        raise Refused(f"The {subject_of(thing)} is not marked do-not-contact; nothing was changed.")
    old, thing.do_not_contact, thing.do_not_contact_since = thing.do_not_contact, "", None
    session.flush()
    journal.record(session, by, "released", subject_of(thing), at=at, do_not_contact=[old, ""])


def confirm(session: Session, holder: Holder, *, on: date, by: Actor, at: datetime) -> None:
    """Record that on this day the holder was known to hold the post; raises Refused when they do not hold it then."""
    may_edit(by)
    if not holder.holds_on(on):
        raise Refused(f"The holder of {holder.post.key} does not hold it on {on}; record who does.")
    old, holder.confirmed_on = holder.confirmed_on, on
    session.flush()
    journal.record(session, by, "confirmed", subject_of(holder), at=at, confirmed_on=[old, on])
