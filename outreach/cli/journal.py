"""`outreach journal`: what happened, and whether the register still holds."""

from pathlib import Path
from typing import Any

import rich_click as click

from outreach import journal as register
from outreach.cli.main import Partly
from outreach.cli.showing import NUMBER, echo_rows, json_option, pass_office
from outreach.journal import Entry, Head
from outreach.office import Office


@click.group(invoke_without_command=True)
@click.option("--about", metavar="TEXT", help="Only entries whose subject holds TEXT, such as a reference.")
@click.option(
    "--last", type=click.IntRange(1, NUMBER.max), default=20, show_default=True, help="How many of the latest entries."
)
@json_option
@click.pass_context
def journal(ctx: click.Context, about: str | None, last: int, as_json: bool) -> None:
    """Show the latest entries of the journal, oldest first.

    Example: outreach journal --last 5
    """
    if ctx.invoked_subcommand is None:
        office: Office = ctx.obj.office
        with office.reading() as session:
            rows = [_row(entry, values) for entry, values in register.latest(session, about=about, last=last)]
        echo_rows(rows, ["seq", "at", "actor", "verb", "subject"], as_json)


def _row(entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    at = entry.at.isoformat(timespec="seconds")
    return {"seq": entry.seq, "at": at, "actor": entry.actor, "verb": entry.verb, "subject": entry.subject, "values": values}


@journal.command()
@click.option("--head", "head_file", type=click.Path(path_type=Path), help="A head kept elsewhere; else the office's own.")
@pass_office
def verify(office: Office, head_file: Path | None) -> None:
    """Check that no entry was altered, taken out, reordered or cut off; exit 1 if any was.

    Example: outreach journal verify
    """
    path = head_file or office.head_file
    outside = Head.read(path)
    with office.reading() as session:
        verdict = register.verify(session, outside)
    for fault in verdict.faults:
        click.echo(fault)
    if verdict.faults:
        number = len(verdict.faults)
        raise Partly(f"The journal does not hold: {number} fault{'s' * (number > 1)}. Compare it with the last backup.")
    erased = f", {len(verdict.erased)} of them erased for data protection" if verdict.erased else ""
    click.echo(f"The journal holds: {verdict.count} entries{erased}; {path} vouches for the first {outside.count}.")
