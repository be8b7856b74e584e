"""`outreach responses`: what came back, the mail that waits for a person, and who may be named."""

from datetime import date
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.incoming import accept, import_mail, put_back, report, set_aside, waiting
from outreach.cli.returned_forms import read_form
from outreach.cli.showing import DAY, NUMBER, echo_json, echo_one, echo_rows, json_option, pass_office, said
from outreach.contacts.models import Channel
from outreach.errors import Invalid
from outreach.inputs import attribution as naming
from outreach.inputs import receiving, texts
from outreach.inputs.models import AttributionLevel
from outreach.inputs.receiving import Allowed
from outreach.office import Office
from outreach.responses import recording, shelf
from outreach.responses.models import Response, ResponseKind

KINDS = click.Choice([kind.value for kind in ResponseKind if kind is not ResponseKind.UNREAD])
CHANNELS = click.Choice([channel.value for channel in Channel])
LEVELS = click.Choice([level.value for level in AttributionLevel])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MAX_BYTES = 256 * 2**20


@click.group()
def responses() -> None:
    """What came back: log it, take in mail, and say who may be named.

    Example: outreach responses list
    """


@responses.command()
@click.argument("references", metavar="REFERENCE...", nargs=-1)
@click.option("--kind", type=KINDS, required=True, help="What came.")
@click.option("--by", "channel", type=CHANNELS, default="email", show_default=True, help="How it reached the office.")
@click.option("--on", "received_on", type=DAY, help="The day on which it came; today if left out.")
@click.option("--from", "organisations", metavar="ORGANISATION", multiple=True, help="Who wrote, if not the addressee.")
@click.option("--from-name", "names", metavar="NAME", multiple=True, help="An author who stands in no directory.")
@click.option("--on-behalf-of", default="", metavar="GROUP", help="For whom they speak, such as the Group of 77.")
@click.option("--subject", default="", metavar="WORDS", help="What it is about.")
@click.option("--note", default="", metavar="WORDS", help="What the office should know of it.")
@click.option("--text", "text_file", type=FILE, help="A text file (UTF-8) with the words of the answer.")
@click.option("--file", "files", type=FILE, multiple=True, help="A scan or letter to attach.")
@click.option("--supersedes", type=NUMBER, metavar="NUMBER", help="The earlier response that this one replaces.")
@click.option("--attribution", "level", type=LEVELS, help="How the respondent may be named.")
@click.option("--evidence", default="", metavar="WORDS", help="Where the respondent said so; goes with --attribution.")
@pass_office
def log(
    office: Office,
    references: tuple[str, ...],
    received_on: date | None,
    files: tuple[Path, ...],
    text_file: Path | None,
    level: str | None,
    evidence: str,
    kind: str,
    channel: str,
    **words: Any,
) -> None:
    """Log by hand what came in answer to the letters REFERENCE..., by whatever channel.

    Example: outreach responses log IGF/LP/2025/0001 --kind acknowledgement --by telephone
    """
    received = recording.Received(
        kind=ResponseKind(kind),
        channel=Channel(channel),
        received_on=received_on or office.today(),
        files=tuple(recording.Attached(path.name, _content(path), _type_of(path)) for path in files),
        **words,
    )
    said: dict[str, Any] = {"words": _words_in(text_file), "origin": text_file.name} if text_file else {}
    allowed = Allowed(AttributionLevel(level), evidence) if level else None
    when: dict[str, Any] = {"by": office.actor, "today": office.today(), "at": office.now()}
    with office.transaction() as session:
        response = receiving.log(session, office.archive, references, received, allowed=allowed, **said, **when)
    named = ", ".join(dict.fromkeys(references)) or "no letter"
    click.echo(f"Response {response.id} ({response.kind}, {response.state}) to {named} is logged.")


def _content(path: Path) -> bytes:
    # A pipe or a device would be read for ever.
    if not path.is_file():
        raise Invalid(f"{path} is no file; name a file with what came.")
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(f"{path} has {path.stat().st_size:,} bytes, and at most {MAX_BYTES:,} are kept; name a smaller file.")
    return path.read_bytes()


def _type_of(path: Path) -> str:
    import mimetypes

    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _words_in(path: Path) -> str:
    try:
        # A byte order mark is no part of the words.
        return _content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is no text in UTF-8 ({error.reason} at byte {error.start}); attach it with --file.") from error


@responses.command("list")
@click.option("--campaign", metavar="NAME", help="Only answers to this campaign's letters.")
@json_option
@pass_office
def list_responses(office: Office, campaign: str | None, as_json: bool) -> None:
    """List the responses.

    Example: outreach responses list --json
    """
    with office.reading() as session:
        found = shelf.listing(session, campaign)
        levels = naming.recorded(session, [response.id for response in found])
        rows = [_row(response, levels.get(response.id)) for response in found]
    echo_rows(rows, ["number", "received", "kind", "state", "authors", "letters", "attribution"], as_json)


