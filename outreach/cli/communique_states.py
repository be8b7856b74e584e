"""`outreach communique compare`, `state` and `mark`: what changed between two versions, how far one is, what its copies say."""

from pathlib import Path

import rich_click as click

from outreach import publishing
from outreach.archive import write_durably
from outreach.cli.communique_editing import label_of, which
from outreach.cli.showing import NUMBER, pass_office
from outreach.communique import redlining, shelf, versions
from outreach.communique.models import VersionState
from outreach.delivery.batches import told
from outreach.office import Office


@click.command()
@click.argument("old", type=NUMBER)
@click.argument("new", type=NUMBER)
@click.option(
    "--format",
    "formats",
    type=click.Choice(redlining.FORMATS),
    multiple=True,
    default=("docx",),
    show_default=True,
    help="May be repeated; DOCX has tracked changes.",
)
@click.option("--communique", "slug", metavar="NAME", help="The communiqué, where there are several.")
@click.option("--language", metavar="CODE", help="The language; by default the one drafted first.")
@click.option(
    "--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to."
)
@pass_office
def compare(
    office: Office, old: int, new: int, formats: tuple[str, ...], slug: str | None, language: str | None, folder: Path
) -> None:
    """Write what changed from version OLD to version NEW as HTML, PDF, or DOCX with tracked changes; for the office.

    Example: outreach communique compare 2 3 --format docx --format html --into out
    """
    with office.transaction() as session:
        one = shelf.find(session, slug)
        before, after = (shelf.version(session, one, number, language) for number in (old, new))
        template, sender = publishing.wording_of(office, after), publishing.sender_of(office, session, after)
        by, at = office.actor, office.now()
        files = redlining.compare(session, before, after, template, sender, formats=formats, by=by, at=at)
        for name, content in files.items():
            write_durably(folder / name, content)
            click.echo(folder / name)


@click.command()
@click.argument("word", metavar="STATE", type=click.Choice([state.value for state in VersionState]))
@which
@pass_office
def state(office: Office, word: str, slug: str | None, number: int | None, language: str | None) -> None:
    """Put a version into review, back to draft, or adopt it: then it is closed for good, under the name of whoever adopts it.

    Example: outreach communique state in-review
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        versions.turn(session, version, VersionState(word), by=office.actor, at=office.now())
        signed = f", signed off by {version.signed_off_by}; its digest is {version.digest}" if version.digest else ""
        click.echo(f"{label_of(version)} is {word.replace('-', ' ')}{signed}.")


@click.command()
@click.option("--embargo", metavar="TIME", help='Its copies say EMBARGOED UNTIL this, as "2025-03-01 14:00".')
@click.option("--no-embargo", is_flag=True, help="Its copies say so no longer.")
@click.option("--against-delivery/--not-against-delivery", default=None, help="Its copies say CHECK AGAINST DELIVERY.")
@which
@pass_office
def mark(
    office: Office,
    embargo: str | None,
    no_embargo: bool,
    against_delivery: bool | None,
    slug: str | None,
    number: int | None,
    language: str | None,
) -> None:
    """Say what the copies of a version bear at their head and on each page; DRAFT stands there until it is adopted.

    Example: outreach communique mark --embargo "2099-03-01 14:00" --against-delivery
    """
    if embargo and no_embargo:
        raise click.UsageError("Give --embargo TIME or --no-embargo.")
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        until = publishing.hour(office, embargo) if embargo else None if no_embargo else version.embargo_until
        speaks = version.against_delivery if against_delivery is None else against_delivery
        versions.mark(session, version, embargo_until=until, against_delivery=speaks, by=office.actor, at=office.now())
        said = [f"embargoed until {told(until, office.settings.zone())}" if until else "no embargo"]
        said += ["check against delivery"] if speaks else []
        click.echo(f"{label_of(version)}: {', '.join(said)}.")
