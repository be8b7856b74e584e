"""`outreach protocol`: the forms of address by language, and the word of those who read them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.archive import write_durably
from outreach.cli.showing import echo_one, echo_rows, json_option, pass_office
from outreach.cli.signing_off import keep_word, word_options
from outreach.letters import vouching
from outreach.letters.reading import reading_sheet
from outreach.office import Office
from outreach.protocol.forms import Address, Forms, languages
from outreach.protocol.specimens import SITUATIONS, Situation, notes, royals, specimens

_POSTS = (*(situation.key for situation in SITUATIONS), "royal", "note")
_language = click.option("--language", required=True, metavar="CODE", help="Such as fr or ar.")


@click.group()
def protocol() -> None:
    """How everybody is addressed, in each language, and who has read that wording.

    Example: outreach protocol show
    """


@protocol.command()
@click.option("--language", metavar="CODE", help="One language, letter by letter; else a line for each.")
@click.option("--post", type=click.Choice(_POSTS), help="One post only, with its whole address.")
@json_option
@pass_office
def show(office: Office, language: str | None, post: str | None, as_json: bool) -> None:
    """Show how letters are addressed, begun and closed, by post, rank and gender.

    Example: outreach protocol show --language fr --post permanent-representative
    """
    if language is None:
        echo_rows(_languages(office), ["language", "name", "entries", "sourced", "signed_off", "awaiting"], as_json)
        return
    rows = [row for row in _rows(office.forms(language)) if post in (None, row["post"])]
    if post and not as_json:
        for row in rows:
            echo_one(row, as_json=False)
            click.echo()
    else:
        echo_rows(rows, ["post", "case", "salutation", "close"], as_json)


def _languages(office: Office) -> Iterator[dict[str, Any]]:
    for language in languages([office.folder]):
        forms = office.forms(language)
        standings = list(forms.standings())
        yield {
            "language": language,
            "name": forms.settings.name,
            "entries": len(standings),
            "sourced": sum(bool(each.source) for each in standings),
            "signed_off": sum(bool(not each.source and each.signed) for each in standings),
            "awaiting": len(forms.awaiting()),
        }


def _rows(forms: Forms) -> Iterator[dict[str, Any]]:
    for situation in SITUATIONS:
        for one in specimens(forms, situation):
            yield _row(forms, situation.key, situation.label, one.case, one.address, one.blocked)
    for style, address in royals(forms):
        yield _row(forms, "royal", "Royal", style, address)
    for situation, address in notes(forms):
        yield _row(forms, "note", _note(situation), "note verbale", address)


def _note(situation: Situation) -> str:
    return f"Note verbale to the mission or ministry: {situation.label}"


def _row(forms: Forms, post: str, label: str, case: str, address: Address | None, blocked: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {"post": post, "what": label, "case": case}
    if address is None:
        return {**row, "address": [], "salutation": blocked, "opening": "", "close": "", "wording": [], "awaiting": []}
    return {
        **row,
        "address": list(address.block),
        "salutation": address.salutation,
        "opening": address.opening,
        "close": address.close,
        "wording": list(address.used),
        "awaiting": list(forms.awaiting(address.used)),
    }


@protocol.command()
@_language
@json_option
@pass_office
def entries(office: Office, language: str, as_json: bool) -> None:
    """List the entries of a language with their source, or whom they await and who has signed them off.

    Example: outreach protocol entries --language es
    """
    standings = office.forms(language).standings()
    rows = [{"entry": each.name, "standing": each.in_words, "source": each.source, "awaits": each.awaits} for each in standings]
    echo_rows(rows, ["entry", "standing"], as_json)


@protocol.command()
@_language
@click.option("--into", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The PDF to write.")
@pass_office
def sheet(office: Office, language: str, into: Path) -> None:
    """Write all forms of a language as a PDF, for a speaker to go through, mark and sign.

    The sheet bears a code; give it to `sign-off --sheet`, so that what is signed off is what was read.

    Example: outreach protocol sheet --language ar --into forms-ar.pdf
    """
    forms = office.forms(language)
    write_durably(into, reading_sheet(forms, office=office.settings.office.name, day=office.today()))
    click.echo(f"{into}: {len(forms.entries)} entries, {len(forms.awaiting())} await a reader; code {forms.code}.")


@protocol.command("sign-off")
@_language
@word_options
@click.option("--entry", "names", multiple=True, metavar="NAME", help="Only this entry; may be given again.")
@click.option(
    "--sheet", "code", default="", metavar="CODE", help="The code on the sheet that was read: refused if another now."
)
@pass_office
def sign_off(
    office: Office,
    language: str,
    names: Sequence[str],
    code: str,
    **word: Any,
) -> None:
    """Record that somebody who reads the language has found right the wording that awaited a reader.

    It stands in the office's protocol folder, with the digest of what was read: once the words change it no longer counts.

    Example: outreach protocol sign-off --language ru --by "A. Reader" --date 2025-02-10 --evidence "mail of 10 February 2025"
    """
    forms = office.forms(language)
    digests = vouching.to_sign_off(forms, names, code=code)
    keep_word(office, language, digests, **word)
    click.echo(f"{forms.settings.name}: {len(digests)} entries signed off by {word['reader']}.")
