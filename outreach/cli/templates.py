"""`outreach templates`: the letters before they are letters."""

from typing import Any

import rich_click as click

from outreach.cli.main import Partly
from outreach.cli.showing import echo_one, echo_rows, json_option, pass_office, progress
from outreach.cli.signing_off import keep_word, word_options
from outreach.journal import Role
from outreach.letters import copying, vouching
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
        "standing": vouching.standing(wording, office.signed_off(language)),
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


@templates.command()
@click.argument("name")
@click.option("--from", "origin", required=True, metavar="OTHER", help="The template whose words it begins with.")
@click.option("--title", default="", metavar="TEXT", help="What the office calls it.")
@pass_office
def new(office: Office, name: str, origin: str, title: str) -> None:
    """Make a template NAME of the office's own, with all languages of another one.

    Example: outreach templates new youth-invitation --from invitation --title "Invitation to the youth meeting"
    """
    office.actor.must_be(Role.DRAFTER, "make templates")
    target = copying.new(name, origin, office.template_folders("letters"), title=title)
    click.echo(f"The template {name} is made; edit the files in {target}, then `outreach templates check {name}`.")


@templates.command()
@click.argument("name")
@json_option
@pass_office
def diff(office: Office, name: str, as_json: bool) -> None:
    """Compare the office's template NAME with the shipped one, and say who has changed what since it was copied.

    Example: outreach templates diff youth-invitation
    """
    found = copying.differences(name, office.template_folders("letters"))
    if as_json:
        echo_rows([{"file": one.file, "changed_by": one.changed, "lines": list(one.lines)} for one in found], [], as_json)
        return
    for one in found:
        click.echo(f"{one.file}: {_CHANGED[one.changed]}")
        click.echo("\n".join(one.lines))
    if not found:
        click.echo(f"The office's {name} and the shipped one are the same.")


_CHANGED = {
    "the office": "changed by the office.",
    "the release": "improved by a release since it was copied; the office has not changed it.",
    "both": "changed by the office, and improved by a release since it was copied; put the two together.",
    "nobody can say": "it differs; no record says from which state it was copied.",
}


@templates.command()
@click.argument("name", required=False)
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this wording; may be given again.")
@click.option("--sender", default="chair", show_default=True, metavar="PROFILE", help="The sender profile of outreach.toml.")
@click.option("--warnings/--no-warnings", default=True, help="Whether to list what only warns, too.")
@json_option
@pass_office
def check(office: Office, name: str | None, languages: tuple[str, ...], sender: str, warnings: bool, as_json: bool) -> None:
    """Try the template NAME, or all, on a cast of awkward addressees in each language, down to the page.

    What "fails" is to be mended, and the exit code is then 1. What "warns" is to be looked at. "refused" is as it should be:
    the record of that addressee allows no correct letter, such as a royal without a style.

    Example: outreach templates check thanks --language fr
    """
    folders = office.template_folders("letters")
    chosen = [name] if name else shelf.names(folders)
    found = []
    with progress("Trying", len(chosen)) as step:
        for one in chosen:
            rehearsal = office.rehearsal(shelf.find(one, folders), sender)
            found += list(rehearsal.findings(languages))
            step()
    rows = [vars(finding) for finding in found if warnings or finding.level == "fails"]
    echo_rows(rows, ["level", "template", "language", "addressee", "what"], as_json)
    failed = sum(finding.level == "fails" for finding in found)
    if failed:
        raise Partly(f"{'1 trial' if failed == 1 else f'{failed} trials'} failed; mend what is named above.")
    if not as_json:
        click.echo(f"{'One template' if name else f'{len(chosen)} templates'} tried, none failed.")


@templates.command("sign-off")
@click.argument("name")
@click.option("--language", required=True, metavar="CODE", help="Which wording was read.")
@word_options
@pass_office
def sign_off(office: Office, name: str, language: str, **word: Any) -> None:
    """Record that somebody who reads the language has found right the wording of NAME that awaited a reader.

    Letters drafted with it can then be approved. Once the words change the sign-off no longer counts.

    Example: outreach templates sign-off thanks --language es --by "A. Reader" --evidence "mail of 10 February 2025"
    """
    wording = shelf.find(name, office.template_folders("letters")).wording(language)
    digests = vouching.template_to_sign_off(wording, office.signed_off(language))
    keep_word(office, language, digests, **word)
    click.echo(f"{name} in {vouching.language_name(language)}: signed off by {word['reader']}.")
