"""`outreach letters`: drafting, looking, editing, approving, exporting, recording what was posted."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.contacts_holding import UNCONFIRMED, must_be_known
from outreach.cli.letters_checking import approve, check
from outreach.cli.letters_correcting import correct, corrections
from outreach.cli.letters_holding import hold, release
from outreach.cli.letters_paper import diff, show, signed, take_back
from outreach.cli.letters_waiting import readdress, recall, reopen
from outreach.cli.main import Partly
from outreach.cli.showing import DAY, echo_rows, json_option, pass_office, progress
from outreach.contacts.models import Channel
from outreach.delivery import recording
from outreach.letters import drafting, editing, exporting, register, signing
from outreach.letters.models import Letter, LetterState
from outreach.office import Office


@click.group()
def letters() -> None:
    """Letters: drafted from a template, approved as they stand, kept byte for byte.

    Example: outreach letters list --campaign wsis20-input
    """


@letters.command()
@click.argument("campaign")
@click.option("--date", "dated", type=DAY, help="The date the letters bear; by default today at the office's place.")
@click.option("--redraft", is_flag=True, help="Write untouched drafts anew as well; they keep their references.")
@UNCONFIRMED
@pass_office
def draft(office: Office, campaign: str, dated: date | None, redraft: bool, unconfirmed: int | None) -> None:
    """Draft the letters of CAMPAIGN to everybody who has none yet.

    An addressee that cannot be written to is named with the reason, and the others are drafted; then the exit code is 1.
    Holders not confirmed for long are listed first, and nothing is drafted unless their number is typed.

    Example: outreach letters draft wsis20-input --date 2025-01-27
    """
    with office.transaction() as session:
        found = planning.find(session, campaign)
        composer = office.composer(found, dated or office.today())
        posts = drafting.posts_waiting(session, found, redraft)
        must_be_known(office, session, posts, composer.dated, unconfirmed, "drafted")
        with progress("Drafting", drafting.waiting(session, found, redraft)) as step:
            done = drafting.draft(session, found, composer, by=office.actor, at=office.now(), redraft=redraft, step=step)
    _say_drafted(campaign, done)
    if done.refused:
        raise Partly(f"{len(done.refused)} letters could not be drafted; mend what is named above and draft again.")


def _say_drafted(campaign: str, done: drafting.Drafted) -> None:
    for reason in done.refused:
        click.echo(f"refused: {reason}")
    what = [f"{len(done.new)} drafted"]
    what += [f"{len(done.revised)} written anew"] if done.revised else []
    what += [f"{done.unchanged} stood already"] if done.unchanged else []
    what += [f"{len(done.refused)} refused"] if done.refused else []
    click.echo(f"{campaign}: {', '.join(what)}." + (f" {done.new[0]} to {done.new[-1]}." if done.new else ""))
    if done.warned:
        click.echo(f"{done.warned} have warnings: outreach letters warnings {campaign}")


@letters.command("list")
@click.option("--campaign", metavar="NAME", help="Only this campaign's.")
@click.option("--state", type=click.Choice([state.value for state in LetterState]), help="Only letters in this state.")
@click.option("--held", is_flag=True, help="Only letters that are held, with the reason.")
@json_option
@pass_office
def list_letters(office: Office, campaign: str | None, state: str | None, held: bool, as_json: bool) -> None:
    """List letters by reference.

    Example: outreach letters list --campaign member-state --state approved
    """
    with office.reading() as session:
        if campaign:
            planning.find(session, campaign)
        rows = list(register.listed(session, campaign=campaign, state=LetterState(state) if state else None, held=held))
    columns = ["reference", "campaign", "language", "state", "dated", "organisation", "post", *(["held"] if held else [])]
    echo_rows(rows, columns, as_json)


@letters.command()
@click.argument("campaign")
@json_option
@pass_office
def warnings(office: Office, campaign: str, as_json: bool) -> None:
    """Show what the letters of CAMPAIGN warn of: each kind of warning with its number, and one letter as an example.

    Example: outreach letters warnings wsis20-input
    """
    with office.reading() as session:
        planning.find(session, campaign)
        found = [
            (row["reference"], warning) for row in register.listed(session, campaign=campaign) for warning in row["warnings"]
        ]
    if as_json:
        echo_rows([{"reference": reference, "warning": warning} for reference, warning in found], [], as_json)
        return
    kinds: dict[str, list[str]] = {}
    for reference, warning in found:
        kinds.setdefault(warning.partition(":")[0], []).append(f"{reference}: {warning}")
    for kind, several in sorted(kinds.items(), key=lambda item: -len(item[1])):
        click.echo(f"{len(several):>5}  {kind}\n       such as {several[0]}")
    if not found:
        click.echo("No warnings.")


@letters.command()
@click.argument("reference")
@click.option("--subject", metavar="TEXT", help="The new subject.")
@click.option(
    "--body", "body_file", type=click.File(encoding="utf-8"), help="A file with the new text in Markdown (- reads it in)."
)
@pass_office
def edit(office: Office, reference: str, subject: str | None, body_file: Any) -> None:
    """Change the letter REFERENCE; a new version is written and an approval is void.

    Example: outreach letters edit IGF/LP/2025/0120 --subject "The Internet Governance Forum and your Government"
    """
    changes = {
        name: value for name, value in (("subject", subject), ("body", body_file and body_file.read())) if value is not None
    }
    with office.transaction() as session:
        letter = register.find(session, reference)
        was = letter.state
        version = editing.edit(session, letter, changes, by=office.actor, at=office.now())
    click.echo(
        f"{letter.reference} stands at version {version.number}." + (" Its approval is void." if was == "approved" else "")
    )


letters.add_command(check)
letters.add_command(approve)


@letters.command()
@click.argument("reference")
@click.option("--why", required=True, metavar="TEXT", help="The reason; it stands in the register.")
@pass_office
def cancel(office: Office, reference: str, why: str) -> None:
    """Cancel a letter that has not left; its reference is never used again.

    Example: outreach letters cancel IGF/LP/2025/0121 --why "Addressed to the wrong seat"
    """
    with office.transaction() as session:
        letter = register.find(session, reference)
        editing.cancel(session, letter, why, by=office.actor, at=office.now())
    click.echo(f"{letter.reference} is cancelled.")


@letters.command()
@click.argument("references", nargs=-1)
@click.option("--campaign", metavar="NAME", help="All letters of this campaign.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(exporting.FORMATS),
    default=exporting.FORMATS,
    help="May be repeated.",
)
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="By default out/letters/<campaign> in the office."
)
@pass_office
def export(
    office: Office, references: tuple[str, ...], campaign: str | None, formats: tuple[str, ...], into: Path | None
) -> None:
    """Write letters as PDF, DOCX and .eml files, with the scans of signed pages beside them; drafts are marked as drafts.

    Example: outreach letters export IGF/LP/2025/0120 --into letters-to-read
    """
    if bool(references) == bool(campaign):
        raise click.UsageError("Name letters, or a campaign with --campaign.")
    with office.reading() as session:
        target = into or office.folder / "out" / "letters" / (campaign or "")
        found, number = _to_export(session, references, campaign)
        with progress("Exporting", number) as step:
            versions: list[tuple[str, int]] = []
            passing = _noting_versions(found, versions)
            files = exporting.export(passing, formats, target, office.press, office.archive, step=step)
            written = sum(1 for _path in files) + sum(1 for _path in signing.export(session, versions, target, office.archive))
    click.echo(f"{written} files of {number} letters are in {target}.")


def _noting_versions(letters: Iterable[Letter], versions: list[tuple[str, int]]) -> Iterator[Letter]:
    """The letters as they pass, none kept: a campaign may have thousands."""
    for letter in letters:
        versions.append((letter.reference, letter.version_now.id))
        yield letter


def _to_export(session: Any, references: tuple[str, ...], campaign: str | None) -> tuple[Iterable[Letter], int]:
    if campaign is None:
        named = register.find_all(session, references)
        return named, len(named)
    found = planning.find(session, campaign)
    states = [state for state in LetterState if state is not LetterState.CANCELLED]
    number = sum(n for state, n in register.count_in(session, found).items() if state in states)
    return register.of_campaign(session, found, states), number


@letters.command()
@click.argument("references", nargs=-1)
@click.option("--from", "listing", type=click.File(encoding="utf-8"), help="A file with one reference a line (- reads it in).")
@click.option("--on", "day", type=DAY, required=True, help="The day it left.")
@click.option(
    "--by",
    "channel",
    required=True,
    type=click.Choice(["email", "post", "courier", "hand", "portal"]),
    help="How it left.",
)
@click.option("--note", default="", metavar="TEXT", help="Such as the courier's number.")
@pass_office
def sent(office: Office, references: tuple[str, ...], listing: Any, day: date, channel: str, note: str) -> None:
    """Record that approved letters went out by other means; all of those named, or none.

    Example: outreach letters sent IGF/LP/2025/0122 --on 2025-01-28 --by courier --note "waybill 4711"
    """
    named = [*references, *(line.strip() for line in (listing or ()) if line.strip())]
    if not named:
        raise click.UsageError("Name letters, or give a file of references with --from.")
    with office.transaction() as session:
        for letter in register.find_all(session, named):
            recording.record_dispatch(session, letter, Channel(channel), day, by=office.actor, at=office.now(), note=note)
            click.echo(f"{letter.reference} left by {channel} on {day}.")


for command in (show, diff, take_back, signed, readdress, recall, reopen, correct, corrections, hold, release):
    letters.add_command(command)
