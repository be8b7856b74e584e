"""`outreach init` and `outreach upgrade`."""

import getpass
from pathlib import Path

import rich_click as click

from outreach.office import Office, found


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--keeper", metavar="NAME", help="The first person of the office, who may do everything; by default your login name."
)
@click.option(
    "--database", metavar="URL", envvar="OUTREACH_DATABASE_URL", help="A PostgreSQL URL; by default a file in the folder."
)
@click.option(
    "--directory/--no-directory", default=True, show_default=True, help="Fill in the directory of States and organisations."
)
@click.pass_context
def init(ctx: click.Context, folder: Path, keeper: str | None, database: str | None, directory: bool) -> None:
    """Make an office in FOLDER: settings, database, a place for files, and its first keeper.

    Example: outreach init my-office --keeper "Ada Example"
    """
    office = found(folder, keeper=keeper or _login_name(), database_url=database, clock=ctx.obj.clock)
    ctx.obj.opened.append(office)
    click.echo(f"{folder} is an office now; {office.acting} is its keeper. Edit {folder / 'outreach.toml'} first.")
    if database and database != office.settings.database.url:
        click.echo("The database's password is not kept in the folder: set OUTREACH_DATABASE_URL whenever you work.")
    if directory:
        fill(office)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise click.UsageError("You have no login name here; say who keeps the office with --keeper NAME.") from None


def fill(office: Office) -> None:
    """Load the directory and the themes that come with the program."""
    from outreach.contacts import seeding
    from outreach.inputs import codebook
    from outreach.office import package_folder

    seeds = package_folder("seeds")
    with office.transaction() as session:
        counts = seeding.load(session, seeds, by=office.actor, at=office.now())
        codebook.load(session, seeds / "themes.toml", by=office.actor, at=office.now())
    click.echo(f"The directory is in: {counts.states} States, {counts.organisations} organisations, {counts.posts} posts.")


@click.command()
@click.pass_context
def upgrade(ctx: click.Context) -> None:
    """Bring the office's database to this release's schema; a copy is kept first.

    Example: outreach upgrade
    """
    import os

    from outreach.config import find_office, read

    folder = find_office(ctx.obj.folder)
    office = Office(folder, read(folder), clock=ctx.obj.clock, url=os.environ.get("OUTREACH_DATABASE_URL"))
    ctx.obj.opened.append(office)
    copy = office.upgrade()
    click.echo(f"Upgraded; the old state is kept in {copy}." if copy else "The database is up to date; nothing was changed.")
