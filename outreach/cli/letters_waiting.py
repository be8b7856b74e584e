"""`outreach letters readdress`: letters that wait, and what ends their waiting."""

from collections.abc import Sequence

import rich_click as click

from outreach.cli.showing import pass_office
from outreach.letters import comparing, readdressing, register
from outreach.office import Office


@click.command()
@click.argument("references", nargs=-1, required=True)
@pass_office
def readdress(office: Office, references: Sequence[str]) -> None:
    """Address letters anew, to whoever holds each post on the letter's date; all of those named, or none.

    Address, salutation, close and recipients follow the contacts as they stand; a text written by hand stays. Each gets a new
    version, and an approval is void.

    Example: outreach letters readdress IGF/LP/2025/0130
    """
    with office.transaction() as session:
        for letter in register.find_all(session, references):
            composer = office.composer(comparing.campaign_of(letter), letter.version_now.dated)
            readdressing.readdress(session, letter, composer, by=office.actor, at=office.now())
            version = letter.version_now
            click.echo(f"{letter.reference} stands at version {version.number}, to {' / '.join(version.address_block[:2])}.")
