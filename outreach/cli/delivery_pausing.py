"""`outreach pause` and `outreach resume`: nothing leaves, and letters may leave again."""

import rich_click as click

from outreach.cli.showing import pass_office
from outreach.delivery import pausing
from outreach.office import Office


@click.command()
@click.option("--because", required=True, metavar="TEXT", help="Why; whoever finds letters held will read it.")
@pass_office
def pause(office: Office, because: str) -> None:
    """Stop everything that leaves, for every sender and every campaign, until `outreach resume`.

    Example: outreach pause --because "The Chair wants another look"
    """
    with office.transaction() as session:
        pausing.pause(session, because, by=office.actor, at=office.now())
    click.echo("Nothing leaves now; a sender at work stops after the letter on the wire. `outreach resume` ends this.")


@click.command()
@pass_office
def resume(office: Office) -> None:
    """Let letters leave again; nothing is sent by this itself.

    Example: outreach resume
    """
    with office.transaction() as session:
        ended = pausing.resume(session, by=office.actor, at=office.now())
    click.echo(f"Letters may leave again; they were paused since {ended.since:%d %B %Y, %H:%M} UTC.")
