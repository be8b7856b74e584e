"""Coding as CSV, passages that are nearly the same, and translations: commands of `outreach inputs`."""

from dataclasses import asdict
from pathlib import Path

import rich_click as click

from outreach.archive import write_durably
from outreach.cli.main import Partly
from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office
from outreach.errors import Invalid
from outreach.inputs import codebook, coding, exchanging, likeness, translating
from outreach.office import Office
from outreach.responses import shelf

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--theme", "code", metavar="CODE", help="Only passages under this theme.")
@click.option("--response", type=NUMBER, metavar="NUMBER", help="Only passages of this response.")
@pass_office
def export_coding(office: Office, file: Path, code: str | None, response: int | None) -> None:
    """Write the coding to a CSV FILE, a row for each passage under each theme; it holds what is confidential.

    Example: outreach inputs export out/coding.csv --theme wsis20-mandate
    """
    with office.reading() as session:
        theme = codebook.find(session, code) if code else None
        of = shelf.get(session, response) if response is not None else None
        found = coding.passages(session, theme=theme, response=of)
        write_durably(file, exchanging.as_csv(found))
    click.echo(f"{file}: {len(found)} passages. It holds what is confidential; it stays in the office.")


@click.command("import")
@click.argument("file", type=FILE)
@json_option
@pass_office
def import_coding(office: Office, file: Path, as_json: bool) -> None:
    """Mark passages from a CSV FILE: columns response, theme, and words or start and end; text, stance, memo, coder.

    The same again changes nothing. What cannot be used is named by its row, and the other rows are kept.

    Example: outreach inputs import out/coding.csv
    """
    with office.transaction() as session:
        rows = exchanging.rows_of(file.read_bytes())
        outcomes = exchanging.bring(session, rows, by=office.actor, at=office.now())
    refused = [each for each in outcomes if each.refused]
    if as_json:
        echo_json([asdict(each) for each in outcomes], lines=True)
    for each in [] if as_json else refused:
        click.echo(f"row {each.row}: {each.refused}", err=True)
    summary = f"{len(outcomes)} rows: {sum(each.new for each in outcomes)} new or changed, {len(refused)} refused."
    if refused:
        raise Partly(summary)
    click.echo(summary, err=as_json)


@click.command()
@click.option("--theme", "code", metavar="CODE", help="Only passages under this theme.")
@json_option
@pass_office
def alike(office: Office, code: str | None, as_json: bool) -> None:
    """List passages that are nearly word for word the same, as those of form letters, each group as one with its count.

    Example: outreach inputs alike --json
    """
    with office.reading() as session:
        theme = codebook.find(session, code) if code else None
        rows = []
        for group in likeness.repeated(likeness.of_passages(session, theme)):
            first = coding.find(session, group[0])
            rows.append({"count": len(group), "passages": list(group), "words": coding.words(first)})
    if not as_json:
        rows = [row | {"words": " ".join(str(row["words"]).split())[:60]} for row in rows]
    echo_rows(rows, ["count", "passages", "words"], as_json, "No two passages are nearly the same.")


@click.command()
@click.argument("response", type=NUMBER)
@click.argument("file", type=FILE)
@click.option("--text", "number", type=NUMBER, help="Which text of the response it translates, where it has several.")
@click.option("--language", metavar="CODE", required=True, help="The language of the translation, such as en.")
@click.option("--translator", metavar="NAME", required=True, help="Who made it: a person, or a service.")
@pass_office
def translate(office: Office, response: int, file: Path, number: int | None, language: str, translator: str) -> None:
    """Keep the translation in FILE (UTF-8) of a text of RESPONSE, beside the original.

    Example: outreach inputs translate 4 out/replies/post-2025-02-27.txt --language es --translator "Ana Example"
    """
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is no text in UTF-8; save it as plain text first.") from error
    with office.transaction() as session:
        original = coding.find_text(session, shelf.get(session, response), number)
        act = {"language": language, "translator": translator}
        kept = translating.translate(session, original, content, **act, by=office.actor, at=office.now())
        numbers = kept.id, original.id
    click.echo(f"Text {numbers[0]} translates text {numbers[1]} of response {response}.")


@click.command()
@click.argument("passage", type=NUMBER)
@click.option("--quote", metavar="WORDS", help="The words of the original; they must occur exactly once.")
@click.option("--from", "start", type=NUMBER, help="Instead: the place of the first character in the original, from 0.")
@click.option("--to", "end", type=NUMBER, help="Instead: the place after the last character.")
@pass_office
def link(office: Office, passage: int, quote: str | None, start: int | None, end: int | None) -> None:
    """Say which words of the original PASSAGE, of a translation, stands for.

    Example: outreach inputs link --help
    """
    if (quote is None) == (start is None or end is None):
        raise click.UsageError("Give either --quote WORDS, or both --from N and --to N.")
    with office.transaction() as session:
        found = coding.find(session, passage)
        original = translating.original_of(session, found)
        span = coding.Span(start or 0, end or 0)
        if quote is not None and original is not None:
            span = coding.find_words(original, quote)
        translating.link(session, found, span, by=office.actor, at=office.now())
        words = translating.original_words(session, found)
    click.echo(f"Passage {passage} stands for: {' '.join(words.split())}")
