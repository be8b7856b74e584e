"""`outreach engagements`: who promised what to whom by when, notes of calls and meetings, items of minutes."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from outreach.cli.showing import DAY, NUMBER, echo_rows, json_option, pass_office, said
from outreach.errors import Invalid
from outreach.office import Office
from outreach.responses import briefing
from outreach.responses import engagements as book
from outreach.responses.engagements import Given, Wanted
from outreach.responses.models import Engagement, EngagementKind

KINDS = click.Choice([kind.value for kind in EngagementKind])
COLUMNS = ["number", "kind", "owner", "organisation", "what", "due", "late", "outcome"]


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    owner: str
    what: str
    due: date | None = None


class _Minutes(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    on: date
    item: list[_Item]


@click.group()
def engagements() -> None:
    """Engagements: promises with a day and an outcome, notes of calls and meetings, action items of minutes.

    Example: outreach engagements list
    """


@engagements.command("list")
@click.option("--open", "is_open", is_flag=True, help="Only those of which something is still to come.")
@click.option("--owner", default="", metavar="NAME", help="Only those of this person or body.")
@click.option("--kind", type=KINDS, help="Only this kind.")
@json_option
@pass_office
def list_engagements(office: Office, is_open: bool, owner: str, kind: str | None, as_json: bool) -> None:
    """List the engagements, what is due first at the top.

    Example: outreach engagements list --open
    """
    wanted = Wanted(open=is_open, owner=owner, kind=EngagementKind(kind) if kind else None)
    with office.reading() as session:
        rows = [_row(one, office.today()) for one in book.page(session, wanted)]
    echo_rows(rows, COLUMNS, as_json, "No engagement fits.")


def _row(one: Engagement, today: date) -> dict[str, Any]:
    return {
        "number": one.id,
        "kind": one.kind,
        "owner": one.owner,
        "organisation": one.organisation.key if one.organisation else None,
        "with": one.with_whom,
        "letter": one.letter.reference if one.letter else None,
        "what": one.what,
        "on": one.on,
        "due": one.due,
        "late": bool(one.is_open and one.due and one.due < today),
        "said": one.said,
        "source": one.source,
        "outcome": one.outcome,
        "closed_on": one.closed_on,
        "recorded_by": one.recorded_by,
    }


@engagements.command()
@click.argument("what")
@click.option("--kind", type=KINDS, required=True, help="A promise of theirs or ours, an action item, a call, a meeting.")
@click.option("--owner", required=True, metavar="NAME", help="Who of the Panel or the office.")
@click.option("--to", "organisation", default="", metavar="ORGANISATION", help="The organisation it is with.")
@click.option("--with", "with_whom", default="", metavar="NAME", help="Whom they spoke to.")
@click.option("--letter", default="", metavar="REFERENCE", help="The letter it is about.")
@click.option("--on", type=DAY, help="The day on which it was made; today if left out.")
@click.option("--due", type=DAY, help="The day by which it is to be done.")
@click.option("--said", default="", metavar="WORDS", help="What was said.")
@click.option("--source", default="", metavar="WORDS", help="Where it stands, such as the minutes.")
@pass_office
def add(office: Office, kind: str, on: date | None, **words: Any) -> None:
    """Write down WHAT was promised, agreed or said. An answer that is promised lets its letters wait until the day named.

    Example: outreach engagements add "An answer" --kind promised-answer --owner "The Chair" --to iab --due 2099-03-20
    """
    given = Given(kind=EngagementKind(kind), on=on or office.today(), **words)
    with office.transaction() as session:
        number = book.add(session, given, by=office.actor, at=office.now()).id
    click.echo(f"Engagement {number} is written down.")


@engagements.command()
@click.argument("number", type=NUMBER)
@click.option("--outcome", required=True, metavar="WORDS", help="What came of it.")
@click.option("--on", type=DAY, help="The day on which it ended; today if left out.")
@pass_office
def close(office: Office, number: int, outcome: str, on: date | None) -> None:
    """Say what came of the engagement NUMBER.

    Example: outreach engagements close 1 --outcome "The summary went to the Panel."
    """
    with office.transaction() as session:
        book.close(session, number, outcome, on=on or office.today(), by=office.actor, at=office.now())
    click.echo(f"Engagement {number} is closed.")


@engagements.command()
@click.argument("name")
@pass_office
def brief(office: Office, name: str) -> None:
    """Print a call sheet for the organisation NAME: who, last letters, what was said, what to ask.

    Example: outreach engagements brief iab
    """
    with office.reading() as session:
        sheet = briefing.brief(session, name, today=office.today(), language=office.settings.office.default_language)
        click.echo(said(briefing.in_words(sheet)))


@engagements.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_office
def import_minutes(office: Office, file: Path) -> None:
    """Enter the action items of minutes from FILE (TOML: source, on, and an [[item]] each with owner, what and due).

    Example: outreach engagements import minutes.toml
    """
    minutes = _read(file)
    with office.transaction() as session:
        for item in minutes.item:
            words: dict[str, Any] = {"owner": item.owner, "what": item.what, "due": item.due, "source": minutes.source}
            book.add(session, Given(kind=EngagementKind.ACTION, on=minutes.on, **words), by=office.actor, at=office.now())
    click.echo(f"{len(minutes.item)} action items of {minutes.source} are written down.")


def _read(file: Path) -> _Minutes:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8-sig")), _Minutes)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{file} cannot be read as minutes ({error}); mend that and try again.") from error
