"""`outreach contacts export-person`, `erase` and `retention`: what the office holds about a person, and how long."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office, said
from outreach.contacts import persons
from outreach.errors import Refused
from outreach.office import Office
from outreach.privacy import erasing, exporting, retaining
from outreach.privacy.erasing import Erased


@click.command("export-person")
@click.argument("person")
@click.option("--into", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@pass_office
def export_person(office: Office, person: str, into: Path) -> None:
    """Write all that is held about PERSON (a number such as person/12, a name, an address, a post) as JSON and as a page.

    Example: outreach contacts export-person person/1 --into out/about-person-1
    """
    with office.transaction() as session:
        found = persons.person(session, person, on=office.today())
        held = exporting.export(session, found, by=office.actor, at=office.now())
    for path in exporting.write(held, into):
        click.echo(path)


@click.command()
@click.argument("person")
@click.option("--because", required=True, help="Why; it stays in the journal, so say it without the name.")
@click.option("--confirm", metavar="WORDS", default="", help="Do it: the words `erase person/12`, with the person's number.")
@json_option
@pass_office
def erase(office: Office, person: str, because: str, confirm: str, as_json: bool) -> None:
    """Erase PERSON for data protection: first the list of what goes and what stays, then the same with --confirm.

    What stays is reference, date and organisation. It cannot be undone.

    Example: outreach contacts erase person/1 --because "asked by letter of 3 February"
    """
    # Of an erasure that was cut off after it was committed.
    office.finish_erasing()
    act: dict[str, Any] = {"because": because, "by": office.actor, "at": office.now(), "on": office.today()}
    with office.transaction() as session:
        told = erasing.erase(session, persons.person(session, person, on=office.today()), **act)
    if as_json:
        echo_json(vars(told))
    else:
        _echo_erased(told, [str(path) for path in erasing.copies(office.folder / "out", told)])
    wanted = f"erase {told.person}"
    if not confirm and sys.stdin.isatty():
        confirm = click.prompt(f"It cannot be undone. To do it type: {wanted}", default="", show_default=False)
    if not confirm:
        click.echo(f'Nothing was erased; repeat with --confirm "{wanted}".', err=as_json)
        return
    if confirm.strip() != wanted:
        raise Refused(f'The words are "{wanted}"; nothing was erased.')
    with office.transaction() as session:
        done = erasing.erase(session, persons.person(session, told.person, on=office.today()), write=True, **act)
    office.finish_erasing()
    for path in erasing.copies(office.folder / "out", done):
        path.unlink()
    elsewhere = "Backups, lists in uploads/ and files made elsewhere are yours to look through."
    click.echo(f"{done.person} is erased. {elsewhere}", err=as_json)


def _echo_erased(told: Erased, copies: list[str]) -> None:
    click.echo(said(f"{told.person}: {told.name}"))
    for heading, lines in (
        ("Goes", told.goes),
        ("Files that are deleted", (*told.files, *copies)),
        ("Stays", told.stays),
    ):
        click.echo(f"\n{heading}:")
        for line in lines or ("nothing",):
            click.echo(said(f"  {line}"))
    click.echo(f"\nThe values of {len(told.entries)} entries of the journal are blanked; the entries stay.")


@click.command()
@json_option
@pass_office
def retention(office: Office, as_json: bool) -> None:
    """List persons whose data were kept long enough (`[office] retention_days`); nobody is erased by it.

    Example: outreach contacts retention
    """
    days = office.settings.office.retention_days
    with office.reading() as session:
        rows = [{"person": one.key, **vars(one)} for one in retaining.due(session, on=office.today(), days=days)]
    for row in rows:
        del row["number"]
    nobody = "Nobody's data are due." if days else "The office has no rule; set retention_days in outreach.toml."
    echo_rows(rows, ["person", "name", "posts", "last", "by", "since"], as_json, nobody)
