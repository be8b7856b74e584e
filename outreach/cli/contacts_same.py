"""`outreach contacts duplicates`, `not-same`, `merge` and `unmerge`: which contacts are the same, and which are not."""

from collections.abc import Sequence
from typing import Any

import rich_click as click

from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office, said
from outreach.contacts import merging, persons, telling_apart, unmerging
from outreach.contacts.joining import Difference
from outreach.contacts.merging import Merged
from outreach.contacts.sameness import Kind
from outreach.office import Office


@click.command()
@click.option(
    "--at-least", type=click.IntRange(50, 100), default=75, show_default=True, help="Only pairs with this score or more."
)
@json_option
@pass_office
def duplicates(office: Office, at_least: int, as_json: bool) -> None:
    """List pairs of persons or organisations that may be the same, with a score (0 to 100) and the reason.

    Example: outreach contacts duplicates --at-least 80
    """
    # Reading the libraries that compare names takes as long as a whole other command.
    from outreach.contacts import alike, duplicates

    with office.reading() as session:
        rows = [_row(pair) for pair in alike.shown(session, duplicates.find(session, at_least=at_least))]
    columns = ["score", "first", "first_name", "second", "second_name", "reason"]
    echo_rows(rows, columns, as_json, "No two contacts look the same.")
    if rows and not as_json:
        click.echo("\n`outreach contacts merge SECOND FIRST` makes two of them one; `not-same FIRST SECOND` tells them apart.")


def _row(pair: Any) -> dict[str, Any]:
    return {
        "kind": pair.kind,
        "score": pair.score,
        "reason": pair.reason,
        "first": pair.first.key,
        "first_name": pair.first.name,
        "first_about": list(pair.first.lines),
        "second": pair.second.key,
        "second_name": pair.second.name,
        "second_about": list(pair.second.lines),
    }


@click.command("not-same")
@click.argument("one")
@click.argument("other")
@click.option("--because", default="", help="Why, for whoever wonders later.")
@click.option("--undo", is_flag=True, help="Take it back: they may be the same after all.")
@pass_office
def not_same(office: Office, one: str, other: str, because: str, undo: bool) -> None:
    """Say that two contacts are not the same; the pair is never listed again, until that is taken back with --undo.

    Example: outreach contacts not-same isoc icann --because "they only sound alike"
    """
    with office.transaction() as session:
        pair = [persons.contact(session, named, on=office.today()) for named in (one, other)]
        act: dict[str, Any] = {"by": office.actor, "at": office.now()}
        if undo:
            telling_apart.take_back(session, *pair, **act)
        else:
            telling_apart.tell_apart(session, *pair, because=because, **act)
        first, second = map(persons.key_of, pair)
        what = "persons" if Kind.of(pair[0]) is Kind.PERSON else "organisations"
    now = f"may be the same {what.rstrip('s')}" if undo else f"are two {what}"
    click.echo(f"{first} and {second} {now}; the journal says so.")


@click.command()
@click.argument("contact")
@click.argument("into")
@click.option("--take", metavar="FIELD", multiple=True, help="Of this field the merged contact's value is to stand.")
@click.option("--write", is_flag=True, help="Do it; without it nothing is changed.")
@json_option
@pass_office
def merge(office: Office, contact: str, into: str, take: Sequence[str], write: bool, as_json: bool) -> None:
    """Make CONTACT the same as INTO: letters, answers, posts and addresses of both are INTO's then, and nothing is lost.

    First look what stands afterwards, then repeat with --write; `outreach contacts unmerge` undoes it.

    Example: outreach contacts merge open-net open-ledger-watch --take acronym --write
    """
    with office.transaction() as session:
        pair = [persons.contact(session, named, on=office.today()) for named in (contact, into)]
        act: dict[str, Any] = {"by": office.actor, "at": office.now(), "on": office.today()}
        told = merging.merge(session, *pair, take=take, write=write, **act)
    if as_json:
        echo_json({**vars(told), "differences": [vars(one) for one in told.differences]})
        return
    _echo_merged(told)


def _echo_merged(told: Merged) -> None:
    rows = [
        {"field": one.field.replace("_", " "), "stands": one.stands, "does not": one.yields, "from": _whose(told, one)}
        for one in told.differences
    ]
    echo_rows(rows, ["field", "stands", "does not", "from"], False, "They say the same of themselves.")
    follows = [f"{count} {what}" for what, count in told.follows.items()]
    click.echo(f"\nFollows from {told.merged}: {', '.join(follows) or 'nothing'}.")
    if told.twice:
        click.echo(f"Stands there already: {', '.join(f'{count} {what}' for what, count in told.twice.items())}.")
    for warning in told.warnings:
        click.echo(said(f"Look at this: {warning}"))
    if told.number:
        click.echo(f"{told.merged} is {told.into} now; `outreach contacts unmerge {told.number}` undoes it.")
    else:
        click.echo("Nothing was changed; --take FIELD chooses the other value, --write does it.")


def _whose(told: Merged, one: Difference) -> str:
    return told.merged if one.from_merged else told.into


@click.command()
@json_option
@pass_office
def merges(office: Office, as_json: bool) -> None:
    """List merges with their numbers, the latest first.

    Example: outreach contacts merges
    """
    with office.reading() as session:
        rows = [
            {
                "number": one.merge.id,
                "merged": one.merged.key,
                "into": one.into.key,
                "by": one.merge.merged_by,
                "at": one.merge.merged_at,
                "undone_by": one.merge.undone_by,
                "undone_at": one.merge.undone_at,
            }
            for one in unmerging.listing(session)
        ]
    echo_rows(rows, ["number", "merged", "into", "by", "at", "undone_by"], as_json, "Nothing was merged.")


@click.command()
@click.argument("merge", type=NUMBER)
@pass_office
def unmerge(office: Office, merge: int) -> None:
    """Undo the merge with this number exactly, unless rows changed since; then it says which.

    Example: outreach contacts unmerge 1
    """
    with office.transaction() as session:
        row = unmerging.numbered(session, merge)
        again = unmerging.unmerge(session, row, by=office.actor, at=office.now())
        key, into = persons.key_of(again), persons.key_of(unmerging.find(session, row.kind, row.into_id))
    click.echo(f"{key} stands by itself again; what was added since the merge stays with {into}.")
