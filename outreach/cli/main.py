"""The root of all commands: finds the office, says who acts, and turns every refusal into one sentence and an exit code."""

import importlib
import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rich_click as click
from sqlalchemy.exc import OperationalError

from outreach import __version__
from outreach.config import find_office
from outreach.errors import OutreachError
from outreach.office import Clock, Office, system_clock

# Command -> module of this folder, loaded when it is called: a command starts without reading the others' rooms.
COMMANDS = {
    "init": "founding",
    "demo": "demonstrating",
    "upgrade": "founding",
    "status": "status",
    "people": "people",
    "contacts": "contacts",
    "templates": "templates",
    "campaigns": "campaigns",
    "letters": "letters",
    "send": "delivery",
    "delivery": "delivery",
    "responses": "responses",
    "inputs": "inputs",
    "communique": "communique",
    "journal": "journal",
}


@dataclass
class Face:
    """What the command line holds: which office is meant, who acts, what time it is."""

    folder: str | None = None
    acting: str | None = None
    clock: Clock = system_clock
    opened: list[Office] = field(default_factory=list)

    @cached_property
    def office(self) -> Office:
        """The office, opened when a command first needs it."""
        url = os.environ.get("OUTREACH_DATABASE_URL")
        office = Office.open(find_office(self.folder), acting=self.acting, clock=self.clock, url=url)
        self.opened.append(office)
        return office


class Commands(click.RichGroup):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"outreach.cli.{COMMANDS[cmd_name]}"), cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the office must be told becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except OutreachError as error:
            click.echo(f"Error: {error}", err=True)
        except OperationalError as error:
            click.echo(f"Error: The database cannot be used just now ({error.orig}); nothing was changed. Try again.", err=True)
        finally:
            for office in ctx.obj.opened if isinstance(ctx.obj, Face) else ():
                office.close()
        return ctx.exit(1)


class Partly(OutreachError):
    """The command did what it could and has said what it could not; the exit code is 1."""


Sentence = Partly


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None})
@click.option("--office", "folder", metavar="DIR", help="The office folder; else OUTREACH_OFFICE, else where you stand.")
@click.option(
    "--as", "acting", metavar="NAME", envvar="OUTREACH_AS", help="Who acts; not needed while only one person works here."
)
@click.version_option(__version__, prog_name="outreach")
@click.pass_context
def main(ctx: click.Context, folder: str | None, acting: str | None) -> None:
    """Write to governments and organisations, follow every letter until it is answered, and draft the communiqué.

    Contacts -> campaigns -> letters -> sending -> responses -> inputs -> communiqué.

    Example: outreach demo demo-office
    """
    face = ctx.ensure_object(Face)
    face.folder, face.acting = folder or face.folder, acting or face.acting


if __name__ == "__main__":
    sys.exit(main())
