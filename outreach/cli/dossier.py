"""`outreach communique dossier`: what each paragraph rests on, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from outreach.archive import write_durably
from outreach.cli.showing import echo_json, json_option, pass_office, said
from outreach.communique import dossier as dossiers
from outreach.communique import shelf
from outreach.communique.dossier import Entry, Witness
from outreach.office import Office


@click.command()
@click.option("--communique", "slug", metavar="NAME", help="The communiqué, where there are several.")
@click.option("--version", "number", type=int, help="The version; by default the latest.")
@click.option("--language", metavar="CODE", help="The language; by default the one drafted first.")
@click.option("--into", "file", type=click.Path(path_type=Path, dir_okay=False), help="Instead: FILE.pdf or FILE.docx.")
@json_option
@pass_office
def dossier(
    office: Office, slug: str | None, number: int | None, language: str | None, file: Path | None, as_json: bool
) -> None:
    """Print, paragraph by paragraph, each passage it rests on and what was left out on its theme.

    It holds what is confidential, who marked what, and the reasons of the office: it is for the rapporteur, and never leaves.

    Example: outreach communique dossier --into out/dossier.pdf
    """
    if file and file.suffix.lower().removeprefix(".") not in dossiers.KINDS:
        raise click.BadParameter("name a file that ends in .pdf or .docx", param_hint="--into")
    with office.reading() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        entries = dossiers.of_version(session, version)
        if file:
            write_durably(file, dossiers.as_file(version, entries, file.suffix.lower().removeprefix(".")))
    if file:
        click.echo(file)
    elif as_json:
        echo_json([asdict(entry) for entry in entries])
    else:
        click.echo("\n".join(line for entry, sources in dossiers.told(entries) for line in _lines(entry, sources)))


def _lines(entry: Entry, sources: Sequence[Witness]) -> Iterator[str]:
    if entry.heading:
        yield f"\n{entry.text.upper()}"
        return
    yield f"\n{entry.place} (¶ {entry.paragraph_id}): {entry.text}"
    if not entry.sources:
        yield f"  rests on: {entry.basis or 'nothing that is recorded'}"
    for witness in sources:
        yield from _told(witness)
    if entry.left_out:
        yield "  left out on this theme:"
    for witness in entry.left_out:
        yield from _told(witness)


def _told(witness: Witness) -> Iterator[str]:
    who = "; ".join(witness.authors) or "nobody named"
    themes = ", ".join(f"{code} {stance.value}" if stance else code for code, stance in witness.themes)
    yield f"  passage {witness.passage_id}, answer {witness.response_id}, {who}: “{' '.join(witness.words.split())}”"
    yield f"    may be named: {said(witness.level)} ({witness.evidence or 'not recorded'})"
    yield f"    under {themes}; marked by {witness.coded_by}"
    if witness.original:
        yield f"    translates ({witness.original_language}): {' '.join(witness.original.split())}"
    if witness.memo:
        yield f"    note: {witness.memo}"
    if witness.aside:
        yield f"    set aside by {witness.aside_by}: {witness.aside}"
