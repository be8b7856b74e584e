"""`outreach worker`: does what waits in the background."""

import rich_click as click

from outreach.cli.sending import finishing_at_interrupt
from outreach.cli.showing import pass_office, said
from outreach.jobs import Pulse
from outreach.office import Office
from outreach.working import Worker

_PULSE = Pulse()


@click.command()
@click.option("--drain", is_flag=True, help="End when nothing is left that may be done now (for cron).")
@click.option(
    "--dead-after",
    type=click.FloatRange(0.3, 3600),
    default=_PULSE.dead_after,
    show_default=True,
    metavar="SECONDS",
    help="On PostgreSQL: take a worker for dead that gave no sign of life for so long, and do its job.",
)
@click.option(
    "--look",
    type=click.FloatRange(0.1, 3600),
    default=_PULSE.look,
    show_default=True,
    metavar="SECONDS",
    help="Look for what is due this often.",
)
@pass_office
def worker(office: Office, drain: bool, dead_after: float, look: float) -> None:
    """Do what waits in the background: letters set going with --background or at the desk, and what is due.

    On PostgreSQL run as many as you like, on several machines with one office folder; they share the letters, and each leaves
    once. On SQLite there is one. Ctrl-C finishes the letter on the wire. While everything is paused nothing is begun.

    Example: outreach worker --drain
    """
    with finishing_at_interrupt() as stop:
        # Each beats often enough that three can be missed.
        pulse = Pulse(beat=min(_PULSE.beat, dead_after / 3), dead_after=dead_after, look=look)
        Worker(office, stop, lambda words: click.echo(f"{office.now():%Y-%m-%d %H:%M:%S}Z {said(words)}")).work(
            drain=drain, pulse=pulse
        )
