"""`outreach letters readdress`, `recall` and `reopen`: letters that wait, are taken back, or come back."""

from collections.abc import Sequence
from typing import Any

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.showing import pass_office
from outreach.delivery import failing, reopening
from outreach.letters import comparing, editing, readdressing, register
from outreach.letters.models import RETURNED, LetterState
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


@click.command()
@click.argument("references", nargs=-1)
@click.option("--campaign", metavar="NAME", help="All approved letters of this campaign.")
@click.option("--count", type=int, metavar="N", help="With --campaign: exactly how many are taken back.")
@click.option("--because", required=True, metavar="TEXT", help="Why; the reason stands in the record.")
@pass_office
def recall(office: Office, references: Sequence[str], campaign: str | None, count: int | None, because: str) -> None:
    """Take approvals back, of the letters named or of all of a campaign; each is a draft again.

    Only what has not left can be taken back; `outreach pause` stops a sender at work.

    Example: outreach letters recall IGF/LP/2025/0301 --because "The Chair wants another look"
    """
    if bool(references) == bool(campaign):
        raise click.UsageError("Name letters, or a campaign with --campaign and --count.")
    with office.transaction() as session:
        if campaign:
            found = planning.find(session, campaign)
            numbers = register.exactly(session, found, LetterState.APPROVED, count, "taken back")
            letters = list(register.in_chunks(session, numbers))
        else:
            letters = register.find_all(session, references)
        editing.recall_all(session, letters, because, by=office.actor, at=office.now())
    click.echo(f"{len(letters)} approval{'' if len(letters) == 1 else 's'} taken back; the letters are drafts again.")


@click.command()
@click.argument("references", nargs=-1)
@click.option("--from", "listing", type=click.File(encoding="utf-8-sig"), help="A list of references, or of a run that failed.")
@pass_office
def reopen(office: Office, references: Sequence[str], listing: Any) -> None:
    """Bring refused or bounced letters back as drafts, addressed anew from the contacts; others in a list are passed over.

    Mend the addresses first. Then approve the letters and send them, with --only and the same list.

    Example: outreach letters reopen --help
    """
    named = [*references, *(failing.references(listing.read()) if listing else ())]
    if not named:
        raise click.UsageError("Name letters, or give a file of references with --from.")
    with office.transaction() as session:
        letters = register.find_all(session, named)
        back = [one for one in letters if one.reference in references or one.state in RETURNED]
        for letter in back:
            reopening.reopen(session, letter, by=office.actor, at=office.now())
            composer = office.composer(comparing.campaign_of(letter), letter.version_now.dated)
            readdressing.readdress(session, letter, composer, by=office.actor, at=office.now())
            to = ", ".join(one.address for one in letter.version_now.recipients) or "no e-mail address"
            click.echo(f"{letter.reference} is a draft again, to {to}.")
    click.echo(f"{len(back)} of {len(letters)} letters came back.")
