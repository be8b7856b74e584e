"""`outreach contacts check`: what is missing or doubtful in the directory."""

from collections import Counter
from typing import Any

import rich_click as click

from outreach.cli.main import Partly
from outreach.cli.narrowing import filter_of, narrowing
from outreach.cli.showing import echo_json, json_option, pass_office, said
from outreach.contacts import checking
from outreach.contacts.checking import KINDS, Found
from outreach.office import Office

_SHOWN = 10  # of each kind


@click.command("check")
@click.option(
    "--finding", "kinds", type=click.Choice(list(KINDS)), multiple=True, help="Only findings of this kind, all of them."
)
@narrowing
@json_option
@pass_office
def check(office: Office, kinds: tuple[str, ...], as_json: bool, **wanted: Any) -> None:
    """Check the directory: addresses, languages, holders, genders that a language needs, ways to other bodies.

    Exit code 1 when something blocks letters: none to that post can be written, or none delivered. All else is doubt, to be
    looked at. With --json one object a line, a line for each finding.

    Example: outreach contacts check --finding domain
    """
    counts: Counter[str] = Counter()
    with office.reading() as session:
        for found in checking.find(session, filter_of(**wanted), office.ground(), kinds=kinds):
            counts[found.kind] += 1
            if as_json:
                echo_json([_row(found)], lines=True)
            else:
                _echo(found, counts[found.kind], everything=bool(kinds))
    if not as_json:
        _conclude(counts, everything=bool(kinds))
    if blocked := sum(number for kind, number in counts.items() if KINDS[kind].blocks):
        raise Partly(f"{blocked} of these block letters; mend them first.")


def _row(found: Found) -> dict[str, Any]:
    return {"key": found.key, "finding": found.kind, "blocks": found.blocks, "says": found.says}


def _echo(found: Found, number: int, *, everything: bool) -> None:
    if number == 1:
        blocks = " (blocks letters)" if found.blocks else ""
        click.echo(f"{found.kind}: {KINDS[found.kind].words}{blocks}")
    if everything or number <= _SHOWN:
        click.echo(f"  {found.key}: {said(found.says)}")


def _conclude(counts: Counter[str], *, everything: bool) -> None:
    if not counts:
        click.echo("Nothing is missing or doubtful.")
        return
    click.echo()
    for kind, number in counts.items():
        more = "" if everything or number <= _SHOWN else f"; --finding {kind} shows them all"
        click.echo(f"{number:>7,}  {kind}{more}")
