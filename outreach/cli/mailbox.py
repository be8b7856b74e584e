"""`outreach mailbox`: fetching answers, and what the reader of mail makes of messages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli import mailbox_fetching
from outreach.cli.main import Partly
from outreach.cli.showing import echo_json, echo_one, json_option
from outreach.errors import OutreachError
from outreach.mail.addressing import Correspondent
from outreach.mail.documents import text_of_file
from outreach.mail.languages import language_of
from outreach.mail.quoting import parted
from outreach.mail.reading import Attachment, IncomingMessage, messages_in, read

_NOT_SHOWN = ("text", "quoted_spans", "signature_spans", "message_id", "original_message_id")


@click.group()
def mailbox() -> None:
    """Fetch answers from the mailboxes of the settings; look at mail as the reader sees it before any is taken in.

    Example: outreach mailbox read out/replies
    """


for command in mailbox_fetching.COMMANDS:
    mailbox.add_command(command)


@mailbox.command("read")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def read_mail(paths: tuple[Path, ...], as_json: bool) -> None:
    """Show what is made of each message: who, what, which class and why, the new words without quotations and signature.

    A PATH is an .eml or .msg file, a winmail.dat, an mbox, a Maildir, or a folder of any of these. Nothing is kept and no
    office is needed. With --json each message is one line; spans count code points of its `text`. Exit code 1 if a PATH
    cannot be read.

    Example: outreach mailbox read out/replies --json
    """
    refused = [why for path in paths if (why := _read_path(path, as_json))]
    if refused:
        raise Partly(" ".join(refused))


def _read_path(path: Path, as_json: bool) -> str:
    """Show what lies at a path; gives why it could not be read, or an empty string."""
    try:
        for where, raw in messages_in(path):
            place, _, number = where.partition(", message ")
            row = row_of(str(path / place) if path.is_dir() else str(path), int(number or 1), read(raw))
            if as_json:
                echo_json([row], lines=True)
            else:
                _echo(row)
    except OutreachError as error:
        return str(error)
    return ""


def row_of(path: str, number: int, message: IncomingMessage) -> dict[str, Any]:
    """What the reader makes of a message, as the keys of `mailbox read --json`; `number` is its place in an mbox."""
    verdict, parts = message.verdict, parted(message.text, message.sender.name)
    return {
        "path": path,
        "number": number,
        "message_id": message.message_id,
        "from": _named(message.sender),
        "to": [_named(each) for each in message.to],
        "subject": message.subject,
        "date": message.date,
        "class": verdict.kind,
        "why": verdict.why,
        "failed": [
            {"address": each.address, "status": each.status, "permanent": each.permanent, "reason": each.reason}
            for each in verdict.failed
        ],
        "original_message_id": verdict.original_message_id,
        "returns_on": verdict.returns_on,
        "deputy": verdict.deputy,
        "language": language_of(parts.own_words) or message.language.partition("-")[0].lower(),
        "new_text": parts.own_words,
        "quoted_spans": parts.quoted,
        "signature_spans": parts.signatures,
        "text": message.text,
        "attachments": [_attachment(each) for each in message.attachments],
        "defects": message.defects,
    }


def _named(person: Correspondent) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address


def _attachment(file: Attachment) -> dict[str, Any]:
    found = text_of_file(file.filename, file.content_type, file.content)
    return {
        "name": file.filename,
        "type": file.content_type,
        "size": len(file.content),
        "text": found.text,
        "why_no_text": found.why_not,
        "inline": file.is_inline,
    }


def _echo(row: dict[str, Any]) -> None:
    shown = {name: value for name, value in row.items() if name not in _NOT_SHOWN and value not in ("", None, (), [])}
    shown["failed"] = [f"{each['address']} {each['status']}".strip() for each in row["failed"]]
    shown["attachments"] = list(_sizes(row["attachments"]))
    echo_one({name: value for name, value in shown.items() if value != []}, as_json=False)
    click.echo()


def _sizes(files: list[dict[str, Any]]) -> Iterator[str]:
    for each in files:
        yield f"{each['name']} ({each['size']:,} bytes)"
