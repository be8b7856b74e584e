"""`outreach letters show`, `diff`, `take-back`, `signed`: a letter's record, and what of it went through Word or by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import rich_click as click
from sqlalchemy.orm import Session

from outreach.cli.showing import echo_json, echo_one, json_option, pass_office, said
from outreach.contacts.addressing import Reach
from outreach.errors import Refused
from outreach.letters import comparing, papers, register, routing, signing, taking_back, traffic
from outreach.letters.comparing import Change, Kind, Piece
from outreach.letters.framing import DATED, GREETING, FrameChanged
from outreach.letters.models import Letter, LetterVersion
from outreach.letters.routing import Way
from outreach.office import Office

_SIGNS = {Kind.SAME: " ", Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}


@click.command()
@click.argument("reference")
@click.option("--version", "number", type=int, metavar="N", help="An earlier version.")
@json_option
@pass_office
def show(office: Office, reference: str, number: int | None, as_json: bool) -> None:
    """Show the letter REFERENCE: its words, its recipients, its approval, its signed copies.

    Example: outreach letters show IGF/LP/2025/0001
    """
    with office.reading() as session:
        letter = register.find(session, reference)
        version = letter.version_now if number is None else comparing.version(letter, number)
        settings = office.settings.office
        others = traffic.others(session, [letter.id], days=settings.traffic_days).get(letter.id, ())
        around = {
            **_ways(routing.ways(session, letter, stale_after=settings.stale_after_days), as_json),
            "others": [one.says for one in others],
            "signed": _signed(session, version, as_json),
        }
        row = _row(letter, version) | around | _words(version)
    echo_one(row, as_json)


def _row(letter: Letter, version: LetterVersion) -> dict[str, Any]:
    approval = letter.approval
    return {
        "reference": letter.reference,
        "campaign": letter.campaign.slug if letter.campaign else None,
        "language": version.language,
        "state": letter.state.value,
        "held": letter.held_because,
        "version": version.number,
        "dated": version.dated,
        "to": [one.address for one in version.recipients if one.kind.value == "to"],
        "cc": [one.address for one in version.recipients if one.kind.value == "cc"],
        "enclosures": [f"{one.title} ({one.filename})" for one in version.enclosures],
        "reply_to": version.reply_to,
        "message_id": version.message_id,
        "approved_by": approval.approved_by if approval else None,
        "approved_at": approval.approved_at if approval else None,
        "on_behalf_of": approval.on_behalf_of if approval else "",
        "evidence": approval.evidence if approval else "",
        "evidence_file": approval.evidence_filename if approval else "",
    }


def _ways(ways: Sequence[Way], as_json: bool) -> dict[str, Any]:
    """Through whom the letter goes, and whom to call about it."""
    through = [way.through.key for way in ways if way.through]
    liaisons = [(way.liaison, way.liaison_copied) for way in ways if way.liaison]
    return {"through": through, "liaison": [_liaison(one, copied, as_json) for one, copied in liaisons]}


def _liaison(liaison: Reach, copied: bool, as_json: bool) -> Any:
    holder = liaison.holder.full_name if liaison.holder else ""
    if as_json:
        reached = {"phones": list(liaison.phones), "emails": list(liaison.emails)}
        return {"post": liaison.key, "holder": holder, **reached, "gets_a_copy": copied}
    return " ".join(filter(None, (liaison.key, holder, *liaison.phones, *liaison.emails)))


def _signed(session: Session, version: LetterVersion, as_json: bool) -> list[Any]:
    copies = signing.copies(session, version)
    if as_json:
        return [
            {"filename": copy.filename, "sha256": copy.sha256, "added_by": copy.added_by, "added_at": copy.added_at}
            for copy in copies
        ]
    return [f"{copy.filename} (attached by {copy.added_by} on {copy.added_at:%Y-%m-%d})" for copy in copies]


def _words(version: LetterVersion) -> dict[str, Any]:
    return {
        "warnings": version.warnings,
        "address_block": "\n".join(version.address_block),
        "subject": version.subject,
        "salutation": version.salutation,
        "body": version.body,
        "close": version.close,
    }


@click.command()
@click.argument("reference")
@click.option("--version", "number", type=int, metavar="N", help="The version to compare; by default the last but one.")
@click.option("--template", "with_template", is_flag=True, help="Compare with what the template would write now.")
@json_option
@pass_office
def diff(office: Office, reference: str, number: int | None, with_template: bool, as_json: bool) -> None:
    """Compare an earlier version of the letter REFERENCE with its present one, or a version with what the template says now.

    Lines that went are marked -, those that came +, changed ones ~ with [-words that went-] and {+words that came+}.

    Example: outreach letters diff IGF/LP/2025/0120 --template
    """
    with office.reading() as session:
        letter = register.find(session, reference)
        if with_template:
            old = letter.version_now if number is None else comparing.version(letter, number)
            composer = office.composer(comparing.campaign_of(letter), old.dated)
            new, named = comparing.wording(comparing.template_now(session, letter, composer)), "what its template writes now"
        else:
            old = comparing.version(letter, max(letter.current - 1, 1) if number is None else number)
            new, named = comparing.wording(letter.version_now), f"version {letter.current}"
        found = comparing.parts(comparing.wording(old), new)
        title = f"{letter.reference}, version {old.number}, against {named}:"
    if as_json:
        echo_json([_as_json(part, change) for part, changes in found.items() for change in changes])
        return
    click.echo(title if found else f"{title} no difference.")
    for part, changes in found.items():
        _echo_changes(part, changes)


def _as_json(part: str, change: Change) -> dict[str, Any]:
    old = None if change.kind is Kind.ADDED else change.old
    return {"part": part, "kind": change.kind, "old": old, "new": None if change.kind is Kind.REMOVED else change.new}


def _echo_changes(part: str, changes: Sequence[Change]) -> None:
    """Print the lines that changed; a row of dots stands for those between that did not."""
    click.echo(part)
    skipped = False
    for change in changes:
        if change.kind is Kind.SAME:
            skipped = True
            continue
        if skipped:
            click.echo("    ...")
        skipped = False
        text = "".join(map(_marked, change.pieces)) if change.kind is Kind.CHANGED else change.pieces[0].text
        click.echo(f"  {_SIGNS[change.kind]} {said(text)}")


def _marked(piece: Piece) -> str:
    if piece.kind is Kind.REMOVED:
        return f"[-{piece.text}-]"
    return f"{{+{piece.text}+}}" if piece.kind is Kind.ADDED else piece.text


@click.command("take-back")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@pass_office
def take_back(office: Office, file: BinaryIO, dry_run: bool) -> None:
    """Take back a letter that was exported as .docx and edited in Word or LibreOffice: a new version, an approval is void.

    The file knows its letter. Subject and text come back; whoever changes the address or the salutation there is told where to
    change it instead. Tracked changes count as accepted, comments are shown and left.

    Example: outreach letters take-back letters-to-read/IGF-LP-2025-0120.docx --dry-run
    """
    returned = taking_back.read(file.read(taking_back.LARGEST + 1))
    with office.reading() if dry_run else office.transaction() as session:
        letter = register.find(session, returned.reference)
        with _hinting():
            found = taking_back.difference(letter, returned)
        _echo_difference(letter, found)
        if dry_run:
            click.echo("Dry run: nothing was changed.")
            return
        was = letter.state
        version = taking_back.take(session, letter, returned, by=office.actor, at=office.now())
    if version is not None:
        void = " Its approval is void." if was == "approved" else ""
        click.echo(f"{letter.reference} stands at version {version.number}.{void}")


@contextmanager
def _hinting() -> Iterator[None]:
    """Add what to type to the refusal of a file that changes more than subject and text."""
    try:
        yield
    except FrameChanged as refusal:
        typed = [_TYPED[part] for part in refusal.parts if part in _TYPED]
        raise Refused(f"{refusal} Type: {', '.join(typed)}." if typed else str(refusal)) from refusal


_TYPED = {
    DATED: "`outreach letters draft CAMPAIGN --date DAY --redraft`",
    GREETING: "`outreach contacts edit PERSON --salutation TEXT`",
}


def _echo_difference(letter: Letter, found: taking_back.Difference) -> None:
    for note in found.notes:
        click.echo(f"note: {said(note)}")
    if not found.changes:
        click.echo(f"The file says what {letter.reference} says; there is nothing to change.")
    for name, text in found.changes.items():
        _echo_changes("text" if name == "body" else name, comparing.lines(getattr(letter.version_now, name), text))


@click.command()
@click.argument("reference")
@click.argument("scan", type=click.File("rb"))
@pass_office
def signed(office: Office, reference: str, scan: BinaryIO) -> None:
    """Attach SCAN (PDF, PNG or JPEG, at most 20 MB), the page as it was signed, to the letter REFERENCE.

    Several may be attached; `letters show` lists them and `letters export` writes them beside the letter.

    Example: outreach letters signed IGF/LP/2025/0120 letters-to-read/IGF-LP-2025-0120.pdf
    """
    content = scan.read(papers.LARGEST + 1)
    with office.transaction() as session:
        letter = register.find(session, reference)
        copy = signing.attach(session, letter, content, scan.name, office.archive, by=office.actor, at=office.now())
        said_of = f"version {letter.current} of {letter.reference}"
    click.echo(
        f"{said_of} has this scan already; nothing was added." if copy is None else f"{copy.filename} is with {said_of}."
    )
