"""What one row of a list means here: which organisation, which post, and whether an earlier row spoke of them already.

Nothing is changed in this module; `applying` does what is planned.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from outreach.contacts.additions import AnyOrganisation, AnyPost, NewOrganisation
from outreach.contacts.cells import shown
from outreach.contacts.choosing import Choice, choose, choose_for_person, key_of, listed
from outreach.contacts.lookup import Lookup
from outreach.contacts.models import OrganisationKind, StakeholderGroup
from outreach.contacts.naming import fold
from outreach.contacts.routing import WAYS
from outreach.errors import Invalid, Refused

Values = dict[str, Any]

ORGANISATION_FIELDS = ("acronym", "group", "regional_group", "country", "domain")
NAME_FIELDS = ("full_name", "given_name", "family_name")
PERSON_FIELDS = (*NAME_FIELDS, "gender", "salutation")
HOLDER_FIELDS = (*PERSON_FIELDS, "rank", "confirmed_on")
_OF_A_POST = frozenset(
    (
        *("post", "seat", "title", *HOLDER_FIELDS, "email", "phone", "address", "channel"),
        *(*WAYS, "copy_liaison", "post_do_not_contact"),
    )
)


@dataclass
class World:
    """What the rows of one chunk may touch: organisations and posts that stand, and those that earlier rows of it made.

    `on` is the office's date; `by_person` tells rows that are cards of persons, `new_group` the group of an organisation that
    is added by a row that names none.
    """

    lookup: Lookup
    on: date
    by_person: bool = False
    new_group: StakeholderGroup | None = None
    organisations: dict[int, AnyOrganisation] = field(default_factory=dict)
    posts: defaultdict[str, list[AnyPost]] = field(default_factory=lambda: defaultdict(list))
    tags: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # The keys of posts through which others are reached.
    relays: set[str] = field(default_factory=set)
    _found: dict[str, list[int]] = field(default_factory=dict)

    def named(self, text: str) -> list[AnyOrganisation]:
        """The organisations that `text` may name."""
        return [self.organisations[identity] for identity in self.ids(text)]

    def ids(self, text: str) -> list[int]:
        """Their ids, negative for those that this chunk adds."""
        if text not in self._found:
            found = self.lookup.find(text)
            # Who is not known yet may be added by the next row.
            if not found:
                return []
            self._found[text] = found
        return self._found[text]

    def add(self, organisation: AnyOrganisation) -> None:
        """Make a new organisation known to the rows that follow, under a negative number until it has its id."""
        number = -1 - len(self.organisations)
        self.organisations[number] = organisation
        self.lookup.add(number, *names_of(organisation))

    def settle(self) -> None:
        """Tell the lookup the ids that new organisations have now."""
        for number, organisation in self.organisations.items():
            if number < 0:
                self.lookup.renumber(number, organisation.id, *names_of(organisation))


@dataclass(frozen=True)
class Target:
    """Whom a row is about: the organisation, and the post unless the row speaks of the organisation alone; `key` names it.

    `ways` are the other posts by which the row says that it is reached.
    """

    organisation: AnyOrganisation
    post: AnyPost | None
    new_organisation: bool = False
    new_post: bool = False
    repeats: int | None = None
    key: str = ""
    ways: Mapping[str, AnyPost | None] = field(default_factory=dict)


def names_of(organisation: AnyOrganisation) -> tuple[str, str, str, str]:
    """What the lookup finds an organisation by: key, name, acronym, domain."""
    return organisation.key, organisation.name, organisation.acronym, organisation.domain


def organisation_text(values: Mapping[str, Any]) -> str:
    """The text by which a row names its organisation: the first part of a post's key, else its own column."""
    first, slash, _ = values.get("post", "").partition("/")
    return first.strip() if slash else str(values.get("organisation", ""))


def target(world: World, values: Values, row: int) -> Target:
    """Whom the row is about; raises Refused or Invalid, with what to mend, when that cannot be said."""
    _must_name_somebody(values)
    if (values.get("confirmed_on") or world.on) > world.on:
        raise Invalid(f"confirmed_on: {values['confirmed_on']} is still to come; write the day on which it was confirmed")
    _read_country(world, values)
    organisation, is_new = _organisation(world, values)
    said = _said_of(world, organisation, values, row)
    if not is_new and not _OF_A_POST & values.keys():
        _remember(world, organisation, said)
        return Target(organisation, None, key=organisation.key)
    posts = world.posts[organisation.key]
    if world.by_person:
        choice = choose_for_person(organisation, posts, values, world.on)
    else:
        choice = choose(organisation, posts, values)
    _must_stay_clear(world, organisation, choice)
    key = key_of(organisation, choice.post)
    ways = {name: _way(world, key, name, values[name]) for name in WAYS if name in values}
    repeats = _spoken_of(world, key, values, row)
    _remember(world, organisation, said)
    if choice.loosely:
        world.lookup.remember(f"{choice.loosely} of {organisation.key}", row, None)
        world.lookup.loose = True
    return Target(organisation, choice.post, is_new, choice.is_new, repeats, key, ways)


def ways_said(values: Mapping[str, Any]) -> list[str]:
    """The keys of the organisations whose posts a row names as ways to its own."""
    return [values[name].partition("/")[0] for name in WAYS if values.get(name)]


