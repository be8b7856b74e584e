"""`outreach people`: who works here."""

import rich_click as click

from outreach.accounts import people as working
from outreach.cli.showing import echo_rows, json_option, pass_office
from outreach.journal import Role
from outreach.office import Office


@click.group()
def people() -> None:
    """The people of the office and what each may do.

    Example: outreach people list
    """


@people.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="What they may do; each includes those before.",
)
@pass_office
def add(office: Office, name: str, role: str) -> None:
    """Add a person: a reader looks, a drafter writes, an approver lets letters leave, a keeper does everything.

    Example: outreach people add "Ada Example" --role drafter
    """
    with office.transaction() as session:
        account = working.add(session, name, Role(role), by=office.actor, at=office.now())
    click.echo(f"{account.name} works here now as {account.role}.")


@people.command("list")
@json_option
@pass_office
def list_people(office: Office, as_json: bool) -> None:
    """List the people of the office.

    Example: outreach people list --json
    """
    with office.reading() as session:
        rows = [{"name": a.name, "role": a.role.value, "active": a.active} for a in working.everybody(session)]
    echo_rows(rows, ["name", "role", "active"], as_json)
