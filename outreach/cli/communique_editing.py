"""`outreach communique`: a version's paragraphs edited, added, moved, bound to passages and removed."""

from typing import IO, Any

import rich_click as click

from outreach.cli.showing import pass_office
from outreach.communique import editing, shelf
from outreach.communique.models import CommuniqueVersion, ParagraphKind
from outreach.office import Office


def which(function: Any) -> Any:
    """Declare the options that say which version is meant."""
    function = click.option("--language", metavar="CODE", help="The language; by default the one drafted first.")(function)
    function = click.option("--version", "number", type=int, help="The version; by default the latest.")(function)
    return click.option("--communique", "slug", metavar="NAME", help="The communiqué, where there are several.")(function)


def label_of(version: CommuniqueVersion) -> str:
    """What a version is called."""
    return f"{version.communique.slug} version {version.number} ({version.language})"


@click.command()
@click.argument("paragraph", type=int)
@click.option("--text", "file", type=click.File(encoding="utf-8"), help="A file with the words; - reads them here.")
@click.option("--words", metavar="WORDS", help="The words themselves.")
@click.option("--basis", metavar="WORDS", default="", help="On what they rest where no passage bears them.")
@which
@pass_office
def edit(
    office: Office,
    paragraph: int,
    file: IO[str] | None,
    words: str | None,
    basis: str,
    slug: str | None,
    number: int | None,
    language: str | None,
) -> None:
    """Give PARAGRAPH (its lasting number, ¶) other words, written in Markdown.

    Example: outreach communique edit 12 --words "The Panel agreed to engage Member States."
    """
    if (file is None) == (words is None):
        raise click.UsageError("Give the words: --text FILE or --words WORDS.")
    text = file.read() if file is not None else words or ""
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        editing.edit(session, version, paragraph, text, basis=basis, by=office.actor, at=office.now())
        click.echo(f"¶ {paragraph} of {label_of(version)} is edited.")


@click.command()
@click.argument("text")
@click.option("--after", type=int, required=True, metavar="PARAGRAPH", help="The paragraph that it follows.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ParagraphKind]),
    default=ParagraphKind.PARAGRAPH.value,
    show_default=True,
    help="What it is; a quotation has the words of its one passage.",
)
@click.option("--source", "passages", type=int, multiple=True, metavar="PASSAGE", help="A passage that it rests on.")
@click.option("--basis", metavar="WORDS", default="", help="On what it rests where no passage bears it.")
@which
@pass_office
def add(
    office: Office,
    text: str,
    after: int,
    kind: str,
    passages: tuple[int, ...],
    basis: str,
    slug: str | None,
    number: int | None,
    language: str | None,
) -> None:
    """Add a paragraph with the words TEXT after another one.

    Example: outreach communique add "The Panel thanks all who answered." --after 11 --basis "plenary of 21 January"
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        more: dict[str, Any] = {"after": after, "passages": passages, "basis": basis}
        row = editing.add(session, version, ParagraphKind(kind), text, **more, by=office.actor, at=office.now())
        click.echo(f"¶ {row.paragraph_id} is added to {label_of(version)}.")


@click.command()
@click.argument("paragraph", type=int)
@click.option("--after", type=int, metavar="PARAGRAPH", help="The paragraph that it then follows.")
@click.option("--up", "way", flag_value="up", help="One place up.")
@click.option("--down", "way", flag_value="down", help="One place down.")
@which
@pass_office
def move(
    office: Office,
    paragraph: int,
    after: int | None,
    way: str | None,
    slug: str | None,
    number: int | None,
    language: str | None,
) -> None:
    """Move PARAGRAPH: a chapter takes its paragraphs along, a paragraph the quotations under it.

    Example: outreach communique move 12 --after 13
    """
    if (after is None) == (way is None):
        raise click.UsageError("Say where to: --after PARAGRAPH, --up or --down.")
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        editing.move(session, version, paragraph, after=after, up=way == "up", by=office.actor, at=office.now())
        click.echo(f"¶ {paragraph} of {label_of(version)} is moved.")


@click.command()
@click.argument("paragraph", type=int)
@click.option("--add", "added", type=int, multiple=True, metavar="PASSAGE", help="A passage that it also rests on.")
@click.option("--drop", "dropped", type=int, multiple=True, metavar="PASSAGE", help="A passage that it no longer rests on.")
@which
@pass_office
def sources(
    office: Office,
    paragraph: int,
    added: tuple[int, ...],
    dropped: tuple[int, ...],
    slug: str | None,
    number: int | None,
    language: str | None,
) -> None:
    """Show the passages that PARAGRAPH rests on, or change them.

    Example: outreach communique sources 12 --add 20
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        row = editing.find(version, paragraph)
        if added or dropped:
            editing.bind(session, version, paragraph, added=added, dropped=dropped, by=office.actor, at=office.now())
        numbers = ", ".join(str(source.passage_id) for source in row.sources)
    click.echo(f"¶ {paragraph} rests on {f'passages {numbers}' if numbers else f'no passage ({row.basis})'}.")


@click.command()
@click.argument("paragraph", type=int)
@click.option("--why", metavar="REASON", required=True, help="The reason, which stands in the register.")
@which
@pass_office
def remove(office: Office, paragraph: int, why: str, slug: str | None, number: int | None, language: str | None) -> None:
    """Take PARAGRAPH out of a version, with the quotations under it; earlier versions keep it.

    Example: outreach communique remove 13 --why "said in the introduction already"
    """
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        editing.remove(session, version, paragraph, why, by=office.actor, at=office.now())
        click.echo(f"¶ {paragraph} is removed from {label_of(version)}.")
