"""`outreach chase`: who is to be reminded, and why not the others."""

from dataclasses import asdict
from typing import Any

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.counting_days import deadline_of, deadline_options
from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office
from outreach.office import Office
from outreach.responses import chasing, reminding
from outreach.responses.holding_back import Series


@click.command()
@click.argument("campaign")
@click.option("--make", "slug", metavar="NAME", help="Make the campaign NAME that reminds them; without it this only looks.")
@deadline_options
@click.option("--template", default="reminder", show_default=True, metavar="NAME", help="With --make: its template.")
@json_option
@pass_office
def chase(office: Office, campaign: str, slug: str | None, template: str, as_json: bool, **when: Any) -> None:
    """Show of every letter of CAMPAIGN that left whether its addressee is to be reminded, and else why not.

    Whoever answered, declined, asked something or promised an answer is left in peace, and while mail from there waits to be
    read nobody is reminded. Reminders are letters like any other: with --make they become a campaign, to be drafted, checked
    and approved.

    Example: outreach chase wsis20-input
    """
    deadline, counted = deadline_of(office, **when)
    if bool(slug) != bool(deadline):
        raise click.UsageError("Give --make NAME and --deadline DAY (or --working-days) together.")
    series = Series(office.settings.office.remind_every_days, office.settings.office.remind_at_most)
    with office.transaction() if slug else office.reading() as session:
        found = planning.find(session, campaign)
        rows = chasing.chase(session, found, series, today=office.today())
        due = [row.letter_id for row in rows if not row.why_not]
        if slug and deadline:
            made: dict[str, Any] = {"slug": slug, "template": template, "deadline": deadline, "counted": counted}
            reminding.remind(session, found, due, **made, by=office.actor, at=office.now())
    if as_json:
        echo_json([asdict(row) for row in rows])
        return
    shown = [asdict(row) | {"reminders": list(row.reminders), "remind": "no" if row.why_not else "yes"} for row in rows]
    echo_rows(shown, ["reference", "addressee", "due", "remind", "why_not", "reminders"], False, "No letter of it has left.")
    click.echo(f"{len(due)} to be reminded, {len(rows) - len(due)} not.", err=True)
    if slug:
        click.echo(f"The campaign {slug} reminds {len(due)}: `outreach letters draft {slug}` drafts its letters.", err=True)
