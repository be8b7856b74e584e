"""`outreach mailbox fetch` and `status`: what came into the mailboxes of the settings."""

import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import rich_click as click

from outreach import fetching
from outreach.cli.incoming import echo_noted, echo_taken
from outreach.cli.main import Partly
from outreach.cli.showing import echo_rows, json_option, pass_office
from outreach.fetching import Brought
from outreach.office import Office
from outreach.responses import mailboxes
from outreach.responses.models import MailFolder, MailState


@dataclass
class Tally:
    """What a fetch brought, counted as it goes."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def add(self, brought: Brought) -> None:
        """Count a lot; what is noted waits no longer."""
        for taken in brought.taken:
            self.counts["new" if taken.is_new else "here already"] += 1
            self.counts["filed"] += taken.is_new and taken.state is MailState.FILED
            if taken.is_new and taken.state is MailState.WAITING:
                self.waiting.add(taken.mail)
        self.counts["noted"] += len(brought.noted)
        self.waiting -= {one.mail for one in brought.noted}
        self.faults += [f"{one.where}: {one.why}" for one in brought.missed]
        if brought.trouble:
            self.faults.append(f"{brought.mailbox}: {brought.trouble}")

    def said(self) -> str:
        """The counts in words."""
        self.counts["waiting"] = len(self.waiting)
        return ", ".join(f"{self.counts[word]} {word}" for word in ("new", "filed", "waiting", "noted", "here already")) + "."


@click.command()
@click.argument("name", metavar="[MAILBOX]", required=False)
@click.option("--watch", is_flag=True, help="Go on fetching whatever comes, until Ctrl-C.")
@click.option("--background", is_flag=True, help="Let a worker fetch from every mailbox, and come back.")
@json_option
@pass_office
def fetch(office: Office, name: str | None, watch: bool, background: bool, as_json: bool) -> None:
    """Fetch what came into MAILBOX, else into every mailbox of the settings ("imap" is the one in [mail.imap]).

    Whether a message was read there does not matter, and nothing is marked, moved or deleted unless the settings say so.
    What was fetched before is never fetched twice. Mail that answers a letter by evidence is filed; all other mail waits.
    Exit code 1 if a mailbox could not be reached or a message not be had; the others are fetched all the same.

    Example: outreach mailbox fetch
    """
    if background:
        _want(office, name, watch)
        return
    sources = [fetching.source(office, one) for one in ([name] if name else fetching.names(office))]
    if not sources:
        click.echo("The settings name no mailbox: add [mail.imap], or [mailboxes.NAME] with the path of saved mail.")
        return
    tally = Tally()
    try:
        # Closed also when Ctrl-C ends it.
        with contextlib.ExitStack() as stack:
            for one in sources:
                stack.callback(one.close)
            by = office.actor
            going_on = (
                fetching.watch(office, sources, by=by, sleep=time.sleep) if watch else fetching.fetch(office, sources, by=by)
            )
            for brought in going_on:
                tally.add(brought)
                _echo_brought(brought, as_json)
    except KeyboardInterrupt:
        if not watch:
            raise
    if not as_json:
        click.echo(tally.said())
    if tally.faults:
        raise Partly("\n".join(tally.faults))


def _want(office: Office, name: str | None, watch: bool) -> None:
    if name or watch:
        raise click.UsageError("--background fetches from every mailbox, once; leave the rest out.")
    with office.transaction() as session:
        number = fetching.want(session, office, by=office.actor, at=office.now())
    click.echo(f"Job {number}: a worker fetches; `outreach jobs list` shows what came of it.")


def _echo_brought(brought: Brought, as_json: bool) -> None:
    for taken in brought.taken:
        if as_json or taken.is_new:
            echo_taken(taken, as_json)
    for noted in brought.noted:
        echo_noted(noted, as_json)


@click.command("status")
@json_option
@pass_office
def show_status(office: Office, as_json: bool) -> None:
    """Show for each mailbox of the settings when it was last fetched from, what came, and what could not be had.

    Example: outreach mailbox status
    """
    with office.reading() as session:
        rows = [row for name, folders in _by_name(office, mailboxes.listing(session)) for row in _rows_of(name, folders)]
    columns = ["mailbox", "folder", "fetched_at", "fetched", "added", "missed", "trouble"]
    echo_rows(rows, columns, as_json, "The settings name no mailbox, and none was fetched from.")


def _by_name(office: Office, known: Mapping[str, Sequence[MailFolder]]) -> list[tuple[str, Sequence[MailFolder]]]:
    return [(name, known.get(name, ())) for name in dict.fromkeys([*fetching.names(office), *known])]


def _rows_of(name: str, folders: Sequence[MailFolder]) -> list[dict[str, Any]]:
    if not folders:
        return [{"mailbox": name, "folder": "", "fetched_at": None, "fetched": 0, "added": 0, "missed": [], "trouble": ""}]
    return [
        {
            "mailbox": name,
            "folder": one.folder,
            "fetched_at": one.fetched_at,
            "fetched": one.fetched,
            "added": one.added,
            "missed": [f"{each.place}: {each.why}" for each in one.missed],
            "trouble": one.trouble,
        }
        for one in folders
    ]


COMMANDS = (fetch, show_status)
