"""`outreach delivery`: the ledger, letters in doubt, batches set for a time, refused letters by another channel."""

from datetime import date

import rich_click as click

from outreach.campaigns import planning
from outreach.cli import delivery_printing, delivery_servers
from outreach.cli.main import Partly
from outreach.cli.showing import DAY, echo_rows, json_option, pass_office, progress
from outreach.delivery import batches as setting
from outreach.delivery import reopening, settling
from outreach.delivery.ledger import entries
from outreach.delivery.settling import Looked
from outreach.errors import Refused
from outreach.letters import register
from outreach.office import Office


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


@delivery.command()
@click.argument("campaign", required=False)
@json_option
@pass_office
def batches(office: Office, campaign: str | None, as_json: bool) -> None:
    """Batches set for a time by `outreach send --at`: when they leave, and how far they are.

    Example: outreach delivery batches
    """
    with office.reading() as session:
        found = setting.listed(session, campaign=planning.find(session, campaign) if campaign else None, limit=1000)
        counts = setting.progress(session, found)
        rows = [
            {
                "batch": one.id,
                "campaign": one.campaign.slug,
                "outbox": one.outbox,
                "leaves": one.due_at if as_json else setting.told(one.due_at, office.settings.zone()),
                "set_by": one.set_by,
                "letters": ", ".join(f"{count} {state.value}" for state, count in counts[one.id].items()),
                "ended": one.ended_because,
            }
            for one in found
        ]
    echo_rows(rows, ["batch", "campaign", "outbox", "leaves", "set_by", "letters", "ended"], as_json, "No batch was ever set.")


@delivery.command("call-off")
@click.argument("batch", type=int)
@click.option("--because", required=True, metavar="TEXT", help="Why; whoever set it will read it.")
@pass_office
def call_off(office: Office, batch: int, because: str) -> None:
    """Call BATCH off: what has not left yet stays approved, and leaves by no time.

    Example: outreach delivery call-off 1 --because "The minister is on leave"
    """
    with office.transaction() as session:
        found = setting.find(session, batch)
        setting.call_off(session, found, because, by=office.actor, at=office.now())
        left = setting.count_left(session, found)
    click.echo(f"Batch {batch} is called off; {left} of its letters are approved still and have not left.")


@delivery.command("second-channel")
@click.argument("references", nargs=-1, required=True)
@pass_office
def second_channel(office: Office, references: tuple[str, ...]) -> None:
    """Let refused letters go by the second channel of their posts, as they were approved; all of those named, or none.

    They leave by the next `outreach send --outbox channels`.

    Example: outreach delivery second-channel --help
    """
    with office.transaction() as session:
        for letter in register.find_all(session, references):
            channel = reopening.turn_to_second(session, letter, by=office.actor, at=office.now())
            click.echo(f"{letter.reference} goes by {channel.value} now.")


for command in (*delivery_servers.COMMANDS, *delivery_printing.COMMANDS):
    delivery.add_command(command)
