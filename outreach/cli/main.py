"""The root of all commands: finds the office, says who acts, and turns every refusal into one sentence and an exit code."""

from __future__ import annotations

import errno
import importlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import rich_click as click

from outreach import __version__
from outreach.errors import OutreachError

# The rooms take a second to load: `--version` and a mistyped command need not wait for them.
if TYPE_CHECKING:
    from datetime import datetime

    from outreach.office import Clock, Office

# Command -> module of this folder, loaded when it is called: a command starts without reading the others' rooms.
COMMANDS = {
    "init": "founding",
    "demo": "demonstrating",
    "upgrade": "founding",
    "backup": "moving",
    "restore": "moving",
    "status": "status",
    "people": "people",
    "contacts": "contacts",
    "protocol": "protocol",
    "templates": "templates",
    "campaigns": "campaigns",
    "letters": "letters",
    "send": "sending",
    "delivery": "delivery",
    "worker": "working",
    "jobs": "jobs",
    "pause": "delivery_pausing",
    "resume": "delivery_pausing",
    "mailbox": "mailbox",
    "responses": "responses",
    "chase": "chasing",
    "deadlines": "deadlines",
    "engagements": "engagements",
    "morning": "morning",
    "themes": "themes",
    "answers": "answers",
    "inputs": "inputs",
    "communique": "communique",
    "journal": "journal",
    "serve": "serving",
}


def _system_clock() -> datetime:
    from outreach.office import system_clock

    return system_clock()


@dataclass
class Face:
    """What the command line holds: which office is meant, who acts, what time it is."""

    folder: str | None = None
    acting: str | None = None
    clock: Clock = _system_clock
    opened: list[Office] = field(default_factory=list)

    @cached_property
    def office(self) -> Office:
        """The office, opened when a command first needs it."""
        from outreach.config import find_office
        from outreach.office import Office

        url = os.environ.get("OUTREACH_DATABASE_URL")
        office = Office.open(find_office(self.folder), acting=self.acting, clock=self.clock, url=url)
        self.opened.append(office)
        if self.acting:
            # Asked at once: a name that nobody has here is told also by what only looks.
            _ = office.actor
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line; bytes that are no text would break far inside."""
        try:
            "".join(args).encode()
        except UnicodeEncodeError:
            raise click.UsageError("What was typed is not UTF-8 text; type it again.", ctx) from None
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the office must be told becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _in_words(error)
            if sentence is None:
                raise
            _echo_error(sentence)
        finally:
            for office in ctx.obj.opened if isinstance(ctx.obj, Face) else ():
                office.close()
        return ctx.exit(1)


def _in_words(error: Exception) -> str | None:
    """What the office is told of an error; None when it is the engineer's."""
    if isinstance(error, OutreachError):
        return f"{error} {error.to_type}".rstrip()
    # A reader that closed the pipe is click's to handle.
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return f"{error.filename or 'A file'} cannot be used ({error.strerror or error}); mend that and try again."
    from sqlalchemy.exc import DatabaseError, OperationalError

    reason = " ".join(str(getattr(error, "orig", "")).split())
    if isinstance(error, OperationalError):
        if "disk" in reason:
            unsaved = "what is not confirmed above was not saved"
            return f"The database cannot be written ({reason}); see whether the disk is full: {unsaved}."
        return f"The database cannot be used just now ({reason}); what is not confirmed above was not saved. Try again."
    # Only the class itself: those under it, such as a broken constraint, are faults of the program.
    if type(error) is DatabaseError:
        return f"The database is damaged ({reason}); bring it back from a backup."
    return None


def _echo_error(sentence: str) -> None:
    from outreach.cli.showing import said

    click.echo(f"Error: {said(sentence)}", err=True)


class Partly(OutreachError):
    """The command did what it could and has said what it could not; the exit code is 1."""


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
