"""`outreach send`: what would leave, letting it leave now or at a time, and what is due."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from signal import SIGINT, signal
from threading import Event, current_thread, main_thread
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from outreach import dispatching, spreading
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.cli.main import Partly
from outreach.cli.showing import echo_one, echo_rows, json_option, pass_office, progress
from outreach.delivery import batches, failing, sending
from outreach.delivery.recording import Sent
from outreach.dispatching import CHANNELS, Load
from outreach.errors import Refused
from outreach.letters import redating
from outreach.office import Office

OUTCOMES = ("accepted", "placed", "rehearsed", "refused", "deferred", "unknown", "held")


@click.command()
@click.argument("campaign", required=False)
@click.option(
    "--outbox", "name", metavar="NAME", help="folder, print, smtp, drafts or channels; by default as outreach.toml says."
)
@click.option("--really", is_flag=True, help="Let them leave; without it nothing leaves.")
@click.option("--count", type=int, metavar="N", help="With --really or --at: refuse unless exactly N would leave.")
@click.option(
    "--at", "when", metavar="TIME", help='Set them for a time: "2025-01-28 09:00" at the office\'s place, or with Z for UTC.'
)
@click.option("--due", is_flag=True, help="Let what was set for a time that has come leave (for cron or a timer).")
@click.option(
    "--only", type=click.File(encoding="utf-8-sig"), help="Only the letters named in this file (the list of a run that failed)."
)
@click.option("--background", is_flag=True, help="With --really: set them going and come back; workers let them leave.")
@click.option("--no-contact", is_flag=True, help="A dry run that does not ask the mail server about the recipients.")
@click.option("--redate", is_flag=True, help="Give letters of another day today's date; they wait for approval again.")
@json_option
@pass_office
def send(
    office: Office,
    campaign: str | None,
    name: str | None,
    really: bool,
    count: int | None,
    when: str | None,
    due: bool,
    only: Any,
    background: bool,
    no_contact: bool,
    redate: bool,
    as_json: bool,
) -> None:
    """Send the approved letters of CAMPAIGN: a dry run that lists them, unless --really or --at.

    A dry run by smtp asks the server about each recipient, and stops before the message. By `channels` each letter goes by its
    post's preferred channel. What does not leave is written into a file in `out/failed`, which --only takes. With --background
    workers let them leave (`outreach worker`), several at once on PostgreSQL.

    Example: outreach send member-state --outbox print --at "2125-01-28 09:00"
    """
    if due:
        _one_of(not (campaign or name or really or when or redate or only), "--due takes what was set; leave the rest out.")
        _due(office, as_json)
        return
    if campaign is None:
        raise click.UsageError("Name a campaign, or say --due.")
    _one_of(not (really and (when or redate)), "Say --really, --at or --redate, not several of them.")
    _one_of(really or not background, "--background goes with --really.")
    if redate:
        _redate(office, campaign)
        return
    with office.reading() as session:
        found = planning.find(session, campaign)
        numbers = batches.of_references(session, failing.references(only.read())) if only else None
        whole = dispatching.loads(office, session, found, name, only=numbers)
        if not as_json and (rehearsed := dispatching.redirected_to(whole)):
            click.echo(f"Rehearsal (redirect_all_to): every letter goes, enclosed, to {rehearsed} alone.")
        if not (really or when or no_contact):
            whole = [_rehearsed(session, found, load, office) for load in whole]
    leaving = sum(len(load.leaving) for load in whole)
    if when:
        _set(office, campaign, name, when, count, numbers)
        return
    if background:
        _set_going(office, campaign, name, count, numbers, as_json)
        return
    if really and count is not None and count != leaving:
        raise Refused(f"{leaving} letters would leave, not {count}; nothing was sent.")
    if really:
        _really(office, campaign, whole, as_json)
    else:
        _dry_run(campaign, name, whole, as_json)


def _one_of(holds: bool, otherwise: str) -> None:
    if not holds:
        raise click.UsageError(otherwise)


def _redate(office: Office, campaign: str) -> None:
    with office.transaction() as session:
        found = planning.find(session, campaign)
        composer = office.composer(found, office.today())
        done = redating.redate(session, found, composer, by=office.actor, at=office.now())
    for refused in done.refused:
        click.echo(f"Not written anew: {refused}")
    click.echo(
        f"{len(done.references)} letters of {campaign} are dated {office.today()} now; {done.voided} approvals are void. "
        f"Read them, and approve them again."
    )
    if done.refused:
        raise Partly("Those that could not be written anew keep their date and are drafts; mend what is named.")


def _rehearsed(session: Session, campaign: Campaign, load: Load, office: Office) -> Load:
    if load.outbox is None:
        return load
    try:
        with progress("Asking", len(load.planned)) as step:
            asked = sending.rehearse(session, campaign, load.planned, load.outbox, office.archive, only=load.only, step=step)
            return Load(load.outbox, tuple(asked), load.only)
    finally:
        load.outbox.close()


def _set(office: Office, campaign: str, name: str | None, when: str, count: int | None, only: Sequence[int] | None) -> None:
    zone, outbox = office.settings.zone(), name or office.settings.outbox
    with office.transaction() as session:
        found = planning.find(session, campaign)
        due = batches.instant(when, zone)
        batch = dispatching.set_for(
            office, session, found, outbox, due, count=count, only=only, by=office.actor, at=office.now()
        )
        held = dispatching.why_held(office, session, batch)
        number = batches.count_left(session, batch)
    click.echo(f"{number} letters of {campaign} are set to leave by {outbox} on {batches.told(due, zone)}.")
    for why, letters in held:
        click.echo(f"{letters} would be held as things stand: {why}.")
    click.echo(
        f"Batch {batch.id}; `outreach send --due` lets them leave then, `outreach delivery call-off {batch.id}` stops it."
    )


def _set_going(
    office: Office, campaign: str, name: str | None, count: int | None, only: Sequence[int] | None, as_json: bool
) -> None:
    outbox = name or office.settings.outbox
    with office.transaction() as session:
        found, at = planning.find(session, campaign), office.now()
        batch = spreading.set_going(office, session, found, outbox, count=count, only=only, by=office.actor, at=at)
        number = batches.count_left(session, batch)
    if as_json:
        echo_one({"batch": batch.id, "letters": number}, as_json)
        return
    click.echo(f"{number} letters of {campaign} are set going by {outbox}: batch {batch.id}, which workers let leave.")
    click.echo(f"`outreach delivery batches` shows how far it is, `outreach delivery call-off {batch.id}` stops it.")


def _really(office: Office, campaign: str, whole: Sequence[Load], as_json: bool) -> None:
    total = sum(len(load.planned) for load in whole)
    done = []
    with progress("Sending", total) as step, finishing_at_interrupt() as stop:
        for one in dispatching.send(office, whole, by=office.actor, stop=stop):
            done.append(one)
            step()
    _show([one for one in done if as_json or one.result not in failing.WELL], "left", as_json)
    path = dispatching.write_failed(office, done, campaign)
    _sum_up(f"{campaign} by {_ways(whole)}", done, path, as_json)


@contextmanager
def finishing_at_interrupt() -> Iterator[Callable[[], str]]:
    """Ctrl-C ends a run after the letters that are on the wire; pressed again it ends the program at once."""
    pressed = Event()

    def note(_signal: int, _frame: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()
        click.echo("Stopping after the letter on the wire; press again to leave it in doubt.", err=True)

    def reason() -> str:
        return "it was stopped before this letter" if pressed.is_set() else ""

    if current_thread() is not main_thread():
        # Only the main thread hears signals.
        yield reason
        return
    before = signal(SIGINT, note)
    try:
        yield reason
    finally:
        signal(SIGINT, before)


def _show(rows: Sequence[Sent], accepted: str, as_json: bool) -> None:
    shown: list[dict[str, Any]] = []
    for one in rows:
        said = accepted if one.result == "accepted" and not as_json else failing.said(one)
        shown.append({"reference": one.reference, "outcome": said, "detail": one.detail})
    if shown or as_json:
        echo_rows(shown, ["reference", "outcome", "detail"], as_json)


def _ways(whole: Sequence[Load]) -> str:
    return ", ".join(load.outbox.name for load in whole if load.outbox) or "no outbox"


def _dry_run(campaign: str, name: str | None, whole: Sequence[Load], as_json: bool) -> None:
    planned = [one for load in whole for one in load.planned]
    _show(planned, "would leave", as_json)
    if as_json:
        return
    for load in whole if len(whole) > 1 else ():
        if load.outbox:
            click.echo(f"By {load.outbox.name}: {len(load.leaving)} of {len(load.planned)}.")
    held = sum(one.held for one in planned)
    click.echo(f"Dry run: {len(planned) - held} letters would leave by {_ways(whole)}, {held} are held. Nothing was sent.")
    if len(planned) > held:
        outbox = CHANNELS if name == CHANNELS else _ways(whole[:1])
        click.echo(f"To send them: outreach send {campaign} --outbox {outbox} --really")


def _sum_up(what: str, done: Sequence[Sent], path: Path | None, as_json: bool) -> None:
    counts = Counter(map(failing.said, done))
    if not as_json:
        said = ", ".join(f"{counts[word]} {word}" for word in OUTCOMES if counts[word])
        click.echo(f"{what}: {said or 'no approved letters'}.")
    if path and not as_json:
        click.echo(f"Those that did not leave stand in {path}; mend what is wrong, then send them with --only and this file.")
    if counts["placed"] and not as_json:
        click.echo("What is placed leaves when somebody sends it from there; `outreach delivery settle` then finds it.")
    if counts["rehearsed"] and not as_json:
        click.echo("They stay approved: take redirect_all_to out of outreach.toml, and send them.")
    if set(counts) - {word.value for word in failing.WELL}:
        doubt = " `outreach delivery settle` asks what became of those in doubt." if counts["unknown"] else ""
        raise Partly(f"Not every letter left; those held or in doubt are listed above.{doubt}")


def _due(office: Office, as_json: bool) -> None:
    ran = []
    with finishing_at_interrupt() as stop:
        for one in dispatching.run_due(office, stop=stop):
            ran.append(one)
            if not as_json:
                _say_ran(one, office.now())
    if as_json:
        rows = [
            {"batch": one.number, "campaign": one.campaign, **Counter(map(failing.said, one.done)), "ended": one.ended_because}
            for one in ran
        ]
        echo_rows(rows, [], as_json)
    if any(one.failed for one in ran):
        raise Partly("Not every letter of a batch that ended has left; those that did not stand in the file named.")


def _say_ran(ran: dispatching.Ran, at: datetime) -> None:
    counts = Counter(map(failing.said, ran.done))
    said = ", ".join(f"{counts[word]} {word}" for word in OUTCOMES if counts[word]) or "nothing to send"
    click.echo(
        f"{at:%Y-%m-%d %H:%M}Z batch {ran.number} of {ran.campaign}: {said}."
        + (f" Ended: {ran.ended_because}." if ran.ended_because else "")
    )
    if ran.failed:
        click.echo(f"Those that did not leave stand in {ran.failed}.")
