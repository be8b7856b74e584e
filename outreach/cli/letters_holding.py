"""`outreach letters hold` and `release`, `outreach campaigns leave-out` and `take-in`: what must wait, or is not written."""

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.showing import pass_office
from outreach.contacts import finding
from outreach.letters import holding, register
from outreach.office import Office


@click.command()
@click.argument("references", nargs=-1, required=True)
@click.option("--because", required=True, metavar="TEXT", help="Why; it is shown whenever the letter is to leave.")
@pass_office
def hold(office: Office, references: tuple[str, ...], because: str) -> None:
    """Hold letters: they may be approved, and do not leave until they are released; all of those named, or none.

    Example: outreach letters hold IGF/LP/2025/0123 --because "A letter of thanks went out last week"
    """
    with office.transaction() as session:
        for letter in register.find_all(session, references):
            holding.hold(session, letter, because, by=office.actor, at=office.now())
            click.echo(f"{letter.reference} is held; `outreach letters release {letter.reference}` lets it leave again.")


@click.command()
@click.argument("references", nargs=-1, required=True)
@pass_office
def release(office: Office, references: tuple[str, ...]) -> None:
    """Let letters that are held leave again; all of those named, or none.

    Example: outreach letters release IGF/LP/2025/0123
    """
    with office.transaction() as session:
        for letter in register.find_all(session, references):
            holding.release(session, letter, by=office.actor, at=office.now())
            click.echo(f"{letter.reference} is held no longer.")


@click.command("leave-out")
@click.argument("campaign")
@click.argument("post")
@click.option("--because", required=True, metavar="TEXT", help="Why, such as the other letter that says it already.")
@pass_office
def leave_out(office: Office, campaign: str, post: str, because: str) -> None:
    """Do not write to POST in CAMPAIGN after all; a letter to it that has not left is cancelled.

    Example: outreach campaigns leave-out member-state zimbabwe/permanent-representative/new-york --because "Geneva has it"
    """
    with office.transaction() as session:
        found, where = planning.find(session, campaign), finding.post(session, post)
        letter = holding.leave_out(session, found, where, because, by=office.actor, at=office.now())
        cancelled = f" {letter.reference} is cancelled." if letter else ""
        key = where.key
    click.echo(f"{key} is left out of {campaign}.{cancelled}")


@click.command("take-in")
@click.argument("campaign")
@click.argument("post")
@pass_office
def take_in(office: Office, campaign: str, post: str) -> None:
    """Write to POST in CAMPAIGN again, which was left out.

    Example: outreach campaigns take-in member-state zimbabwe/permanent-representative/new-york
    """
    with office.transaction() as session:
        row = planning.addressee(session, planning.find(session, campaign), finding.post(session, post))
        planning.take_in(session, row, by=office.actor, at=office.now())
        key = row.post.key
    click.echo(f"{key} is written to in {campaign}. Its letter follows with `outreach letters draft {campaign}`.")