def _way(world: World, key: str, name: str, said: str) -> AnyPost | None:
    """The post that a row names as a way to its own, as `routing` has it for one at a time."""
    if not said:
        return None
    if said == key:
        raise Refused(f"{name}: a post is not reached by itself; name another one")
    owner, _, rest = said.partition("/")
    posts = [post for found in world.named(owner) if found.key == owner for post in world.posts[found.key]]
    other = next((post for post in posts if "/".join(filter(None, (post.kind, post.seat))) == rest), None)
    if other is None:
        raise Refused(f"{name}: there is no post {shown(said)}; correct its key, or add it first, in a row above this one")
    if name == "through" and other.through:
        raise Refused(f"{name}: {said} is itself reached through another post; name one that receives its own mail")
    if name == "through" and key in world.relays:
        raise Refused(f"{name}: letters to others go through {key}, which must receive its own mail; give those another way")
    return other


def _must_name_somebody(values: Mapping[str, Any]) -> None:
    of_person = [name for name in HOLDER_FIELDS if name in values]
    if of_person and not any(values.get(name) for name in NAME_FIELDS):
        raise Invalid(f"{of_person[0]} is given, but no name; name the person it belongs to")


def _read_country(world: World, values: Values) -> None:
    said = values.get("country", "")
    if len(said) > 2:
        code = world.lookup.country(said)
        if code is None:
            raise Invalid(f"country: {shown(said)} is no State in the directory; use the two letters, such as KE")
        values["country"] = code


# --- the organisation


def _organisation(world: World, values: Mapping[str, Any]) -> tuple[AnyOrganisation, bool]:
    text = organisation_text(values)
    if not text:
        raise Invalid("no organisation is named; fill in its name, key, acronym or domain")
    found = world.named(text)
    if len(found) > 1:
        raise Refused(f"{shown(text)} may be {listed(o.key for o in found)}; write the key of the one you mean")
    if found:
        _must_agree(world, found[0], values)
        return found[0], False
    return _new_organisation(world, text, values), True


def _must_agree(world: World, organisation: AnyOrganisation, values: Mapping[str, Any]) -> None:
    """A post's key says which organisation is meant, also where two have one name; the name must be one of its own."""
    said = values.get("organisation")
    if said and "/" in values.get("post", "") and organisation not in world.named(said):
        raise Refused(
            f"the post {shown(values['post'])} is one of {organisation.name} ({organisation.key}), not of {shown(said)}; "
            f"correct one of the two"
        )


def _new_organisation(world: World, name: str, values: Mapping[str, Any]) -> NewOrganisation:
    if "/" in values.get("post", ""):
        raise Refused(f"no organisation has the key {shown(name)}; correct the post")
    if not fold(name):
        raise Invalid(f"organisation: {shown(name)} is no name")
    group = values.get("group", world.new_group)
    if group is None:
        raise Refused(f"no organisation is known as {shown(name)}; correct the name, or give its group to add it")
    owners = world.named(values["domain"]) if values.get("domain") else []
    if owners:
        raise Refused(
            f"no organisation is known as {shown(name)}, but {owners[0].name} ({owners[0].key}) has the domain "
            f"{values['domain']}; write that name, or leave the domain blank"
        )
    return NewOrganisation(
        key=world.lookup.free_key(name),
        name=name,
        acronym=values.get("acronym", ""),
        kind=OrganisationKind.IGF_BODY if group is StakeholderGroup.IGF else OrganisationKind.ORGANISATION,
        group=group,
        domain=values.get("domain", ""),
        language=values.get("language", "en"),
        language_assumed="language" not in values,
    )


def _said_of(world: World, organisation: AnyOrganisation, values: Values, row: int) -> dict[str, list[Any]] | None:
    """What this and earlier rows say of the organisation, None if this row says nothing new.

    Two rows may speak of one organisation, but not say different things: then the last would win, each time anew.
    """
    given = {name: str(values[name] or "") for name in ORGANISATION_FIELDS if name in values}
    if not given:
        return None
    _, said = world.lookup.said(f"organisation {organisation.key}") or (row, {})
    for name, value in given.items():
        earlier, before = said.get(name, (row, value))
        if before != value:
            said_before = f"row {earlier} says {shown(str(before))} of {organisation.name}"
            raise Refused(f"{name}: {said_before}, this one {shown(value)}; make them agree")
    return {name: [row, value] for name, value in given.items()} | said if given.keys() - said.keys() else None


def _remember(world: World, organisation: AnyOrganisation, said: dict[str, list[Any]] | None) -> None:
    if said:
        world.lookup.remember(f"organisation {organisation.key}", 0, said)


def _must_stay_clear(world: World, organisation: AnyOrganisation, choice: Choice) -> None:
    """A post may not be added if an earlier row, read again, would then mean another one."""
    if not choice.is_new or not world.lookup.loose:
        return
    for loosely in ("default", choice.post.kind):
        earlier = world.lookup.said(f"{loosely} of {organisation.key}")
        if earlier:
            raise Refused(
                f"row {earlier[0]} speaks of a post of {organisation.name} without saying which, and this row adds another; "
                f"fill in the column post in row {earlier[0]}"
            )


def _spoken_of(world: World, key: str, values: Mapping[str, Any], row: int) -> int | None:
    """The earlier row that says exactly this of the post; raises Refused if one says something else."""
    body = hash(tuple((name, str(value)) for name, value in values.items() if name not in ("organisation", "post")))
    earlier = world.lookup.said(f"post {key}")
    if earlier is None:
        world.lookup.remember(f"post {key}", row, body)
        return None
    number, before = earlier
    if before == body:
        return number
    raise Refused(
        f"row {number} already speaks of the post {key}; say it in one row, or give this post a title or seat of its own"
    )