def _row(response: Response, level: AttributionLevel | None) -> dict[str, Any]:
    return {
        "number": response.id,
        "received": response.received_on,
        "kind": response.kind,
        "state": response.state,
        "channel": response.channel,
        "authors": shelf.author_names(response),
        "on_behalf_of": response.on_behalf_of,
        "letters": [answer.letter.reference for answer in response.answers],
        "attribution": level or "open",
        "subject": response.subject,
    }


@responses.command()
@click.argument("number", type=NUMBER)
@json_option
@pass_office
def show(office: Office, number: int, as_json: bool) -> None:
    """Show the response NUMBER: who wrote, which letters it answers and why we think so, its files and words.

    Example: outreach responses show 1
    """
    with office.reading() as session:
        response = shelf.get(session, number)
        row = _row(response, naming.of_response(session, number)) | _details(response)
        kept = texts.of_response(session, number)
        row["texts"] = [{"text": each.id, "origin": each.origin, "content": each.content} for each in kept]
    if as_json:
        echo_json(row)
    else:
        _echo_response(row)


def _details(response: Response) -> dict[str, Any]:
    return {
        "note": response.note,
        "logged_by": response.logged_by,
        "supersedes": response.supersedes_id,
        "reasons": [{"letter": a.letter.reference, "reason": a.reason, "confidence": a.confidence} for a in response.answers],
        "files": [{"name": file.filename, "type": file.content_type, "size": file.size} for file in response.files],
    }


def _echo_response(row: dict[str, Any]) -> None:
    why = "\n".join(f"{each['reason']} ({each['confidence']} of 100)" for each in row["reasons"])
    files = "\n".join(f"{file['name']} ({file['size']} bytes)" for file in row["files"])
    lines = {name: value for name, value in row.items() if name not in {"texts", "reasons"}}
    echo_one(lines | {"files": files, "why": why}, as_json=False)
    for text in row["texts"]:
        click.echo(f"\n--- {said(text['origin'])} ---\n{said(text['content'])}")


@responses.command()
@click.argument("number", type=NUMBER)
@click.option("--kind", type=KINDS, required=True, help="What it is. An acknowledgement or a question keeps the letter open.")
@pass_office
def sort(office: Office, number: int, kind: str) -> None:
    """Say what the response NUMBER is, once somebody has read it.

    Example: outreach responses sort 1 --kind substantive
    """
    with office.transaction() as session:
        recording.sort(session, number, ResponseKind(kind), by=office.actor, at=office.now())
    click.echo(f"Response {number} is sorted as {kind}.")


@responses.command()
@click.argument("earlier", type=NUMBER)
@click.argument("later", type=NUMBER)
@pass_office
def supersede(office: Office, earlier: int, later: int) -> None:
    """Say that the response LATER stands in the place of EARLIER, which stays on record.

    Example: outreach responses supersede 3 13
    """
    with office.transaction() as session:
        recording.supersede(session, earlier, later, by=office.actor, at=office.now())
    click.echo(f"Response {later} stands in the place of response {earlier}.")


@responses.command()
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, metavar="WORDS", help="Who took it back, and where they said so.")
@pass_office
def withdraw(office: Office, number: int, why: str) -> None:
    """Note that its author took the response NUMBER back; it stays on record and is used no more.

    Example: outreach responses withdraw 1 --why "Their mail of 3 March."
    """
    with office.transaction() as session:
        recording.withdraw(session, number, why, by=office.actor, at=office.now())
    click.echo(f"Response {number} is withdrawn.")


@responses.command()
@click.argument("number", type=NUMBER)
@click.argument("level", type=LEVELS)
@click.option("--evidence", required=True, metavar="WORDS", help="Where the respondent said so.")
@click.option("--on", "said_on", type=DAY, help="The day on which it was said; today if left out.")
@pass_office
def attribution(office: Office, number: int, level: str, evidence: str, said_on: date | None) -> None:
    """Record how the author of the response NUMBER may be named.

    attributed: by name; organisation: the organisation only; group: the stakeholder group only; confidential: not at all,
    and no word of it leaves. Until something is recorded a response counts as confidential.

    Example: outreach responses attribution 1 organisation --evidence "Box 2 ticked."
    """
    with office.transaction() as session:
        when: dict[str, Any] = {"said_on": said_on or office.today(), "by": office.actor, "at": office.now()}
        naming.record(session, number, AttributionLevel(level), evidence=evidence, **when)
    click.echo(f"Response {number} is recorded as {level}.")


@responses.command("open")
@click.option("--campaign", metavar="NAME", help="Only answers to this campaign's letters.")
@json_option
@pass_office
def open_list(office: Office, campaign: str | None, as_json: bool) -> None:
    """List the substantive responses of which nobody has recorded how their author may be named.

    Example: outreach responses open
    """
    with office.reading() as session:
        number = None if campaign is None else shelf.campaign_id(session, campaign)
        rows = [_row(response, None) for response in naming.open_attributions(session, number)]
    echo_rows(rows, ["number", "received", "authors", "letters", "subject"], as_json, "No attribution is open.")


for command in (import_mail, report, waiting, accept, set_aside, put_back, read_form):
    responses.add_command(command)
