"""`outreach contacts traffic`: who had, or is due, which letters within some days."""

from typing import Any

import rich_click as click
from sqlalchemy import Select, select

from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office
from outreach.contacts import finding
from outreach.contacts.models import Post
from outreach.letters import traffic
from outreach.letters.traffic import Line
from outreach.office import Office


@click.command("traffic")
@click.argument("key", required=False)
@click.option("--days", type=NUMBER, metavar="N", help="How far back; by default `traffic_days` of outreach.toml.")
@json_option
@pass_office
def show_traffic(office: Office, key: str | None, days: int | None, as_json: bool) -> None:
    """Show who had or is due more than one letter, in any campaign; with KEY every letter to an organisation or a post.

    Letters dated from N days ago on, whether they left or wait; with --json one object a line, a line for each letter.

    Example: outreach contacts traffic isoc --days 900
    """
    back = office.settings.office.traffic_days if days is None else days
    with office.reading() as session:
        posts = _posts(session, key) if key else None
        found = traffic.listed(session, today=office.today(), days=back, posts=posts)
        if as_json:
            for line in found:
                echo_json([_row(line)], lines=True)
            return
        rows = [_row(line) for line in found]
    nobody = "No letter of that time." if key else f"Nobody has more than one letter of the last {back} days or to come."
    echo_rows(rows, ["post", "holder", "reference", "campaign", "state", "dated"], as_json, nobody)


def _posts(session: Any, key: str) -> Select[int]:
    if "/" in key:
        return select(Post.id).where(Post.id == finding.post(session, key).id)
    return select(Post.id).where(Post.organisation_id == finding.organisation(session, key).id)


def _row(line: Line) -> dict[str, Any]:
    shown = {name: value for name, value in vars(line).items() if name != "number"}
    return {**shown, "due": line.is_due}
