"""`outreach delivery print-run` and what follows it: the mail room's list, letters and labels, and what was posted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.main import Partly
from outreach.cli.showing import DAY, NUMBER, F, echo_rows, json_option, pass_office
from outreach.contacts.models import Channel
from outreach.delivery import posting, print_runs
from outreach.office import Office
from outreach.typesetting.labels import SHEETS, SheetOfLabels, sheet_named

if TYPE_CHECKING:
    from outreach.delivery.printing import Printed

_KINDS = "; ".join(f"{name}: {sheet.words}" for name, sheet in SHEETS.items())


def _printing_options(function: F) -> F:
    """Declare where the files go and how they are printed."""
    options: list[Callable[[F], F]] = [
        click.option("--into", type=click.Path(path_type=Path), required=True, help="The folder to write into."),
        click.option("--both-sides", is_flag=True, help="Begin every letter and enclosure on the front of a sheet."),
        click.option("--labels", "kind", default="3x8", show_default=True, metavar="SHEET", help=f"{_KINDS}."),
        click.option(
            "--first-label", "first", type=int, default=1, metavar="N", help="The first free label of a sheet that was begun."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command("print-run")
@click.argument("campaign")
@click.argument("references", nargs=-1)
@_printing_options
@click.option("--only-on-paper", is_flag=True, help="Only to whom post, courier or hand is preferred, or no e-mail is known.")
@pass_office
def print_run(
    office: Office,
    campaign: str,
    references: tuple[str, ...],
    into: Path,
    both_sides: bool,
    kind: str,
    first: int,
    only_on_paper: bool,
) -> None:
    """Print approved letters of CAMPAIGN together: a list for the mail room and every letter in one PDF, labels in another.

    All that may leave, or those named; the pages are those that were approved. Nothing has left by this: say afterwards with
    `outreach delivery posted` what was posted.

    Example: outreach delivery print-run member-state IGF/LP/2025/0140 IGF/LP/2025/0141 --into mail-room
    """
    sheet = sheet_named(kind)
    with office.transaction() as session:
        found = planning.find(session, campaign)
        run, held = print_runs.make(
            session,
            found,
            office.outbox("print", found),
            office.must_stay,
            office.paper().pages,
            by=office.actor,
            at=office.now(),
            references=references,
            only_on_paper=only_on_paper,
        )
        printed = office.print_run(session, run.id)
        _write(printed, into, both_sides, sheet, first)
        count = len(printed.lines)
    if held:
        echo_rows([{"reference": one, "held": why} for one, why in held.items()], ["reference", "held"], False)
    click.echo(f"When they are posted: outreach delivery posted {run.id} --on {office.today()} --count {count}")
    if held:
        raise Partly(f"{len(held)} approved letters were held, listed above; {count} were printed.")


@click.command("reprint")
@click.argument("run", type=NUMBER)
@_printing_options
@pass_office
def reprint(office: Office, run: int, into: Path, both_sides: bool, kind: str, first: int) -> None:
    """Write the files of print run RUN again, or other labels for it.

    Example: outreach delivery reprint 1 --into mail-room --labels window
    """
    sheet = sheet_named(kind)
    with office.reading() as session:
        _write(office.print_run(session, run), into, both_sides, sheet, first)


def _write(printed: "Printed", into: Path, both_sides: bool, sheet: SheetOfLabels, first: int) -> None:
    stem = f"print-run-{printed.run.id}"
    labels = printed.labels(sheet, first=first)
    into.mkdir(parents=True, exist_ok=True)
    (into / f"{stem}.pdf").write_bytes(printed.letters(both_sides=both_sides))
    (into / f"{stem}-labels.pdf").write_bytes(labels)
    apart = list(printed.apart())
    for name, content in apart:
        (into / f"{stem}-apart").mkdir(exist_ok=True)
        (into / f"{stem}-apart" / name).write_bytes(content)
    click.echo(f"Print run {printed.run.id}: {len(printed.lines)} letters, {printed.pages} pages in {into / stem}.pdf;")
    click.echo(f"labels in {into / stem}-labels.pdf.")
    if apart:
        click.echo(f"{len(apart)} files to be printed by themselves are in {into / stem}-apart; the list names them.")
    bare = [line.reference for line in printed.lines if not line.has_postal_address]
    if bare:
        such = ", ".join(bare[:3]) + (" ..." if len(bare) > 3 else "")
        click.echo(f"{len(bare)} have no postal address on record ({such}): their labels name the addressee only.")


@click.command("print-runs")
@json_option
@pass_office
def print_runs_command(office: Office, as_json: bool) -> None:
    """List the print runs, latest first, and what was posted of them.

    Example: outreach delivery print-runs
    """
    with office.reading() as session:
        rows = [_row(run, letters, posted) for run, letters, posted in print_runs.listed(session)]
    echo_rows(rows, list(rows[0]) if rows else ["run", "campaign", "letters", "posted"], as_json)


def _row(run: Any, letters: int, posted: int) -> dict[str, Any]:
    return {
        "run": run.id,
        "campaign": run.campaign.slug,
        "made_at": run.made_at.date(),
        "made_by": run.made_by,
        "letters": letters,
        "posted": posted if run.closed_at else None,
        "posted_on": run.posted_on,
        "closed_by": run.closed_by or None,
        "note": run.note,
    }


@click.command()
@click.argument("run", type=NUMBER)
@click.option("--on", "day", type=DAY, help="The day they were posted.")
@click.option("--count", type=NUMBER, metavar="N", help="Exactly how many were posted.")
@click.option(
    "--by", "channel", type=click.Choice([one.value for one in print_runs.ON_PAPER]), help="How all went; else as listed."
)
@click.option("--not-posted", multiple=True, metavar="REFERENCE", help="A letter that stayed behind; may be repeated.")
@click.option("--none", "nothing", is_flag=True, help="Nothing of it was posted; say why with --note.")
@click.option("--note", default="", metavar="TEXT", help="Such as the number of the posting list.")
@pass_office
def posted(
    office: Office,
    run: int,
    day: date | None,
    count: int | None,
    channel: str | None,
    not_posted: tuple[str, ...],
    nothing: bool,
    note: str,
) -> None:
    """Record that the letters of print run RUN were posted; those that stayed behind are free for another run.

    Example: outreach delivery posted 1 --on 2025-01-28 --count 1 --not-posted IGF/LP/2025/0141 --note "posting list 12"
    """
    if nothing:
        _give_up(office, run, note)
        return
    if day is None or count is None:
        raise click.UsageError("Say --on which day and --count how many were posted, or --none.")
    with office.transaction() as session:
        done = posting.post(
            session,
            print_runs.find(session, run),
            on=day,
            count=count,
            channel=Channel(channel) if channel else None,
            not_posted=not_posted,
            note=note,
            by=office.actor,
            at=office.now(),
        )
    click.echo(f"{done} letters of print run {run} were posted on {day}; {len(not_posted)} stayed behind.")


def _give_up(office: Office, run: int, because: str) -> None:
    with office.transaction() as session:
        posting.give_up(session, print_runs.find(session, run), because, by=office.actor, at=office.now())
    click.echo(f"Nothing of print run {run} was posted; its letters are free again.")


COMMANDS = (print_run, reprint, print_runs_command, posted)
