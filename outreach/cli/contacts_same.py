"""`outreach contacts duplicates` and `not-same`: which contacts may be the same, and which are not."""

from typing import Any

import rich_click as click

from outreach.cli.showing import echo_rows, json_option, pass_office
from outreach.contacts import persons, telling_apart
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
        pair = [persons.contact(session, said, on=office.today()) for said in (one, other)]
        act: dict[str, Any] = {"by": office.actor, "at": office.now()}
        if undo:
            telling_apart.take_back(session, *pair, **act)
        else:
            telling_apart.tell_apart(session, *pair, because=because, **act)
        first, second = map(persons.key_of, pair)
        what = "persons" if Kind.of(pair[0]) is Kind.PERSON else "organisations"
    said = f"may be the same {what.rstrip('s')}" if undo else f"are two {what}"
    click.echo(f"{first} and {second} {said}; the journal says so.")
