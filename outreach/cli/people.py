"""`outreach people`: who works here."""

import sys

import rich_click as click

from outreach.accounts import passwords
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


@people.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What they may do from now on.")
@click.option("--leaves/--returns", "leaves", default=None, help="They no longer act here, or act again.")
@pass_office
def change(office: Office, name: str, role: str | None, leaves: bool | None) -> None:
    """Give a person another role, or say that they left; what they did stays in the journal under their name.

    Example: outreach people change "Ada Example" --role approver
    """
    active = None if leaves is None else not leaves
    with office.transaction() as session:
        account = working.change(
            session, name, role=Role(role) if role else None, active=active, by=office.actor, at=office.now()
        )
    click.echo(f"{account.name} is {account.role}{'' if account.active else ', and no longer works here'}.")


@people.command()
@click.argument("name")
@click.option("--from-stdin", is_flag=True, help="Read it from standard input (for scripts); else it is asked for, unseen.")
@pass_office
def password(office: Office, name: str, from_stdin: bool) -> None:
    """Give a person a password for the desk; sessions begun before end. It is never shown or written in clear.

    Example: outreach people password "Ada Example" --from-stdin
    """
    if from_stdin:
        word = sys.stdin.readline().rstrip("\n")
    else:
        word = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with office.transaction() as session:
        account = passwords.give(session, name, word, by=office.actor, at=office.now())
    click.echo(f"{account.name} can sign in at the desk.")


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
