"""`outreach backup` and `outreach restore`: the whole office in one archive, and out of it again."""

from pathlib import Path

import rich_click as click

from outreach.cli.main import Face, Partly
from outreach.cli.showing import pass_office, progress
from outreach.moving.backing_up import back_up
from outreach.moving.restoring import restore as restore_office
from outreach.office import Office
from outreach.schema import METADATA


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@pass_office
def backup(office: Office, file: Path) -> None:
    """Put the whole office into the new archive FILE, while everybody works on.

    Rows, files, templates, forms of address, settings and the journal's head; no passwords, no lists in `uploads/`. It holds
    all that is confidential: keep it where the office's folder might lie.

    Example: outreach backup office.tar
    """
    with progress("Backing up", len(METADATA.tables)) as step:
        done = back_up(office, file, step=step)
    size = f"{done.size / 1e6:.1f} MB"
    click.echo(f"{done.path}: {done.rows} rows, {done.members} members, {size}, {done.entries} entries of the journal.")
    click.echo(f"SHA-256 {done.sha256}  (write it down elsewhere: `outreach restore --sha256` asks for it)")
    for one in done.damaged:
        click.echo(f"Not in it: {one}.")
    if done.damaged:
        raise Partly(f"{len(done.damaged)} files of the office could not be put in; bring them back from an earlier backup.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--database",
    metavar="URL",
    envvar="OUTREACH_DATABASE_URL",
    help="An empty PostgreSQL database; by default a file in FOLDER.",
)
@click.option("--sha256", default="", metavar="DIGEST", help="Take FILE only if this is its SHA-256, as `backup` said.")
@click.pass_obj
def restore(face: Face, file: Path, folder: Path, database: str | None, sha256: str) -> None:
    """Make the office in the archive FILE anew, in the new folder FOLDER; it starts paused.

    From either database to either. Nothing leaves until an approver says `outreach resume`: what left after the backup looks
    in the copy as if it had not.

    Example: outreach restore office.tar restored-office
    """
    done = restore_office(file, folder, at=face.clock(), database_url=database, sha256=sha256)
    made = f"{done.about.made_at:%d %B %Y, %H:%M} UTC"
    click.echo(f"{folder} is {done.about.office} as of {made}: {done.rows} rows, {done.files} files, each checked.")
    click.echo("Nothing leaves from it: it is paused until `outreach resume`.")
    click.echo("Who was erased since then is in it again: erase them anew.")
    if database:
        click.echo("Its rows are in the database named; set OUTREACH_DATABASE_URL whenever you work with it.")
    if done.faults:
        for one in done.faults:
            click.echo(one)
        raise Partly("Its journal did not hold when it was backed up; compare it with an earlier backup.")
