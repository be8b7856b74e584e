"""`outreach letters correct` and `corrections`: what is wrong in letters is put right, and who got what is told."""

from collections.abc import Sequence
from pathlib import Path

import rich_click as click
from sqlalchemy.orm import Session

from outreach.archive import write_durably
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.cli.showing import NUMBER, echo_rows, json_option, pass_office, said
from outreach.letters import correcting, enclosing, papers
from outreach.letters.correcting import Change, Correction
from outreach.office import Office
from outreach.responses import correcting as telling
from outreach.responses.correcting import Got

_COLUMNS = ["reference", "to", "state", "left_on", "corrected_by", "corrected_state", "answers"]


@click.command()
@click.argument("campaign")
@click.option("--enclosure", metavar="OLD", help="The file that is wrong: its title, its name or its digest.")
@click.option("--text", metavar="OLD", help="The words that are wrong, exactly as they stand in subject or text.")
@click.option("--with", "instead", required=True, metavar="NEW", help="The file, or the words, that stand there instead.")
@click.option("--write", is_flag=True, help="Do it; without this, only show which letters are affected.")
@click.option("--count", type=NUMBER, metavar="N", help="With --write: exactly how many letters are affected.")
@pass_office
def correct(
    office: Office, campaign: str, enclosure: str | None, text: str | None, instead: str, write: bool, count: int | None
) -> None:
    """Put right what stands in letters of CAMPAIGN: those that are here are written anew, those that left get a correction.

    An approval of a letter that is written anew is void. To each letter that left a correction is drafted, which cites
    reference and date and encloses the new file; it is checked, approved and sent like any letter. Answers that came
    already are listed.

    Example: outreach letters correct wsis20-input --text "Two or three pages" --with "Four pages"
    """
    if bool(enclosure) == bool(text):
        raise click.UsageError("Say what is wrong, by --enclosure or by --text.")
    change = _change(office, enclosure, text, instead)
    with office.transaction() if write else office.reading() as session:
        found = planning.find(session, campaign)
        if not write:
            _echo_plan(session, campaign, found, change)
            return
        composer = office.composer(found, office.today(), change.template)
        done = correcting.correct(session, found, change, composer, count=count, by=office.actor, at=office.now())
        got = telling.after(session, done)
        path = _write_page(office, found, done, got)
    for reason in done.refused:
        click.echo(f"refused: {said(reason)}")
    click.echo(f"{len(done.here)} letters were written anew, {len(done.left)} are followed by a correction, now drafts.")
    click.echo(f"Who got what: {path}")
    click.echo(f"Then: outreach letters check {campaign}")


def _change(office: Office, enclosure: str | None, text: str | None, instead: str) -> Change:
    if enclosure is None:
        return Change(text or "", instead)
    with Path(instead).open("rb") as file:
        kept = enclosing.keep(office.archive, file.read(papers.LARGEST + 1), instead)
    return Change(enclosure, kept.filename, kept)


def _echo_plan(session: Session, campaign: str, found: Campaign, change: Change) -> None:
    affected = correcting.affected(session, found, change)
    got = telling.before(session, affected)
    echo_rows([_row(one) for one in got], ["reference", "to", "state", "left_on", "answers"], as_json=False)
    click.echo(
        f"{len(affected.here)} are here and would be written anew, {len(affected.left)} left and would get a correction."
        f" Nothing was changed; --write --count {affected.count} does it."
    )


def _row(one: Got) -> dict[str, object]:
    return {name: getattr(one, name) for name in _COLUMNS}


def _write_page(office: Office, campaign: Campaign, done: Correction, got: Sequence[Got]) -> Path:
    path = office.folder / "out" / "corrections" / f"{campaign.slug}-{done.number}.pdf"
    write_durably(path, telling.page(campaign, done, got))
    return path


@click.command()
@click.argument("campaign")
@click.option("--number", type=NUMBER, metavar="N", help="An earlier correction; by default the latest.")
@click.option("--pdf", is_flag=True, help="Write the page for the Chair as well.")
@json_option
@pass_office
def corrections(office: Office, campaign: str, number: int | None, pdf: bool, as_json: bool) -> None:
    """Show who got what of a correction of CAMPAIGN: left with what was wrong, written anew, followed, answered meanwhile.

    Example: outreach letters corrections wsis20-input --pdf
    """
    with office.reading() as session:
        found = planning.find(session, campaign)
        there = number is not None or bool(correcting.made(session, found))
        done = correcting.find(session, found, number) if there else None
        got = telling.after(session, done) if done else []
        path = _write_page(office, found, done, got) if done and pdf else None
    echo_rows([_row(one) for one in got], _COLUMNS, as_json, empty=f"No correction was made in {campaign}.")
    if path:
        click.echo(f"The page is {path}.", err=as_json)
