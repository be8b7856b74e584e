"""`outreach communique`: drafting, looking at, and exporting the communiqué."""

from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import publishing
from outreach.archive import write_durably
from outreach.campaigns.models import Campaign
from outreach.cli.charts import charts
from outreach.cli.communique_editing import add, edit, label_of, move, remove, sources, which
from outreach.cli.communique_reviewing import accept, decline, proposals, review, take_in
from outreach.cli.communique_states import compare, mark, state
from outreach.cli.dossier import dossier
from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office
from outreach.communique import drafting, exporting, guarding, shelf, templating, versions
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, ParagraphKind
from outreach.errors import NotFound
from outreach.inputs.coverage import Account, coverage
from outreach.office import Office

TEMPLATE = "wsis20"


@click.group()
def communique() -> None:
    """The communiqué: numbered paragraphs that rest on what was received.

    Example: outreach communique list
    """


@communique.command()
@click.option(
    "--campaign", "slugs", metavar="NAME", multiple=True, help="A campaign whose answers it draws on; needed the first time."
)
@click.option("--communique", "slug", metavar="NAME", help="The communiqué; by default named after its template.")
@click.option("--template", metavar="NAME", help=f"The template, by default {TEMPLATE}.")
@click.option("--language", metavar="CODE", help="The language, by default the office's.")
@pass_office
def draft(office: Office, slugs: tuple[str, ...], slug: str | None, template: str | None, language: str | None) -> None:
    """Draft the next version: counts and verbatim extracts by theme, and the Panel's own words from the template.

    Example: outreach communique draft --campaign wsis20-input
    """
    code = language or office.settings.office.default_language
    with office.transaction() as session:
        campaigns = [_campaign(session, name) for name in slugs]
        known = {one.slug: one for one in shelf.everything(session)}
        name = slug or template or (next(iter(known)) if len(known) == 1 and not slugs else TEMPLATE)
        one = known.get(name)
        wording = templating.find(template or (one.template if one else TEMPLATE), code, office.template_folders("communique"))
        if one is None:
            draws = wording.about.annexes
            one = shelf.new(session, name, wording.name, campaigns, draws=draws, by=office.actor, at=office.now())
        shelf.draw_on(session, one, campaigns)
        version = drafting.draft(session, one, wording, day=office.today(), by=office.actor, at=office.now())
        paragraphs = sum(row.text != "" for row in version.wordings)
        rows = coverage(session).rows if wording.about.annexes else ()
        still_open = [row.response_id for row in rows if row.account is Account.OPEN]
        label = f"{one.slug} version {version.number} ({version.language})"
    click.echo(f"Drafted {label}: {paragraphs} paragraphs.")
    if still_open:
        numbers = ", ".join(map(str, still_open))
        click.echo(f"Not yet drawn on, because neither coded nor set aside: responses {numbers}.", err=True)


def _campaign(session: Session, slug: str) -> Campaign:
    found = session.scalar(select(Campaign).filter_by(slug=slug))
    if found is None:
        raise NotFound(f"There is no campaign {slug}; `outreach campaigns list` shows those there are.")
    return found


@communique.command("list")
@json_option
@pass_office
def list_communiques(office: Office, as_json: bool) -> None:
    """List all communiqués and their versions.

    Example: outreach communique list --json
    """
    with office.reading() as session:
        rows = [
            {
                "communique": one.slug,
                "version": v.number,
                "language": v.language,
                "state": v.state,
                "by": v.made_by,
                "at": v.made_at,
            }
            for one in shelf.everything(session)
            for v in one.versions
        ]
    echo_rows(rows, ["communique", "version", "language", "state", "by", "at"], as_json, "No communiqué is drafted yet.")


@communique.command()
@which
@json_option
@pass_office
def show(office: Office, slug: str | None, number: int | None, language: str | None, as_json: bool) -> None:
    """Show a version, each paragraph with its lasting number and the passages that it rests on.

    Example: outreach communique show
    """
    with office.reading() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        rows = _paragraph_rows(version)
        head = {"communique": version.communique.slug, "version": version.number, "language": version.language}
        title = version.title
    if as_json:
        echo_json({**head, "title": title, "paragraphs": rows})
        return
    click.echo(f"{title}\n{head['communique']}, version {head['version']} ({head['language']})\n")
    for row in rows:
        click.echo(_shown(row))


def _paragraph_rows(version: CommuniqueVersion) -> list[dict[str, Any]]:
    rows = []
    number = 0
    for _, row in guarding.places(version):
        numbered = row.paragraph.kind is ParagraphKind.PARAGRAPH
        number += numbered
        rows.append(
            {
                "number": number if numbered else None,
                "paragraph": row.paragraph_id,
                "kind": row.paragraph.kind,
                "basis": row.basis,
                "sources": [source.passage_id for source in row.sources],
                "text": row.text,
            }
        )
    return rows


def _shown(row: dict[str, Any]) -> str:
    text = " ".join(row["text"].split())
    sources = f"  [passages {', '.join(map(str, row['sources']))}]" if row["sources"] else f"  [{row['basis']}]"
    match row["kind"]:
        case ParagraphKind.CHAPTER:
            return f"\n{text.upper()}"
        case ParagraphKind.SUBHEAD:
            return f"\n  {text}"
        case ParagraphKind.QUOTATION:
            return f"      > {text}{sources}"
    return f"  {row['number']}. {text}{sources}"


@communique.command()
@which
@click.option(
    "--format",
    "formats",
    type=click.Choice(exporting.ALL_FORMATS),
    multiple=True,
    default=exporting.FORMATS,
    show_default=True,
    help="May be repeated.",
)
@click.option(
    "--edition",
    type=click.Choice([edition.value for edition in exporting.EDITIONS]),
    default=Edition.WORKING.value,
    show_default=True,
    help="The working edition has sources and line numbers; the clean one is for sending.",
)
@click.option(
    "--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to."
)
@pass_office
def export(
    office: Office,
    slug: str | None,
    number: int | None,
    language: str | None,
    formats: tuple[str, ...],
    edition: str,
    folder: Path,
) -> None:
    """Write a version in one format or more; refused if a quotation was altered or anybody named who may not be.

    A ZIP holds every format with a list of digests.

    Example: outreach communique export --edition clean --into out
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        files = publishing.export(office, session, version, formats, Edition(edition), office.actor)
        for name, content in files.items():
            write_durably(folder / name, content)
            click.echo(folder / name)


@communique.command("version")
@which
@pass_office
def copy_version(office: Office, slug: str | None, number: int | None, language: str | None) -> None:
    """Make a new version from this one, with the same words, order and sources.

    Example: outreach communique version
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        new = versions.copy(session, version, by=office.actor, at=office.now())
        label = label_of(new)
        click.echo(f"{label} begins with the words of version {version.number}.")


for command in (
    edit,
    add,
    move,
    sources,
    remove,
    dossier,
    charts,
    review,
    take_in,
    proposals,
    accept,
    decline,
    compare,
    state,
    mark,
):
    communique.add_command(command)
