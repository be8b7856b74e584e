"""`outreach send` and `outreach delivery`: what leaves, and what became of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from signal import SIGINT, signal
from threading import Event, current_thread, main_thread
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.cli import delivery_printing, delivery_servers
from outreach.cli.main import Partly
from outreach.cli.showing import DAY, echo_rows, json_option, pass_office, progress
from outreach.delivery import sending, settling
from outreach.delivery.ledger import entries
from outreach.delivery.outboxes import Outbox
from outreach.delivery.recording import Sent
from outreach.delivery.settling import Looked
from outreach.errors import Refused
from outreach.letters import redating, register
from outreach.office import Office

# What became of a letter that needs nobody to look at it.
WELL = ("accepted", "placed", "rehearsed")


@click.command()
@click.argument("campaign")
@click.option("--outbox", "name", metavar="NAME", help="folder, print, smtp or drafts; by default as outreach.toml says.")
@click.option("--really", is_flag=True, help="Let them leave; without it nothing leaves.")
@click.option("--count", type=int, metavar="N", help="With --really: refuse unless exactly N would leave.")
@click.option("--no-contact", is_flag=True, help="A dry run that does not ask the mail server about the recipients.")
@click.option("--redate", is_flag=True, help="Give letters of another day today's date; they wait for approval again.")
@json_option
@pass_office
def send(
    office: Office,
    campaign: str,
    name: str | None,
    really: bool,
    count: int | None,
    no_contact: bool,
    redate: bool,
    as_json: bool,
) -> None:
    """Send the approved letters of CAMPAIGN: a dry run that lists them, unless --really.

    A dry run by smtp asks the server about each recipient, and stops before the message.

    Example: outreach send member-state --outbox print
    """
    if redate:
        _redate(office, campaign, really)
        return
    with office.reading() as session:
        found = planning.find(session, campaign)
        outbox = office.outbox(name, found)
        if outbox.redirects_to and not as_json:
            click.echo(f"Rehearsal (redirect_all_to): every letter goes, enclosed, to {outbox.redirects_to} alone.")
        planned = sending.plan(session, found, outbox, office.must_stay, office.now())
        if not really and not no_contact:
            planned = _rehearsed(session, found, planned, outbox, office)
    if not really:
        _show(planned, "would leave" if planned else "", as_json)
        if not as_json:
            _say_dry_run(campaign, outbox, planned)
        return
    leaving = [one for one in planned if not one.held]
    if count is not None and count != len(leaving):
        raise Refused(f"{len(leaving)} letters would leave, not {count}; nothing was sent.")
    done = _send(office, planned, outbox)
    _show([one for one in done if as_json or one.held or one.result not in WELL], "left", as_json)
    _sum_up(campaign, outbox, done, as_json)


def _redate(office: Office, campaign: str, really: bool) -> None:
    if really:
        raise click.UsageError("Letters with a new date wait for approval first: leave out --really.")
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


def _rehearsed(session: Session, campaign: Campaign, planned: list[Sent], outbox: Outbox, office: Office) -> list[Sent]:
    try:
        with progress("Asking", len(planned)) as step:
            return list(sending.rehearse(session, campaign, planned, outbox, office.archive, step=step))
    finally:
        outbox.close()


def _send(office: Office, planned: list[Sent], outbox: Outbox) -> list[Sent]:
    references = [one.reference for one in planned]
    done = []
    with progress("Sending", len(references)) as step, _finishing_at_interrupt() as stop:
        for one in sending.send(
            office.transaction,
            references,
            outbox,
            office.archive,
            office.must_stay,
            by=office.actor,
            now=office.now,
            stop=stop,
        ):
            done.append(one)
            step()
    return done


@contextmanager
def _finishing_at_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl-C ends a run after the letters that are on the wire; pressed again it ends the program at once."""
    pressed = Event()

    def note(_signal: int, _frame: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()
        click.echo("Stopping after the letter on the wire; press again to leave it in doubt.", err=True)

    if current_thread() is not main_thread():
        # Only the main thread hears signals.
        yield pressed.is_set
        return
    before = signal(SIGINT, note)
    try:
        yield pressed.is_set
    finally:
        signal(SIGINT, before)


def _show(rows: list[Sent], accepted: str, as_json: bool) -> None:
    shown: list[dict[str, Any]] = []
    for one in rows:
        said = one.result.value if one.result else "held"
        if one.result == "accepted" and not as_json:
            said = accepted
        shown.append({"reference": one.reference, "outcome": said, "detail": one.detail})
    if shown or as_json:
        echo_rows(shown, ["reference", "outcome", "detail"], as_json)


def _say_dry_run(campaign: str, outbox: Outbox, planned: list[Sent]) -> None:
    held = sum(one.held for one in planned)
    click.echo(f"Dry run: {len(planned) - held} letters would leave by {outbox.name}, {held} are held. Nothing was sent.")
    if len(planned) > held:
        click.echo(f"To send them: outreach send {campaign} --outbox {outbox.name} --really")


def _sum_up(campaign: str, outbox: Outbox, done: list[Sent], as_json: bool) -> None:
    counts = Counter(one.result.value if one.result else "held" for one in done)
    words = ("accepted", "placed", "rehearsed", "refused", "deferred", "unknown", "held")
    parts = [f"{counts[word]} {word}" for word in words if counts[word]]
    if not as_json:
        click.echo(f"{campaign} by {outbox.name}: {', '.join(parts) or 'no approved letters'}.")
        if counts["placed"]:
            click.echo("What is placed leaves when somebody sends it from there; `outreach delivery settle` then finds it.")
        if counts["rehearsed"]:
            click.echo("They stay approved: take redirect_all_to out of outreach.toml, and send them.")
    if set(counts) - set(WELL):
        doubt = " `outreach delivery settle` asks what became of those in doubt." if counts["unknown"] else ""
        raise Partly(f"Not every letter left; those held or in doubt are listed above.{doubt}")


@click.group()
def delivery() -> None:
    """The delivery ledger, and letters whose outcome is in doubt.

    Example: outreach delivery ledger
    """


@delivery.command()
@click.argument("reference", required=False)
@json_option
@pass_office
def ledger(office: Office, reference: str | None, as_json: bool) -> None:
    """Every attempt to let a letter leave, and what became of each recipient.

    Example: outreach delivery ledger --json
    """
    with office.reading() as session:
        wanted = register.find(session, reference).reference if reference else None
        rows = list(entries(session, wanted))
    echo_rows(rows, ["reference", "outbox", "channel", "dispatched_on", "recipient", "result", "reply"], as_json)


@delivery.command()
@click.argument("references", nargs=-1)
@click.option("--went/--did-not-go", default=None, help="A person's word on what became of it.")
@click.option("--why", default="", metavar="TEXT", help="How you know; needed with a person's word.")
@click.option("--on", type=DAY, metavar="DAY", help="With --went: the day on which it left, where that is known.")
@pass_office
def settle(office: Office, references: tuple[str, ...], went: bool | None, why: str, on: date | None) -> None:
    """Settle letters in doubt, and drafts that somebody sent meanwhile: look for them, or say what became of those named.

    Looked at are the folders of files, and the mailbox where one is named: what was sent, the drafts, the inbox. Without names,
    letters taken less than ten minutes ago are passed over: their sender may still be at work.

    Example: outreach delivery settle
    """
    if went is not None and (not references or not why.strip()):
        raise click.UsageError("Name the letters and say --why you know.")
    if on is not None and went is not True:
        raise click.UsageError("A day belongs to letters that went.")
    looked, at_work = _looked(office, references)
    refused = []
    for reference, sight in looked:
        try:
            with office.transaction() as session:
                letter = register.find(session, reference)
                done = settling.settle(session, letter, went, looked=sight, by=office.actor, at=office.now(), why=why, on=on)
            click.echo(f"{done.reference}: {done.detail}.")
        except Refused as error:
            refused.append(str(error))
    if not looked:
        click.echo(
            f"{at_work} letters were taken a moment ago; their sender may still be at work. Name them to settle them now."
            if at_work
            else "Nothing is in doubt."
        )
    if refused:
        raise Partly("\n".join([*refused, "A person's word: --went or --did-not-go, with --why."]))


def _looked(office: Office, references: tuple[str, ...]) -> tuple[list[tuple[str, Looked | None]], int]:
    """The letters to settle with what was seen of each, and how many were passed over because their sender may be at work."""
    with office.reading() as session:
        attempts = {one.letter.reference: one for one in settling.to_settle(session)}
        named = [letter.reference for letter in register.find_all(session, references)] if references else list(attempts)
        young = {ref for ref, one in attempts.items() if settling.is_at_work(one, office.now())} if not references else set()
        wanted = [reference for reference in named if reference not in young]
        known = [attempts[reference] for reference in wanted if reference in attempts]
        with progress("Looking", len(known)) as step:
            sights = {}
            for attempt, sight in zip(known, settling.look(known, office.ways.finder(), office.archive), strict=True):
                sights[attempt.letter.reference] = sight
                step()
        return [(reference, sights.get(reference)) for reference in wanted], len(young)


for command in (*delivery_servers.COMMANDS, *delivery_printing.COMMANDS):
    delivery.add_command(command)
