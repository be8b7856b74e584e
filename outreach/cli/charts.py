"""`outreach communique charts`: what was sent and what came back, as vector charts with their tables."""

from pathlib import Path

import rich_click as click

from outreach.archive import write_durably
from outreach.cli.communique_editing import which
from outreach.cli.showing import pass_office
from outreach.communique import charting, shelf, templating
from outreach.office import Office


@click.command()
@which
@click.option(
    "--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to."
)
@pass_office
def charts(office: Office, slug: str | None, number: int | None, language: str | None, folder: Path) -> None:
    """Write charts as SVG, each with its numbers as CSV: answers by group, themes by group, letters and answers by month.

    They show no more than the annexes: what could point at somebody is merged or left out.

    Example: outreach communique charts --into out/charts
    """
    with office.reading() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        wording = templating.find(version.communique.template, version.language, office.template_folders("communique"))
        files = charting.files(session, version, wording, office.settings.zone())
    for name, content in files.items():
        write_durably(folder / name, content)
        click.echo(folder / name)
