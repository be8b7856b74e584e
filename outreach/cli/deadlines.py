"""`outreach deadlines`: what is due, what is late, and how a deadline is counted."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.archive import write_durably
from outreach.campaigns import planning
from outreach.cli.counting_days import DAYS, counting_options, deadline_of, deadline_options
from outreach.cli.showing import DAY, echo_one, echo_rows, json_option, pass_office
from outreach.office import Office
from outreach.responses import deadlines as dues
from outreach.responses import overdue as late
from outreach.responses.overdue import Sort, Wanted


@click.group()
def deadlines() -> None:
    """Deadlines: what is due, what is late, counted in working days, as a calendar.

    Example: outreach deadlines list
    """


@deadlines.command("list")
@click.option("--since", type=DAY, help="From this day on; today if left out.")
@json_option
@pass_office
def list_deadlines(office: Office, since: date | None, as_json: bool) -> None:
    """List what is due, earliest first, and how many letters are still open.

    Example: outreach deadlines list --since 2025-03-01
    """
    with office.reading() as session:
        rows = [asdict(one) for one in dues.upcoming(session, since=since or office.today())]
    echo_rows(rows, ["day", "what", "open", "detail"], as_json, "Nothing is due.")


@deadlines.command()
@click.argument("days", type=DAYS)
@counting_options
@json_option
@pass_office
def count(office: Office, days: int, start: date | None, countries: tuple[str, ...], as_json: bool) -> None:
    """Say which day is DAYS working days ahead, and how it was counted: weekends and public holidays are left out.

    Example: outreach deadlines count 10 --from 2025-04-08 --holidays NO
    """
    counted = office.working_days(days, start, countries)
    holidays = [{"country": country, "day": day, "name": name} for country, day, name in counted.holidays]
    if as_json:
        echo_one({"day": counted.day, "why": counted.why, "holidays": holidays}, as_json)
    else:
        click.echo(f"{counted.day}: {counted.why}.")


@deadlines.command()
@click.argument("campaign")
@deadline_options
@click.option("--why", required=True, metavar="WORDS", help="Why it moves; the reason stands in the journal.")
@pass_office
def move(office: Office, campaign: str, why: str, **when: Any) -> None:
    """Let answers to CAMPAIGN come until another day; letters that left keep the day they name, so tell whom it concerns.

    Example: outreach deadlines move member-state --working-days 5 --from 2025-03-14 --why "Ramadan begins on 1 March."
    """
    day, counted = deadline_of(office, **when)
    if day is None:
        raise click.UsageError("Give --deadline or --working-days.")
    with office.transaction() as session:
        found = planning.find(session, campaign)
        planning.move_deadline(session, found, day, counted=counted, why=why, by=office.actor, at=office.now())
    click.echo(f"Answers to {campaign} are due by {day}.")


@deadlines.command()
@click.option("--by", type=click.Choice([sort.value for sort in Sort]), help="Count them by this instead of naming each.")
@click.option("--group", default="", metavar="GROUP", help="Only this stakeholder group.")
@click.option("--region", default="", metavar="REGION", help="Only this regional group of States.")
@click.option("--owner", default="", metavar="NAME", help="Only letters for which this person is responsible.")
@click.option("--campaign", default="", metavar="NAME", help="Only this campaign's letters.")
@json_option
@pass_office
def overdue(office: Office, by: str | None, as_json: bool, **narrowed: str) -> None:
    """List the letters past their deadline without an answer, or count them by group, region, person responsible or campaign.

    Example: outreach deadlines overdue --by group
    """
    wanted = Wanted(**narrowed)
    empty = "No letter is past its deadline."
    with office.reading() as session:
        if by:
            parts = [asdict(part) for part in late.parts(session, Sort(by), today=office.today(), wanted=wanted)]
            echo_rows(parts, ["name", "letters", "since"], as_json, empty)
            return
        rows = [asdict(one) for one in late.page(session, wanted, today=office.today())]
    echo_rows(rows, ["reference", "addressee", "group", "owner", "campaign", "due", "days"], as_json, empty)


@deadlines.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=DAY, help="From this day on; today if left out.")
@pass_office
def ics(office: Office, file: Path, since: date | None) -> None:
    """Write what is due into FILE as a calendar (.ics); calendar programs can also subscribe to it at the desk.

    Example: outreach deadlines ics deadlines.ics
    """
    settings = office.settings
    with office.reading() as session:
        found = dues.upcoming(session, since=since or office.today())
    name, domain = f"Deadlines, {settings.office.name}", settings.mail.id_domain
    write_durably(file, dues.calendar(found, name=name, domain=domain, at=office.now()))
    click.echo(f"{len(found)} deadlines are in {file}.")
