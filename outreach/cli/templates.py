"""`outreach templates`: the letters before they are letters."""

import rich_click as click

from outreach.cli.showing import echo_one, echo_rows, json_option, pass_office
from outreach.journal import Role
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
        moved = shelf.changed_since(name, folders) if own else []
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
        "text": wording.path.read_text(encoding="utf-8-sig"),
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
    target = shelf.copy_for_editing(name, office.template_folders("letters"))
    click.echo(f"The office has its own {name} now; edit the files in {target}.")
