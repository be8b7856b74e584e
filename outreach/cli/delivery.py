"""`outreach send` and `outreach delivery`: what leaves, and what became of it."""

from collections import Counter
from typing import Any

import rich_click as click

from outreach.campaigns import planning
from outreach.cli.main import Partly
from outreach.cli.showing import echo_rows, json_option, pass_office, progress
from outreach.delivery import sending
from outreach.delivery.outboxes import Outbox
from outreach.errors import Refused
from outreach.letters import register
from outreach.office import Office


@click.command()
@click.argument("campaign")
@click.option("--outbox", "name", metavar="NAME", help="folder or print; by default as outreach.toml says.")
@click.option("--really", is_flag=True, help="Let them leave; without it nothing leaves.")
@click.option("--count", type=int, metavar="N", help="With --really: refuse unless exactly N would leave.")
@json_option
@pass_office
def send(office: Office, campaign: str, name: str | None, really: bool, count: int | None, as_json: bool) -> None:
    """Send the approved letters of CAMPAIGN: a dry run that lists them, unless --really.

    Example: outreach send member-state --outbox print
    """
    with office.reading() as session:
        found = planning.find(session, campaign)
        outbox = office.outbox(name, found)
        planned = sending.plan(session, found, outbox, office.must_stay)
    if not really:
        _show(planned, "would leave" if planned else "", as_json)
        if not as_json:
            _say_dry_run(campaign, outbox, planned)
        return
    leaving = [one for one in planned if not one.held]
    if count is not None and count != len(leaving):
        raise Refused(f"{len(leaving)} letters would leave, not {count}; nothing was sent.")
    done = _send(office, planned, outbox)
    _show([one for one in done if as_json or one.held or one.result != "accepted"], "left", as_json)
    _sum_up(campaign, outbox, done, as_json)


def _send(office: Office, planned: list[sending.Sent], outbox: Outbox) -> list[sending.Sent]:
    references = [one.reference for one in planned]
    done = []
    with progress("Sending", len(references)) as step:
        for one in sending.send(
            office.transaction, references, outbox, office.archive, office.must_stay, by=office.actor, now=office.now
        ):
            done.append(one)
            step()
    return done


def _show(rows: list[sending.Sent], accepted: str, as_json: bool) -> None:
    shown: list[dict[str, Any]] = []
    for one in rows:
        said = one.result.value if one.result else "held"
        if one.result == "accepted" and not as_json:
            said = accepted
        shown.append({"reference": one.reference, "outcome": said, "detail": one.detail})
    if shown or as_json:
        echo_rows(shown, ["reference", "outcome", "detail"], as_json)


def _say_dry_run(campaign: str, outbox: Outbox, planned: list[sending.Sent]) -> None:
    held = sum(one.held for one in planned)
    click.echo(f"Dry run: {len(planned) - held} letters would leave by {outbox.name}, {held} are held. Nothing was sent.")
    if len(planned) > held:
        click.echo(f"To send them: outreach send {campaign} --outbox {outbox.name} --really")


def _sum_up(campaign: str, outbox: Outbox, done: list[sending.Sent], as_json: bool) -> None:
    counts = Counter(one.result.value if one.result else "held" for one in done)
    parts = [f"{counts[word]} {word}" for word in ("accepted", "refused", "deferred", "unknown", "held") if counts[word]]
    if not as_json:
        click.echo(f"{campaign} by {outbox.name}: {', '.join(parts) or 'no approved letters'}.")
    if set(counts) - {"accepted"}:
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
        rows = list(sending.ledger(session, wanted))
    echo_rows(rows, ["reference", "outbox", "channel", "dispatched_on", "recipient", "result", "reply"], as_json)


@delivery.command()
@click.argument("references", nargs=-1)
@click.option("--went/--did-not-go", default=None, help="A person's word on what became of it.")
@click.option("--why", default="", metavar="TEXT", help="How you know; needed with a person's word.")
@pass_office
def settle(office: Office, references: tuple[str, ...], went: bool | None, why: str) -> None:
    """Settle letters left in doubt by a sender that died or an outbox that failed: ask it, or say what became of those named.

    Example: outreach delivery settle
    """
    if went is not None and (not references or not why.strip()):
        raise click.UsageError("Name the letters and say --why you know.")
    with office.transaction() as session:
        attempts = sending.in_doubt(session)
        named = list(references) or [attempt.letter.reference for attempt in attempts]
        for letter in register.find_all(session, named):
            attempt = next((one for one in attempts if one.letter_id == letter.id), None)
            known = attempt is not None and letter.campaign is not None and attempt.outbox in ("folder", "print")
            outbox = office.outbox(attempt.outbox, letter.campaign) if known and attempt and letter.campaign else None
            done = sending.settle(
                session, letter, went, outbox=outbox, archive=office.archive, by=office.actor, at=office.now(), why=why
            )
            click.echo(f"{done.reference}: {done.detail}.")
    if not named:
        click.echo("Nothing is in doubt.")
