"""`outreach responses import` and the mail that waits for a person."""

from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from outreach import fetching
from outreach.cli.main import Partly
from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office, said
from outreach.errors import OutreachError
from outreach.inputs import receiving
from outreach.mail.reading import messages_in
from outreach.office import Office
from outreach.responses import came_in, taking_in
from outreach.responses import waiting as tray
from outreach.responses.models import IncomingMail
from outreach.responses.reports import Noted


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@pass_office
def import_mail(office: Office, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take in mail from .eml files, folders of them, or mbox files. What is here already is not taken in again.

    Mail that answers a letter by evidence becomes a response to sort; all other mail waits. Exit code 1 if a PATH cannot
    be read.

    Example: outreach responses import out/replies
    """
    counts = {"new": 0, "filed": 0, "waiting": 0, "here already": 0}
    refused = [each for path in paths if (each := _import_path(office, path, counts, as_json))]
    for noted in fetching.note_reports(office, by=office.actor):
        echo_noted(noted, as_json)
    if not as_json:
        click.echo(", ".join(f"{count} {word}" for word, count in counts.items()) + ".")
        if counts["waiting"]:
            click.echo("`outreach responses waiting` lists what waits for a person.")
    if refused:
        raise Partly(" ".join(refused))


def _import_path(office: Office, path: Path, counts: dict[str, int], as_json: bool) -> str:
    """Take in what lies at a path; gives why it was refused, or an empty string."""
    try:
        # Each batch is kept for good: what was taken in before a damaged file stays, and is recognised the next time.
        for batch in taking_in.in_batches(messages_in(path)):
            for taken in _import_batch(office, batch):
                _count(taken, counts)
                echo_taken(taken, as_json)
    except OutreachError as error:
        return str(error)
    return ""


def _import_batch(office: Office, batch: list[taking_in.Located]) -> list[taking_in.Taken]:
    mail = office.settings.mail
    with office.transaction() as session:
        return receiving.take_in(
            session,
            office.archive,
            batch,
            by=office.actor,
            at=office.now(),
            own_addresses={mail.from_address, mail.inbox},
            zone=office.settings.zone(),
        )


def _count(taken: taking_in.Taken, counts: dict[str, int]) -> None:
    if taken.is_new:
        counts["new"] += 1
        counts[taken.state.value] += 1
    else:
        counts["here already"] += 1


def echo_taken(taken: taking_in.Taken, as_json: bool) -> None:
    """Show what became of a message: a sentence, or a line of JSON."""
    if as_json:
        row = {
            "where": taken.where,
            "mail": taken.mail,
            "new": taken.is_new,
            "state": taken.state,
            "reason": taken.reason,
            "letters": taken.letters,
            "response": taken.response,
            "defects": taken.defects,
        }
        echo_json([row], lines=True)
    elif taken.response:
        click.echo(f"{said(taken.where)}: response {taken.response} to {', '.join(taken.letters)}.")
    else:
        click.echo(f"{said(taken.where)}: mail {taken.mail} is {taken.state}. {said(taken.reason)}")


def echo_noted(noted: Noted, as_json: bool) -> None:
    """Show what was noted of a mail that a machine sent."""
    if as_json:
        echo_json([{"mail": noted.mail, "noted": noted.said, "letters": noted.letters}], lines=True)
    else:
        click.echo(f"Mail {noted.mail}: {said(noted.said)}")


@click.command()
@json_option
@pass_office
def report(office: Office, as_json: bool) -> None:
    """Count the mail that ever came in, by its class and by what became of it; each message stands once in each split.

    Example: outreach responses report
    """
    with office.reading() as session:
        found = came_in.report(session)
    if as_json:
        echo_json(msgspec.to_builtins(found), lines=False)
        return
    rows = [{"class": kind, **found.both[kind], "all": number} for kind, number in found.by_kind.items() if number]
    rows.append({"class": "all", **found.by_state, "all": found.total})
    echo_rows(rows, ["class", *found.by_state, "all"], as_json, "No mail came in.")
    brought = f"{found.fetched} fetched from mailboxes, {found.repeated} of them here already"
    click.echo(f"{brought}; {found.missed} could not be had.")


@click.command()
@json_option
@pass_office
def waiting(office: Office, as_json: bool) -> None:
    """List the mail that waits for a person, why, and the letter that it may answer.

    Example: outreach responses waiting
    """
    with office.reading() as session:
        rows = [_mail_row(mail) for mail in tray.listing(session)]
    echo_rows(rows, ["mail", "sent", "sender", "subject", "suggested", "reason"], as_json, "No mail waits.")


def _mail_row(mail: IncomingMail) -> dict[str, Any]:
    return {
        "mail": mail.id,
        "sent": mail.sent_at.date() if mail.sent_at else None,
        "sender": mail.sender_address,
        "sender_name": mail.sender_name,
        "subject": mail.subject,
        "suggested": mail.suggested_letter.reference if mail.suggested_letter else None,
        "suggestions": [
            {"letter": one.letter.reference, "confidence": one.confidence, "reason": one.reason} for one in mail.suggestions
        ],
        "reason": mail.reason,
        "automatic": mail.automatic,
        "source": mail.source,
        "sha256": mail.raw_sha256,
    }


@click.command()
@click.argument("mail", type=NUMBER)
@click.argument("references", metavar="REFERENCE...", nargs=-1, required=True)
@click.option("--from", "organisations", metavar="ORGANISATION", multiple=True, help="Who wrote, if not the addressee.")
@pass_office
def accept(office: Office, mail: int, references: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Accept the waiting MAIL as an answer to the letters REFERENCE...; `responses put-back` undoes it.

    Example: outreach responses accept 1 IGF/LP/2025/0001
    """
    with office.transaction() as session:
        number = receiving.accept(
            session,
            office.archive,
            mail,
            references,
            organisations=organisations,
            by=office.actor,
            at=office.now(),
            zone=office.settings.zone(),
        ).id
    click.echo(f"Mail {mail} is response {number} now; `outreach responses sort {number} --kind KIND` says what it is.")


@click.command("set-aside")
@click.argument("mail", type=NUMBER)
@click.option("--why", required=True, metavar="WORDS", help="The reason, which stands in the journal.")
@pass_office
def set_aside(office: Office, mail: int, why: str) -> None:
    """Take the waiting MAIL off the list, with a reason; it is kept, and `responses put-back` undoes it.

    Example: outreach responses set-aside 16 --why "A newsletter."
    """
    with office.transaction() as session:
        tray.set_aside(session, mail, why, by=office.actor, at=office.now())
    click.echo(f"Mail {mail} is set aside.")


@click.command("put-back")
@click.argument("mail", type=NUMBER)
@pass_office
def put_back(office: Office, mail: int) -> None:
    """Let MAIL wait again after it was filed or set aside; a response made of it no longer counts.

    Example: outreach responses put-back 1
    """
    with office.transaction() as session:
        tray.put_back(session, mail, by=office.actor, at=office.now())
    click.echo(f"Mail {mail} waits again.")
