"""Doing what a row says: every refusal came before, in `planning`; values are set, additions wait for the end of the chunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from outreach.contacts.additions import Additions, AnyOrganisation, AnyPost, NewOrganisation, NewPost, Pending
from outreach.contacts.addresses import is_personal, normalised
from outreach.contacts.choosing import key_of
from outreach.contacts.emails import Email
from outreach.contacts.finding import precedence
from outreach.contacts.models import Address, AddressKind, Holder, Person, Post
from outreach.contacts.naming import fold, full_name, words
from outreach.contacts.planning import NAME_FIELDS, ORGANISATION_FIELDS, PERSON_FIELDS, Target, World


class Change(NamedTuple):
    """A field before and after; None or blank where there is nothing."""

    old: Any
    new: Any


@dataclass
class Applying:
    """The work of one chunk: where it is done, what is there, what is added."""

    session: Session
    world: World
    additions: Additions = field(default_factory=Additions)


Changes = dict[str, Change]
Values = Mapping[str, Any]


def apply(work: Applying, target: Target, values: Values) -> Changes:
    """Set what the row says of `target`; gives each field that differs, with what it was."""
    changes: Changes = {}
    organisation, post = target.organisation, target.post
    if isinstance(organisation, NewOrganisation) and target.new_organisation:
        work.world.add(organisation)
        work.additions.organisations.append(organisation)
        changes["organisation"] = Change(None, organisation.name)
        changes |= {name: Change(None, value) for name in ORGANISATION_FIELDS if (value := getattr(organisation, name))}
    for name in ORGANISATION_FIELDS:
        if name in values:
            _put(organisation, name, values[name], changes)
    _tag(work, organisation, values.get("tags", ()), changes)
    subject: Any = organisation
    if post is None:
        _put_language(organisation, values, changes)
    else:
        subject = _apply_to_post(work, target, post, values, changes)
    held = ((subject, "do_not_contact"), (post, "post_do_not_contact"), (organisation, "organisation_do_not_contact"))
    for thing, name in held:
        if name in values and thing is not None:
            _hold(thing, values[name], work.world.on, changes, name)
    return changes


def _apply_to_post(work: Applying, target: Target, post: AnyPost, values: Values, changes: Changes) -> Any:
    """Set what the row says of the post and its holder; gives whom a do-not-contact of the row is about."""
    if isinstance(post, NewPost):
        work.world.posts[target.organisation.key].append(post)
        work.additions.posts.append((target.organisation, post))
        changes["post"] = Change(None, target.key)
        if post.title:
            changes["title"] = Change("", post.title)
    _put_on_post(target.organisation, post, values, changes)
    _put_ways(work, post, target, values, changes)
    named = any(values.get(name) for name in NAME_FIELDS)
    if named:
        holder, person = _put_holder(work, post, values, changes)
    else:
        holder = next((holder for holder in reversed(post.holders) if holder.holds_on(work.world.on)), None)
        person = holder.person if holder else None
    _put_emails(work, post, holder, person, values, changes)
    if "phone" in values:
        _put_addresses(work, post, AddressKind.TELEPHONE, values["phone"], changes)
    if "address" in values:
        _put_addresses(work, post, AddressKind.POSTAL, values["address"], changes)
    return person if named else post


def _put(thing: Any, name: str, value: Any, changes: Changes, label: str = "") -> None:
    old = thing.values[name] if isinstance(thing, Pending) else getattr(thing, name)
    if old != value:
        changes.setdefault(label or name, Change(old, value))
        if isinstance(thing, Pending):
            thing.values[name] = value
        else:
            setattr(thing, name, value)


def _put_language(organisation: AnyOrganisation, values: Values, changes: Changes) -> None:
    if "language" in values:
        _put(organisation, "language", values["language"], changes)
        _put(organisation, "language_assumed", False, changes)


def _put_on_post(organisation: AnyOrganisation, post: AnyPost, values: Values, changes: Changes) -> None:
    # The row that found the post by its title in another language does not rewrite the English one.
    titles = {fold(other.title) for other in post.titles}
    if "title" in values and fold(values["title"]) not in titles:
        _put(post, "title", values["title"], changes)
    if "language" in values and values["language"] != _known_language(organisation, post):
        _put(post, "language", values["language"], changes)
    for name, channel in zip(("preferred_channel", "second_channel"), values.get("channel", ()), strict=False):
        _put(post, name, channel, changes)


def _put_ways(work: Applying, post: AnyPost, target: Target, values: Values, changes: Changes) -> None:
    for name, other in target.ways.items():
        old = getattr(post, name)
        if old is other:
            continue
        changes[name] = Change(old and _said_way(work, old), values[name])
        if name == "through" and other is not None:
            work.world.relays.add(values[name])
        if isinstance(post, Post) and isinstance(other, NewPost):
            work.additions.ways.append((post, name, other))
        else:
            setattr(post, name, other)
    if "copy_liaison" in values:
        _put(post, "liaison_copied", values["copy_liaison"], changes, "copy_liaison")


def _said_way(work: Applying, post: AnyPost) -> str:
    if isinstance(post, Post):
        return post.key
    return next(key_of(owner, new) for owner, new in work.additions.posts if new is post)


def _known_language(organisation: AnyOrganisation, post: AnyPost) -> str:
    """The language that somebody recorded; an assumed one is not known."""
    return post.language or ("" if organisation.language_assumed else organisation.language)


def _tag(work: Applying, organisation: AnyOrganisation, tags: Sequence[str], changes: Changes) -> None:
    standing = work.world.tags[organisation.key]
    new = [tag for tag in tags if tag not in standing]
    if new:
        changes["tags"] = Change(sorted(standing), sorted(standing.union(new)))
        standing.update(new)
        work.additions.tags += [Pending({"tag": tag}, {"organisation_id": organisation}) for tag in new]


def _hold(thing: Any, reason: str, on: date, changes: Changes, label: str) -> None:
    since = thing.values["do_not_contact_since"] if isinstance(thing, Pending) else thing.do_not_contact_since
    _put(thing, "do_not_contact", reason, changes, label)
    _put(thing, "do_not_contact_since", since or on, {})


# --- the holder


def _put_holder(work: Applying, post: AnyPost, values: Values, changes: Changes) -> tuple[Any, Any]:
    """The holder that the row names and the person: the one that stands with new details, else a new one after the old."""
    name = full_name(values)
    if isinstance(post, NewPost):
        post.held_by = name
    same = [holder for holder in post.holders if words(holder.person.full_name) == words(name)]
    # Who holds it today comes before one who will hold it (again), and whom letters address before others.
    for holder in sorted(same, key=lambda one: (one.holds_on(work.world.on), precedence(one)), reverse=True):
        if holder.to_date is None or holder.to_date >= work.world.on:
            _put_details(holder, holder.person, values, changes)
            return holder, holder.person
    present = [holder for holder in post.holders if holder.holds_on(work.world.on)]
    is_charge = values.get("rank") == "charge" and bool(present)
    if not is_charge:
        for holder in present:
            # A holder who came in today as well is corrected, not followed: the period is empty, and is on no day.
            holder.to_date = work.world.on - timedelta(days=1)
    person: Any = same[-1].person if same else _new_person(work, values, name)
    if same:
        _put_person(person, values, {})
    changes["holder"] = Change([holder.person.full_name for holder in present], name)
    new = Pending(
        {
            "rank": values.get("rank", ""),
            "in_charge": values.get("rank") == "charge",
            "from_date": work.world.on if post.holders else None,
            "to_date": None,
            "confirmed_on": values.get("confirmed_on"),
        },
        {"post_id": post, "person_id": person},
    )
    work.additions.holders.append(new)
    return new, person


def _new_person(work: Applying, values: Values, name: str) -> Pending:
    given = {field: values.get(field, "") for field in PERSON_FIELDS}
    given |= {"full_name": name, "gender": values.get("gender"), "do_not_contact": "", "do_not_contact_since": None}
    person = Pending(given)
    work.additions.persons.append(person)
    return person


def _put_details(holder: Holder, person: Person, values: Values, changes: Changes) -> None:
    _put_person(person, values, changes)
    if "rank" in values:
        _put(holder, "rank", values["rank"], changes)
    if "confirmed_on" in values:
        confirmed = values["confirmed_on"]
        # An older list does not take back a younger confirmation.
        if confirmed is None or holder.confirmed_on is None or confirmed > holder.confirmed_on:
            _put(holder, "confirmed_on", confirmed, changes)


def _put_person(person: Any, values: Values, changes: Changes) -> None:
    for name in PERSON_FIELDS:
        if name in values:
            _put(person, name, values[name], changes)


# --- the addresses


def _put_emails(work: Applying, post: AnyPost, holder: Any, person: Any, values: Values, changes: Changes) -> None:
    """Make the row's list the list: an address that names the holder is the holder's own, every other one the post's.

    A card of an address book adds to what is there: it knows some addresses of a person, not all.
    """
    emails: Sequence[Email] | None = values.get("email")
    if emails is None:
        return
    mine = (None, holder.id if isinstance(holder, Holder) else None)
    standing = {a.normalised: a for a in post.addresses if a.kind is AddressKind.EMAIL and a.holder_id in mine}
    names = _names_of(person) if person else []
    given = {
        email.normalised: Pending(
            {"kind": AddressKind.EMAIL, "value": email.value, "normalised": email.normalised},
            {"post_id": post, "holder_id": holder if is_personal(email.value, names) else None},
        )
        for email in emails
    }
    _replace(work, standing, given, "email", changes, adds=work.world.by_person)


def _replace(
    work: Applying,
    standing: Mapping[str, Address],
    given: Mapping[str, Pending],
    label: str,
    changes: Changes,
    *,
    adds: bool = False,
) -> None:
    gone = [] if adds else [address for key, address in standing.items() if key not in given]
    new = [address for key, address in given.items() if key not in standing]
    if not gone and not new:
        return
    for address in gone:
        work.session.delete(address)
    work.additions.addresses += new
    before = [address.value for address in standing.values()]
    after = [one.values["value"] for one in (new if adds else given.values())]
    changes[label] = Change(before, before + after if adds else after)


def _names_of(person: Any) -> list[str]:
    read = person.values.get if isinstance(person, Pending) else lambda name: getattr(person, name)
    return [read(name) or "" for name in NAME_FIELDS]


def _put_addresses(work: Applying, post: AnyPost, kind: AddressKind, values: Sequence[str], changes: Changes) -> None:
    """Make `values` the post's telephone numbers, or its postal address; a postal address differs by its lines too."""
    standing = [address for address in post.addresses if address.kind is kind and address.holder_id is None]
    read = str if kind is AddressKind.POSTAL else partial(normalised, kind)
    given = {
        read(value): Pending(
            {"kind": kind, "value": value, "normalised": normalised(kind, value)}, {"post_id": post, "holder_id": None}
        )
        for value in values
    }
    label = "address" if kind is AddressKind.POSTAL else "phone"
    adds = work.world.by_person and kind is AddressKind.TELEPHONE
    _replace(work, {read(address.value): address for address in standing}, given, label, changes, adds=adds)
