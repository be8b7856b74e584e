"""`outreach contacts add` and `edit`: one organisation, post or holder at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import rich_click as click

from outreach.cli.contacts_fields import (
    OF_ADDRESS,
    OF_HOLDER,
    OF_ORGANISATION,
    OF_PERSON,
    OF_POST,
    Act,
    address_options,
    given,
    options,
)
from outreach.cli.narrowing import GROUPS, REGIONS
from outreach.cli.showing import DAY, pass_office, said
from outreach.contacts import addresses, editing, erased, finding
from outreach.contacts.models import (
    AddressKind,
    Holder,
    Organisation,
    OrganisationKind,
    Post,
    StakeholderGroup,
)
from outreach.errors import Invalid, NotFound
from outreach.office import Office
from outreach.protocol.addressee import POST_KINDS


@click.command()
@click.argument("organisation")
@click.option("--name", help="The name of a new organisation; without it ORGANISATION must be there already.")
@click.option("--group", type=GROUPS, help="The stakeholder group of a new organisation.")
@click.option("--region", "regional_group", type=REGIONS, help="The regional group of a new organisation.")
@options(OF_ORGANISATION)
@click.option("--post", "kind", type=click.Choice(POST_KINDS), help="Add a post of this kind, or a holder to it.")
@click.option("--seat", help="Where the post is, such as new-york or geneva.")
@options({**OF_POST, "language": "The language of correspondence, such as en or fr.", **OF_PERSON, **OF_HOLDER})
@click.option("--from", "from_date", type=DAY, help="The day from which the person holds the post.")
@address_options
@pass_office
def add(office: Office, organisation: str, **values: Any) -> None:
    """Add an organisation (ORGANISATION becomes its key), a post, or who holds it; all in one step if you like.

    Example: outreach contacts add open-net --name "Open Net Society" --group technical-community --post chair
    """
    with office.transaction() as session:
        act = Act(session, office.actor, office.now(), office.today(), given(values))
        owner = _add_organisation(act, organisation)
        post = _add_post(act, owner) if "kind" in act.given else None
        _add_to_post(act, post)
        key = post.key if post else owner.key
    click.echo(f"{key} is in the directory; `outreach contacts show {key}` shows it.")


def _add_organisation(act: Act, key: str) -> Organisation:
    about = act.of("group", "regional_group", *OF_ORGANISATION)
    if "name" not in act.given:
        owner = finding.organisation(act.session, key)
        if about or "kind" not in act.given:
            raise Invalid(f"{owner.name} is here already; `outreach contacts edit {owner.key}` changes it, --post adds a post.")
        return owner
    if "group" not in about:
        raise Invalid("A new organisation needs its stakeholder group; add --group.")
    kind = OrganisationKind.IGF_BODY if about["group"] == StakeholderGroup.IGF else OrganisationKind.ORGANISATION
    return editing.add_organisation(act.session, key=key, kind=kind, **act.of("name", "language"), **about, **act.signed)


def _add_post(act: Act, owner: Organisation) -> Post:
    """The post that the options name: added, unless it is there and only its holder or addresses are new."""
    kind, seat = act.given["kind"], act.given.get("seat", "")
    same = [post for post in owner.posts if post.kind == kind and post.seat == seat]
    if same and act.of(*OF_PERSON, *OF_ADDRESS):
        return same[0]
    language = {} if "name" in act.given else act.of("language")
    return editing.add_post(act.session, owner, kind=kind, seat=seat, **act.of(*OF_POST), **language, **act.signed)


def _add_to_post(act: Act, post: Post | None) -> None:
    person = act.of(*OF_PERSON, *OF_HOLDER)
    if post is None:
        if person or act.of(*OF_ADDRESS, *OF_POST, "seat"):
            raise Invalid("Say which post that belongs to, with --post.")
        return
    holder = _add_holder(act, post, person) if person else None
    add_addresses(act, post, holder)


def _add_holder(act: Act, post: Post, person: Mapping[str, Any]) -> Holder:
    start = act.given.get("from_date") or (act.today if post.holders else None)
    return editing.add_holder(
        act.session, post, from_date=start, in_charge=person.get("rank") == "charge", **person, **act.signed
    )


def add_addresses(act: Act, post: Post, holder: Holder | None) -> None:
    """Add the addresses that the options gave; one that holds the holder's name is the holder's own."""
    for name, kind in OF_ADDRESS.items():
        for value in act.given.get(name, ()):
            names = [holder.person.full_name, holder.person.family_name] if holder and kind is AddressKind.EMAIL else []
            own = holder if addresses.is_personal(value, names) else None
            addresses.add(act.session, post, kind, value, holder=own, **act.signed)
            if warning := erased.warning(act.session, value):
                click.echo(said(f"{value}: {warning}."), err=True)


@click.command()
@click.argument("key")
@click.option("--name", help="The organisation's name.")
@click.option("--name-in", "names", metavar="LANGUAGE=NAME", multiple=True, help="Its name in another language.")
@click.option("--formal-in", metavar="LANGUAGE=NAME", multiple=True, help="The name in full, such as en=the Republic of Kenya.")
@click.option("--of-in", "of_short_in", metavar="LANGUAGE=NAME", multiple=True, help="As it stands after a noun: fr=du Kenya.")
@click.option("--of-formal-in", metavar="LANGUAGE=NAME", multiple=True, help="The same in full: fr=de la République du Kenya.")
@click.option("--running-in", metavar="LANGUAGE=NAME", multiple=True, help="As it stands in a sentence: fr=le Kenya.")
@click.option("--group", type=GROUPS, help="Its stakeholder group.")
@click.option("--region", "regional_group", type=REGIONS, help="Its regional group.")
@options(OF_ORGANISATION)
@click.option("--tag", "tags", multiple=True, help="Hang a tag on the organisation.")
@click.option("--untag", "untags", multiple=True, help="Take a tag off.")
@click.option("--language", help="The language of correspondence: of the post if KEY is one, else of the organisation.")
@options(OF_POST)
@click.option("--holder", metavar="NAME", help="Somebody else holds the post: from --from, else from today.")
@click.option("--from", "from_date", type=DAY, help="The day from which the holder holds the post.")
@click.option("--to", "to_date", type=DAY, help="The last day on which the holder holds it.")
@options({**OF_PERSON, **OF_HOLDER})
@click.option("--confirm", is_flag=True, help="The holder was confirmed today.")
@address_options
@click.option("--remove-address", "removed", multiple=True, metavar="ADDRESS", help="Take an address of any kind away.")
@click.option("--do-not-contact", "held", metavar="REASON", help="No letter may leave: for the post if KEY is one.")
@click.option("--since", type=DAY, help="With --do-not-contact: the day of that wish; else today.")
@click.option("--may-contact", "released", is_flag=True, help="Letters may leave again.")
@click.option("--person", "of_person", is_flag=True, help="With --do-not-contact or --may-contact: the holder is meant.")
@pass_office
def edit(office: Office, key: str, **values: Any) -> None:
    """Edit an organisation, a post or its holder; a hyphen as value takes what is stored away.

    Example: outreach contacts edit internet-society --acronym ISOC --tag chair-2025
    """
    with office.transaction() as session:
        act = Act(session, office.actor, office.now(), office.today(), given(values))
        if not act.given:
            raise click.UsageError("Say what to change, such as --title; `outreach contacts edit --help` lists it.")
        post = finding.post(session, key) if "/" in key or act.of(*_NEEDS_POST) else None
        owner = post.organisation if post else finding.organisation(session, key)
        _edit_organisation(act, owner, with_language=post is None)
        if post:
            _edit_post(act, post)
            _edit_holder(act, post)
        _hold(act, post or owner)
        edited = post.key if post else owner.key
    click.echo(f"{edited} is changed; `outreach contacts show {said(edited)}` shows it.")


_NEEDS_POST = (
    *OF_POST,
    *OF_PERSON,
    *OF_HOLDER,
    *OF_ADDRESS,
    "holder",
    "from_date",
    "to_date",
    "confirm",
    "removed",
    "of_person",
)


def _edit_organisation(act: Act, owner: Organisation, *, with_language: bool) -> None:
    fields = act.of("name", "group", "regional_group", *OF_ORGANISATION, *(("language",) if with_language else ()))
    if fields:
        editing.edit(act.session, owner, **fields, **act.signed)
    if act.of("tags", "untags"):
        more, less = act.given.get("tags", ()), act.given.get("untags", ())
        editing.tag(act.session, owner, add=more, remove=less, **act.signed)
    for language, forms in _names(act).items():
        editing.name_in(act.session, owner, language, forms.pop("short", ""), by=act.by, at=act.at, **forms)


_NAMES = {"names": "short"} | {f"{name}_in": name for name in editing.NAME_FORMS}


def _names(act: Act) -> dict[str, dict[str, str]]:
    """The names that were given, by language and form."""
    found: dict[str, dict[str, str]] = {}
    for option, form in _NAMES.items():
        for pair in act.given.get(option, ()):
            language, equals, name = pair.partition("=")
            if not equals:
                hint = "--name-in" if option == "names" else f"--{option.replace('_', '-')}"
                raise click.BadParameter("write it as fr=Nom", param_hint=hint)
            found.setdefault(language.strip(), {})[form] = name
    return found


def _edit_post(act: Act, post: Post) -> None:
    fields = act.of(*OF_POST, "language")
    if fields:
        editing.edit(act.session, post, **fields, **act.signed)
    removed: Sequence[str] = act.given.get("removed", ())
    for value in removed:
        addresses.remove(act.session, post, value, **act.signed)


def _edit_holder(act: Act, post: Post) -> None:
    person = act.of(*OF_PERSON)
    if "holder" in act.given:
        named = {"full_name": act.given["holder"], **person, **act.of(*OF_HOLDER)}
        holder: Holder | None = _add_holder(act, post, named)
    else:
        holder = finding.holder_on(post, act.today)
        held = act.of(*OF_HOLDER, "from_date", "to_date")
        if holder is None and (person or held or act.of("confirm", "of_person")):
            raise NotFound(f"Nobody is recorded as holding {post.key}; name the person with --holder.")
        if holder and person:
            editing.edit(act.session, holder.person, **person, **act.signed)
        if holder and held:
            editing.edit(act.session, holder, **held, **act.signed)
    if holder and "confirm" in act.given:
        editing.confirm(act.session, holder, on=act.today, **act.signed)
    add_addresses(act, post, holder)


def _hold(act: Act, thing: Organisation | Post) -> None:
    holder = finding.holder_on(thing, act.today) if isinstance(thing, Post) and "of_person" in act.given else None
    whom = holder.person if holder else thing
    if "held" in act.given:
        editing.do_not_contact(act.session, whom, act.given["held"], since=act.given.get("since", act.today), **act.signed)
    if "released" in act.given:
        editing.may_contact(act.session, whom, **act.signed)
