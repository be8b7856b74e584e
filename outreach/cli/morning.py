"""`outreach morning`: one page on what came, what waits and what is due."""

from datetime import date
from pathlib import Path

import rich_click as click

from outreach import morning as notes
from outreach.archive import write_durably
from outreach.cli.showing import DAY, pass_office, said
from outreach.office import Office


@click.command()
@click.option("--since", type=DAY, help="What came from this day on; the last working day if left out.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a page of PDF instead.")
@pass_office
def morning(office: Office, since: date | None, pdf: Path | None) -> None:
    """Print the morning note: what came, what waits for somebody, what is due in the next two weeks and what is late.

    Example: outreach morning --pdf morning.pdf
    """
    begins = since or office.last_working_day()
    with office.reading() as session:
        note = notes.note(session, today=office.today(), since=begins, zone=office.settings.zone())
    if pdf is None:
        click.echo(said(notes.as_text(note)).rstrip())
        return
    write_durably(pdf, notes.as_pdf(note, office.settings.office.name))
    click.echo(f"The morning note is in {pdf}.")
