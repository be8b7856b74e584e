"""`outreach contacts`: organisations, their posts, and who holds them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.contacts_checking import check
from outreach.cli.contacts_editing import add, edit
from outreach.cli.contacts_holding import confirm, handover
from outreach.cli.contacts_persons import held_because, show_person
from outreach.cli.contacts_same import duplicates, merge, merges, not_same, unmerge
from outreach.cli.contacts_traffic import show_traffic
from outreach.cli.main import Partly
from outreach.cli.narrowing import GROUPS, filter_of, narrowing
from outreach.cli.privacy import erase, export_person, retention
from outreach.cli.showing import echo_json, echo_one, echo_rows, json_option, pass_office, said
from outreach.contacts import exporting, finding, importing, persons, refusing, worksheet
from outreach.contacts.finding import Listed
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import Holder, Organisation, Post, StakeholderGroup
from outreach.office import Office

FILE = click.Path(path_type=Path)


@click.group()
def contacts() -> None:
    """Organisations, their posts, and who holds each post from when to when.

    Example: outreach contacts list --group technical-community
    """


@contacts.command("list")
@narrowing
@json_option
@pass_office
def list_contacts(office: Office, as_json: bool, **wanted: Any) -> None:
    """List posts with who holds them today.

    Example: outreach contacts list --region african --kind permanent-representative
    """
    with office.reading() as session:
        rows = [_listed(listed) for listed in finding.listing(session, filter_of(**wanted), on=office.today())]
    columns = ["key", "organisation", "holder", "group", "regional_group", "channel", "do_not_contact"]
    echo_rows(rows, columns, as_json, "No post fits; try --search with a part of the name.")


def _listed(listed: Listed) -> dict[str, Any]:
    organisation, post, holder = listed.organisation, listed.post, listed.holder
    return {
        "key": listed.key,
        "organisation": organisation.name,
        "kind": post.kind if post else "",
        "title": post.title if post else "",
        "holder": holder.person.full_name if holder else "",
        "person": persons.key_of(holder.person) if holder else "",
        "confirmed_on": holder.confirmed_on if holder else None,
        "group": organisation.group,
        "regional_group": organisation.regional_group,
        "channel": post.preferred_channel if post else None,
        "do_not_contact": listed.do_not_contact,
    }


@contacts.command()
@click.argument("key")
@json_option
@pass_office
def show(office: Office, key: str, as_json: bool) -> None:
    """Show an organisation, one of its posts, or a person: names, posts, holders over time, addresses.

    A person is named by number (person/1, as the holders of a post are shown), and shown with letters and answers.

    Example: outreach contacts show kenya/permanent-representative/new-york
    """
    if key.startswith(persons.PREFIX):
        show_person(office, key, as_json)
        return
    with office.reading() as session:
        post = finding.post(session, key) if "/" in key else None
        organisation = post.organisation if post else finding.organisation(session, key)
        row = _organisation(organisation)
        posts = [_post(shown) for shown in ([post] if post else organisation.posts)]
    if as_json:
        echo_json({**row, "posts": posts})
        return
    echo_one({**row, "names": [f"{name['language']}: {name['short']}" for name in row["names"]]}, as_json=False)
    for described in posts:
        click.echo()
        echo_one(_in_lines(described), as_json=False)


def _organisation(organisation: Organisation) -> dict[str, Any]:
    assumed = " (assumed)" if organisation.language_assumed else ""
    return {
        **{name: getattr(organisation, name) for name in ("key", "name", "acronym", "kind", "group", "regional_group")},
        **{name: getattr(organisation, name) for name in ("country", "domain")},
        "language": organisation.language + assumed,
        "names": [{"language": name.language, "short": name.short, "formal": name.formal} for name in organisation.names],
        "tags": [tag.tag for tag in organisation.tags],
        "do_not_contact": held_because(organisation),
        "note": organisation.note,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "post": post.key,
        "title": post.title,
        "titles": {title.language: title.title for title in post.titles},
        "language": post.language,
        "channels": [channel for channel in (post.preferred_channel, post.second_channel) if channel],
        "through": post.through.key if post.through else "",
        "liaison": post.liaison.key if post.liaison else "",
        "copy_liaison": post.liaison_copied,
        "holders": [_holder(holder) for holder in post.holders],
        "addresses": [_address(address, post) for address in post.addresses],
        "do_not_contact": held_because(post),
        "note": post.note,
    }


def _holder(holder: Holder) -> dict[str, Any]:
    person = holder.person
    return {
        "person": persons.key_of(person),
        "full_name": person.full_name,
        "family_name": person.family_name,
        "gender": person.gender,
        "rank": holder.rank,
        "in_charge": holder.in_charge,
        "from": holder.from_date,
        "to": holder.to_date,
        "confirmed_on": holder.confirmed_on,
        "source": holder.source,
        "salutation": person.salutation,
        "do_not_contact": held_because(person),
    }


def _address(address: Any, post: Post) -> dict[str, Any]:
    own = next((holder.person.full_name for holder in post.holders if holder.id == address.holder_id), "")
    return {"kind": address.kind, "value": address.value, "only_of": own, "failed_since": address.failed_since}


def _in_lines(described: Mapping[str, Any]) -> dict[str, Any]:
    """A post for people: one line a holder and an address."""
    holders = [_holder_line(holder) for holder in described["holders"]]
    lines = [
        f"{a['kind']}: {a['value']}" + (f" (only of {a['only_of']})" if a["only_of"] else "") for a in described["addresses"]
    ]
    titles = [f"{language}: {title}" for language, title in described["titles"].items()]
    return {**described, "titles": titles, "holders": "\n".join(holders), "addresses": "\n".join(lines)}


def _holder_line(holder: Mapping[str, Any]) -> str:
    period = f"{holder['from'] or '...'} to {holder['to'] or 'today'}" if holder["from"] or holder["to"] else ""
    confirmed = f"confirmed on {holder['confirmed_on']}" if holder["confirmed_on"] else "not confirmed"
    in_charge = "in charge" if holder["in_charge"] else ""
    source = f"known from: {holder['source']}" if holder["source"] else ""
    held = f"do not contact: {holder['do_not_contact']}" if holder["do_not_contact"] else ""
    told = (holder["full_name"], holder["rank"], in_charge, period, confirmed, source, held, holder["person"])
    return ", ".join(filter(None, told))


@contacts.command("import")
@click.argument("file", type=FILE)
@click.option("--map", "maps", metavar="THEIRS=OURS", multiple=True, help="Which field a column is; OURS - leaves it out.")
@click.option("--write", is_flag=True, help="Keep the good rows; without it nothing is changed.")
@click.option("--group", type=GROUPS, help="The stakeholder group of organisations that are new, where a row names none.")
@click.option("--refused", type=FILE, help="Where refused rows go; else FILE with .refused.csv, beside it.")
@json_option
@pass_office
def import_contacts(
    office: Office,
    file: Path,
    maps: Sequence[str],
    write: bool,
    group: str | None,
    refused: Path | None,
    as_json: bool,
) -> None:
    """Import a list of contacts (CSV, XLSX, ODS) or an address book (vCard, or the CSV of Outlook and Gmail).

    First look what each row or card is read as and what it would do, then repeat with --write.

    Example: outreach contacts import respondents.csv
    """
    counts: Counter[Action] = Counter()
    options: dict[str, Any] = {"mapping": _mapping(maps), "new_group": StakeholderGroup(group) if group else None}
    with ExitStack() as stack:
        rows = stack.enter_context(refusing.RefusedRows(refused or refusing.default_path(file))) if write else None
        act: dict[str, Any] = {"by": office.actor, "at": office.now(), "on": office.today()}
        with office.transaction() as session:
            for outcome in importing.run(session, file, write=write, refused=rows, **act, **options):
                counts[outcome.action] += 1
                _echo_outcome(outcome, as_json)
        if rows:
            rows.keep()
    _conclude(counts, rows, write, as_json)


def _mapping(maps: Iterable[str]) -> dict[str, str]:
    pairs = [text.rpartition("=") for text in maps]
    if not all(theirs.strip() and equals and ours.strip() for theirs, equals, ours in pairs):
        raise click.BadParameter("write it as HEADING=FIELD, such as --map Funktion=title", param_hint="--map")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def _echo_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        fields = {name: change._asdict() for name, change in outcome.fields.items()}
        echo_json([{**vars(outcome), "fields": fields}], lines=True)
        return
    details = [outcome.reason, *(_change(name, *change) for name, change in outcome.fields.items())]
    said_of = ": ".join(filter(None, (f"{outcome.action} {outcome.post}".rstrip(), "; ".join(filter(None, details)))))
    click.echo(said(f"row {outcome.row}: {said_of}").replace("\n", " / "))
    if outcome.action is Action.REFUSED and outcome.read:
        read = (f"{name} {said(value)}" for name, value in outcome.read.items())
        click.echo(said(f"  read as: {'; '.join(read)}").replace("\n", " / "))
    if outcome.left_out:
        click.echo(said(f"  left out: {', '.join(outcome.left_out)}").replace("\n", " / "))


def _change(name: str, old: Any, new: Any) -> str:
    if name in ("organisation", "post"):
        return f"new {name} {said(new)}"
    if name == "holder":
        return f"{said(new)} holds it" + (f" instead of {said(old)}, whose time ends the day before" if old else "")
    return f"{name}: {said(old)} -> {said(new) or 'nothing'}" if old else f"{name}: {said(new)}"


def _conclude(counts: Mapping[Action, int], rows: refusing.RefusedRows | None, write: bool, as_json: bool) -> None:
    if not as_json:
        done = ", ".join(f"{counts[action]} {action}" for action in Action)
        click.echo(
            f"{done}. {'The good rows are kept.' if write else 'Nothing was changed; repeat with --write to keep this.'}"
        )
    if counts[Action.REFUSED]:
        where = f" They are in {rows.path}; mend them there and import that file." if rows else ""
        number = counts[Action.REFUSED]
        raise Partly(f"{number} row{'s were' if number > 1 else ' was'} refused.{where}")


@contacts.command("worksheet")
@click.argument("file", type=FILE)
@narrowing
@pass_office
def write_worksheet(office: Office, file: Path, **wanted: Any) -> None:
    """Write FILE.xlsx with a row for each post whose holder is not confirmed, to fill in and import.

    Example: outreach contacts worksheet to-confirm.xlsx --group government
    """
    if file.suffix.lower() != ".xlsx":
        raise click.BadParameter("name a file that ends in .xlsx", param_hint="FILE")
    stale_after = office.settings.office.stale_after_days
    with office.reading() as session:
        count = worksheet.write(session, file, filter_of(**wanted), on=office.today(), stale_after=stale_after)
    if count:
        posts = f"{count} post{'s' * (count > 1)}"
        click.echo(f"{file} has {posts} to confirm; fill it in, then `outreach contacts import {file}`.")
    else:
        click.echo("Every post that fits has a confirmed holder; nothing was written.")


@contacts.command("export")
@click.argument("file", type=FILE)
@narrowing
@pass_office
def export(office: Office, file: Path, **wanted: Any) -> None:
    """Write contacts to FILE.csv, FILE.xlsx or FILE.vcf; read again as it is, it changes nothing.

    Who took out how many of what stands in the journal.

    Example: outreach contacts export african-group.vcf --region african
    """
    if file.suffix.lower() not in exporting.KINDS:
        raise click.BadParameter(f"name a file that ends in one of {', '.join(exporting.KINDS)}", param_hint="FILE")
    narrowed = filter_of(**wanted)
    actor = office.actor
    with office.reading() as session:
        taken = exporting.write(session, file, narrowed, on=office.today())
    with office.transaction() as session:
        exporting.record(session, taken, narrowed, by=actor, at=office.now())
    many = f"{taken.count:,} contact{'s' * (taken.count != 1)}"
    click.echo(f"{file} has {many}." if taken.count else f"No contact fits; {file} has none.")


for command in (
    add,
    edit,
    check,
    handover,
    confirm,
    duplicates,
    not_same,
    merge,
    merges,
    unmerge,
    export_person,
    erase,
    retention,
    show_traffic,
):
    contacts.add_command(command)
