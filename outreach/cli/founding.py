"""`outreach init` and `outreach upgrade`."""

import getpass
from pathlib import Path

import rich_click as click

from outreach.founding import found
from outreach.office import Office


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
    founded = found(folder, keeper=keeper or _login_name(), database_url=database, directory=directory, clock=ctx.obj.clock)
    office = founded.office
    ctx.obj.opened.append(office)
    click.echo(f"{folder} is an office now; {office.acting} is its keeper. Edit {folder / 'outreach.toml'} first.")
    if database and database != office.settings.database.url:
        click.echo("The database's password is not kept in the folder: set OUTREACH_DATABASE_URL whenever you work.")
    if founded.directory:
        click.echo(f"The directory is in: {founded.directory.told()}.")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise click.UsageError("You have no login name here; say who keeps the office with --keeper NAME.") from None


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
