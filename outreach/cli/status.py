"""`outreach status`: how the campaigns stand."""

from typing import Any

import rich_click as click

from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office
from outreach.inputs import attribution
from outreach.office import Office
from outreach.responses import standing, waiting
from outreach.responses.standing import CampaignStanding

COLUMNS = [
    "letters",
    "draft",
    "approved",
    "placed",
    "undelivered",
    "sent",
    "answered",
    "declined",
    "acknowledged",
    "unread",
    "overdue",
]


@click.command()
@click.argument("campaign", required=False)
@json_option
@pass_office
def status(office: Office, campaign: str | None, as_json: bool) -> None:
    """Show how all campaigns stand, or CAMPAIGN with its stakeholder groups and regional groups.

    A letter counts once, however many responses came. Acknowledged letters are open and may be overdue; overdue means sent,
    not closed, and past its deadline.

    Example: outreach status
    """
    with office.reading() as session:
        found = standing.standings(session, today=office.today(), slug=campaign)
        mails = waiting.count(session)
        open_names = len(attribution.open_attributions(session))
    if as_json:
        echo_json({"campaigns": [_row(each) for each in found], "waiting_mail": mails, "open_attributions": open_names})
        return
    _echo_table(found, detailed=campaign is not None)
    if mails:
        wait = "mail waits" if mails == 1 else "mails wait"
        click.echo(f"{mails} {wait} for a person: `outreach responses waiting`.")
    if open_names:
        say = "response does" if open_names == 1 else "responses do"
        click.echo(f"{open_names} substantive {say} not say who may be named: `outreach responses open`.")


def _row(each: CampaignStanding) -> dict[str, Any]:
    return {
        "campaign": each.slug,
        "title": each.title,
        "deadline": each.deadline,
        **each.total.row(),
        "waiting_mail": each.waiting_mail,
        "by_group": {name: tally.row() for name, tally in each.by_group.items()},
        "by_region": {name: tally.row() for name, tally in each.by_region.items()},
    }


def _echo_table(found: list[CampaignStanding], *, detailed: bool) -> None:
    rows = [{"campaign": each.slug or "(none)", "deadline": each.deadline, **each.total.row()} for each in found]
    echo_rows(rows, ["campaign", "deadline", *COLUMNS], as_json=False, empty="There is no campaign yet.")
    for each in found if detailed else []:
        click.echo()
        echo_rows(_parts("stakeholder_group", each.by_group), ["stakeholder_group", *COLUMNS], as_json=False)
        click.echo()
        echo_rows(_parts("regional_group", each.by_region), ["regional_group", *COLUMNS], as_json=False)


def _parts(head: str, tallies: Any) -> list[dict[str, Any]]:
    return [{head: name, **tally.row()} for name, tally in tallies.items()]
