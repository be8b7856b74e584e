"""`outreach templates`: the letters before they are letters."""

from datetime import date
from typing import BinaryIO

import rich_click as click

from outreach.cli.showing import DAY, echo_one, echo_rows, json_option, pass_office
from outreach.journal import Role
from outreach.letters import copying, papers, vouching
from outreach.letters import templates as shelf
from outreach.office import Office


@click.group()
def templates() -> None:
    """Letter templates: the office's own, then those that came with the program.

    Example: outreach templates list
    """


@templates.command("list")
@json_option
@pass_office
def list_templates(office: Office, as_json: bool) -> None:
    """List the letter templates.

    Example: outreach templates list --json
    """
    folders = office.template_folders("letters")
    rows = []
    for name in shelf.names(folders):
        found = shelf.find(name, folders)
        own = found.folder.is_relative_to(office.folder)
        moved = copying.changed_since(name, folders) if own else []
        rows.append(
            {
                "name": name,
                "title": found.about.title,
                "languages": list(found.languages),
                "needs": list(found.about.needs),
                "whose": "the office's" if own else "shipped",
                "remarks": moved,
            }
        )
    echo_rows(rows, ["name", "title", "languages", "needs", "whose", "remarks"], as_json)


@templates.command()
@click.argument("name")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="Which wording.")
@json_option
@pass_office
def show(office: Office, name: str, language: str, as_json: bool) -> None:
    """Show a template's wording and the values it needs.

    Example: outreach templates show input-request --language fr
    """
    found = shelf.find(name, office.template_folders("letters"))
    wording = found.wording(language)
    row = {
        "name": name,
        "title": found.about.title,
        "language": language,
        "file": str(wording.path),
        "needs_values": sorted(wording.required),
        "may_have": sorted(wording.optional),
        "awaits": wording.awaits,
        "text": wording.source,
    }
    echo_one(row, as_json)


@templates.command()
@click.argument("name")
@pass_office
def edit(office: Office, name: str) -> None:
    """Copy a shipped template into the office's folder, where it can be changed and comes first.

    The copy remembers what it was copied from; `outreach templates list` says when the shipped one has been improved since.

    Example: outreach templates edit thanks
    """
    office.actor.must_be(Role.DRAFTER, "edit templates")
    target = copying.copy_for_editing(name, office.template_folders("letters"))
    click.echo(f"The office has its own {name} now; edit the files in {target}.")


@templates.command("sign-off")
@click.argument("name")
@click.option("--language", required=True, metavar="CODE", help="Which wording was read.")
@click.option("--by", "reader", required=True, metavar="NAME", help="Who reads the language and found the wording right.")
@click.option("--date", "on", type=DAY, help="When; else today.")
@click.option("--evidence", default="", metavar="TEXT", help="How the word was given, such as: mail of 3 March 2025.")
@click.option("--evidence-file", type=click.File("rb"), help="The signed page or the mail, kept in the archive.")
@pass_office
def sign_off(
    office: Office, name: str, language: str, reader: str, on: date | None, evidence: str, evidence_file: BinaryIO | None
) -> None:
    """Record that somebody who reads the language has found right the wording of NAME that awaited a reader.

    Letters drafted with it can then be approved. Once the words change the sign-off no longer counts.

    Example: outreach templates sign-off thanks --language es --by "A. Reader" --evidence "mail of 10 February 2025"
    """
    wording = shelf.find(name, office.template_folders("letters")).wording(language)
    digests = vouching.template_to_sign_off(wording, office.signed_off(language))
    file = (evidence_file.name, evidence_file.read(papers.LARGEST + 1)) if evidence_file else None
    word = vouching.Word(reader=reader, on=on or office.today(), evidence=evidence, file=file)
    with office.transaction() as session:
        vouching.sign_off(
            session,
            language,
            digests,
            word,
            folder=office.folder,
            archive=office.archive,
            today=office.today(),
            by=office.actor,
            at=office.now(),
        )
    click.echo(f"{name} in {vouching.language_name(language)}: signed off by {reader}.")
