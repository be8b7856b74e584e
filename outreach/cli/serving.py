"""`outreach serve`: the desk in the browser, and beside it a thread for what is due."""

import logging
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import entry_points
from pathlib import Path
from signal import SIGTERM, signal
from threading import Event, Thread
from typing import Any

import rich_click as click

from outreach import dispatching
from outreach.accounts import passwords, people
from outreach.cli.main import Face
from outreach.config import find_office
from outreach.errors import Refused
from outreach.office import Office


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen; only this machine by default."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="The port; 0 takes a free one.")
@click.option("--demo", is_flag=True, help="Serve a filled demonstration office and say how to sign in.")
@click.option("--check", is_flag=True, help="Only see whether the desk could be served, and say where.")
@click.pass_obj
def serve(face: Face, host: str, port: int, demo: bool, check: bool) -> None:
    """Serve the desk: the daily acts in a browser.

    People sign in with their name and the password that a keeper gave them (`outreach people password NAME`). For other
    machines put an https proxy before it and name its host in outreach.toml ([desk]).

    Example: outreach serve --check
    """
    office = _demonstration(face) if demo else face.office
    if demo:
        _say_how_to_sign_in(office)
    else:
        _somebody_can_sign_in(office)
    server = server_of(office, host, port)
    where = f"http://{server.effective_host}:{server.effective_port}/"
    if check:
        server.close()
        click.echo(f"The desk of {office.settings.office.name} can be served at {where}")
        return
    click.echo(f"The desk of {office.settings.office.name} is open at {where} (Ctrl-C closes it).")
    due = sending_what_is_due(office, _say_ran) if office.settings.sending.from_desk else nullcontext()
    # As Ctrl-C does: the letter on the wire is finished.
    signal(SIGTERM, _leave)
    with due:
        server.run()


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _say_ran(ran: dispatching.Ran) -> None:
    left = sum(not one.held for one in ran.done)
    if left or ran.ended_because:
        click.echo(f"Batch {ran.number} of {ran.campaign}: {left} letters were handed over. {ran.ended_because}".rstrip())


@contextmanager
def sending_what_is_due(office: Office, told: Callable[[dispatching.Ran], None], *, seconds: float = 30) -> Iterator[None]:
    """Beside what is done within, let what is due leave every so many `seconds`.

    At the end the letter on the wire is finished.
    """
    ending = Event()

    def stop() -> str:
        return "the desk was closed before this letter" if ending.is_set() else ""

    def work() -> None:
        while not ending.wait(seconds):
            try:
                for ran in dispatching.run_due(office, stop=stop):
                    told(ran)
            except Exception:
                # A database that is locked or away for a moment must not end it for good; the next round tries again.
                logging.getLogger(__name__).exception("What is due could not be sent just now")

    thread = Thread(target=work, name="what is due")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def server_of(office: Office, host: str, port: int) -> Any:
    """The desk of `office`, listening and not yet answering; raises Refused where nobody can listen."""
    from waitress.server import create_server

    # The two faces never meet in code: the desk is found by its entry point.
    [desk] = entry_points(group="outreach.faces", name="desk")
    try:
        return create_server(
            desk.load()(office),
            host=host,
            port=port,
            threads=4,
            ident=None,
            # Where a proxy stands before the desk, its word on who asks and how is needed; else nobody's is believed.
            clear_untrusted_proxy_headers=office.settings.desk.proxies == 0,
        )
    except OSError as error:
        raise Refused(f"Nobody can listen at {host}:{port} ({error.strerror or error}); name another with --port.") from error


def _somebody_can_sign_in(office: Office) -> None:
    with office.reading() as session:
        if not any(one.active and one.password_hash for one in people.everybody(session)):
            raise Refused("Nobody here has a password yet; give one with `outreach people password NAME`.")


def _demonstration(face: Face) -> Office:
    """The demonstration office named, or a new one in a folder of its own."""
    folder = Path(face.folder) if face.folder else Path(tempfile.mkdtemp(prefix="outreach-")) / "demo-office"
    if not (folder / "outreach.toml").exists():
        click.echo(f"Making a demonstration office in {folder}; this takes half a minute.")
        from outreach.cli import demonstrating

        demonstrating.make(folder, quiet=True)
    face.folder = str(folder)
    office = face.office
    if not office.settings.office.demo:
        raise Refused(f"{find_office(face.folder)} is no demonstration office; serve it without --demo.")
    return office


def _say_how_to_sign_in(office: Office) -> None:
    # Made anew at each start and shown here alone: a demonstration has no password that everybody knows.
    word = secrets.token_urlsafe(12)
    with office.transaction() as session:
        name = office.actor.name
        passwords.give(session, name, word, by=office.actor, at=office.now())
    click.echo(f"Sign in as  {name}  with the password  {word}")
