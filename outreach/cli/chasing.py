"""`outreach chase`: who is to be reminded, and why not the others."""

from dataclasses import asdict
from datetime import date

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.showing import DAY, echo_json, echo_rows, json_option, pass_office
from outreach.office import Office
from outreach.responses import chasing
from outreach.responses.chasing import Series


@click.command()
@click.argument("campaign")
@click.option("--make", "slug", metavar="NAME", help="Make the campaign NAME that reminds them; without it this only looks.")
@click.option("--deadline", type=DAY, help="With --make: the day by which the reminder asks for an answer.")
@click.option("--template", default="reminder", show_default=True, metavar="NAME", help="With --make: its template.")
@json_option
@pass_office
def chase(office: Office, campaign: str, slug: str | None, deadline: date | None, template: str, as_json: bool) -> None:
    """Show of every letter of CAMPAIGN that left whether its addressee is to be reminded, and else why not.

    Whoever answered, declined or asked something is left in peace, and while mail from there waits to be read nobody is
    reminded. Reminders are letters like any other: with --make they become a campaign, to be drafted, checked and approved.

    Example: outreach chase wsis20-input
    """
    if bool(slug) != bool(deadline):
        raise click.UsageError("Give --make NAME and --deadline DAY together.")
    series = Series(office.settings.office.remind_every_days, office.settings.office.remind_at_most)
    with office.transaction() if slug else office.reading() as session:
        found = planning.find(session, campaign)
        rows = chasing.chase(session, found, series, today=office.today())
        due = [row.letter_id for row in rows if not row.why_not]
        if slug and deadline:
            chasing.remind(
                session, found, due, slug=slug, template=template, deadline=deadline, by=office.actor, at=office.now()
            )
    if as_json:
        echo_json([asdict(row) for row in rows])
        return
    shown = [asdict(row) | {"reminders": list(row.reminders), "remind": "no" if row.why_not else "yes"} for row in rows]
    echo_rows(shown, ["reference", "addressee", "due", "remind", "why_not", "reminders"], False, "No letter of it has left.")
    click.echo(f"{len(due)} to be reminded, {len(rows) - len(due)} not.", err=True)
    if slug:
        click.echo(f"The campaign {slug} reminds {len(due)}: `outreach letters draft {slug}` drafts its letters.", err=True)
